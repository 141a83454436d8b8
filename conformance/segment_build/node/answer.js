'use strict';
/*
 * Answers for Segment's own build of the Iterable (Actions) destination.
 *
 *   node answer.js FOLDER      FOLDER/node_modules holds @segment/action-destinations
 *
 * Each line on stdin is a case, {"kind", "in"} in the form of the recorded vectors; for each, in order, one line
 * goes to stdout: {"out"} as a vector has it, or {"fault"} when the case is none that can be answered.
 * Nothing goes over the network: every request is kept, and gets the reply that the case names for it.
 * A case may name the LiquidJS that renders its templates: "in": {"liquidjs": "10.30.1", ...}.
 */
const http = require('node:http');
const net = require('node:net');
const path = require('node:path');
const readline = require('node:readline');
const { createRequire } = require('node:module');

/** The instant of every recording, and its time zone: an absent timestamp becomes this. */
const RECORDED_AT = Date.parse('2026-08-20T12:00:00Z');
process.env.TZ = 'UTC';
globalThis.Date = new Proxy(Date, {
  construct: (real, given, called) => Reflect.construct(real, given.length ? given : [RECORDED_AT], called),
  get: (real, key, receiver) => (key === 'now' ? () => RECORDED_AT : Reflect.get(real, key, receiver)),
});

// stdout carries answers alone.
console.log = console.info = console.debug = console.error;
net.Socket.prototype.connect = () => {
  throw new Error('the build tried to reach the network');
};

const installed = createRequire(path.join(path.resolve(process.argv[2]), 'package.json'));
const fromDestinations = createRequire(installed.resolve('@segment/action-destinations'));
const coreFile = fromDestinations.resolve('@segment/actions-core');
const fromCore = createRequire(coreFile);

const HEADERS = ['api-key', 'content-type', 'user-agent'];
const SUCCESS = { msg: '', code: 'Success', params: null };
/** The requests of the delivery under way, and the replies that it gets; the last one repeats. */
let requests = [];
let responses = [];

const { Headers, Request, Response } = fromCore('cross-fetch');

async function answerRequest(request) {
  const text = await request.clone().text();
  const headers = HEADERS.filter((name) => request.headers.has(name)).map((name) => [name, request.headers.get(name)]);
  const response = responses[Math.min(requests.length, responses.length - 1)];
  const seen = { method: request.method, url: request.url, headers: Object.fromEntries(headers) };
  requests.push(text ? { ...seen, json: JSON.parse(text) } : seen);
  if (response.networkError) throw new NetworkFailure('fetch failed');
  return replyFrom(response);
}
// The build takes the module when it is loaded, so this stands before it.
fromCore.cache[fromCore.resolve('cross-fetch')].exports = Object.assign(answerRequest, { Headers, Request, Response });

/** What fetch throws when nobody answers; its name is the one that Node gives. */
class NetworkFailure extends TypeError {}
NetworkFailure.prototype.name = 'TypeError';

function replyFrom({ status, body, headers = {} }) {
  const sent = new Headers(headers);
  const isText = body === undefined || typeof body === 'string';
  if (!isText && !sent.has('content-type')) sent.set('content-type', 'application/json');
  const text = isText ? body : JSON.stringify(body);
  return new Response(text, { status, statusText: http.STATUS_CODES[status] ?? '', headers: sent });
}

const { answerWith } = liquidVersions();
const { Destination } = fromDestinations('@segment/actions-core');
const { transform, transformBatch } = fromCore(path.join(path.dirname(coreFile), 'mapping-kit'));
const { parseFql, generateFql, validate } = fromCore('@segment/destination-subscriptions');
const definition = fromDestinations('./destinations/iterable').default;
const destination = new Destination(definition);
const presets = definition.presets.filter((preset) => preset.type === 'automatic');

/**
 * The build's liquid directive with each LiquidJS: the one that its repository is locked to, and a newer one.
 * The mapping kit looks for the directive's function in its module at each call, so it is exchanged there.
 */
