#!/usr/bin/env bash
# Installs what is missing: Debian packages from tools/packages.txt, DuckDB from npm. Quiet when there is nothing to do.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
declare -A installed=()
while read -r name; do installed[$name]=yes; done < <(dpkg-query -W -f='${Package} ${db:Status-Status}\n' | sed -n 's/ installed$//p')
while read -r name; do
  case $name in '' | '#'*) continue ;; esac
  # A machine may bring its own newer node and npm; any from 18 up will do.
  case $name in nodejs) command -v node >/dev/null && continue ;; npm) command -v npm >/dev/null && continue ;; esac
  [ -n "${installed[$name]:-}" ] || missing+=("$name")
done <tools/packages.txt
if [ ${#missing[@]} -gt 0 ]; then
  sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
  echo "setup: installing ${missing[*]}" >&2
  export DEBIAN_FRONTEND=noninteractive
  $sudo apt-get update -qq
  # Services must not start by themselves: tests start their own, on their own ports.
  $sudo apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if ! [ -f third_party/duckdb/libduckdb.so ] || ! [ -f third_party/duckdb/duckdb.h ]; then
  echo "setup: DuckDB from npm" >&2
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  (cd "$work" && npm pack --silent @duckdb/node-bindings-linux-x64@1.5.6-r.1 duckdb@1.4.4 >/dev/null)
  (cd "$work" && sha512sum --quiet -c "$OLDPWD/tools/engine.sha512")
  mkdir -p third_party/duckdb
  tar -xzf "$work"/duckdb-node-bindings-linux-x64-*.tgz -C "$work" package/libduckdb.so package/LICENSE
  tar -xzf "$work"/duckdb-1.4.4.tgz -C "$work" package/src/duckdb/src/include/duckdb.h
  cp "$work/package/src/duckdb/src/include/duckdb.h" "$work/package/LICENSE" third_party/duckdb/
  cp "$work/package/libduckdb.so" third_party/duckdb/libduckdb.so
fi

# What tests and the demo run beside us: an OpenID provider, a driver for the browser, the accessibility rules.
if ! [ -d tests/node_modules ] || [ tests/package-lock.json -nt tests/node_modules/.package-lock.json ]; then
  echo "setup: OpenID provider, browser driver and accessibility rules for tests from npm" >&2
  (cd tests && npm ci --silent --no-audit --no-fund 2>/dev/null && touch node_modules/.package-lock.json)
fi
