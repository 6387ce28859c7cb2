import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import type { CandleColumns } from '../../extension/contracts/candles.ts';
import { isAtLeast } from '../../extension/contracts/isolation.ts';
import type { ParameterValues } from '../../extension/contracts/strategy.ts';
import { nodePath } from '../../sandbox/containerOptions.ts';
import { connectDocker } from '../../sandbox/dockerApi.ts';
import { runTwice } from '../../sandbox/doubleRun.ts';
import { SandboxPool } from '../../sandbox/pool.ts';
import { defaultLimits, type SandboxBackend } from '../../sandbox/sandbox.ts';
import { runInSandbox } from '../../sandbox/session.ts';
import {
  crossStrategy,
  dockerBackend,
  engineHash,
  newOwner,
  quickjsBackend,
  randomWalk,
} from '../sandbox/support.ts';
import { dockerFolder } from '../setup/docker.ts';
import { startDockerDaemon } from '../setup/dockerDaemon.ts';
import type { BenchGroup, BenchResult } from './bench.ts';

/*
 * A runner that answers each chunk at once and gives no order: what moving the bars costs by itself.
 * It reads and writes as the real one does.
 */
const echoRunner = `
const fs = require('node:fs');
const read = (n) => { const b = Buffer.alloc(n); for (let i = 0; i < n; ) { const k = fs.readSync(0, b, i, n - i, null); if (k === 0) process.exit(); i += k; } return b; };
const send = (type, payload) => { const h = Buffer.alloc(8); h.writeUInt32LE(payload.length, 0); h[4] = type; const all = Buffer.concat([h, payload]); for (let i = 0; i < all.length; ) i += fs.writeSync(1, all, i); };
const json = (type, value) => send(type, Buffer.from(JSON.stringify(value)));
let nonce = '', chunk = 0, bars = 0;
for (;;) {
  const header = read(8);
  const payload = read(header.readUInt32LE(0));
  const type = header[4];
  if (type === 1) nonce = JSON.parse(payload).nonce;
  else if (type === 2) json(65, { nonce, protocol: 5, engineHash: '0'.repeat(64), runtime: 'echo', description: { name: 'Echo', params: {} } });
  else if (type === 3) json(66, { nonce, warmups: [0], plots: [] });
  else if (type === 4) {
    bars += payload.readDoubleLE(8);
    const head = Buffer.alloc(40);
    Buffer.from(nonce, 'hex').copy(head, 0);
    head.writeUInt32LE(chunk++, 16);
    head.writeUInt32LE(1, 20);
    head.writeUInt32LE(0x2545f491, 32);
    head.writeUInt32LE(0x1b873593, 36);
    send(67, head);
  } else { json(68, { nonce, bars, log: [], logDropped: 0 }); break; }
}`;

const repeats = 3;
const takes = 7;
/** How long a sandbox gets to make itself ready. */
const settleMilliseconds = 1500;
const sandboxesAtOnce = Math.min(4, availableParallelism());

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const start = performance.now();
    await work();
    times.push((performance.now() - start) / 1000);
  }
  return times.toSorted((a, b) => a - b)[Math.floor(repeats / 2)] ?? 0;
}

function requestOf(backend: SandboxBackend, candles: CandleColumns, sets: ParameterValues[] = [{}]) {
  return {
    backend,
    engineHash: engineHash(),
    label: 'bench',
    source: crossStrategy,
    markets: [{ symbol: 'TEST', columns: candles }],
    timeframe: '1m' as const,
    settings: { ...defaultRunSettings, slippage: 0 },
    sets,
    limits: defaultLimits,

    newNonce: () => randomBytes(16),
    signal: new AbortController().signal,
  };
}

/** Bars a second from the moment at which the sandbox has read the strategy. */
async function steadyRate(
  backend: SandboxBackend,
  candles: CandleColumns,
  chunks: readonly number[],
): Promise<number> {
  const rates: number[] = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    let start = 0;
    let end = 0;
    await runInSandbox({
      ...requestOf(backend, candles),
      chunks,
      onDescribed: () => {
        start = performance.now();
      },
      onProgress: () => {
        end = performance.now();
      },
    });
    rates.push((candles.time.length * 1000) / (end - start));
  }
  return rates.toSorted((a, b) => a - b)[Math.floor(repeats / 2)] ?? 0;
}

/** Seconds from the wish for a sandbox that stands ready to the first settled chunk of 100 bars. */
async function takeSeconds(backend: SandboxBackend): Promise<number> {
  const pool = new SandboxPool({ limits: defaultLimits, label: 'bench', keepMilliseconds: 0, mostReady: 1 });
  const times: number[] = [];
  for (let repeat = 0; repeat < takes; repeat++) {
    pool.start(backend, {}, 1);
    await pause(settleMilliseconds);
    const request = requestOf(pool.over(backend), randomWalk(100));
    const start = performance.now();
    const onProgress = (): number => times.push((performance.now() - start) / 1000);
    await runInSandbox({ ...request, onProgress });
  }
  await pool.close();
  return times.toSorted((a, b) => a - b)[Math.floor(takes / 2)] ?? 0;
}

