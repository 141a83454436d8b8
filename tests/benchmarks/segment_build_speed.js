'use strict';
/*
 * How long Segment's own build takes for events.
 *
 *   node segment_build_speed.js FOLDER      FOLDER/node_modules holds @segment/action-destinations
 *
 * Each line on stdin is {"event", "count", "action"}: so many copies of an event, which go through all four presets
 * one after the other, or as one batch through the preset of an action. For each line one goes to stdout: seconds.
 * Every request is answered at once, before it reaches a network.
 */
const path = require('node:path');
const readline = require('node:readline');
const { createRequire } = require('node:module');

const installed = createRequire(path.join(path.resolve(process.argv[2]), 'package.json'));
const fromDestinations = createRequire(installed.resolve('@segment/action-destinations'));
const fromCore = createRequire(fromDestinations.resolve('@segment/actions-core'));

const { Headers, Request, Response } = fromCore('cross-fetch');
const SUCCESS = JSON.stringify({ msg: '', code: 'Success', params: null });
const REPLY = { status: 200, statusText: 'OK', headers: { 'content-type': 'application/json' } };
const answer = async () => new Response(SUCCESS, REPLY);
// The build takes the module when it is loaded, so this stands before it.
fromCore.cache[fromCore.resolve('cross-fetch')].exports = Object.assign(answer, { Headers, Request, Response });

const { Destination } = fromDestinations('@segment/actions-core');
const definition = fromDestinations('./destinations/iterable').default;
const presets = definition.presets.filter((preset) => preset.type === 'automatic');

async function singles(destination, events) {
  for (const event of events) {
    const results = await destination.onEvent(event, { apiKey: 'k', subscriptions: presets });
    if (!results.some(({ output }) => output === 'Action Executed')) throw new Error(JSON.stringify(results));
    destination.responses = [];
  }
}

async function batch(destination, events, action) {
  const subscriptions = presets.filter((preset) => preset.partnerAction === action);
  const [{ multistatus }] = await destination.onBatch(events, { apiKey: 'k', subscriptions });
  if (!multistatus.every(({ status }) => status === 200)) throw new Error(JSON.stringify(multistatus[0]));
}

async function seconds({ event, count, action }) {
  const destination = new Destination(definition);
  // It changes the events that it delivers.
  const events = Array.from({ length: count }, () => JSON.parse(JSON.stringify(event)));
  const begun = process.hrtime.bigint();
  await (action ? batch(destination, events, action) : singles(destination, events));
  return Number(process.hrtime.bigint() - begun) / 1e9;
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(`${await seconds(JSON.parse(line))}\n`);
  }
}

main();
