#!/usr/bin/env bash
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../case.sh"

requests_only
jars=/usr/share/java
exec java -classpath "$jars/okhttp.jar:$jars/okio.jar:$jars/gson.jar:$cache/classes" TokenClient
