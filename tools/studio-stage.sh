#!/usr/bin/env bash
# The page in a real browser. Chromium is installed where it is missing and that is allowed; where it
# is not, the proof says what it skips.
if ! command -v chromium >/dev/null && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  timeout 90 bash -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends \
    chromium fonts-liberation' >/dev/null 2>&1
fi
timeout 30 npm ci --prefix tools/axe --no-audit --no-fund --silent
exec node_modules/.bin/node tools/prove.ts studio --tenth
