package main

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"os"
	"time"
)

// merchant is the sender of requests: the account, and the private key of its API certificate.
type merchant struct {
	id     string
	serial string
	key    *rsa.PrivateKey
}

func loadMerchant() (*merchant, error) {
	der, err := readPEM(os.Getenv("RUHUI_PRIVATE_KEY"), "PRIVATE KEY")
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return nil, err
	}
	rsaKey, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("the merchant's key is a %T, not an RSA key", key)
	}
	return &merchant{os.Getenv("RUHUI_MCHID"), os.Getenv("RUHUI_SERIAL_NO"), rsaKey}, nil
}

// authorization signs one request, and returns the value of its Authorization header.
//
// The five items may come in any order, and a blank may follow a comma. This client does both, to
// test that the server accepts them.
func (m *merchant) authorization(method, path string, body []byte) (string, error) {
	random := make([]byte, 16)
	if _, err := rand.Read(random); err != nil {
		return "", err
	}
	nonce := hex.EncodeToString(random)
	timestamp := time.Now().Unix()

	message := fmt.Sprintf("%s\n%s\n%d\n%s\n%s\n", method, path, timestamp, nonce, body)
	digest := sha256.Sum256([]byte(message))
	signature, err := rsa.SignPKCS1v15(rand.Reader, m.key, crypto.SHA256, digest[:])
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(
		`WECHATPAY2-SHA256-RSA2048 signature="%s", serial_no="%s", timestamp="%d", nonce_str="%s", mchid="%s"`,
		base64.StdEncoding.EncodeToString(signature), m.serial, timestamp, nonce, m.id), nil
}

func readPEM(path, label string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != label {
		return nil, fmt.Errorf("%s holds no %s", path, label)
	}
	return block.Bytes, nil
}
