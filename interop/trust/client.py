"""Requests a built-in address with urllib and with requests, and prints "ok" if the sandbox rejects both unsigned."""

import sys
import urllib.error
import urllib.request

import requests

base = sys.argv[1] if len(sys.argv) > 1 else "https://api.mch.weixin.qq.com"
address = base + "/v3/certificates"
headers = {"Accept": "application/json", "User-Agent": "client"}


def by_urllib():
    try:
        return urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=10).status
    except urllib.error.HTTPError as error:
        return error.code


statuses = [by_urllib(), requests.get(address, headers=headers, timeout=10).status_code]
if statuses != [401, 401]:
    sys.exit(f"{statuses}")
print("ok")
