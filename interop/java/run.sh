#!/usr/bin/env bash
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../common.sh"

jars=/usr/share/java
classpath=$jars/okhttp.jar:$jars/okio.jar:$jars/gson.jar
javac -encoding UTF-8 -classpath "$classpath" -d "$cache/classes" "$here"/*.java

# Java reads trusted authorities from a key store, not from PEM.
trust=()
if [[ -n ${RUHUI_CA_CERTIFICATE:-} ]]; then
  rm -f "$cache/trust.p12"
  keytool -importcert -noprompt -alias sandbox -file "$RUHUI_CA_CERTIFICATE" \
    -keystore "$cache/trust.p12" -storetype PKCS12 -storepass changeit >&2
  trust=(-Djavax.net.ssl.trustStore="$cache/trust.p12" -Djavax.net.ssl.trustStorePassword=changeit)
fi

get_token java "${trust[@]}" -classpath "$classpath:$cache/classes" TokenClient
