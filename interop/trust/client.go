// Requests a built-in address, and prints "ok" if the sandbox responds: it rejects a request without a signature.
package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
)

func main() {
	url := "https://api.mch.weixin.qq.com"
	if len(os.Args) > 1 {
		url = os.Args[1]
	}
	request, err := http.NewRequest(http.MethodGet, url+"/v3/certificates", nil)
	if err != nil {
		log.Fatal(err)
	}
	request.Header.Set("Accept", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		log.Fatal(err)
	}
	if response.StatusCode != http.StatusUnauthorized {
		log.Fatal(response.Status)
	}
	fmt.Println("ok")
}
