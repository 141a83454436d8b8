#!/usr/bin/env bash
# @iterable/mcp, Iterable's own MCP server, hands on what the API refuses as the result of a tool that went well: the
# protocol's `isError` is absent, and the error is JSON in the text. An agent that looks at `isError` alone takes a
# refused call for a done one. Nothing of the real service is called here, nor is any key of a real project.
set -euo pipefail

FOLDER="$(mktemp -d)"
trap 'rm -rf "$FOLDER"' EXIT
cd "$FOLDER"
npm init --yes >/dev/null
npm install --silent --no-audit --no-fund @iterable/mcp@1.9.0 @modelcontextprotocol/sdk@1.25.2

cat >refused.mjs <<'JS'
import { readFileSync } from 'node:fs'
import http from 'node:http'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'

const { version } = JSON.parse(readFileSync('node_modules/@iterable/mcp/package.json', 'utf-8'))
console.log(`@iterable/mcp ${version} on Node ${process.version}`)

const refusal = JSON.stringify({ msg: 'Invalid email: ada', code: 'InvalidEmailAddressError', params: null })
const api = http.createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(400, { 'Content-Type': 'application/json' }).end(refusal))
})
await new Promise((resolve) => api.listen(0, '127.0.0.1', resolve))
const transport = new StdioClientTransport({
  command: process.execPath,
  args: [new URL(import.meta.resolve('@iterable/mcp')).pathname],
  env: {
    PATH: process.env.PATH,
    HOME: process.cwd(),
    ITERABLE_API_KEY: '0123456789abcdef0123456789abcdef',
    ITERABLE_BASE_URL: `http://127.0.0.1:${api.address().port}`,
    ITERABLE_USER_PII: 'true',
    ITERABLE_ENABLE_WRITES: 'true',
  },
  stderr: 'ignore',
})
const client = new Client({ name: 'finding', version: '1.0.0' })
await client.connect(transport)
const result = await client.callTool({ name: 'get_lists', arguments: {} })
const said = JSON.parse(result.content[0].text)
await client.close()
api.close()
console.log('isError:', result.isError, '- text:', JSON.stringify({ name: said.name, statusCode: said.statusCode }))
const same = result.isError === undefined && said.statusCode === 400
console.log(same ? 'A refused call looks like one that went well.' : 'The behaviour has changed.')
process.exit(same ? 0 : 1)
JS
node refused.mjs
