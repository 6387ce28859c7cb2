import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { LogRecord } from '../../../extension/contracts/logRecord.ts';
import { rotatingFile } from '../../../extension/observability/log/rotatingFile.ts';

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'strategy-lab-log-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const record = (message: string): LogRecord => ({
  timestamp: '2024-01-01T00:00:00.000Z',
  level: 'info',
  service_name: 's',
  trace_id: null,
  message,
  metadata: {},
});

test('a thousand records stay within the bound of their files, and the newest are there', async () => {
  const folder = await newFolder();
  const path = join(folder, 'logs', 'lab.log');
  const sink = rotatingFile({ path, mostBytes: 2000, keptFiles: 2 });
  for (let index = 0; index < 1000; index++) sink(record(`number ${index}`));
  const names = await readdir(join(folder, 'logs'));
  expect(names.sort()).toEqual(['lab.log', 'lab.log.1', 'lab.log.2']);
  const texts = await Promise.all(
    ['lab.log.2', 'lab.log.1', 'lab.log'].map((name) => readFile(join(folder, 'logs', name), 'utf8')),
  );
  for (const text of texts) expect(text.length).toBeLessThan(2200);
  const numbers = texts
    .join('')
    .trim()
    .split('\n')
    .map((line) => Number((JSON.parse(line) as LogRecord).message.split(' ')[1]));
  expect(numbers.at(-1)).toBe(999);
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
});

test('two writers of one file lose none of the lines that are kept', async () => {
  const path = join(await newFolder(), 'lab.log');
  const [one, two] = [0, 1].map(() => rotatingFile({ path, mostBytes: 1e6, keptFiles: 1 }));
  for (let index = 0; index < 50; index++) {
    one?.(record(`a${index}`));
    two?.(record(`b${index}`));
  }
  expect((await readFile(path, 'utf8')).trim().split('\n')).toHaveLength(100);
});

test.skipIf(process.platform === 'win32')('nobody else on the machine can read the file', async () => {
  const path = join(await newFolder(), 'lab.log');
  rotatingFile({ path, mostBytes: 1000, keptFiles: 1 })(record('said'));
  expect((await stat(path)).mode & 0o077).toBe(0);
});
