#!/usr/bin/env bash
# @segment/analytics-node takes a redirect for a delivery: the batch is gone, and the callback reports no error.
# The request is made with fetch, which turns a POST that is answered 301 or 302 into a GET without a body; whatever
# answers that GET with 200 makes the SDK believe that its batch was taken. A host that moves http to https does so.
set -euo pipefail

VERSION=3.1.0
FOLDER="$(mktemp -d)"
trap 'rm -rf "$FOLDER"' EXIT
cd "$FOLDER"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund "@segment/analytics-node@$VERSION"

cat >redirect.mjs <<'JS'
import http from 'node:http'
import { createRequire } from 'node:module'
import { Analytics } from '@segment/analytics-node'

const { version } = createRequire(import.meta.url)('@segment/analytics-node/package.json')
console.log(`@segment/analytics-node ${version} on Node ${process.version}`)

/** Sends one event to a server that redirects; gives the requests seen and what the SDK said of the delivery. */
async function deliver(status) {
  const requests = []
  const sink = http.createServer((request, response) => {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      requests.push({ method: request.method, path: request.url, bytes: Buffer.concat(chunks).length })
      if (request.url === '/moved') response.writeHead(200).end('<html>welcome</html>')
      else response.writeHead(status, { location: '/moved' }).end()
    })
  })
  await new Promise((resolve) => sink.listen(0, '127.0.0.1', resolve))
  const analytics = new Analytics({ writeKey: 'key', host: `http://127.0.0.1:${sink.address().port}`, maxRetries: 0 })
  const errors = []
  analytics.on('error', (error) => errors.push(error.code))
  let reported = 'nothing'
  analytics.track({ userId: 'ada', event: 'Mug Bought' }, (error) => { reported = error ? 'error' : 'success' })
  await analytics.closeAndFlush({ timeout: 5000 })
  sink.closeAllConnections()
  await new Promise((resolve) => sink.close(resolve))
  return { status, reported, errors, requests }
}

let changed = false
for (const status of [301, 302]) {
  const seen = await deliver(status)
  console.log(JSON.stringify(seen))
  const [first, second] = seen.requests
  changed ||= !(
    seen.requests.length === 2 && first.method === 'POST' && first.bytes > 0 &&
    second.method === 'GET' && second.bytes === 0 && seen.reported === 'success' && seen.errors.length === 0
  )
}
console.log(changed ? 'The behaviour has changed.' : 'The POST became a GET without the batch, and the SDK reported success.')
process.exit(changed ? 1 : 0)
JS
node redirect.mjs
