import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunFinding } from '../../extension/contracts/guardian.ts';
import { type RunFindings, runFindingsMethod } from '../../extension/contracts/languageServer.ts';
import { placeRunFindings } from '../../language-server/placeRunFindings.ts';
import { inNext } from '../guardian/corpus/build.ts';
import { Editor } from './support/editor.ts';
import { rulesOf } from './support/show.ts';

const text = inNext('if (bar.close > bar.open) orders.close();');
const hash = createHash('sha256').update(text).digest('hex');
const finding = (rule: string, line: number | null, column: number | null = null): RunFinding => ({
  rule,
  severity: 'error',
  line,
  column,
  message: 'A run showed it.',
  advice: 'Mend it.',
});
const said = (...findings: RunFinding[]): RunFindings => ({ runs: [{ codeHash: hash, findings }] });

describe('what a run showed of a text', () => {
  let editor: Editor;

  beforeAll(async () => {
    editor = await Editor.start({
      settings: () => ({ delay: 0, severity: { D3: 'off' } }),
      initializationOptions: { runFindings: said(finding('D1', null)) },
    });
  });

  afterAll(() => editor[Symbol.asyncDispose]());

  test('is marked on its lines as other findings are, until the text is another or a run shows it no more', async () => {
    const uri = 'file:///home/ada/run.strategy.ts';
    const opened = await editor.open(uri, text);
    expect(rulesOf(opened)).toEqual(['D1']);
    const line = text.split('\n').findIndex((one) => /^\s*next\b/.test(one));
    expect(opened.diagnostics[0]).toMatchObject({
      range: { start: { line } },
      codeDescription: { href: expect.stringMatching(/D1\.guardian\.md$/) },
    });
    expect(await editor.hover(uri, { line, character: 4 })).toContain(
      'The last run of this very text showed it',
    );

    const next = async (what: RunFindings) => {
      const before = editor.published.length;
      await editor.connection.sendNotification(runFindingsMethod, what);
      return editor.until(() => editor.published.slice(before).find((one) => one.uri === uri));
    };
    expect(rulesOf(await next(said(finding('D4', 7, 3), finding('D3', null))))).toEqual(['D4']);

    const before = editor.published.length;
    await editor.change(uri, 2, { text: `${text}\n// other` });
    const changed = await editor.until(() => editor.published.slice(before).find((one) => one.uri === uri));
    expect(rulesOf(changed)).toEqual([]);
    await editor.change(uri, 3, { text });
    const back = await editor.until(() => editor.published.find((one) => one.version === 3));
    expect(rulesOf(back)).toEqual(['D4']);
    expect(rulesOf(await next({ runs: [] }))).toEqual([]);
  });

  test('is ignored where it is told in another form, and the log says so', async () => {
    await editor.connection.sendNotification(runFindingsMethod, { runs: 'all' });
    await editor.until(() => editor.log.find((line) => line.includes(runFindingsMethod)));
  });
});

test('without a line it stands at what is called once a bar, in both languages, else at the first line', () => {
  const linesOf = (source: string, language: 'javascript' | 'python') =>
    placeRunFindings(source, language, [finding('D1', null), finding('D4', 99)]).map(({ line }) => line);
  expect(linesOf('a\n  next({ bar }) {\n}', 'javascript')).toEqual([2, 2]);
  expect(linesOf('a\n  next: step,', 'javascript')).toEqual([2, 2]);
  expect(
    linesOf('class A:\n    def setup(self, lab):\n        pass\n    def next(self, lab):', 'python'),
  ).toEqual([4, 4]);
  expect(linesOf('class A:\n    def signals(self, frame, params):', 'python')).toEqual([2, 2]);
  expect(linesOf('nothing', 'javascript')).toEqual([1, 1]);
});
