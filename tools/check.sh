#!/usr/bin/env bash
# Everything that can be said about the code without running it; changes nothing.
set -uo pipefail
cd "$(dirname "$0")/.."
failed=0
step() {
  local name=$1; shift
  if "$@"; then echo "check: $name ok"; else echo "check: $name FAILED" >&2; failed=1; fi
}
format() { git ls-files '*.cpp' '*.hpp' | xargs -P "$(nproc)" -n 64 clang-format-19 --dry-run --Werror; }
shells() { local f; for f in run tools/*.sh .ci/run; do bash -n "$f" || return 1; done; }
clean() {  # no host names of package registries, no machine paths, no build output
  ! git grep -nIE 'registry\.npmjs|pypi\.org|deb\.debian\.org|crates\.io/|/work/(main|shared)|/root/' -- . ':!tools/check.sh'
}
step format format
step shells shells
step rooms /usr/bin/python3 tools/rooms.py check .
step messages /usr/bin/python3 tools/messages.py check .
step sizes /usr/bin/python3 tools/style.py check .
step clean clean
# With the compiler of the pages, which building them installs.
[ ! -d web/node_modules/typescript ] || step words node tools/hard_text.mjs web
[ ! -f tools/documents.py ] || step documents /usr/bin/python3 tools/documents.py check .
if [ -x build/bin/fvm ] || [ "${CI:-}" = true ]; then
  [ -x build/bin/fvm ] || ./run build >/dev/null || failed=1
  step links /usr/bin/python3 tools/rooms.py links . build
fi
exit $failed
