// Gets one token with the standard library only.
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

const (
	tokenPath = "/v3/brand/partner/card-member/open-user-card-tokens"
	echoPath  = "/v3/security/echo"
)

// escaped is an echo message that encoding/json changes: it writes <, > and & as \u003c, \u003e and
// \u0026. Only a server that verifies the received bytes accepts the signature of this request.
const escaped = "<b>A&B</b>"

type tokenRequest struct {
	BrandID string `json:"brand_id"`
	CardID  string `json:"card_id"`
	OpenID  string `json:"openid"`
}

type echo struct {
	EchoMessage string `json:"echo_message"`
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

	var echoed echo
	if err := post(merchant, wechatPay, echoPath, echo{escaped}, &echoed); err != nil {
		return reply, err
	}
	if echoed.EchoMessage != escaped {
		return reply, fmt.Errorf("the echo of %q came back as %q", escaped, echoed.EchoMessage)
	}
	err = post(merchant, wechatPay, tokenPath, tokenRequest{
		BrandID: os.Getenv("RUHUI_BRAND_ID"),
		CardID:  os.Getenv("RUHUI_CARD_ID"),
		OpenID:  os.Getenv("RUHUI_OPENID"),
	}, &reply)
	return reply, err
}

// post sends one signed request and reads the response once its signature is verified.
func post(merchant *merchant, wechatPay *wechatPay, path string, content, reply any) error {
	body, err := json.Marshal(content)
	if err != nil {
		return err
	}
	authorization, err := merchant.authorization(http.MethodPost, path, body)
	if err != nil {
		return err
	}

	request, err := http.NewRequest(http.MethodPost, os.Getenv("RUHUI_BASE_URL")+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", authorization)
	request.Header.Set("Accept", "*/*")
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Wechatpay-Serial", wechatPay.keyID)

	client := http.Client{Timeout: 30 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return err
	}

	if response.StatusCode/100 != 2 {
		return fmt.Errorf("the server answered %s: %s", response.Status, answer)
	}
	if err := wechatPay.verify(response.Header, answer, time.Now()); err != nil {
		return fmt.Errorf("the response's signature was not accepted: %w", err)
	}
	return json.Unmarshal(answer, reply)
}
