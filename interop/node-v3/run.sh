#!/usr/bin/env bash
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"
: "${RUHUI_CERTIFICATE:?}"

npm_packages token.js callback.js
get_token node token.js
