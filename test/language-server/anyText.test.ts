import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { guard } from '../../language-server/guardian/guard.ts';
import { inNext } from '../guardian/corpus/build.ts';
import { hostile } from '../guardian/corpus/hostile.ts';
import { Editor } from './support/editor.ts';
import { rulesOf } from './support/show.ts';

const uri = 'file:///home/ada/any.strategy.ts';
const everywhere = { start: { line: 0, character: 0 }, end: { line: 1e6, character: 0 } };
let editor: Editor;
let version = 1;

beforeAll(async () => {
  editor = await Editor.start({ settings: () => ({ delay: 0 }) });
  await editor.open(uri, '');
});

afterAll(() => editor[Symbol.asyncDispose]());

/** Puts a text into the document and asks all that an editor asks. */
async function judged(text: string): Promise<unknown[]> {
  version += 1;
  const mine = version;
  await editor.change(uri, mine, { text });
  const found = await editor.ofVersion(uri, mine);
  const [first] = found.diagnostics;
  await editor.codeActions(uri, first?.range ?? everywhere);
  await editor.codeActions(uri, everywhere, ['source.fixAll']);
  await editor.hover(uri, first?.range.start ?? everywhere.start);
  return rulesOf(found);
}

const corpus = fc.constantFrom(...Object.values(hostile), inNext("log('bar');"));
/** A strategy that somebody is in the middle of editing. */
const halfTyped = fc
  .tuple(
    corpus,
    fc.nat(1500),
    fc.nat(200),
    fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('`${', '{', '/*', '\r', '\u2028')),
  )
  .map(([source, at, length, text]) => source.slice(0, at) + text + source.slice(at + length));

test('any text is judged as Guardian judges it, and the server goes on', async () => {
  await fc.assert(
    fc.asyncProperty(fc.oneof(halfTyped, fc.string({ unit: 'binary', maxLength: 300 })), async (text) => {
      const expected = guard(text, { author: 'person' }).map(({ rule }) => rule);
      expect(await judged(text)).toEqual(expected);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['brackets', '('.repeat(100_000)],
  ['templates', '`${'.repeat(50_000)],
  ['type arguments', 'a<'.repeat(100_000)],
  ['conditions', 'a?'.repeat(100_000)],
  ['one long line', 'x'.repeat(300_000)],
  ['many lines', '\n'.repeat(300_000)],
  ['many findings', inNext("eval('1');\n".repeat(2000))],
])('%s without end are judged, and the server goes on', async (_, text) => {
  expect((await judged(text)).length).toBeGreaterThan(0);
  expect(await judged(inNext(''))).toEqual([]);
});
