#!/usr/bin/env bash
# Runs programs with hard-coded hosts against a sandbox: `way.sh names|proxy CLIENT…`.
#
# `names`: the hosts' names lead to a sandbox on port 443, in a namespace of its own.
# `proxy`: the programs use the sandbox's proxy.
#
# In both ways the programs trust the sandbox by the lines that `ruhui ca show --for …` prints.
#
# RUHUI is the binary. INTEROP_CACHE is the folder for packages and builds. For each client, one line of JSON on standard
# output says what passed.
set -euo pipefail
: "${RUHUI:?is the path of the binary ruhui}" "${INTEROP_CACHE:?is a folder for packages and builds}"

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
way=$1
shift

# Builds need the network, which the namespace does not have.
if [[ $way != names-inside ]]; then
  for client in "$@"; do
    cache=$INTEROP_CACHE/unmodified/$client
    mkdir -p "$cache"
    (source "$here/$client/client.sh" && build)
  done
fi
if [[ $way == names ]]; then
  exec bash "$here/namespace.sh" bash "$0" names-inside "$@"
fi

place=$(mktemp --directory)
trap 'kill "${sandbox:-}" 2>/dev/null; rm -rf "$place"' EXIT
trap 'exit 130' INT TERM

case $way in
names-inside) addresses=(--main 127.0.0.1:443 --backup 127.0.0.2:443) ;;
proxy) addresses=(--main 127.0.0.1:0 --backup 127.0.0.1:0 --proxy=127.0.0.1:0) ;;
*)
  echo "there is no way $way; there are names and proxy" >&2
  exit 2
  ;;
esac
# Settings of the user must not lead the sandbox or the clients elsewhere.
unset HTTPS_PROXY https_proxy HTTP_PROXY http_proxy ALL_PROXY all_proxy NO_PROXY no_proxy
"$RUHUI" sandbox "$place/ruhui-sandbox" --tls "${addresses[@]}" --operations 127.0.0.1:0 >"$place/log" 2>&1 &
sandbox=$!
kit=$place/ruhui-sandbox/kit
until [[ -s $kit/kit.env ]] && curl --silent --fail --output "$place/ready" "$(. "$kit/kit.env" && echo "$RUHUI_OPERATIONS_URL")/readyz"; do
  kill -0 "$sandbox" 2>/dev/null || {
    cat "$place/log" >&2
    exit 1
  }
  sleep 0.05
done

# Runs the client with WeChat Pay's public key from a file of the kit. While it waits for its callback, the sandbox's user
# joins.
make_member() (
  client=$1 cache=$INTEROP_CACHE/unmodified/$1
  source "$here/$client/client.sh"
  # A client knows what a merchant knows: ids, keys in files, and no address of a sandbox.
  set -a
  . "$kit/kit.env"
  RUHUI_PRIVATE_KEY=$kit/apiclient_key.pem RUHUI_WECHATPAY_PUBLIC_KEY=$kit/$2
  unset RUHUI_BASE_URL RUHUI_BACKUP_URL RUHUI_OPERATIONS_URL RUHUI_NOTIFY_URL RUHUI_PROXY_URL RUHUI_CA_CERTIFICATE
  lead "$client"
  set +a
  start | while read -r first rest; do
    case $first in
    token) (cd "$kit" && "$RUHUI" user join --token "$rest" --phone 13900000000 --field name=小会) >>"$place/log" ;;
    *) printf '%s\n' "$first $rest" ;;
    esac
  done
)

# Makes the client's runtime trust the sandbox's authority, and use its proxy if it has one.
lead() {
  "$RUHUI" ca show --for "$1" --kit "$kit" >"$place/lines.sh"
  source "$place/lines.sh" >>"$place/log" 2>&1
}

for client in "$@"; do
  make_member "$client" wxp_pub.pem
done

# A client that accepted these responses would not verify: they are signed with another key than the one it has.
for client in "$@"; do
  if make_member "$client" brand_wxp_pub.pem >"$place/accepted" 2>"$place/rejected"; then
    echo "$client accepted a signature of another key" >&2
    exit 1
  fi
  grep --quiet "the response's signature was not accepted" "$place/rejected" || {
    echo "$client failed with another key, but not because of the signature:" >&2
    cat "$place/rejected" >&2
    exit 1
  }
done
