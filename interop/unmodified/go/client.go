package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"time"
)

const (
	host           = "https://api.mch.weixin.qq.com"
	backupHost     = "https://api2.mch.weixin.qq.com"
	cardMemberPath = "/v3/brand/partner/card-member"
)

// client signs requests, verifies responses, and has the keys of encrypted fields and callbacks.
type client struct {
	merchant  *merchant
	wechatPay *wechatPay
	apiV3Key  []byte
}

func newClient() (*client, error) {
	merchant, err := loadMerchant()
	if err != nil {
		return nil, err
	}
	wechatPay, err := loadWechatPay()
	if err != nil {
		return nil, err
	}
	return &client{merchant, wechatPay, []byte(os.Getenv("RUHUI_APIV3_KEY"))}, nil
}

// call sends content as JSON, and decodes the verified response.
func (c *client) call(host, method, path string, content, response any) error {
	var body []byte
	if content != nil {
		var err error
		if body, err = json.Marshal(content); err != nil {
			return err
		}
	}
	return c.send(host, method, path, body, "application/json", body, response)
}

// send takes the steps of the sample. The signed text differs from the body for an upload only.
func (c *client) send(host, method, path string, signed []byte, contentType string, body []byte, response any) error {
	reqURL, err := url.Parse(host + path)
	if err != nil {
		return err
	}
	request, err := http.NewRequest(method, reqURL.String(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Wechatpay-Serial", c.wechatPay.keyID)
	request.Header.Set("Content-Type", contentType)
	authorization, err := c.merchant.authorization(method, reqURL.RequestURI(), signed)
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", authorization)

	httpResponse, err := (&http.Client{}).Do(request)
	if err != nil {
		return err
	}
	defer httpResponse.Body.Close()
	answer, err := io.ReadAll(httpResponse.Body)
	if err != nil {
		return err
	}
	if httpResponse.StatusCode < 200 || httpResponse.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s %s", method, path, httpResponse.Status, answer)
	}
	if err := c.wechatPay.verify(httpResponse.Header, answer, time.Now()); err != nil {
		return fmt.Errorf("the response's signature was not accepted: %w", err)
	}
	return json.Unmarshal(answer, response)
}
