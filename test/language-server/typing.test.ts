import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { guard } from '../../language-server/guardian/guard.ts';
import { inNext } from '../guardian/corpus/build.ts';
import { Editor, marked } from './support/editor.ts';
import { listed, rulesOf } from './support/show.ts';

const logsOnEveryBar = inNext("log('bar');");
let editor: Editor;

beforeAll(async () => {
  editor = await Editor.start({ settings: () => ({ delay: 0 }) });
});

afterAll(() => editor[Symbol.asyncDispose]());

describe('findings while typing', () => {
  test('are there when a file is opened, with place, severity, rule and advice', async () => {
    const found = await editor.open('file:///home/ada/opened.strategy.ts', logsOnEveryBar);
    expect(listed(found)).toMatchInlineSnapshot(
      `"13:5-13:15 warning RES005 This writes a line on every bar. Log under a condition, such as when an order is given."`,
    );
  });

  test('follow a keystroke, which is sent as the change alone', async () => {
    const uri = 'file:///home/ada/typed.strategy.ts';
    const { text, caret } = marked(inNext('if (bar.close > 1) <|>;'));
    expect(rulesOf(await editor.open(uri, text))).toEqual([]);
    await editor.change(uri, 2, {
      range: { start: caret, end: caret },
      text: 'log(`#{Math.random()}`)'.replace('#', '$'),
    });
    expect(listed(await editor.ofVersion(uri, 2))).toMatchInlineSnapshot(
      `"13:36-13:42 error DET001 Math.random gives other numbers in every run. Use random() of the context of next: it is seeded."`,
    );
    const end = { line: caret.line, character: caret.character + 23 };
    await editor.change(uri, 3, { range: { start: caret, end }, text: '' });
    expect(rulesOf(await editor.ofVersion(uri, 3))).toEqual([]);
  });

  test.each(['js', 'mts', 'mjs'])('are there in *.strategy.%s', async (extension) => {
    const found = await editor.open(`file:///home/ada/sample.strategy.${extension}`, logsOnEveryBar);
    expect(rulesOf(found)).toEqual(['RES005']);
  });

  test('are there in a document without a file, by its name or by its import', async () => {
    expect(rulesOf(await editor.open('untitled:new.strategy.ts', 'const a = ;'))).toEqual(['SYN001']);
    expect(rulesOf(await editor.open('untitled:Untitled-1', logsOnEveryBar))).toEqual(['RES005']);
  });

  test('go when the document without a name is no strategy any more', async () => {
    await editor.open('untitled:Untitled-2', logsOnEveryBar);
    await editor.change('untitled:Untitled-2', 2, { text: "log('bar');" });
    expect(rulesOf(await editor.ofVersion('untitled:Untitled-2', 2))).toEqual([]);
  });

  test('go when the file is closed', async () => {
    const uri = 'file:///home/ada/closed.strategy.ts';
    await editor.open(uri, logsOnEveryBar);
    const count = editor.published.length;
    await editor.close(uri);
    expect(await editor.after(count, uri)).toEqual({ uri, diagnostics: [] });
  });

  test('are not looked for in other files', async () => {
    await editor.openSilently('file:///home/ada/other.ts', logsOnEveryBar);
    await editor.openSilently('untitled:Untitled-3', 'eval("1");');
    await editor.open('file:///home/ada/last.strategy.ts', logsOnEveryBar);
    const others = ['file:///home/ada/other.ts', 'untitled:Untitled-3'];
    expect(editor.published.filter(({ uri }) => others.includes(uri))).toEqual([]);
  });
});

describe('of several versions', () => {
  test('only those are published that wait for no newer one, each as it is judged alone', async () => {
    const uri = 'file:///home/ada/burst.strategy.ts';
    const textOf = (version: number) => inNext("log('bar');\n".repeat(version));
    const last = 40;
    await editor.openSilently(uri, textOf(1));
    for (let version = 2; version <= last; version++) {
      await editor.change(uri, version, { text: textOf(version) });
    }
    await editor.ofVersion(uri, last);
    const published = editor.published.filter((one) => one.uri === uri);
    const versions = published.map(({ version }) => version ?? 0);
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b));
    expect(versions.at(-1)).toBe(last);
    for (const one of published) {
      const expected = guard(textOf(one.version ?? 0), { author: 'person' }).map(({ rule }) => rule);
      expect(rulesOf(one)).toEqual(expected);
    }
  });

  test('the older ones are dropped in the pause after a keystroke', async () => {
    await using slow = await Editor.start({ settings: () => ({ delay: 700 }) });
    const uri = 'file:///home/ada/paused.strategy.ts';
    await slow.open(uri, logsOnEveryBar);
    for (const version of [2, 3, 4]) await slow.change(uri, version, { text: inNext('') });
    await slow.ofVersion(uri, 4);
    expect(slow.published.map(({ version }) => version)).toEqual([1, 4]);
  });

  test('an older one does not come back when its settings are told late', async () => {
    const uri = 'file:///home/ada/late.strategy.ts';
    const settings = Promise.withResolvers<unknown>();
    await using late = await Editor.start({ settings: () => settings.promise });
    await late.openSilently(uri, logsOnEveryBar);
    await late.change(uri, 2, { text: inNext('') });
    settings.resolve({ delay: 0 });
    expect(rulesOf(await late.ofVersion(uri, 2))).toEqual([]);
    await late.open('file:///home/ada/next.strategy.ts', logsOnEveryBar);
    expect(late.published.filter((one) => one.uri === uri).map(({ version }) => version)).toEqual([2]);
  });
});
