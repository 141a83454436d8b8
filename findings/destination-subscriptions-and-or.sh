#!/usr/bin/env bash
# @segment/destination-subscriptions, which parses the triggers of Segment's destinations, gives `and` no precedence
# over `or`: conditions of one level are joined by the last word between them, all of them. So
# `type = "track" and event = "A" or event = "B"` holds for every track call.
set -euo pipefail

VERSION=3.37.0
FOLDER="$(mktemp -d)"
trap 'rm -rf "$FOLDER"' EXIT
cd "$FOLDER"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund "@segment/destination-subscriptions@$VERSION"

cat >precedence.cjs <<'JS'
const { parseFql, validate } = require('@segment/destination-subscriptions')
const { version } = require('@segment/destination-subscriptions/package.json')
console.log(`@segment/destination-subscriptions ${version} on Node ${process.version}`)

const calls = [
  { type: 'track', event: 'Signed Up' },
  { type: 'track', event: 'Mug Bought' },
  { type: 'track', event: 'Page Liked' },
]
const cases = {
  'type = "track" and event = "Signed Up" or event = "Mug Bought"': [true, true, true],
  'event = "Signed Up" or event = "Mug Bought" and type = "track"': [false, false, false],
  'type = "track" and (event = "Signed Up" or event = "Mug Bought")': [true, true, false],
}
let changed = false
for (const [trigger, expected] of Object.entries(cases)) {
  const tree = parseFql(trigger)
  const seen = calls.map((call) => validate(tree, call))
  console.log(trigger, '->', tree.operator, JSON.stringify(seen))
  changed ||= JSON.stringify(seen) !== JSON.stringify(expected)
}
console.log(changed ? 'The behaviour has changed.' : 'One word joins all conditions of a level; only brackets separate them.')
process.exit(changed ? 1 : 0)
JS
node precedence.cjs
