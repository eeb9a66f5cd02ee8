#!/usr/bin/env bash
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../case.sh"

cd "$cache"
case $RUHUI_CASE_KIND in
request) exec node token.js ;;
callback) exec node callback.js ;;
esac
