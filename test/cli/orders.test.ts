import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OrderEvent } from '../../extension/contracts/orderEvents.ts';
import { call, crossing, newFolder, writeMarket, writeStrategy } from './program.ts';

let folder: Awaited<ReturnType<typeof newFolder>>;
let run: string;
let trades: { entryTime: number; quantity: number }[];
beforeAll(async () => {
  folder = await newFolder();
  const market = await writeMarket(folder.path);
  const strategy = await writeStrategy(folder.path, 'crossing', crossing);
  const answer = await call(['backtest', strategy, '--data', market, '--json'], { folder: folder.path });
  expect(answer.code, answer.stderr).toBe(0);
  ({ trades } = JSON.parse(answer.stdout) as { trades: typeof trades });
  const { stdout } = await call(['status', '--json'], { folder: folder.path });
  run = (JSON.parse(stdout) as { runs: { id: string }[] }).runs[0]?.id ?? '';
});
afterAll(() => folder.remove());

async function ordersOf(...args: string[]) {
  const answer = await call(['orders', run, ...args, '--json'], { folder: folder.path });
  expect(answer.code, answer.stderr).toBe(0);
  return JSON.parse(answer.stdout) as { total: number; kept: number; events: OrderEvent[] };
}

test('orders gives every event of a run as one document, and those of one state where it is asked', async () => {
  const { total, kept, events } = await ordersOf();
  expect([kept, events.length]).toEqual([total, total]);
  const filled = await ordersOf('--state', 'filled');
  expect(filled.events).toEqual(events.filter(({ state }) => state === 'filled'));
  const entries = filled.events.filter(({ side }) => side !== 'close');
  expect(entries.map(({ time, units }) => [time, units])).toEqual(
    trades.map(({ entryTime, quantity }) => [entryTime, quantity]),
  );
  expect(entries.length).toBeGreaterThan(3);
});

test('orders shows people a row an event, and says which states there are', async () => {
  const { events } = await ordersOf('--state', 'filled');
  const shown = await call(['orders', run, '--state', 'filled'], { folder: folder.path });
  expect(shown.stdout.trim().split('\n')).toHaveLength(events.length + 2);
  expect(shown.stdout).toMatch(/^20\d\d-\d\d-\d\d \d\d:\d\d .* market .* filled /m);
  const wrong = await call(['orders', run, '--state', 'lost'], { folder: folder.path });
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toMatch(/accepted, triggered, .*rejected/);
});

test('orders writes what was asked for to a CSV file, a row an event', async () => {
  const { events } = await ordersOf('--state', 'filled');
  const file = join(folder.path, 'filled.csv');
  const answer = await call(['orders', run, '--state', 'filled', '--csv', file], { folder: folder.path });
  expect(answer.code, answer.stderr).toBe(0);
  expect(answer.stdout).toBe(`Wrote ${events.length} events to ${file}.\n`);
  const [head, ...rows] = (await readFile(file, 'utf8')).trimEnd().split('\r\n');
  expect(head).toMatch(/^time,bar,symbol,order,/);
  expect(rows).toHaveLength(events.length);
  expect(rows[0]).toMatch(/^2022-.*Z,\d+,TES\/TUSD,\d+,market,buy,.*,filled,/);
});
