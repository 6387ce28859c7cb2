import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { type ImportOptions, importCandles } from '../../extension/market/import/import.ts';
import type { Imported } from '../../extension/market/import/series.ts';

export const hour = 3_600_000;
/** The present, for all tests of imports. */
export const now = Date.UTC(2025, 5, 1);
export const start = Date.UTC(2021, 0, 4);

const folders: string[] = [];
// Here and not where a folder is made: inside a test it would come too late.
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A folder that is removed when the tests of the file are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'candles-'));
  folders.push(folder);
  return folder;
}

/** Makes a function that writes a file into a folder of its own and imports it. */
export function makeImporter(): (
  content: string | Uint8Array,
  name?: string,
  options?: Partial<ImportOptions>,
) => Promise<Imported> {
  const folder = temporaryFolder();
  return (content, name = 'candles.csv', options = {}) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return importCandles(path, { now, ...options });
  };
}

/** Lines `time,open,high,low,close,volume` of quiet hourly bars; `time` writes the open time. */
export function quietRows(bars: number, time: (ms: number) => string | number = (ms) => ms): string[] {
  return Array.from({ length: bars }, (_, bar) => {
    const price = 100 + bar;
    return [time(start + bar * hour), price, price + 2, price - 1, price + 1, 10 + bar].join(',');
  });
}

export const header = 'ts,open,high,low,close,volume';

/** A file of quiet rows under the usual header, with some lines (from 1, the header's) replaced. */
export function csvWith(replaced: Readonly<Record<number, string>> = {}, bars = 6): string {
  return [header, ...quietRows(bars)].map((line, index) => replaced[index + 1] ?? line).join('\n');
}
