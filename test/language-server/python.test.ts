import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CodeAction } from 'vscode-languageserver/node';
import { type GuardFilesResult, guardFilesMethod } from '../../extension/contracts/languageServer.ts';
import { inNext } from '../guardian/corpus/build.ts';
import { inPythonNext } from '../guardian/corpus/buildPython.ts';
import { Editor, marked } from './support/editor.ts';
import { afterAction, rulesOf } from './support/show.ts';

let editor: Editor;
let documents = 0;

beforeAll(async () => {
  editor = await Editor.start({ settings: () => ({ delay: 0 }) });
});

afterAll(() => editor[Symbol.asyncDispose]());

async function opened(text: string): Promise<string> {
  const uri = `file:///home/ada/sample${documents++}.strategy.py`;
  await editor.open(uri, text, 'python');
  return uri;
}

async function atCaret(source: string): Promise<{ text: string; actions: CodeAction[] }> {
  const { text, caret } = marked(source);
  return { text, actions: await editor.codeActions(await opened(text), { start: caret, end: caret }) };
}

describe('a strategy in Python', () => {
  test('is judged as Python by the name of its file, and again after each change', async () => {
    const uri = `file:///home/ada/typed.strategy.py`;
    expect(rulesOf(await editor.open(uri, inPythonNext("eval('1')"), 'python'))).toEqual(['SEC007']);
    await editor.change(uri, 2, { text: inPythonNext('lab.orders.close()') });
    expect(rulesOf(await editor.ofVersion(uri, 2))).toEqual([]);
  });

  test('is judged while its document has no name yet', async () => {
    expect(rulesOf(await editor.open('untitled:Untitled-7', inPythonNext("eval('1')"), 'python'))).toEqual([
      'SEC007',
    ]);
  });

  test('gets quick fixes and comments of its own language', async () => {
    const misspelt = await atCaret(inPythonNext('lab.orders.buy(percent=10, s<|>l=1)'));
    const [fix] = misspelt.actions;
    expect(fix?.title).toBe('Write stop_loss');
    expect(fix && afterAction(misspelt.text, fix)).toBe(
      inPythonNext('lab.orders.buy(percent=10, stop_loss=1)'),
    );

    const noisy = await atCaret(inPythonNext("lab.log<|>('bar')"));
    const ignore = noisy.actions.find(({ title }) => title === 'Ignore RES005 with a reason');
    expect(ignore && afterAction(noisy.text, ignore)).toContain(
      "        # guardian-ignore RES005: …\n        lab.log('bar')",
    );
  });

  test('has hovers that name its comments', async () => {
    const { text, caret } = marked(inPythonNext("lab.log<|>('bar')"));
    expect(await editor.hover(await opened(text), caret)).toContain('`# guardian-ignore RES005: reason`');
  });

  test('has all safe fixes made at once', async () => {
    const text = inPythonNext('x = self.fast.ago(-1)\nlab.orders.buy(percent=10, sl=1)');
    const everywhere = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };
    const [all] = await editor.codeActions(await opened(text), everywhere, ['source.fixAll']);
    expect(all && afterAction(text, all)).toBe(
      inPythonNext('x = self.fast.ago(1)\nlab.orders.buy(percent=10, stop_loss=1)'),
    );
  });

  test('is judged with the others of its folder, each in its language', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'strategy-lab-python-'));
    try {
      const files = { 'a.strategy.py': inPythonNext("eval('1')"), 'b.strategy.ts': inNext("log('bar');") };
      const uris: string[] = [];
      for (const [name, content] of Object.entries(files)) {
        await writeFile(join(folder, name), content);
        uris.push(pathToFileURL(join(folder, name)).href);
      }
      const result = await editor.connection.sendRequest<GuardFilesResult>(guardFilesMethod, { uris });
      expect(result.files.map(({ errors, warnings }) => [errors, warnings])).toEqual([
        [1, 0],
        [0, 1],
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