function grid(fast: number, slow: number): ParameterValues[] {
  return Array.from({ length: fast * slow }, (_, index) => ({
    fast: 5 + (index % fast),
    slow: 30 + 2 * Math.floor(index / fast),
  }));
}

const plain = { reference: null, ratio: null };

async function measure(backend: SandboxBackend, echo: SandboxBackend | null): Promise<BenchResult[]> {
  const { name } = backend;
  const bars = isAtLeast(backend.level, 'container') ? 1_000_000 : 200_000;
  const candles = randomWalk(bars);
  const short = randomWalk(100_000);
  const chunks = Array.from({ length: Math.ceil(bars / 4096) }, (_, chunk) =>
    Math.min(4096, bars - chunk * 4096),
  );
  const rate = bars / (await secondsOf(() => runInSandbox({ ...requestOf(backend, candles), chunks })));
  const echoRate =
    echo === null
      ? null
      : bars / (await secondsOf(() => runInSandbox({ ...requestOf(echo, candles), chunks })));
  const steady = await steadyRate(backend, candles, chunks);
  const steadyEcho = echo === null ? null : await steadyRate(echo, candles, chunks);
  const taken = await takeSeconds(backend);
  const twice = bars / (await secondsOf(() => runTwice(requestOf(backend, candles), 1)));
  const cold = await secondsOf(() => runInSandbox(requestOf(backend, randomWalk(100))));
  const once = await secondsOf(() => runInSandbox(requestOf(backend, short)));
  const together = (columns: CandleColumns, sets: readonly ParameterValues[]): Promise<unknown> =>
    runInSandbox(requestOf(backend, columns, [...sets]));
  /** As a search does: so many sets a sandbox, and some sandboxes at one time. */
  const searchOf = async (columns: CandleColumns, sets: readonly ParameterValues[]): Promise<void> => {
    const count = 2 * Math.ceil(sets.length / 50);
    const size = Math.ceil(sets.length / count);
    const batches = Array.from({ length: count }, (_, batch) => sets.slice(batch * size, (batch + 1) * size));
    for (let from = 0; from < batches.length; from += sandboxesAtOnce) {
      const wave = batches.slice(from, from + sandboxesAtOnce);
      await Promise.all(wave.map((batch) => together(columns, batch)));
    }
  };
  const search = await secondsOf(() => searchOf(randomWalk(33_000), grid(6, 6)));
  const isContainer = isAtLeast(backend.level, 'container');
  const sweep = isContainer ? await secondsOf(() => searchOf(short, grid(10, 10))) : null;
  const oneSandbox = isContainer ? await secondsOf(() => together(short, grid(10, 10))) : null;
  return [
    {
      name: `${name}: bars through the sandbox, chunks of 4096, against an echo runner`,
      value: rate,
      unit: 'bars/s',
      reference: echoRate,
      ratio: echoRate === null ? null : rate / echoRate,
    },
    {
      name: `${name}: the same, twice with other chunk borders`,
      value: twice,
      unit: 'bars/s',
      reference: rate,
      ratio: twice / rate,
    },
    {
      name: `${name}: the same, once it has read the strategy`,
      value: steady,
      unit: 'bars/s',
      reference: steadyEcho,
      ratio: steadyEcho === null ? null : steady / steadyEcho,
    },
    {
      name: `${name}: from a sandbox that stands ready to its first 100 bars`,
      value: taken,
      unit: 's',
      ...plain,
    },
    { name: `${name}: cold start to the end of 100 bars`, value: cold, unit: 's', ...plain },
    { name: `${name}: 100k bars, cold`, value: once, unit: 's', ...plain },
    { name: `${name}: 36 sets x 33k bars, as a search runs them`, value: search, unit: 's', ...plain },
    ...(sweep === null
      ? []
      : [
          {
            name: `${name}: 100 sets x 100k bars, as a search runs them`,
            value: sweep,
            unit: 's',
            reference: oneSandbox,
            ratio: oneSandbox === null ? null : sweep / oneSandbox,
          },
        ]),
  ];
}

export const group: BenchGroup = {
  name: 'sandbox',
  async run() {
    const results = await measure(quickjsBackend(), null);
    const given = process.env['STRATEGY_LAB_DOCKER_SOCKET'];
    const daemon = given === undefined ? await startDockerDaemon(dockerFolder) : undefined;
    const docker = connectDocker(given ?? daemon?.socketPath);
    const owner = newOwner();
    try {
      for (const runtime of ['runc', 'runsc'] as const) {
        const backend = dockerBackend(docker, runtime, owner);
        await backend.prepare(new AbortController().signal);
        const echo = dockerBackend(docker, runtime, owner, [nodePath, '-e', echoRunner]);
        results.push(...(await measure(backend, echo)));
      }
    } finally {
      await daemon?.stop();
    }
    return results;
  },
};
