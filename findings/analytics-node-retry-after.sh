#!/usr/bin/env bash
# @segment/analytics-node honours Retry-After on 429 and ignores it on 503: a server that asks for a pause while it is
# down is asked again about a second later, so an outage that counts on the header is over too early for the SDK.
set -euo pipefail

VERSION=3.1.0
FOLDER="$(mktemp -d)"
trap 'rm -rf "$FOLDER"' EXIT
cd "$FOLDER"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund "@segment/analytics-node@$VERSION"

cat >retry-after.mjs <<'JS'
import http from 'node:http'
import { createRequire } from 'node:module'
import { Analytics } from '@segment/analytics-node'

const { version } = createRequire(import.meta.url)('@segment/analytics-node/package.json')
console.log(`@segment/analytics-node ${version} on Node ${process.version}`)
const ASKED = 4

/** Sends one event to a server whose first answer asks for a pause; gives the seconds until the SDK came back. */
async function pauseAfter(status) {
  const instants = []
  const sink = http.createServer((request, response) => {
    request.resume().on('end', () => {
      instants.push(performance.now())
      if (instants.length > 1) response.writeHead(200).end('{}')
      else response.writeHead(status, { 'retry-after': String(ASKED) }).end()
    })
  })
  await new Promise((resolve) => sink.listen(0, '127.0.0.1', resolve))
  const analytics = new Analytics({ writeKey: 'key', host: `http://127.0.0.1:${sink.address().port}` })
  analytics.track({ userId: 'ada', event: 'Mug Bought' })
  await analytics.closeAndFlush({ timeout: 15000 })
  sink.closeAllConnections()
  await new Promise((resolve) => sink.close(resolve))
  const seconds = (instants[1] - instants[0]) / 1000
  console.log(`${status} with Retry-After: ${ASKED}: ${instants.length} requests, ${seconds.toFixed(1)} s between the first two`)
  return seconds
}

const limited = await pauseAfter(429)
const down = await pauseAfter(503)
const same = limited >= ASKED - 0.1 && down < ASKED - 1
console.log(same ? 'Honoured on 429, ignored on 503.' : 'The behaviour has changed.')
process.exit(same ? 0 : 1)
JS
node retry-after.mjs
