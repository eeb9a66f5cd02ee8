package main

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"
)

// window is the largest accepted difference between the response's time and this clock. An older
// response may be a replay; a time further in the future means that a clock is wrong.
const window = 5 * time.Minute

// wechatPay is the sender of responses: one public key, and the id by which responses name it.
type wechatPay struct {
	keyID string
	key   *rsa.PublicKey
}

func loadWechatPay() (*wechatPay, error) {
	der, err := readPEM(os.Getenv("RUHUI_WECHATPAY_PUBLIC_KEY"), "PUBLIC KEY")
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, err
	}
	rsaKey, ok := key.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("the WeChat Pay key is a %T, not an RSA key", key)
	}
	return &wechatPay{os.Getenv("RUHUI_WECHATPAY_PUBLIC_KEY_ID"), rsaKey}, nil
}

// verify returns nil if WeChat Pay signed these headers and this body within the window.
func (w *wechatPay) verify(header http.Header, body []byte, now time.Time) error {
	var value [4]string
	for i, name := range []string{
		"Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Serial", "Wechatpay-Signature",
	} {
		all := header.Values(name)
		if len(all) != 1 || all[0] == "" {
			return fmt.Errorf("%s occurs %d times, or is empty", name, len(all))
		}
		value[i] = all[0]
	}
	timestamp, nonce, serial, signature := value[0], value[1], value[2], value[3]

	if serial != w.keyID {
		return fmt.Errorf("it was made with the key %q, which is not at hand", serial)
	}
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil {
		return err
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > window || age < -window {
		return fmt.Errorf("it is %s old", age)
	}
	raw, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return err
	}

	// The signed message contains the header's text, not the number parsed from it: different texts
	// can stand for the same number.
	message := fmt.Sprintf("%s\n%s\n%s\n", timestamp, nonce, body)
	digest := sha256.Sum256([]byte(message))
	return rsa.VerifyPKCS1v15(w.key, crypto.SHA256, digest[:], raw)
}
