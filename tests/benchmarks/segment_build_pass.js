'use strict';
/*
 * How long Segment's own build takes for the events of a file, with its presets; nothing goes over the network.
 *
 *   node segment_build_pass.js FOLDER FILE      FOLDER/node_modules holds @segment/action-destinations
 *
 * It prints {"events", "requests", "seconds"}; the time is that of reading, parsing and delivering, without loading.
 */
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');
const { createRequire } = require('node:module');

console.log = console.info = console.debug = console.error;
const installed = createRequire(path.join(path.resolve(process.argv[2]), 'package.json'));
const fromDestinations = createRequire(installed.resolve('@segment/action-destinations'));
const fromCore = createRequire(fromDestinations.resolve('@segment/actions-core'));

const { Headers, Request, Response } = fromCore('cross-fetch');
let requests = 0;
async function answer() {
  requests += 1;
  return new Response('{}', { status: 200, headers: { 'content-type': 'application/json' } });
}
// The build takes the module when it is loaded, so this stands before it.
fromCore.cache[fromCore.resolve('cross-fetch')].exports = Object.assign(answer, { Headers, Request, Response });

const { Destination } = fromDestinations('@segment/actions-core');
const definition = fromDestinations('./destinations/iterable').default;
const destination = new Destination(definition);
const subscriptions = definition.presets
  .filter((preset) => preset.type === 'automatic')
  .map(({ name, partnerAction, subscribe, mapping }) => ({ name, partnerAction, subscribe, mapping, enabled: true }));
const settings = { apiKey: 'key', dataCenterLocation: 'united_states', subscriptions };

async function main() {
  let events = 0;
  const started = process.hrtime.bigint();
  for await (const line of readline.createInterface({ input: fs.createReadStream(process.argv[3]) })) {
    events += 1;
    try {
      await destination.onEvent(JSON.parse(line), settings);
    } catch {
      // A refusal, which is an answer as good as any.
    }
  }
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  process.stdout.write(`${JSON.stringify({ events, requests, seconds })}\n`);
}

main();
