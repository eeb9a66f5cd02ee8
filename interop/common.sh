# Sourced by each client's run.sh: checks the environment before the request, and the output after it.
# shellcheck shell=bash

: "${RUHUI_BASE_URL:?}" "${RUHUI_MCHID:?}" "${RUHUI_SERIAL_NO:?}" "${RUHUI_PRIVATE_KEY:?}"
: "${RUHUI_WECHATPAY_PUBLIC_KEY_ID:?}" "${RUHUI_WECHATPAY_PUBLIC_KEY:?}"
: "${RUHUI_BRAND_ID:?}" "${RUHUI_CARD_ID:?}" "${RUHUI_OPENID:?}"
: "${INTEROP_CACHE:?names a directory for packages and builds, outside the checkout}"

here=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)
mkdir -p "$INTEROP_CACHE/$(basename "$here")"
cache=$(cd "$INTEROP_CACHE/$(basename "$here")" && pwd)

# The kit's variables have keys and certificates as PEM text, with \n for each line end. The clients read files, as
# most programs do, so each text becomes a file that only its owner may read.
for name in RUHUI_PRIVATE_KEY RUHUI_CERTIFICATE RUHUI_WECHATPAY_PUBLIC_KEY RUHUI_CA_CERTIFICATE; do
  if [[ ${!name:-} == *-----BEGIN* ]]; then
    (umask 077 && printf '%b\n' "${!name}" >"$cache/$name.pem")
    export "$name=$cache/$name.pem"
  fi
done

# Runs the client that the arguments name, and prints its one line of JSON if that is well formed.
#
# Only this command trusts the sandbox's certificate authority: the installers that run before it
# connect to other servers, and must trust the usual authorities.
get_token() {
  local settings=(NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost) answer
  if [[ -n ${RUHUI_CA_CERTIFICATE:-} ]]; then
    local name
    for name in CURL_CA_BUNDLE NODE_EXTRA_CA_CERTS REQUESTS_CA_BUNDLE SSL_CERT_FILE; do
      settings+=("$name=$RUHUI_CA_CERTIFICATE")
    done
  fi
  answer=$(env "${settings[@]}" "$@")

  jq --exit-status --compact-output --slurp '
      select(length == 1) | .[0] | select(
        keys == ["client", "expire_time", "token"]
        and (.token | length >= 1 and length <= 32)
        and (.expire_time | test("^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])"
            + "T([01]\\d|2[0-3]):[0-5]\\d:([0-5]\\d|60)(\\.\\d+)?"
            + "(Z|[+-]([01]\\d|2[0-3]):[0-5]\\d)$")))' <<<"$answer" || {
    printf 'not one line with a token of 1 to 32 characters and an RFC 3339 time: %s\n' "$answer" >&2
    return 1
  }
}

# Installs the npm packages of the client's lock file, copies the given scripts next to them, and changes to that
# folder: Node looks for packages next to the script.
npm_packages() {
  local file
  for file in package.json package-lock.json .npmrc "$@"; do
    cp "$here/$file" "$cache"
  done
  cd "$cache" || return
  npm ci --prefer-offline --cache "$cache/npm" >&2
}
