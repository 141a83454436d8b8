#!/usr/bin/env bash
# LiquidJS 10.27.2, with which Segment's mapping kit renders templates, reads three things unlike Shopify's Liquid:
# two `cycle` tags with as many values share one position, so the second begins where the first has got to; `a == not b`
# compares a with nothing and not with the contrary of b; and `increment` counts in the object that it was given, whose
# own member of that name it changes.
set -euo pipefail

FOLDER="$(mktemp -d)"
trap 'rm -rf "$FOLDER"' EXIT
cd "$FOLDER"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund liquidjs@10.27.2

cat >templates.cjs <<'JS'
const { Liquid } = require('liquidjs')
const { version } = require('liquidjs/package.json')
console.log(`liquidjs ${version} on Node ${process.version}`)

const engine = new Liquid()
const cases = [
  ['{% cycle "a", "b" %}{% cycle "c", "d" %}', {}, 'ad', {}],
  ['{% if off == not on %}yes{% else %}no{% endif %}', { on: true, off: false }, 'no', { on: true, off: false }],
  ['{% if missing == not on %}yes{% else %}no{% endif %}', { on: true }, 'yes', { on: true }],
  ['{% increment price %} {{ price }}', { price: 20 }, '20 21', { price: 21 }],
]
let changed = false
for (const [template, given, text, left] of cases) {
  const scope = structuredClone(given)
  const rendered = engine.parseAndRenderSync(template, scope)
  console.log(template, JSON.stringify(given), '->', JSON.stringify(rendered), JSON.stringify(scope))
  changed ||= rendered !== text || JSON.stringify(scope) !== JSON.stringify(left)
}
console.log(changed ? 'The behaviour has changed.' : 'Cycles share a position, `== not` compares with nothing, and the given object was changed.')
process.exit(changed ? 1 : 0)
JS
node templates.cjs
