# shellcheck shell=bash
# The packages are those of interop/python, pinned there.

build() {
  cmp --silent "$here/../python/requirements.txt" "$cache/installed" && return
  python3 -m venv --clear "$cache/venv"
  "$cache/venv/bin/pip" install --quiet --cache-dir "$INTEROP_CACHE/python/pip" \
    --requirement "$here/../python/requirements.txt" >&2
  cp "$here/../python/requirements.txt" "$cache/installed"
}

start() {
  "$cache/venv/bin/python" -B "$here/python/card_member.py"
}
