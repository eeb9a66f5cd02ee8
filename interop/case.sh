# Sourced by each client's conformance.sh, which `ruhui conformance` runs once for each case. Nothing is installed or
# built here: the client's run.sh has done that.
# shellcheck shell=bash

: "${RUHUI_CASE_KIND:?}" "${RUHUI_KIT:?}"
: "${INTEROP_CACHE:?names the folder of packages and builds that run.sh has filled}"

here=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)
cache=$INTEROP_CACHE/$(basename "$here")

# The clients read keys from files. Each case has a copy of the kit.
export RUHUI_PRIVATE_KEY=$RUHUI_KIT/apiclient_key.pem RUHUI_CERTIFICATE=$RUHUI_KIT/apiclient_cert.pem
export RUHUI_WECHATPAY_PUBLIC_KEY=$RUHUI_KIT/wxp_pub.pem RUHUI_WECHATPAY_CERTIFICATE=$RUHUI_KIT/wxp_cert.pem
export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost

# Ends a client that only requests tokens: `--kind request` leaves the other cases out.
requests_only() {
  [[ $RUHUI_CASE_KIND == request ]] || {
    echo "this client receives no callbacks" >&2
    exit 3
  }
}
