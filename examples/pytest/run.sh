#!/usr/bin/env bash
# Runs the tests with the program that RUHUI names. EXAMPLES_CACHE is a folder for packages, outside the checkout.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${EXAMPLES_CACHE:?names a folder for packages}/pytest
mkdir -p "$cache"
# The copy is made last, so that it exists only if every step before it succeeded.
if ! cmp --silent "$here/requirements.txt" "$cache/installed"; then
  python3 -m venv --clear "$cache/venv"
  "$cache/venv/bin/pip" install --quiet --cache-dir "$cache/pip" --requirement "$here/requirements.txt"
  cp "$here/requirements.txt" "$cache/installed"
fi
# No byte code and no cache is written into the checkout.
cd "$here"
NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 "$cache/venv/bin/python" -B -m pytest -p no:cacheprovider --quiet