function liquidVersions() {
  const directiveFile = path.join(path.dirname(coreFile), 'mapping-kit', 'liquid-directive.js');
  const liquidFile = fromCore.resolve('liquidjs');
  const directive = fromCore(directiveFile);
  const { cache } = fromCore;
  const [module, liquid] = [cache[directiveFile], cache[liquidFile].exports];
  const engines = { '10.27.2': directive.evaluateLiquid };
  delete cache[directiveFile];
  cache[liquidFile].exports = installed('liquidjs-10.30.1');
  engines['10.30.1'] = fromCore(directiveFile).evaluateLiquid;
  cache[directiveFile] = module;
  cache[liquidFile].exports = liquid;
  return {
    answerWith(version = '10.27.2') {
      if (!Object.hasOwn(engines, version)) throw new Error(`there is no LiquidJS ${JSON.stringify(version)}`);
      directive.evaluateLiquid = engines[version];
    },
  };
}

const ANSWERS = {
  mapping: (given) => attempt(() => outputOf(transform(given.mapping, given.input)), mappingErrorFrom),
  mapping_batch: (given) => attempt(() => ({ output: transformBatch(given.mapping, given.inputs) }), mappingErrorFrom),
  fql: (given) => attempt(() => evaluated(given), triggerErrorFrom),
  fql_generate: (given) => attempt(() => ({ fql: generateFql(given.ast) }), triggerErrorFrom),
  event: (given) => deliver(given, (settings) => destination.onEvent(given.events[0], settings)),
  batch: (given) => deliver(given, (settings) => destination.onBatch(given.events, settings)),
  auth: async (given) => {
    begin(given);
    const answer = await attempt(
      async () => (await destination.testAuthentication(given.settings), { ok: true }),
      errorFrom,
    );
    return { ok: false, ...answer, requests };
  },
};

function evaluated(given) {
  const ast = parseFql(given.fql);
  if (ast.error) throw ast.error;
  return { ast, matches: validate(ast, given.event) };
}

function triggerErrorFrom(error) {
  return { message: isOfTheEngine(error) ? null : error.message };
}

function outputOf(output) {
  return output === undefined ? { undefined: true } : { output };
}

function begin(given) {
  requests = [];
  responses = given.responses ?? [{ status: 200, body: SUCCESS }];
}

/** Each subscription by itself, so that each sees the replies from the first on and an error touches no other. */
async function deliver(given, call) {
  const untouched = structuredClone(given.events);
  const subscriptions = [];
  for (const subscription of given.subscriptions === 'presets' ? presets : given.subscriptions) {
    begin(given);
    given.events = structuredClone(untouched);
    destination.responses = [];
    const settings = { ...given.settings, subscription: structuredClone(subscription) };
    const answer = await attempt(async () => ({ results: await call(settings) }), errorFrom);
    subscriptions.push({ partnerAction: subscription.partnerAction, ...answer, requests });
  }
  return { subscriptions };
}

function attempt(action, describe) {
  const refused = (error) => ({ error: describe(error) });
  try {
    const answer = action();
    return answer instanceof Promise ? answer.catch(refused) : answer;
  } catch (error) {
    return refused(error);
  }
}

/** An error of the engine is worded differently in every engine; null says that there was one. */
function isOfTheEngine(error) {
  if (error instanceof NetworkFailure) return false;
  return [TypeError, RangeError, SyntaxError, ReferenceError].some((kind) => error instanceof kind);
}

function errorFrom(error) {
  if (isOfTheEngine(error)) return { name: null, message: null };
  const shown = { name: error.name, message: error.message };
  for (const key of ['code', 'status']) if (error[key] !== undefined) shown[key] = error[key];
  if (error.response) shown.responseStatus = error.response.status;
  if (error.name === 'AggregateError') {
    // Its message is a list of stack traces.
    return { ...shown, message: null, errors: Array.from(error, ({ message }) => ({ message })) };
  }
  if (error.name === 'AggregateAjvError') {
    shown.errors = Array.from(error, ({ message, path: place, pointer }) => ({ message, path: place, pointer }));
  }
  return shown;
}

/** The error of a mapping by itself: the status is attached where an event is delivered. */
function mappingErrorFrom(error) {
  const { status, ...shown } = errorFrom(error);
  return shown;
}

async function answer(line) {
  const { kind, in: given } = JSON.parse(line);
  if (!Object.hasOwn(ANSWERS, kind)) throw new Error(`there is no kind ${JSON.stringify(kind)}`);
  answerWith(given.liquidjs);
  return JSON.stringify({ out: await ANSWERS[kind](given) });
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    const answered = await answer(line).catch((error) => JSON.stringify({ fault: String(error?.stack ?? error) }));
    process.stdout.write(`${answered}\n`);
  }
}

main();
