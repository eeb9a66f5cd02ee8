#!/usr/bin/env bash
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
: "${RUHUI_OPERATIONS_URL:?}" "${RUHUI_APIV3_KEY:?}"

# Node looks for packages beside the script, so the script moves to the packages.
cp "$here"/{package.json,package-lock.json,.npmrc,loop.js} "$cache"
cd "$cache"
npm ci --prefer-offline --cache "$cache/npm" >&2

NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost node loop.js
