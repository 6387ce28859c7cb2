import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { systemHealthSchema } from '../../../extension/contracts/health.ts';
import {
  freeBytesOf,
  journalBytesOf,
  systemHealth,
  watchEventLoop,
} from '../../../extension/observability/health/hostState.ts';

test('a blocked event loop shows in the next reading, and no more in the one after', async () => {
  const watch = watchEventLoop();
  onTestFinished(watch.close);
  const turn = () => new Promise((done) => setTimeout(done, 30));
  await turn();
  watch.read();
  // The first turn after a reading is what the next ones are measured from.
  await turn();
  const until = performance.now() + 200;
  while (performance.now() < until);
  await turn();
  expect(watch.read()?.max).toBeGreaterThan(0.15);
  await turn();
  expect(watch.read()?.max).toBeLessThan(0.15);
});

test("the journal's size is that of its files together, and not available where there is none", async () => {
  const folder = await mkdtemp(join(tmpdir(), 'strategy-lab-host-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  expect(await journalBytesOf(folder)).toBeNull();
  await writeFile(join(folder, 'journal.sqlite'), 'x'.repeat(100));
  expect(await journalBytesOf(folder)).toBe(100);
  await writeFile(join(folder, 'journal.sqlite-wal'), 'x'.repeat(11));
  expect(await journalBytesOf(folder)).toBe(111);
});

test('the system is told as the contract has it; the room of a disk that is not there is not available', async () => {
  const health = await systemHealth(tmpdir(), { median: 0, p99: 0.002, max: 0.01 });
  expect(systemHealthSchema.parse(health)).toEqual(health);
  expect(health.event_loop_delay_ms).toBe(2);
  expect(health.disk_free_bytes).toBeGreaterThan(0);
  expect(await freeBytesOf(join(tmpdir(), 'none', 'such'))).toBeNull();
});
