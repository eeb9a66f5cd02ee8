#!/usr/bin/env bash
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

# The copy is made last, so that it exists only if every step before it succeeded.
if ! cmp --silent "$here/requirements.txt" "$cache/installed"; then
  python3 -m venv --clear "$cache/venv"
  "$cache/venv/bin/pip" install --quiet --cache-dir "$cache/pip" --requirement "$here/requirements.txt" >&2
  cp "$here/requirements.txt" "$cache/installed"
fi

# Without -B Python would write its byte code next to the script.
get_token "$cache/venv/bin/python" -B "$here/token_from_sandbox.py"
