import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LabJournal, openJournal } from '../../extension/storage/openJournal.ts';
import type { BenchGroup, BenchResult } from './bench.ts';

/*
 * What the journal costs as it grows: appends to a stream that is there and to a new one, reading a stream, and
 * reading on where a group of subscribers stands. Each against the same with 10,000 events. Ten million take about
 * three gigabytes and a quarter of an hour, and are filled in only with STRATEGY_LAB_BENCH_LONG=1.
 */
const isLong = process.env['STRATEGY_LAB_BENCH_LONG'] === '1';
const sizes = [10_000, 1_000_000, ...(isLong ? [10_000_000] : [])];
const eventsOfStream = 20;
const streamsAtOnce = 50;
const rounds = 3;
const times = 500;
const workerUrl = new URL('../../extension/storage/journalWorker.ts', import.meta.url);

function event(number: number) {
  const data = { number, text: 'x'.repeat(120) };
  return { type: 'bench.noted', version: 1, time: 1_700_000_000_000 + number, traceId: 'bench', data };
}

/** Seconds for streams of twenty events, until there are `total`. */
async function fill(journal: LabJournal, present: number, total: number): Promise<number> {
  const start = performance.now();
  for (let at = present; at < total; at += eventsOfStream * streamsAtOnce) {
    const appends = Array.from({ length: streamsAtOnce }, (_, stream) => {
      const first = at + stream * eventsOfStream;
      const events = Array.from({ length: eventsOfStream }, (__, number) => event(first + number));
      return journal.append({ stream: `bench/${first}`, events, durability: 'normal' });
    });
    await Promise.all(appends);
  }
  return (performance.now() - start) / 1000;
}

/** Calls a second, one after the other, in the best round. */
async function rateOf(call: (number: number) => Promise<unknown>): Promise<number> {
  let best = 0;
  for (let round = 0; round < rounds; round += 1) {
    const start = performance.now();
    for (let number = 0; number < times; number += 1) await call(round * times + number);
    best = Math.max(best, (times / (performance.now() - start)) * 1000);
  }
  return best;
}

/** Streams spread over all that there are, in an order that no cache knows. */
function streamAt(number: number, size: number): string {
  const streams = size / eventsOfStream;
  return `bench/${((number * 7919) % streams) * eventsOfStream}`;
}

async function run(): Promise<BenchResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'strategy-lab-bench-'));
  const first = new Map<string, number>();
  const rows: BenchResult[] = [];
  const note = (name: string, size: number, value: number, unit: string) => {
    const reference = first.get(name) ?? null;
    if (reference === null) first.set(name, value);
    const ratio = reference === null ? null : value / reference;
    rows.push({ name: `${name}, ${size} events`, value, unit, reference, ratio });
  };
  try {
    let present = 0;
    for (const size of sizes) {
      let journal = await openJournal({ folder, workerUrl });
      const seconds = await fill(journal, present, size);
      note('filled in by streams of 20', size, (size - present) / seconds, 'events/s');
      present = size;
      await journal.close();
      const start = performance.now();
      journal = await openJournal({ folder, workerUrl });
      note('opened', size, performance.now() - start, 'ms');
      const append = (stream: string) => (number: number) =>
        journal.append({ stream: `${stream}${number}`, events: [event(number)], durability: 'normal' });
      note('append to a new stream', size, await rateOf(append(`new/${size}-`)), 'appends/s');
      const known = (number: number) =>
        journal.append({ stream: streamAt(number, size), events: [event(number)], durability: 'normal' });
      note('append to a stream that is there', size, await rateOf(known), 'appends/s');
      note('read a stream', size, await rateOf((number) => journal.read(streamAt(number, size))), 'reads/s');
      const onwards = (number: number) => journal.events.readAll((number * 104_729) % (size - 100), 100);
      note('read the next 100 of all', size, await rateOf(onwards), 'reads/s');
      await journal.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return rows;
}

export const group: BenchGroup = { name: 'journal', run };
