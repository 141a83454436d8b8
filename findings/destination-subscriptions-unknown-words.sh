#!/usr/bin/env bash
# @segment/destination-subscriptions reports no error for words that its trigger language does not have; it drops them.
# `not event = "A"` holds for A, `OR` in capitals joins by `and`, and a second equals sign becomes the value.
set -euo pipefail

VERSION=3.37.0
FOLDER="$(mktemp -d)"
trap 'rm -rf "$FOLDER"' EXIT
cd "$FOLDER"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund "@segment/destination-subscriptions@$VERSION"

cat >words.cjs <<'JS'
const { parseFql, validate } = require('@segment/destination-subscriptions')
const { version } = require('@segment/destination-subscriptions/package.json')
console.log(`@segment/destination-subscriptions ${version} on Node ${process.version}`)

const names = ['Signed Up', 'Mug Bought']
const cases = {
  'not event = "Signed Up"': [true, false],
  'event = "Signed Up" OR event = "Mug Bought"': [false, false],
  'event == "Signed Up"': [false, false],
  'event in ("Signed Up", "Mug Bought")': [false, false],
}
let changed = false
for (const [trigger, expected] of Object.entries(cases)) {
  const tree = parseFql(trigger)
  const seen = names.map((event) => validate(tree, { type: 'track', event }))
  console.log(trigger, '->', JSON.stringify(tree.children), tree.error ?? 'no error', JSON.stringify(seen))
  changed ||= tree.error !== undefined || JSON.stringify(seen) !== JSON.stringify(expected)
}
console.log(changed ? 'The behaviour has changed.' : 'Unknown words are dropped, and what is left is a trigger that says something else.')
process.exit(changed ? 1 : 0)
JS
node words.cjs
