package main

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
)

// encryptField encrypts a sensitive field for WeChat Pay with RSA-OAEP over SHA-1.
func (c *client) encryptField(text string) (string, error) {
	encrypted, err := rsa.EncryptOAEP(sha1.New(), rand.Reader, c.wechatPay.key, []byte(text), nil)
	return base64.StdEncoding.EncodeToString(encrypted), err
}

// decryptField decrypts a sensitive field that WeChat Pay encrypted for the merchant's certificate.
func (c *client) decryptField(text string) (string, error) {
	encrypted, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return "", err
	}
	plain, err := rsa.DecryptOAEP(sha1.New(), rand.Reader, c.merchant.key, encrypted, nil)
	return string(plain), err
}

// decryptResource decrypts the resource of a callback with the APIv3 key.
func (c *client) decryptResource(ciphertext []byte, nonce, associatedData string) ([]byte, error) {
	block, err := aes.NewCipher(c.apiV3Key)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	if len(nonce) != gcm.NonceSize() {
		return nil, fmt.Errorf("the resource's nonce has %d bytes", len(nonce))
	}
	return gcm.Open(nil, []byte(nonce), ciphertext, []byte(associatedData))
}
