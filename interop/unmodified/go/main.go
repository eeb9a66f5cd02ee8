// Makes a member: picture, template, token, callback, confirmation, query.
//
// Each request takes the steps of the product's Go sample, and the hosts are constants, as they are there. The program
// has no setting for a sandbox. It prints the token, and then waits until somebody joins with it.
package main

import (
	"encoding/json"
	"fmt"
	"log"
	"os"
	"runtime"
	"strings"
	"time"
)

const (
	brandID     = "1005"
	appID       = "wxea9c30a90fs8d3fe"
	openID      = "oUnmodifiedGo000000000000000"
	phoneNumber = "13911111111"
)

func main() {
	log.SetFlags(0)
	if err := makeMember(); err != nil {
		log.Fatal(err)
	}
}

func makeMember() error {
	api, err := newClient()
	if err != nil {
		return err
	}
	notifyURL, events, err := receiveCallbacks(api)
	if err != nil {
		return err
	}
	pictureURL, err := api.upload()
	if err != nil {
		return err
	}
	cardID, err := api.createTemplate(pictureURL, notifyURL)
	if err != nil {
		return err
	}
	token, err := createPreAuthToken(api, &createPreAuthTokenRequest{
		BrandID: text(brandID), CardID: text(cardID), OpenID: text(openID),
	})
	if err != nil {
		return err
	}
	fmt.Println("token", *token.Token)

	var event event
	select {
	case event = <-events:
	case <-time.After(time.Minute):
		return fmt.Errorf("no callback came within a minute")
	}
	if !strings.HasSuffix(event.EventType, "USER_CARD.CREATE") {
		return fmt.Errorf("found the event %s", event.EventType)
	}
	if err := api.confirm(cardID, event.UserCardCode); err != nil {
		return err
	}
	if err := api.query(cardID, event.UserCardCode); err != nil {
		return err
	}
	if err := api.invalidateTemplate(cardID); err != nil {
		return err
	}
	report, err := json.Marshal(map[string]any{
		"client": "net/http " + runtime.Version(),
		"passed": []string{
			"upload", "token", "verified response", "callback", "encrypted field", "backup host",
		},
	})
	if err != nil {
		return err
	}
	fmt.Fprintln(os.Stdout, string(report))
	return nil
}

type createPreAuthTokenRequest struct {
	BrandID *string `json:"brand_id,omitempty"`
	CardID  *string `json:"card_id,omitempty"`
	OpenID  *string `json:"openid,omitempty"`
}

type preAuthToken struct {
	Token      *string `json:"token,omitempty"`
	ExpireTime *string `json:"expire_time,omitempty"`
}

// createPreAuthToken gets a token in the steps of the sample, except for the last one.
//
// The sample names its result `response *PreAuthToken` in the signature of the function, never sets it, and decodes
// with json.Unmarshal(respBody, response). The pointer is nil at that point, so encoding/json returns an
// InvalidUnmarshalError: the sample reports a failure for each successful and verified response. Here the struct
// exists before the response is decoded into it.
func createPreAuthToken(api *client, request *createPreAuthTokenRequest) (*preAuthToken, error) {
	response := &preAuthToken{}
	err := api.call(host, "POST", cardMemberPath+"/open-user-card-tokens", request, response)
	if err == nil && response.Token == nil {
		err = fmt.Errorf("the response has no token")
	}
	return response, err
}

func text(value string) *string { return &value }
