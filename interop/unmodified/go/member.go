package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/textproto"
	"time"
)

// picture is a PNG of one pixel.
const picture = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

// upload sends a form, of which only the text of `meta` is signed.
func (c *client) upload() (string, error) {
	content, err := base64.StdEncoding.DecodeString(picture)
	if err != nil {
		return "", err
	}
	meta, err := json.Marshal(map[string]string{
		"filename": "card.png", "sha256": fmt.Sprintf("%x", sha256.Sum256(content)),
	})
	if err != nil {
		return "", err
	}
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	for _, part := range []struct {
		disposition, contentType string
		content                  []byte
	}{
		{`form-data; name="meta"`, "application/json", meta},
		{`form-data; name="file"; filename="card.png"`, "image/png", content},
	} {
		header := textproto.MIMEHeader{}
		header.Set("Content-Disposition", part.disposition)
		header.Set("Content-Type", part.contentType)
		place, err := writer.CreatePart(header)
		if err != nil {
			return "", err
		}
		if _, err := place.Write(part.content); err != nil {
			return "", err
		}
	}
	if err := writer.Close(); err != nil {
		return "", err
	}
	var response struct {
		MediaURL string `json:"media_url"`
	}
	path := "/v3/marketing/favor/media/image-upload"
	err = c.send(host, "POST", path, meta, writer.FormDataContentType(), form.Bytes(), &response)
	return response.MediaURL, err
}

func (c *client) createTemplate(pictureURL, notifyURL string) (string, error) {
	var response struct {
		CardID string `json:"card_id"`
	}
	err := c.call(host, "POST", cardMemberPath+"/cards", map[string]any{
		"out_request_no":         fmt.Sprintf("go-%d", time.Now().UnixNano()),
		"brand_id":               brandID,
		"appid":                  appID,
		"card_type":              "NORMAL",
		"card_title":             "会员卡",
		"card_color":             "#FFFF00",
		"card_picture_url":       pictureURL,
		"code_mode":              "SYSTEM_ALLOCATE",
		"code_type":              "QR_CODE",
		"benefits":               "会员专享优惠",
		"notify_url":             notifyURL,
		"legal_agreement":        "会员服务协议",
		"valid_date_information": map[string]string{"type": "PERMANENT"},
		"member_information":     map[string]string{"jump_appid": appID, "jump_path": "/pages/member/index"},
		"user_information":       map[string]any{"common_field_list": []string{"USER_FORM_FLAG_NAME"}},
	}, &response)
	return response.CardID, err
}

// invalidateTemplate makes room for another template: a brand has a limit.
func (c *client) invalidateTemplate(cardID string) error {
	path := cardMemberPath + "/cards/" + cardID + "/invalidate"
	return c.call(host, "POST", path, map[string]string{"brand_id": brandID}, &struct{}{})
}

// confirm makes the card effective, with an encrypted phone number.
func (c *client) confirm(cardID, userCardCode string) error {
	encrypted, err := c.encryptField(phoneNumber)
	if err != nil {
		return err
	}
	var response struct {
		State string `json:"user_card_state"`
	}
	err = c.call(host, "POST", cardMemberPath+"/user-cards/"+userCardCode+"/confirm", map[string]string{
		"brand_id":                brandID,
		"card_id":                 cardID,
		"openid":                  openID,
		"phone_number":            encrypted,
		"user_card_confirm_state": "CREATE_CARD_SUCCESS",
	}, &response)
	if err == nil && response.State != "EFFECTIVE" {
		err = fmt.Errorf("the confirmed card is %s", response.State)
	}
	return err
}

// query reads the card from the backup host, and decrypts its phone number.
func (c *client) query(cardID, userCardCode string) error {
	path := fmt.Sprintf("%s/user-cards/%s?brand_id=%s&card_id=%s&openid=%s",
		cardMemberPath, userCardCode, brandID, cardID, openID)
	var card struct {
		PhoneNumber string `json:"phone_number"`
	}
	if err := c.call(backupHost, "GET", path, nil, &card); err != nil {
		return err
	}
	decrypted, err := c.decryptField(card.PhoneNumber)
	if err == nil && decrypted != phoneNumber {
		err = fmt.Errorf("the card has another phone number")
	}
	return err
}
