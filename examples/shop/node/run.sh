#!/usr/bin/env bash
# Runs the backend with the variables of kit.env; with `install`, only installs what it needs.
# EXAMPLES_CACHE is a folder for packages, outside the checkout.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${EXAMPLES_CACHE:?names a folder for packages}/shop
mkdir -p "$cache/node"
# Node.js looks for packages next to the program, and the program for the page next to its folder.
cp -r "$here"/{shop.mjs,package.json,package-lock.json,.npmrc} "$cache/node"
rm -rf "$cache/web" && cp -r "$here/../web" "$cache/web"
cd "$cache/node"
if ! cmp --silent package-lock.json installed; then
  npm ci --prefer-offline --silent --cache "$EXAMPLES_CACHE/npm" >&2
  cp package-lock.json installed
fi
if [[ ${1:-} == install ]]; then exit; fi
exec node shop.mjs
