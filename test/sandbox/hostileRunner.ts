import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { nodePath } from '../../sandbox/containerOptions.ts';
import { cacheFolder } from './support.ts';

/*
 * A runner for tests, in plain JavaScript: honest as it stands, until its `lie` table replaces an answer.
 * It runs as the command of a container and as the worker of the preview backend.
 */
const honest = `
const types = { ready: 65, started: 66, intents: 67, done: 68, fail: 69 };
let nonce = '';
let sets = 1;
let chunk = 0;
let bars = 0;

function frame(type, payload = Buffer.alloc(0)) {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(payload.length, 0);
  header[4] = type;
  return Buffer.concat([header, payload]);
}
const json = (type, value) => frame(type, Buffer.from(JSON.stringify(value)));

function ready(changes = {}) {
  const description = { name: 'Hostile', params: {} };
  return json(types.ready, { nonce, protocol: 5, engineHash: '0'.repeat(64), runtime: 'test', description, ...changes });
}
function started(changes = {}) {
  return json(types.started, { nonce, warmups: Array(sets).fill(0), plots: [], ...changes });
}
/* Rows that close nothing: they cause no fill, so the hash of the fills stays as it begins. */
function closeRow(bar, id) {
  return [bar, id, 3, 0, 3, 100, ...Array(12).fill(0)];
}
function intents(rows = [], { fills = 0, high = 0x2545f491, low = 0x1b873593, asChunk = chunk, key = nonce, count = rows.length, plotted = [] } = {}) {
  const head = Buffer.alloc(24 + 16);
  Buffer.from(key, 'hex').copy(head, 0);
  head.writeUInt32LE(asChunk, 16);
  head.writeUInt32LE(1, 20);
  head.writeUInt32LE(count, 24);
  head.writeUInt32LE(fills, 28);
  head.writeUInt32LE(high, 32);
  head.writeUInt32LE(low, 36);
  const body = Buffer.from(new Float64Array([...rows.flat(), ...plotted]).buffer);
  return frame(types.intents, Buffer.concat([head, body]));
}
const onePlot = { plots: [{ name: 'Plot', pane: 'price' }] };
function done(changes = {}) {
  return json(types.done, { nonce, bars, log: [], logDropped: 0, ...changes });
}

const lie = {};
function onFrame(type, payload) {
  if (type === 1) nonce = JSON.parse(payload).nonce;
  else if (type === 2) send((lie.ready ?? ready)());
  else if (type === 3) {
    sets = JSON.parse(payload).sets.length;
    send((lie.started ?? started)());
  } else if (type === 4) {
    const from = bars;
    bars += payload.readDoubleLE(8);
    send((lie.intents ?? (() => intents()))(from, bars));
    chunk++;
  } else if (type === 5) {
    send((lie.done ?? done)());
    end();
  }
}

let waiting = Buffer.alloc(0);
function take(bytes) {
  waiting = Buffer.concat([waiting, bytes]);
  while (waiting.length >= 8 && waiting.length >= 8 + waiting.readUInt32LE(0)) {
    const length = waiting.readUInt32LE(0);
    const [type, payload] = [waiting[4], waiting.subarray(8, 8 + length)];
    waiting = waiting.subarray(8 + length);
    onFrame(type, payload);
  }
}
`;

const inContainer = `
const { writeSync } = require('node:fs');
function send(bytes) {
  for (let offset = 0; offset < bytes.length; ) {
    try {
      offset += writeSync(1, bytes, offset);
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
    }
  }
}
const end = () => process.exit(0);
process.stdin.on('data', (bytes) => take(bytes));
process.stdin.on('end', () => process.exit(0));
`;

const inWorker = `
const { parentPort } = require('node:worker_threads');
const send = (bytes) => parentPort.postMessage(new Uint8Array(bytes));
const end = () => parentPort.close();
parentPort.on('message', (message) => {
  // Any other says that a run begins.
  if (message instanceof Uint8Array) take(Buffer.from(message));
});
`;

/** The command line of a container that is honest but for `lies`, statements that set fields of \`lie\`. */
export function hostileCommand(lies: string): string[] {
  return [nodePath, '-e', `${honest}\n${inContainer}\n${lies}`];
}

/** The same as a worker's file. */
export function hostileWorker(name: string, lies: string): string {
  const folder = join(cacheFolder, 'workers');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name.replaceAll(/[^a-z0-9]+/gi, '-')}.cjs`);
  writeFileSync(file, `${honest}\n${inWorker}\n${lies}`);
  return file;
}
