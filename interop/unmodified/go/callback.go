package main

import (
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"time"
)

// event is a decrypted callback.
type event struct {
	EventType    string `json:"-"`
	UserCardCode string `json:"user_card_code"`
}

// receiveCallbacks listens on a free port of loopback, and returns the address and the events that verified.
func receiveCallbacks(api *client) (string, <-chan event, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	events := make(chan event, 8)
	server := http.Server{
		ReadHeaderTimeout: 10 * time.Second,
		Handler: http.HandlerFunc(func(writer http.ResponseWriter, request *http.Request) {
			received, err := api.read(request)
			if err != nil {
				log.Print("a callback was rejected: ", err)
				writer.WriteHeader(http.StatusUnauthorized)
				return
			}
			writer.WriteHeader(http.StatusNoContent)
			events <- received
		}),
	}
	go func() { log.Fatal(server.Serve(listener)) }()
	return fmt.Sprintf("http://%s/notify", listener.Addr()), events, nil
}

// read verifies the received bytes, and then decrypts the resource.
func (c *client) read(request *http.Request) (event, error) {
	var content event
	body, err := io.ReadAll(io.LimitReader(request.Body, 1<<20))
	if err != nil {
		return content, err
	}
	if err := c.wechatPay.verify(request.Header, body, time.Now()); err != nil {
		return content, err
	}
	var envelope struct {
		EventType string `json:"event_type"`
		Resource  struct {
			Ciphertext     []byte `json:"ciphertext"`
			Nonce          string `json:"nonce"`
			AssociatedData string `json:"associated_data"`
		} `json:"resource"`
	}
	if err := json.Unmarshal(body, &envelope); err != nil {
		return content, err
	}
	resource := envelope.Resource
	plain, err := c.decryptResource(resource.Ciphertext, resource.Nonce, resource.AssociatedData)
	if err != nil {
		return content, err
	}
	content.EventType = envelope.EventType
	return content, json.Unmarshal(plain, &content)
}
