import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { walkthrough } from '../../extension/editor/contributions/views.ts';
import { buildManifest } from '../../extension/editor/manifest.ts';
import { askedTexts, panelTables } from './support/askedTexts.ts';
import { textsInCode } from './support/textsInCode.ts';

const root = join(import.meta.dirname, '../..');
const textOf = (name: string): string => readFileSync(join(root, name), 'utf8');
const readTexts = (name: string) => z.record(z.string(), z.string()).parse(JSON.parse(textOf(name)));

const english = buildManifest().texts;
const russian = readTexts('package.nls.ru.json');
const bundle = readTexts('l10n/bundle.l10n.ru.json');
const { texts, untold } = await askedTexts();
const { backtestTexts = {} } = await panelTables();

/** English and Russian of every text, of the manifest and of the code. */
const pairs: readonly (readonly [string, string])[] = [
  ...Object.entries(english).map(([key, text]) => [text, russian[key] ?? ''] as const),
  ...Object.entries(bundle),
];

/** English that has no words of Russian in it either: names, and values that stand beside each other. */
const wordless = new Set([
  ...['Strategy Lab', 'Guardian', 'No.', 'SHA-256 {0}', 'Docker', 'Redis', 'p95'],
  ...['{0} UTC', '{0} to {1}', '{0} to {1} UTC', '{0} UTC, by {1}'],
]);

describe('of the texts in code', () => {
  const tables = { wordTexts: { yes: 'Yes', no: 'No' } };

  test('literals are found, over lines, joined, and in the order of the code', () => {
    const code = `
      const a: string = vscode.l10n.t('One {0}', 1);
      vscode.l10n.t(
        'Two ' +
          \`and\` + ' three',
        a,
      );
      vscode.l10n.t("It's four");
    `;
    expect(textsInCode(code)).toEqual({
      texts: ['One {0}', 'Two and three', "It's four"],
      untold: [],
    });
  });

  test('what the editor is asked for must be a literal', () => {
    const code = `
      const known = 'Known';
      vscode.l10n.t(known);
      vscode.l10n.t(isOne ? 'One' : 'Many');
      vscode.l10n.t(\`Run \${known}\`);
      vscode.l10n.t({ message: 'Run', comment: 'a verb' });
      const { t } = vscode.l10n;
    `;
    expect(textsInCode(code)).toEqual({
      texts: [],
      untold: [
        'known',
        "isOne ? 'One' : 'Many'",
        `\`Run $\{known}\``,
        "{ message: 'Run', comment: 'a verb' }",
        'vscode.l10n',
      ],
    });
  });

  test('a translation besides takes choices, constants and tables, and nothing else', () => {
    const code = `
      const known = isThere ? 'There' : 'Gone';
      const own = { a: 'A', 'b-c': 'B' } as const;
      translate(known);
      words.translate(own[key]);
      translate(own.a, 1);
      translate(wordTexts.no);
      translate(wordTexts[key]);
      translate(wordTexts.maybe);
      translate(labelOf(name));
    `;
    expect(textsInCode(code, tables)).toEqual({
      texts: ['There', 'Gone', 'A', 'B', 'A', 'No', 'Yes', 'No'],
      untold: ['wordTexts.maybe', 'labelOf(name)'],
    });
  });

  test('each is known: it is a literal, or it comes from a table that the tests know', () => {
    expect(untold).toEqual([]);
  });
});

describe('Russian', () => {
  test('has every text that code and panels ask for', () => {
    expect(texts.filter((text) => bundle[text] === undefined)).toEqual([]);
  });

  test('has no text that nothing asks for', () => {
    expect(Object.keys(bundle).filter((text) => !texts.includes(text))).toEqual([]);
  });

  test('has every text of the manifest and no other, in the same order', () => {
    expect(Object.keys(russian)).toEqual(Object.keys(english));
  });

  test('fills in the same values, runs the same commands and names the same code', () => {
    const kept = (text: string): string[] =>
      (text.match(/\{\d+\}|\]\(command:[^)]+\)|`[^`]+`|\n/g) ?? []).sort();
    for (const [from, to] of pairs) expect(kept(to), from).toEqual(kept(from));
  });

  test('is Russian, and no copy of the English', () => {
    const isTranslated = ([, to]: readonly [string, string]): boolean => /[а-яё]/i.test(to);
    const hasWords = ([from]: readonly [string, string]): boolean =>
      /\p{L}/u.test(from.replace(/\{\d+\}/g, ''));
    const others = pairs.filter((pair) => hasWords(pair) && !isTranslated(pair)).map(([from]) => from);
    expect(new Set(others)).toEqual(wordless);
  });

  test('ends as the English does, and no text has a space at its ends or two in a row', () => {
    const end = (text: string): string => /(\.\.\.|[….?:])?$/.exec(text)?.[0] ?? '';
    for (const [from, to] of pairs) {
      if (!wordless.has(from)) expect(end(to), from).toBe(end(from));
      for (const text of [from, to]) expect(text, from).not.toMatch(/^\s|\s$| {2}|\uFFFD/);
    }
  });

  test('names the twelve months', () => {
    expect(bundle[backtestTexts['monthNames'] ?? '']?.split(' ')).toHaveLength(12);
  });

  test('has a page of every step of the walkthrough, beside the English', () => {
    const pages = globSync('webviews/walkthrough/*.nls.*.md', { cwd: root }).sort();
    const steps = walkthrough.steps.map(({ media }) => media.replace(/\.md$/, '.nls.ru.md'));
    expect(pages).toEqual(steps.sort());
    for (const page of pages) {
      const shape = (text: string): string[] => text.match(/^(#+|>|-|\|)/gm) ?? [];
      expect(textOf(page)).toMatch(/[а-яё]/i);
      expect(shape(textOf(page)), page).toEqual(shape(textOf(page.replace('.nls.ru', ''))));
    }
  });
});
