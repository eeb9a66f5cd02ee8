#!/usr/bin/env bash
# Runs the tests with the program that RUHUI names. EXAMPLES_CACHE is a folder for classes, outside the checkout.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${EXAMPLES_CACHE:?names a folder for classes}/junit
jars=/usr/share/java
classpath=$cache
for jar in gson junit-jupiter-api junit-jupiter-engine junit-platform-commons junit-platform-console \
  junit-platform-engine junit-platform-launcher junit-platform-reporting opentest4j apiguardian-api picocli univocity-parsers; do
  classpath=$classpath:$jars/$jar.jar
done
rm -rf "$cache"
mkdir -p "$cache"
javac -encoding UTF-8 -classpath "$classpath" -d "$cache" "$here"/*.java
java -classpath "$classpath" org.junit.platform.console.ConsoleLauncher --disable-banner \
  --fail-if-no-tests --select-class TokenTest
