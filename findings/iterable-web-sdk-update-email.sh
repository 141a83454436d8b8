#!/usr/bin/env bash
# @iterable/web-sdk, logged in with setUserID: once updateUserEmail has been called, every later request names the new
# email and no longer the userId, while its token is still that of the userId. A userID-based project, which knows
# nobody by email, refuses all of them; a server that checks that token and body name the same user does so anywhere.
set -euo pipefail

VERSION=2.2.1
FOLDER="$(mktemp -d)"
trap 'rm -rf "$FOLDER"' EXIT
cd "$FOLDER"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund "@iterable/web-sdk@$VERSION" jsdom@26.1.0

cat >update.cjs <<'JS'
const http = require('node:http')
const { JSDOM } = require('jsdom')
const { version } = require('@iterable/web-sdk/package.json')

const requests = []
const server = http.createServer((request, response) => {
  response.setHeader('Access-Control-Allow-Origin', '*')
  response.setHeader('Access-Control-Allow-Headers', 'Api-Key, Authorization, Content-Type')
  const chunks = []
  request.on('data', (chunk) => chunks.push(chunk))
  request.on('end', () => {
    if (request.method === 'POST') {
      const { email, userId, currentUserId } = JSON.parse(Buffer.concat(chunks).toString())
      requests.push({ path: request.url, email, userId, currentUserId })
    }
    response.setHeader('Content-Type', 'application/json').end('{"msg":"","code":"Success","params":null}')
  })
})

/** A token that is good for an hour; nobody here looks at its signature. */
function token(claims) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const now = Math.floor(Date.now() / 1000)
  return `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ ...claims, iat: now, exp: now + 3600 })}.c2lnbmF0dXJl`
}

server.listen(0, '127.0.0.1', async () => {
  const url = `http://127.0.0.1:${server.address().port}`
  const { window } = new JSDOM('', { url: `${url}/page` })
  Object.assign(globalThis, { window, document: window.document, localStorage: window.localStorage })
  globalThis.XMLHttpRequest = window.XMLHttpRequest
  const { initializeWithConfig, track, updateUserEmail } = require('@iterable/web-sdk')
  const asked = []
  const { setUserID } = initializeWithConfig({
    authToken: 'key',
    configOptions: { baseURL: `${url}/api` },
    generateJWT: async ({ email, userID }) => {
      asked.push(userID ? { userID } : { email })
      return token(userID ? { userId: userID } : { email })
    },
  })
  await setUserID('ada')
  requests.length = 0
  await track({ eventName: 'Before' })
  await updateUserEmail('new@example.com')
  await track({ eventName: 'After' })
  console.log(`@iterable/web-sdk ${version} on Node ${process.version}`)
  for (const request of requests) console.log(JSON.stringify(request))
  console.log('tokens asked for:', JSON.stringify(asked))
  const [before, , after] = requests
  const same = before.userId === 'ada' && before.email === undefined
    && after.email === 'new@example.com' && after.userId === undefined
  console.log(same ? 'After the new address, requests name it and not the userId.' : 'The behaviour has changed.')
  process.exit(same ? 0 : 1)
})
JS
node update.cjs
