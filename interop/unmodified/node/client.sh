# shellcheck shell=bash
# The packages are those of interop/node, pinned there.

build() {
  cp "$here/../node"/{package.json,package-lock.json,.npmrc} "$here/node"/*.js "$cache"
  (cd "$cache" && npm ci --prefer-offline --cache "$INTEROP_CACHE/node/npm" >&2)
}

start() {
  (cd "$cache" && node card_member.js)
}
