#!/usr/bin/env bash
# Builds web/ into web/dist; quiet, and only when something changed.   tools/web.sh build
set -euo pipefail
cd "$(dirname "$0")/.."
stamp=web/dist/.built
# Pages that C++ writes are among them: the style sheet has what pages use (web/only_used.ts).
sources() { cat web/package-lock.json web/*.ts web/*.json $(find web/src -name '*.ts*' -o -name '*.css' | grep -v generated | sort) $(find src/api src/desk src/http -name '*.?pp' | sort) messages/*.txt tools/messages.py tools/web.sh; }
inputs=$(sources | sha256sum)
[ -f "$stamp" ] && [ "$(cat "$stamp")" = "$inputs" ] && exit 0
if [ ! -d web/node_modules ] || [ web/package-lock.json -nt web/node_modules/.package-lock.json ]; then
  (cd web && npm ci --silent --no-audit --no-fund 2>/dev/null)
fi
/usr/bin/python3 tools/messages.py web . web/src
said=$(cd web && npm run --silent build 2>&1) || { echo "$said" >&2; exit 1; }
grep -v -e nodedir <<<"$said" || true
[ -f web/dist/portal.js ] && [ -f web/dist/portal.css ] || { echo "web: the build left no portal.js" >&2; exit 1; }
find web/dist -name '*.eot' -delete  # no browser that we support reads these
for file in web/dist/*.js web/dist/*.css; do gzip -9 -k -f -n "$file"; done
node -e 'const fs = require("fs"), { brotliCompressSync } = require("zlib"); for (const name of process.argv.slice(1)) fs.writeFileSync(name + ".br", brotliCompressSync(fs.readFileSync(name)));' web/dist/*.js web/dist/*.css
echo "$inputs" >"$stamp"
