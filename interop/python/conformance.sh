#!/usr/bin/env bash
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../case.sh"

case $RUHUI_CASE_KIND in
request) exec "$cache/venv/bin/python" -B "$here/token_from_sandbox.py" ;;
callback) exec "$cache/venv/bin/python" -B "$here/receiver.py" ;;
esac
