#!/usr/bin/env bash
# Runs the tests with the program that RUHUI names.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
node --test token.test.mjs
