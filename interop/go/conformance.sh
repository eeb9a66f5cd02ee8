#!/usr/bin/env bash
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../case.sh"

requests_only
exec "$cache/token"
