#!/usr/bin/env bash
# Runs the tests with the program that RUHUI names, in Chromium. The arguments name backends; without any, all are tested.
# EXAMPLES_CACHE is a folder for packages, outside the checkout. SHOP_SCREENSHOTS is a folder for the pictures of the documents: if
# it is set, they are written in place of the tests.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${EXAMPLES_CACHE:?names a folder for packages}/shop/test
mkdir -p "$cache"
cp "$here"/{*.mjs,package.json,package-lock.json,.npmrc} "$cache"
cd "$cache"
if ! cmp --silent package-lock.json installed; then
  npm ci --prefer-offline --silent --cache "$EXAMPLES_CACHE/npm"
  cp package-lock.json installed
fi
export SHOP_FOLDER SHOP_BACKENDS=${*:-rust node python} NO_PROXY=127.0.0.1 no_proxy=127.0.0.1
SHOP_FOLDER=$(dirname "$here")
if [[ -n ${SHOP_SCREENSHOTS:-} ]]; then exec node screenshots.mjs; fi
exec node --test --test-reporter=spec shop.test.mjs
