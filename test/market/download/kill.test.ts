import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PartFile } from '../../../extension/market/download/partFile.ts';
import { temporaryFolder } from '../candleFiles.ts';
import { BinanceServer } from './binanceServer.ts';

const child = fileURLToPath(new URL('downloadChild.ts', import.meta.url));
const minute = 60_000;
const first = Date.UTC(2024, 0, 1);
const bars = 5500;
/** Two gaps, one of them at the border of a page. */
const times = Array.from({ length: bars }, (_, bar) => first + bar * minute).filter(
  (_, bar) => bar !== 2000 && (bar < 3100 || bar >= 3200),
);
const now = first + (bars + 0.5) * minute;

let server: BinanceServer;
let address: string;
beforeAll(async () => {
  server = new BinanceServer({ step: minute, interval: '1m', times, now });
  address = await server.start();
});
afterAll(() => server.stop());

/** Runs the download in a process of its own, and kills it as the server gets so many requests for bars. */
function run(folder: string, killAt = Number.POSITIVE_INFINITY): Promise<string> {
  server.asked = 0;
  return new Promise((resolve, reject) => {
    const process_ = spawn(process.execPath, [child, address, folder, String(first), String(now)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    server.onAsked = (count) => {
      if (count === killAt) process_.kill('SIGKILL');
    };
    let said = '';
    process_.stdout.on('data', (text) => {
      said += String(text);
    });
    process_.on('error', reject);
    process_.on('close', (code, signal) =>
      resolve(signal ?? (code === 0 ? said.trim() : `ended with ${code}`)),
    );
  });
}

/** The stored sets by name: the candles and what stands beside them. */
function stored(folder: string): Record<string, Buffer> {
  const names = readdirSync(join(folder, 'data')).filter((name) => name.includes('.'));
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, 'data', name))]));
}

/** Open times of the bars that a kill cannot take away any more. */
async function safeBars(folder: string): Promise<number[]> {
  const downloads = join(folder, 'downloads');
  if (!existsSync(downloads)) return [];
  const name = readdirSync(downloads).find((file) => file.endsWith('.pages')) ?? 'none';
  const pages = await new PartFile(join(downloads, name)).read();
  return pages.flatMap((page) => page.bars.map(([time]) => time));
}

test('a download that is killed again and again loads nothing twice that was safe, and ends in the same bytes', async () => {
  const undisturbed = temporaryFolder();
  expect(await run(undisturbed)).toBe('done');

  const folder = temporaryFolder();
  const counts: number[] = [];
  for (const killAt of [1, 2, 3, 2, 2, Number.POSITIVE_INFINITY]) {
    const safe = await safeBars(folder);
    counts.push(safe.length);
    server.served.length = 0;
    expect(await run(folder, killAt)).toBe(Number.isFinite(killAt) ? 'SIGKILL' : 'done');
    const again = safe.filter((time) => server.served.some(({ from, to }) => time >= from && time < to));
    expect(again).toEqual([]);
  }
  expect(counts).toEqual([0, 0, 1000, 2999, 3899, 4899]);
  expect(stored(folder)).toEqual(stored(undisturbed));
  expect(readdirSync(join(folder, 'downloads')).filter((name) => name.endsWith('.pages'))).toEqual([]);
});
