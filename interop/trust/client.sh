#!/usr/bin/env bash
# Requests a built-in address, and prints "ok" if the sandbox responds: it rejects a request without a signature.
set -euo pipefail
url=${1:-https://api.mch.weixin.qq.com}
status=$(curl --silent --show-error --output /dev/null --write-out '%{http_code}' "$url/v3/certificates")
[[ $status == 401 ]] && echo ok
