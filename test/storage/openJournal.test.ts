import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { checkWholeJournal, openDatabase } from '../../extension/storage/database.ts';
import { openJournal } from '../../extension/storage/openJournal.ts';
import { emptyFolder, noted, workerUrl } from './lab.ts';

const opener = fileURLToPath(new URL('./openInProcess.ts', import.meta.url));

/** Opens the journal of `folder` in another process and gives what it said. */
function openElsewhere(folder: string, nodeArguments: string[] = []): unknown {
  const { stdout, stderr } = spawnSync(process.execPath, [...nodeArguments, opener, folder], {
    encoding: 'utf8',
  });
  expect(stdout, stderr).not.toBe('');
  return JSON.parse(stdout);
}

/** What opening the journal of `folder` throws for a user who is not root: nothing is read-only for root. */
function refusalOfNobody(folder: string): unknown {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    openDatabase(pathToFileURL(join(folder, 'journal.sqlite'))).close();
    return 'opened';
  } catch (error) {
    return error;
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

async function labWithEvents(): Promise<{ folder: string; file: string }> {
  const folder = emptyFolder();
  const journal = await openJournal({ folder, workerUrl });
  for (let stream = 0; stream < 50; stream += 1) {
    const events = Array.from({ length: 20 }, (_, index) => noted({ index, text: 'x'.repeat(200) }));
    await journal.append({ stream: `note/${stream}`, events });
  }
  await journal.close();
  return { folder, file: join(folder, 'journal.sqlite') };
}

test('a folder that may not be written is refused with a sentence', () => {
  const folder = emptyFolder();
  chmodSync(folder, 0o555);
  expect(refusalOfNobody(folder)).toMatchObject({
    reason: 'journal.unavailable',
    message: expect.stringContaining(folder),
    action: expect.stringContaining('writable'),
  });
});

test('a journal that may be read but not written is refused', async () => {
  const { folder, file } = await labWithEvents();
  chmodSync(file, 0o444);
  chmodSync(folder, 0o555);
  expect(refusalOfNobody(folder)).toMatchObject({ reason: 'journal.unavailable' });
  chmodSync(folder, 0o755);
});

test('a worker that is not there is refused with its path', async () => {
  const nowhere = pathToFileURL(join(emptyFolder(), 'journalWorker.js'));
  await expect(openJournal({ folder: emptyFolder(), workerUrl: nowhere })).rejects.toMatchObject({
    reason: 'journal.unavailable',
    message: expect.stringContaining('journalWorker.js'),
  });
});

test('a folder whose path leads through a file is refused', async () => {
  const folder = emptyFolder();
  writeFileSync(join(folder, 'file'), '');
  await expect(openJournal({ folder: join(folder, 'file', 'lab'), workerUrl })).rejects.toMatchObject({
    reason: 'journal.unavailable',
  });
});

test('a Node without SQLite is refused with the version to use', () => {
  expect(openElsewhere(emptyFolder(), ['--no-experimental-sqlite'])).toMatchObject({
    reason: 'journal.unavailable',
    action: expect.stringContaining('22.13'),
  });
});

test('a file system that does not carry a write-ahead log is refused', () => {
  const location = pathToFileURL(join(emptyFolder(), 'journal.sqlite'));
  // This SQLite file layer has no shared memory, as on many network drives.
  location.search = '?vfs=unix-dotfile';
  expect(() => openDatabase(location)).toThrow(
    expect.objectContaining({
      reason: 'journal.unavailable',
      message: expect.stringContaining('write-ahead log'),
    }),
  );
});

test('a journal of a newer program is refused and left as it is', async () => {
  const { folder, file } = await labWithEvents();
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 1000');
  database.close();
  const before = readFileSync(file);
  await expect(openJournal({ folder, workerUrl })).rejects.toMatchObject({
    reason: 'journal.unavailable',
    message: expect.stringContaining('1000'),
  });
  expect(readFileSync(file).equals(before)).toBe(true);
});

test.each([
  [
    'is no database at all',
    (file: string) => writeFileSync(file, 'not a database, but long enough to look at'.repeat(50)),
  ],
  ['was cut off', (file: string) => truncateSync(file, 40_960)],
  [
    'has overwritten pages',
    (file: string) => {
      const descriptor = openSync(file, 'r+');
      for (let page = 2; page < 60; page += 1)
        writeSync(descriptor, Buffer.alloc(2048, 0xa5), 0, 2048, page * 4096);
      closeSync(descriptor);
    },
  ],
])('a journal that %s is refused as damaged', async (_, damage) => {
  const { folder, file } = await labWithEvents();
  damage(file);
  await expect(openJournal({ folder, workerUrl })).rejects.toMatchObject({
    reason: 'journal.corrupt',
    message: expect.stringContaining(file),
    action: expect.stringContaining('backup'),
  });
});

test('a journal too large to be read through opens at once, and its damage is found by the check of the whole', async () => {
  const { file } = await labWithEvents();
  const location = pathToFileURL(file);
  checkWholeJournal(location);
  const descriptor = openSync(file, 'r+');
  const { size } = statSync(file);
  writeSync(descriptor, Buffer.alloc(8192, 0xa5), 0, 8192, Math.floor(size / 8192) * 8192 - 8192);
  closeSync(descriptor);
  openDatabase(location, size - 1).close();
  expect(() => openDatabase(location, size)).toThrow(expect.objectContaining({ reason: 'journal.corrupt' }));
  expect(() => checkWholeJournal(location)).toThrow(expect.objectContaining({ reason: 'journal.corrupt' }));
});

test('a missing folder is made, and two processes may open a new lab at once', async () => {
  const folder = join(emptyFolder(), 'a', 'b');
  const journals = await Promise.all([1, 2, 3].map(() => openJournal({ folder, workerUrl })));
  await Promise.all(
    journals.map((journal, index) => journal.append({ stream: `note/${index}`, events: [noted(1)] })),
  );
  await Promise.all(journals.map((journal) => journal.close()));
  mkdirSync(folder, { recursive: true });
  expect(openElsewhere(folder)).toEqual({ streams: 3 });
});
