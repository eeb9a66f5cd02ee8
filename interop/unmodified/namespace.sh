#!/usr/bin/env bash
# Runs a command where WeChat Pay's names lead to loopback: `namespace.sh COMMAND…`.
#
# The command has a network and a hosts file of its own. The machine is not changed, and whatever the command does about
# addresses ends with it. Without root it needs user namespaces, which most distributions permit.
set -euo pipefail

if [[ ${1:-} != --inside ]]; then
  user=()
  ((EUID == 0)) || user=(--user --map-root-user)
  exec unshare "${user[@]}" --net --mount -- bash "$0" --inside "$@"
fi
shift

ip link set lo up
hosts=$(mktemp)
cat >"$hosts" <<'HOSTS'
127.0.0.1 localhost
127.0.0.1 api.mch.weixin.qq.com api.wechatpay.cn
127.0.0.2 api2.mch.weixin.qq.com api2.wechatpay.cn
HOSTS
mount --bind "$hosts" /etc/hosts
rm "$hosts"
exec "$@"
