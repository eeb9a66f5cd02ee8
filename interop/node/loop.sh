#!/usr/bin/env bash
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
: "${RUHUI_OPERATIONS_URL:?}" "${RUHUI_APIV3_KEY:?}"

npm_packages loop.js
NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost node loop.js
