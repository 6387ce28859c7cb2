import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';
import * as z from 'zod';
import { quantileOf } from '../../extension/evaluation/statistics/quantile.ts';
import type { BenchGroup, BenchResult } from './bench.ts';

/*
 * The interface for programs under 1,000 requests a second, in a process of its own, against a bare server of
 * Node in this process that answers the same document at once. STRATEGY_LAB_BENCH_SECONDS shortens it.
 */
const perSecond = 1000;
const usualSeconds = 60;
const connections = 32;

const loadSchema = z.object({ latencies: z.array(z.number().nullable()), seconds: z.number() });
const announcedSchema = z.object({ url: z.string(), tokenFile: z.string() });

async function load(url: string, token: string | null, seconds: number): Promise<z.infer<typeof loadSchema>> {
  const worker = new Worker(new URL('./load.ts', import.meta.url), {
    workerData: { url, token, perSecond, seconds, connections },
  });
  return loadSchema.parse(
    await new Promise((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
    }),
  );
}

function figures(
  name: string,
  { latencies, seconds }: z.infer<typeof loadSchema>,
  bare: number,
): BenchResult[] {
  const answered = Float64Array.from(latencies.filter((value) => value !== null)).sort();
  const p95 = quantileOf(answered, 0.95);
  const none = { reference: null, ratio: null };
  return [
    {
      name: `${name} p95 at ${perSecond} requests/s`,
      value: p95,
      unit: 'ms',
      reference: bare,
      ratio: p95 / bare,
    },
    { name: `${name} p99`, value: quantileOf(answered, 0.99), unit: 'ms', ...none },
    { name: `${name} answered`, value: answered.length / seconds, unit: 'requests/s', ...none },
    {
      name: `${name} not answered with 200`,
      value: latencies.length - answered.length,
      unit: 'requests',
      ...none,
    },
  ];
}

async function bareP95(body: string, seconds: number): Promise<number> {
  const server = createServer((_, response) => response.end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  const { latencies } = await load(`http://127.0.0.1:${port}/`, null, seconds);
  server.close();
  return quantileOf(Float64Array.from(latencies.filter((value) => value !== null)).sort(), 0.95);
}

async function run(): Promise<BenchResult[]> {
  const seconds = Number(process.env['STRATEGY_LAB_BENCH_SECONDS'] ?? usualSeconds);
  const folder = await mkdtemp(join(tmpdir(), 'strategy-lab-bench-api-'));
  const program = join(import.meta.dirname, '../../dist/cli.js');
  const child = spawn(process.execPath, [program, 'serve', '--json'], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  try {
    const line = await new Promise<string>((resolve) => createInterface(child.stdout).once('line', resolve));
    const { url, tokenFile } = announcedSchema.parse(JSON.parse(line));
    const token = (await readFile(tokenFile, 'utf8')).trim();
    const body = await (await fetch(`${url}/health`)).text();
    const bare = await bareP95(body, Math.min(seconds, 10));
    const health = await load(`${url}/health`, null, seconds);
    // Each caller may ask 200 times a second: what is turned away costs too.
    const status = await load(`${url}/v1/status`, token, Math.min(seconds, 10));
    const turnedAway = status.latencies.filter((value) => value === null).length;
    return [
      ...figures('GET /health', health, bare),
      {
        name: 'GET /v1/status turned away beyond the limit of a caller',
        value: turnedAway / status.latencies.length,
        unit: 'share',
        reference: null,
        ratio: null,
      },
    ];
  } finally {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}

export const group: BenchGroup = { name: 'api', run };
