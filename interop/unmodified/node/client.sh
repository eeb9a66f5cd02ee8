# shellcheck shell=bash
# The packages are those of interop/node, pinned there.

build() {
  cp "$here/node"/*.js "$cache"
  cmp --silent "$here/../node/package-lock.json" "$cache/installed" && return
  cp "$here/../node"/{package.json,package-lock.json,.npmrc} "$cache"
  (cd "$cache" && npm ci --prefer-offline --cache "$INTEROP_CACHE/node/npm" >&2)
  cp "$here/../node/package-lock.json" "$cache/installed"
}

start() {
  (cd "$cache" && node card_member.js)
}
