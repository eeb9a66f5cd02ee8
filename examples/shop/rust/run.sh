#!/usr/bin/env bash
# Runs the backend with the variables of kit.env; with `install`, only installs what it needs.
# SHOP_RUST is the built program; without it, cargo builds it.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if [[ ${1:-} == install ]]; then exit; fi
if [[ -n ${SHOP_RUST:-} ]]; then exec "$SHOP_RUST"; fi
exec cargo run --quiet --manifest-path "$here/Cargo.toml"
