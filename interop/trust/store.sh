#!/usr/bin/env bash
# Runs a command in a mount namespace with copies of Debian's trust store, so that the machine's stays as it is. Hooks of
# packages, such as that of Java's store, need dpkg's database and are left out.
set -euo pipefail
# The programs of an administrator, which are not on the path of every user.
export PATH=$PATH:/usr/sbin:/sbin
copies=$(mktemp --directory)
for store in /etc/ssl/certs /usr/local/share/ca-certificates /etc/ca-certificates/update.d; do
  mkdir -p "$copies$store"
  [[ $store == */update.d ]] || cp --recursive "$store/." "$copies$store"
  mount --bind "$copies$store" "$store"
done
status=0
"$@" || status=$?
for store in /etc/ssl/certs /usr/local/share/ca-certificates /etc/ca-certificates/update.d; do
  umount "$store"
done
rm -rf "$copies"
exit "$status"
