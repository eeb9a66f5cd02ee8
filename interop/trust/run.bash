# Runs the lines that `ruhui ca show` prints, a client with and without them, and the lines that undo them.
# Sourced lines are those of a user's shell. shellcheck shell=bash
set -euo pipefail
lines=$1 undo=$2 base=$3
shift 3

# A failing source of bash with -e would end here, as a user's shell would not.
# shellcheck source=/dev/null
source "$lines" >/dev/null
[[ $("$@") == ok ]] || { echo "the built-in address is not reached" >&2; exit 1; }
[[ $("$@" "$base") == ok ]] || { echo "$base is not trusted" >&2; exit 1; }

# shellcheck source=/dev/null
source "$undo" >/dev/null
if said=$("$@" "$base" 2>&1); then
  echo "$base is still trusted after the lines were undone" >&2
  exit 1
fi
grep --quiet --ignore-case --extended-regexp 'certificate|PKIX' <<<"$said" || {
  printf 'the client failed, but not by the certificate: %s\n' "$said" >&2
  exit 1
}
