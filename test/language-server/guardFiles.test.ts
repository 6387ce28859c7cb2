import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CancellationTokenSource, FileChangeType, WorkDoneProgress } from 'vscode-languageserver/node';
import {
  agentSourcesMethod,
  type GuardedFile,
  type GuardFilesResult,
  guardFilesMethod,
} from '../../extension/contracts/languageServer.ts';
import { inNext } from '../guardian/corpus/build.ts';
import { Editor } from './support/editor.ts';
import { rulesOf } from './support/show.ts';

const faulty = inNext("log('bar');");
const faultless = inNext('');
let folder: string;
let editor: Editor;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strategy-lab-guard-'));
  editor = await Editor.start({
    settings: (uri) => (uri.includes('quiet') ? { enabled: false } : { delay: 0 }),
  });
});

afterEach(async () => {
  await editor[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function written(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, content);
  return pathToFileURL(path).href;
}

async function guardFiles(...uris: readonly string[]): Promise<readonly GuardedFile[]> {
  return (await editor.connection.sendRequest<GuardFilesResult>(guardFilesMethod, { uris })).files;
}

describe('judging files', () => {
  test('counts and publishes the findings of files that nobody has opened', async () => {
    const first = await written('a.strategy.ts', faulty);
    const second = await written('b.strategy.ts', faultless);
    expect(await guardFiles(first, second)).toEqual([
      { uri: first, errors: 0, warnings: 1, infos: 0 },
      { uri: second, errors: 0, warnings: 0, infos: 0 },
    ]);
    expect(editor.published.map((one) => [one.uri, rulesOf(one)])).toEqual([
      [first, ['RES005']],
      [second, []],
    ]);
  });

  test('publishes under the settings of each file, and counts whatever they are', async () => {
    const uri = await written('quiet.strategy.ts', faulty);
    expect(await guardFiles(uri)).toMatchObject([{ warnings: 1 }]);
    expect(rulesOf(await editor.after(0, uri))).toEqual([]);
    await editor.configure(() => ({ severity: { RES005: 'error' } }));
    expect(rulesOf(await editor.after(1, uri))).toEqual(['RES005']);
  });

  test('goes on after files that cannot be judged, and says why they cannot', async () => {
    const good = await written('good.strategy.ts', faulty);
    execFileSync('mkfifo', [join(folder, 'pipe.strategy.ts')]);
    await mkdir(join(folder, 'folder.strategy.ts'));
    const files = await guardFiles(
      pathToFileURL(join(folder, 'missing.strategy.ts')).href,
      pathToFileURL(join(folder, 'pipe.strategy.ts')).href,
      pathToFileURL(join(folder, 'folder.strategy.ts')).href,
      await written('bytes.strategy.ts', new Uint8Array([0x63, 0xff, 0xfe])),
      await written('large.strategy.ts', 'x'.repeat(2 * 1024 * 1024)),
      'vscode-vfs://somewhere/remote.strategy.ts',
      'no uri',
      good,
    );
    expect(files.map(({ problem }) => problem)).toMatchInlineSnapshot(`
      [
        "It does not exist.",
        "It is no file.",
        "It is no file.",
        "It is not UTF-8 text.",
        "It is larger than a strategy can be.",
        "It cannot be read: The URL must be of scheme file.",
        "It cannot be read: Invalid URL.",
        undefined,
      ]
    `);
    expect(files.at(-1)).toMatchObject({ uri: good, warnings: 1 });
  });

  test('takes what is typed rather than what is saved, until the file is closed', async () => {
    const uri = await written('open.strategy.ts', faultless);
    await editor.open(uri, faulty);
    expect(await guardFiles(uri)).toMatchObject([{ warnings: 1 }]);
    expect(editor.published.map(rulesOf)).toEqual([['RES005']]);
    const count = editor.published.length;
    await writeFile(join(folder, 'open.strategy.ts'), inNext("eval('1');"));
    await editor.changedOnDisk(uri, FileChangeType.Changed);
    await editor.close(uri);
    expect(rulesOf(await editor.after(count, uri))).toEqual(['SEC003']);
  });

  test('follows changes on the disk, deletions and returns', async () => {
    const uri = await written('a.strategy.ts', faulty);
    await guardFiles(uri);
    await written('a.strategy.ts', inNext("eval('1');"));
    await editor.changedOnDisk(uri, FileChangeType.Changed);
    expect(rulesOf(await editor.after(1, uri))).toEqual(['SEC003']);
    await unlink(join(folder, 'a.strategy.ts'));
    await editor.changedOnDisk(uri, FileChangeType.Deleted);
    expect(rulesOf(await editor.after(2, uri))).toEqual([]);
    await written('a.strategy.ts', faulty);
    await editor.changedOnDisk(uri, FileChangeType.Created);
    expect(rulesOf(await editor.after(3, uri))).toEqual(['RES005']);
  });

  test('takes findings back when the folder around a file is deleted', async () => {
    const uri = await written('deep/er/a.strategy.ts', faulty);
    await guardFiles(uri);
    await rm(join(folder, 'deep'), { recursive: true });
    await editor.changedOnDisk(pathToFileURL(join(folder, 'deep')).href, FileChangeType.Deleted);
    expect(rulesOf(await editor.after(1, uri))).toEqual([]);
  });

  test('leaves changed files alone that were not asked for', async () => {
    const [asked, other] = [await written('a.strategy.ts', faulty), await written('b.strategy.ts', faulty)];
    await guardFiles(asked);
    await editor.changedOnDisk(other, FileChangeType.Changed);
    await editor.changedOnDisk(asked, FileChangeType.Changed);
    await editor.after(1, asked);
    expect(editor.published.map(({ uri }) => uri)).toEqual([asked, asked]);
  });

  test('asks the editor to watch files, where it can', async () => {
    await editor.until(() =>
      editor.registered.find((method) => method === 'workspace/didChangeWatchedFiles'),
    );
  });
});

describe('judging many files', () => {
  async function many(count: number): Promise<string[]> {
    const lines = Array.from({ length: 85 }, (_, line) => `if (bar.close > ${line}) orders.close();`).join(
      '\n',
    );
    return Promise.all(
      Array.from({ length: count }, (_, index) =>
        written(`${index}.strategy.ts`, inNext(`${lines}\nlog('${index}');`)),
      ),
    );
  }

  test('reports progress up to the end', async () => {
    const uris = await many(1000);
    const steps: unknown[] = [];
    editor.connection.onProgress(WorkDoneProgress.type, 'guard', (step) => {
      steps.push(step);
    });
    const params = { uris, workDoneToken: 'guard' };
    const { files } = await editor.connection.sendRequest<GuardFilesResult>(guardFilesMethod, params);
    expect(files.filter(({ warnings }) => warnings === 1)).toHaveLength(1000);
    expect(steps.at(0)).toMatchObject({ kind: 'begin', cancellable: true });
    expect(steps.at(-2)).toMatchObject({ kind: 'report', percentage: 100, message: '1000 / 1000' });
    expect(steps.at(-1)).toMatchObject({ kind: 'end' });
  });

  test('lets keystrokes through', async () => {
    const uris = await many(200);
    await editor.open('file:///home/ada/typed.strategy.ts', faultless);
    const all = guardFiles(...uris);
    await editor.after(editor.published.length, uris[0] ?? '');
    await editor.change('file:///home/ada/typed.strategy.ts', 2, { text: faulty });
    await editor.ofVersion('file:///home/ada/typed.strategy.ts', 2);
    expect(editor.published.length).toBeLessThan(150);
    await all;
  });

  test('ends soon when it is cancelled, and leaves the server at work', async () => {
    const uris = await many(200);
    const source = new CancellationTokenSource();
    const all = editor.connection.sendRequest(guardFilesMethod, { uris }, source.token);
    const refused = expect(all).rejects.toThrow('The request was cancelled.');
    await editor.after(0, uris[0] ?? '');
    source.cancel();
    await refused;
    expect(editor.published.length).toBeLessThan(150);
    expect(await guardFiles(uris[199] ?? '')).toMatchObject([{ warnings: 1 }]);
  });
});

describe('code that an agent wrote', () => {
  const suppressed = inNext("// guardian-ignore RES005: harmless\n    log('bar');");
  const hashes = [createHash('sha256').update(suppressed).digest('hex')];

  test('has no suppressions, from when it is known and until a person edits it', async () => {
    const [open, closed] = [
      'file:///home/ada/agent.strategy.ts',
      await written('agent.strategy.ts', suppressed),
    ];
    expect(rulesOf(await editor.open(open, suppressed))).toEqual([]);
    await guardFiles(closed);
    await editor.connection.sendNotification(agentSourcesMethod, { hashes });
    expect(rulesOf(await editor.after(2, open))).toEqual(['SUP001', 'RES005']);
    expect(rulesOf(await editor.after(2, closed))).toEqual(['SUP001', 'RES005']);
    await editor.change(open, 2, { text: `${suppressed}\n` });
    expect(rulesOf(await editor.ofVersion(open, 2))).toEqual([]);
  });

  test('is known from the start when the editor says so', async () => {
    await using started = await Editor.start({ initializationOptions: { agentSources: { hashes } } });
    const uri = 'file:///home/ada/agent.strategy.ts';
    expect(rulesOf(await started.open(uri, suppressed))).toEqual(['SUP001', 'RES005']);
  });

  test('stays known when a later message is malformed', async () => {
    await editor.connection.sendNotification(agentSourcesMethod, { hashes });
    await editor.connection.sendNotification(agentSourcesMethod, { hashes: 'all' });
    await editor.until(() => editor.log.find((line) => line.includes('malformed')));
    expect(rulesOf(await editor.open('file:///home/ada/agent.strategy.ts', suppressed))).toEqual([
      'SUP001',
      'RES005',
    ]);
  });
});

test.each([null, {}, { uris: 'all' }, { uris: [1] }])('the request %j is refused', async (params) => {
  await expect(editor.connection.sendRequest(guardFilesMethod, params)).rejects.toThrow();
  expect(await guardFiles()).toEqual([]);
});
