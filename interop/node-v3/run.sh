#!/usr/bin/env bash
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

# Node looks for packages next to the script, so the script moves to the packages.
cp "$here"/{package.json,package-lock.json,.npmrc,token.js} "$cache"
cd "$cache"
npm ci --prefer-offline --cache "$cache/npm" >&2

get_token node token.js
