#!/usr/bin/env bash
# Sends one signed request and verifies the response, with only openssl and curl (jq prints the result).
set -euo pipefail

path=/v3/brand/partner/card-member/pre-auth-tokens
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
  echo "$1" >&2
  exit 1
}

# 1. Write the body to a file. The file is what gets signed and what gets sent, so its blanks and
#    its last newline are part of both.
cat >"$work/body" <<EOB
{
  "brand_id": "$RUHUI_BRAND_ID",
  "card_id": "$RUHUI_CARD_ID",
  "openid": "$RUHUI_OPENID"
}
EOB

# 2. Sign method, path, time, nonce and body, each followed by a newline. The body gets one too,
#    although this body already ends in a newline.
timestamp=$(date +%s)
nonce=$(openssl rand -hex 16)
signature=$(
  {
    printf '%s\n' POST "$path" "$timestamp" "$nonce"
    cat "$work/body"
    printf '\n'
  } | openssl dgst -sha256 -sign "$RUHUI_PRIVATE_KEY" | openssl base64 -A
)

# 3. Send it. --data-binary sends the file's bytes unchanged; --data would strip the newlines.
authorization="WECHATPAY2-SHA256-RSA2048 mchid=\"$RUHUI_MCHID\",nonce_str=\"$nonce\",signature=\"$signature\",timestamp=\"$timestamp\",serial_no=\"$RUHUI_SERIAL_NO\""
status=$(
  curl --silent --show-error --max-time 30 \
    --header "Authorization: $authorization" \
    --header 'Accept: application/json' \
    --header 'Content-Type: application/json' \
    --header "Wechatpay-Serial: $RUHUI_WECHATPAY_PUBLIC_KEY_ID" \
    --data-binary "@$work/body" \
    --dump-header "$work/headers" --output "$work/reply" --write-out '%{http_code}' \
    "$RUHUI_BASE_URL$path"
)
[[ $status == 2?? ]] || fail "the server answered $status: $(cat "$work/reply")"

# 4. Verify the response before its body is used. The signature covers time, nonce and body, each
#    followed by a newline again.
header() {
  tr -d '\r' <"$work/headers" | awk -F': *' -v name="$1" '
    tolower($1) == tolower(name) { value = $2; seen++ }
    END { if (seen == 1) print value }'
}
reply_timestamp=$(header Wechatpay-Timestamp)
reply_nonce=$(header Wechatpay-Nonce)
reply_serial=$(header Wechatpay-Serial)
reply_signature=$(header Wechatpay-Signature)

refuse() { fail "the response's signature was not accepted: $1"; }

[[ -n $reply_nonce && -n $reply_signature ]] ||
  refuse "a signature header is missing or repeated"
[[ $reply_serial == "$RUHUI_WECHATPAY_PUBLIC_KEY_ID" ]] ||
  refuse "it was made with the key '$reply_serial', and that one is not at hand"
[[ $reply_timestamp =~ ^[1-9][0-9]{0,11}$ ]] ||
  refuse "its time is missing or not a number of seconds"
age=$(($(date +%s) - reply_timestamp))
((age >= -300 && age <= 300)) ||
  refuse "it was made $age seconds ago by this clock, and 300 either way is the limit"

openssl base64 -d -A <<<"$reply_signature" >"$work/signature"
{
  printf '%s\n' "$reply_timestamp" "$reply_nonce"
  cat "$work/reply"
  printf '\n'
} | openssl dgst -sha256 -verify "$RUHUI_WECHATPAY_PUBLIC_KEY" -signature "$work/signature" >/dev/null 2>&1 ||
  refuse "it does not belong to these bytes and this key"

# 5. Use the body, which is now verified.
jq --compact-output --arg client "curl $(curl --version | awk 'NR == 1 { print $2 }')" \
  '{client: $client, token, expire_time}' "$work/reply"
