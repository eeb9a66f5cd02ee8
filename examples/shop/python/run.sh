#!/usr/bin/env bash
# Runs the backend with the variables of kit.env; with `install`, only installs what it needs.
# EXAMPLES_CACHE is a folder for packages, outside the checkout.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${EXAMPLES_CACHE:?names a folder for packages}/shop/python
mkdir -p "$cache"
# The copy is made last, so that it exists only if every step before it succeeded.
if ! cmp --silent "$here/requirements.txt" "$cache/installed"; then
  python3 -m venv --clear "$cache/venv"
  "$cache/venv/bin/pip" install --quiet --cache-dir "$EXAMPLES_CACHE/pip" --requirement "$here/requirements.txt" >&2
  cp "$here/requirements.txt" "$cache/installed"
fi
if [[ ${1:-} == install ]]; then exit; fi
exec "$cache/venv/bin/python" -B "$here/shop.py"
