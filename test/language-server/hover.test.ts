import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inNext } from '../guardian/corpus/build.ts';
import { Editor, marked } from './support/editor.ts';

let editor: Editor;
let documents = 0;

beforeAll(async () => {
  editor = await Editor.start({
    settings: (uri) => (uri.includes('quiet') ? { severity: { RES005: 'off', DET001: 'hint' } } : {}),
  });
});

afterAll(() => editor[Symbol.asyncDispose]());

/** The hover at the caret, without the place of the build. */
async function hover(source: string, name = 'sample'): Promise<string | undefined> {
  const { text, caret } = marked(source);
  const uri = `file:///home/ada/${name}${documents++}.strategy.ts`;
  await editor.open(uri, text);
  return (await editor.hover(uri, caret))?.replace(/file:\S*\/dist/g, 'dist');
}

describe('the hover on a finding', () => {
  test('tells the rule, why there is one, what to do, and that errors are refused in any case', async () => {
    expect(await hover(inNext('if (Math.ran<|>dom() > 1) orders.close();'))).toMatchInlineSnapshot(`
      "**[DET001](dist/rules/DET001.guardian.md) Unseeded randomness** (error)

      Two runs on the same data give different trades, so that no result can be checked.

      Use random() of the context of next: it is seeded.

      Cannot be ignored by a comment.

      Errors are refused before every run: settings of the editor change only what is shown here."
    `);
  });

  test('tells how a finding can be ignored that can be', async () => {
    expect(await hover(inNext("log<|>('bar');"))).toMatchInlineSnapshot(`
      "**[RES005](dist/rules/RES005.guardian.md) Log on every bar** (warning)

      The log keeps 64 KiB, which are full after a few hundred bars.

      Log under a condition, such as when an order is given.

      Can be ignored by \`// guardian-ignore RES005: reason\` on the line above, in code that a person wrote.

      Errors are refused before every run: settings of the editor change only what is shown here."
    `);
  });

  test('is there at both ends of the finding, and not beside it', async () => {
    expect(await hover(inNext("<|>log('bar');"))).toContain('RES005');
    expect(await hover(inNext("log('bar')<|>;"))).toContain('RES005');
    expect(await hover(inNext("log('bar');\n<|>"))).toBeUndefined();
  });

  test('is that of the text as it is now', async () => {
    const { text, caret } = marked(inNext("log<|>('bar');"));
    const uri = 'file:///home/ada/now.strategy.ts';
    await editor.open(uri, text);
    await editor.change(uri, 2, { text: inNext('') });
    expect(await editor.hover(uri, caret)).toBeUndefined();
  });

  test('is not there where the finding is hidden, and is the same where it is shown as less', async () => {
    expect(await hover(inNext("log<|>('bar');"), 'quiet')).toBeUndefined();
    const source = inNext('if (Math.ran<|>dom() > 1) orders.close();');
    expect(await hover(source, 'quiet')).toBe(await hover(source));
  });

  test('is not there in a file that is no strategy', async () => {
    const { text, caret } = marked("ev<|>al('1');");
    await editor.openSilently('file:///home/ada/other.ts', text);
    expect(await editor.hover('file:///home/ada/other.ts', caret)).toBeUndefined();
  });
});
