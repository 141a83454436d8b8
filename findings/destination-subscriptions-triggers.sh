#!/usr/bin/env bash
# @segment/destination-subscriptions, which parses the triggers of Segment's destinations, gives `and` no precedence
# over `or`, and reports no error for words that its language does not have. Conditions of one level are joined by one
# word, all of them, so `type = "track" and event = "A" or event = "B"` holds for every track call; `not event = "A"`
# holds for A, `OR` in capitals joins by `and`, and a second equals sign becomes the value.
set -euo pipefail

FOLDER="$(mktemp -d)"
trap 'rm -rf "$FOLDER"' EXIT
cd "$FOLDER"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @segment/destination-subscriptions@3.37.0

cat >triggers.cjs <<'JS'
const { parseFql, validate } = require('@segment/destination-subscriptions')
const { version } = require('@segment/destination-subscriptions/package.json')
console.log(`@segment/destination-subscriptions ${version} on Node ${process.version}`)

const names = ['Signed Up', 'Mug Bought', 'Page Liked']
const cases = {
  'type = "track" and event = "Signed Up" or event = "Mug Bought"': [true, true, true],
  'event = "Signed Up" or event = "Mug Bought" and type = "track"': [false, false, false],
  'type = "track" and (event = "Signed Up" or event = "Mug Bought")': [true, true, false],
  'not event = "Signed Up"': [true, false, false],
  'event = "Signed Up" OR event = "Mug Bought"': [false, false, false],
  'event == "Signed Up"': [false, false, false],
  'event in ("Signed Up", "Mug Bought")': [false, false, false],
}
let changed = false
for (const [trigger, expected] of Object.entries(cases)) {
  const tree = parseFql(trigger)
  const seen = names.map((event) => validate(tree, { type: 'track', event }))
  console.log(trigger, '->', tree.operator, JSON.stringify(tree.children), tree.error ?? 'no error', JSON.stringify(seen))
  changed ||= tree.error !== undefined || JSON.stringify(seen) !== JSON.stringify(expected)
}
console.log(changed ? 'The behaviour has changed.' : 'One word joins a level, and unknown words are dropped without an error.')
process.exit(changed ? 1 : 0)
JS
node triggers.cjs
