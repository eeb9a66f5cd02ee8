# shellcheck shell=bash
# The signatures are those of interop/go. A Go program is one folder, so the files are put together.

export GOCACHE=$INTEROP_CACHE/go/build GOPATH=$INTEROP_CACHE/go/path GOFLAGS='' GOWORK=off GOTOOLCHAIN=local

build() {
  rm -rf "$cache/source" && mkdir -p "$cache/source"
  cp "$here/go"/*.go "$here/../go"/{go.mod,sign.go,verify.go} "$cache/source"
  (cd "$cache/source" && go build -buildvcs=false -o "$cache/card_member" .)
}

start() {
  "$cache/card_member"
}
