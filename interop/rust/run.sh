#!/usr/bin/env bash
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

# CARGO_BUILD_* from an outer cargo must not direct this build into the project's target directory.
export CARGO_TARGET_DIR=$cache/target
unset CARGO_BUILD_TARGET CARGO_BUILD_TARGET_DIR RUSTFLAGS
cargo build --locked --quiet --manifest-path "$here/Cargo.toml" >&2

get_token "$cache/target/debug/ruhui-interop-rust"
