#!/usr/bin/env bash
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

# `local` keeps newer Go versions from fetching another compiler.
export GOCACHE=$cache/build GOPATH=$cache/path GOFLAGS='' GOWORK=off GOTOOLCHAIN=local
(cd "$here" && go build -buildvcs=false -o "$cache/token" .)

get_token "$cache/token"
