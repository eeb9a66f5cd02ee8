#!/usr/bin/env bash
# Runs a command in a mount namespace with copies of Debian's trust stores, so that those of the machine stay as they are.
set -euo pipefail
copies=$(mktemp --directory)
trap 'rm -rf "$copies"' EXIT
for store in /etc/ssl/certs /usr/local/share/ca-certificates; do
  mkdir -p "$copies$store"
  cp --archive "$store/." "$copies$store"
  mount --bind "$copies$store" "$store"
done
"$@"
for store in /etc/ssl/certs /usr/local/share/ca-certificates; do
  umount "$store"
done
