#!/usr/bin/env bash
# @segment/destination-subscriptions takes a line feed in a trigger for a blank, and a carriage return for the end of
# what it reads: of a trigger of two lines that end as on Windows only the first line counts, without an error. So
# `type = "track"` with the name of the event on its second line holds for every track call. With a carriage return
# behind the last condition nothing is parsed at all.
set -euo pipefail

FOLDER="$(mktemp -d)"
trap 'rm -rf "$FOLDER"' EXIT
cd "$FOLDER"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @segment/destination-subscriptions@3.37.0

cat >lines.cjs <<'JS'
const { parseFql, validate } = require('@segment/destination-subscriptions')
const { version } = require('@segment/destination-subscriptions/package.json')
console.log(`@segment/destination-subscriptions ${version} on Node ${process.version}`)

const cases = {
  'type = "track"\nand event = "Signed Up"': [true, false],
  'type = "track"\r\nand event = "Signed Up"': [true, true],
}
let changed = false
for (const [trigger, expected] of Object.entries(cases)) {
  const tree = parseFql(trigger)
  const seen = ['Signed Up', 'Mug Bought'].map((event) => validate(tree, { type: 'track', event }))
  console.log(JSON.stringify(trigger), '->', JSON.stringify(tree.children), tree.error?.message ?? 'no error', JSON.stringify(seen))
  changed ||= JSON.stringify(seen) !== JSON.stringify(expected) || tree.error !== undefined
}
const last = parseFql('type = "track"\r\n')
console.log(JSON.stringify('type = "track"\r\n'), '->', last.error?.message ?? 'no error')
changed ||= last.error === undefined
console.log(changed ? 'The behaviour has changed.' : 'What stands behind a carriage return is left out without an error.')
process.exit(changed ? 1 : 0)
JS
node lines.cjs
