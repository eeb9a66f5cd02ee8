#!/bin/sh
# Checks the staged vectors against OpenSSL: each signature verifies over its message, and signing the message
# again gives the same bytes. Needs nothing but a POSIX shell and openssl.
set -eu
cd "$(dirname "$0")"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
checked=0

fail() {
    echo "$1: $2" >&2
    exit 1
}

# check CASE KEY: the key's files are keys/KEY_key.pem and keys/KEY_pub.pem.
check() {
    openssl base64 -d -A -in "$1/signature.txt" -out "$scratch/signature" ||
        fail "$1" "signature.txt is not Base64"
    openssl dgst -sha256 -verify "keys/$2_pub.pem" -signature "$scratch/signature" "$1/message.txt" \
        >"$scratch/said" 2>&1 || fail "$1" "OpenSSL does not verify the signature with keys/$2_pub.pem"
    openssl dgst -sha256 -sign "keys/$2_key.pem" -out "$scratch/again" "$1/message.txt"
    cmp -s "$scratch/signature" "$scratch/again" || fail "$1" "OpenSSL signs message.txt differently"
    checked=$((checked + 1))
}

for case in sign/*; do
    case $(cat "$case/authorization.txt") in
    "WECHATPAY2-SHA256-RSA2048 "*) check "$case" merchant ;;
    "WECHATPAY-BRAND-SHA256-RSA2048 "*) check "$case" brand ;;
    *) fail "$case" "authorization.txt has another scheme" ;;
    esac
    grep -qF "signature=\"$(cat "$case/signature.txt")\"" "$case/authorization.txt" ||
        fail "$case" "authorization.txt has another signature than signature.txt"
done
for case in response/*; do
    check "$case" platform
    grep -qF "\"Wechatpay-Signature\": \"$(cat "$case/signature.txt")\"" "$case/headers.json" ||
        fail "$case" "headers.json has another signature than signature.txt"
done

# The right key with the wrong algorithm: OpenSSL verifies them as what they are, and not as what they should be.
message=sign/founding-call/message.txt
openssl dgst -sha256 -binary -out "$scratch/digest" "$message"
openssl base64 -d -A -in mistaken/bare_digest.txt -out "$scratch/signature"
openssl pkeyutl -verify -pubin -inkey keys/merchant_pub.pem -pkeyopt rsa_padding_mode:pkcs1 \
    -in "$scratch/digest" -sigfile "$scratch/signature" >"$scratch/said" 2>&1 ||
    fail mistaken/bare_digest.txt "is no such signature"
for name in md5 sha1 sha224 sha384 sha512 pss pss_longest_salt; do
    openssl base64 -d -A -in "mistaken/$name.txt" -out "$scratch/signature"
    options="-$name"
    case $name in
    pss) options="-sha256 -sigopt rsa_padding_mode:pss" ;;
    pss_longest_salt) options="-sha256 -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:max" ;;
    esac
    # shellcheck disable=SC2086 # several options
    openssl dgst $options -verify keys/merchant_pub.pem -signature "$scratch/signature" "$message" \
        >"$scratch/said" 2>&1 || fail "mistaken/$name.txt" "is no such signature"
    if openssl dgst -sha256 -verify keys/merchant_pub.pem -signature "$scratch/signature" "$message" \
        >"$scratch/said" 2>&1; then
        fail "mistaken/$name.txt" "is the right signature"
    fi
done

for name in merchant platform; do
    openssl x509 -in "keys/${name}_cert.pem" -noout -pubkey >"$scratch/certified"
    cmp -s "$scratch/certified" "keys/${name}_pub.pem" ||
        fail "keys/${name}_cert.pem" "certifies another key than keys/${name}_pub.pem"
done
openssl pkey -in keys/merchant_key_pkcs1.pem -pubout >"$scratch/public"
cmp -s "$scratch/public" keys/merchant_pub.pem || fail keys/merchant_key_pkcs1.pem "is another key"

echo "OpenSSL agrees with $checked staged vectors"
