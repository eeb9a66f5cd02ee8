// Gets one token with the standard library alone.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"runtime"
	"time"
)

const path = "/v3/brand/partner/card-member/open-user-card-tokens"

type tokenRequest struct {
	BrandID string `json:"brand_id"`
	CardID  string `json:"card_id"`
	OpenID  string `json:"openid"`
	// Not a member of this call. encoding/json writes <, > and & as \u003c, \u003e and \u0026,
	// so only a server that verifies the bytes as they came will accept the signature.
	Remark string `json:"remark"`
}

type tokenReply struct {
	Token      string `json:"token"`
	ExpireTime string `json:"expire_time"`
}

func main() {
	log.SetFlags(0)
	reply, err := getToken()
	if err != nil {
		log.Fatal(err)
	}
	line, err := json.Marshal(struct {
		Client string `json:"client"`
		tokenReply
	}{"net/http " + runtime.Version(), reply})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(string(line))
}

func getToken() (reply tokenReply, err error) {
	merchant, err := loadMerchant()
	if err != nil {
		return reply, err
	}
	wechatPay, err := loadWechatPay()
	if err != nil {
		return reply, err
	}

	body, err := json.Marshal(tokenRequest{
		BrandID: os.Getenv("RUHUI_BRAND_ID"),
		CardID:  os.Getenv("RUHUI_CARD_ID"),
		OpenID:  os.Getenv("RUHUI_OPENID"),
		Remark:  "<b>A&B</b>",
	})
	if err != nil {
		return reply, err
	}
	authorization, err := merchant.authorization(http.MethodPost, path, body)
	if err != nil {
		return reply, err
	}

	request, err := http.NewRequest(http.MethodPost, os.Getenv("RUHUI_BASE_URL")+path, bytes.NewReader(body))
	if err != nil {
		return reply, err
	}
	request.Header.Set("Authorization", authorization)
	request.Header.Set("Accept", "*/*")
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Wechatpay-Serial", wechatPay.keyID)

	client := http.Client{Timeout: 30 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		return reply, err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return reply, err
	}

	if response.StatusCode/100 != 2 {
		return reply, fmt.Errorf("the server answered %s: %s", response.Status, answer)
	}
	if err := wechatPay.verify(response.Header, answer, time.Now()); err != nil {
		return reply, fmt.Errorf("the reply's signature was not accepted: %w", err)
	}
	err = json.Unmarshal(answer, &reply)
	return reply, err
}
