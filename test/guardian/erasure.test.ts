import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { parse } from 'acorn';
import { describe, expect, test } from 'vitest';
import { parseStrategy } from '../../language-server/guardian/javascript/parse.ts';
import { childrenOf, type Syntax } from '../../language-server/guardian/javascript/tree.ts';
import { hostile } from './corpus/hostile.ts';
import { sectionsOf } from './corpus/sections.ts';

const clean = sectionsOf(readFileSync(new URL('./corpus/clean.md', import.meta.url), 'utf8'));

/** A tree as text: its types, names and values without their places. */
function shape(node: Syntax): string {
  const own = node.type === 'Identifier' ? node.name : node.type === 'Literal' ? String(node.value) : '';
  const children = childrenOf(node).filter(
    ({ type }) => type !== 'EmptyStatement' && !type.startsWith('Import'),
  );
  return `${node.type} ${own}(${children.map(shape).join(' ')})`;
}

function erasedByNode(source: string): string | undefined {
  try {
    return shape(
      parse(stripTypeScriptTypes(source), { ecmaVersion: 'latest', sourceType: 'module' }) as Syntax,
    );
  } catch {
    return undefined;
  }
}

/** Sources in which types and expressions are easily taken for one another. */
const doubtful = [
  'f(a < b, c > (d));',
  'a < b > (c);',
  'new A<B>(c);',
  'const f = <T,>(a: T) => a;',
  'const x = <any>(y);',
  'const x = y as any as string;',
  'const x = y satisfies z, w = 1;',
  'a ? (b) : (c);',
  'const g = a ? (b): c => d : e;',
  'const h = (a?: number, ...b: string[]): a is 3 => a;',
  'let x!: number; x!.a![b]!++;',
  'for (const a of b as any) c;',
  'type\nA = process.exit();',
  'type A = 1\n(process.exit());',
  'declare\nprocess.exit();',
  'abstract\nclass A {}',
  'interface\nA\n{}',
  'declare const a: number, b: string; c;',
  'class A { declare a: string; b?: number; c!: string; static d?: 1; readonly e = 1; [k: string]: any; f?(): void; }',
  'class A { get; set; static; async; declare; readonly; }',
  'function f(this: A, b: C = d as E): asserts b is F { return g<H>`x`; }',
  'export type { A } from "b"; export { type C, d }; const d = 1; import { type E } from "strategy-lab";',
  'import type A from "b"; import type, { C } from "strategy-lab";',
  'const a = b<c>; const d = e<f>.g;',
  '(a as b) = c; (<d>e) = f; [g as h, i!] = j;',
  'x = a as b < c;',
  'if (a as b) c; else (d)!;',
  'as = satisfies as as; type = of; ',
  'label: type: for (;;) break label;',
  'let a: typeof eval = b; let c: { eval(): void }[] = [d];',
  'let a: [b?: c, ...d: e[]] = b, c: unique symbol, d: new () => void, e: asserts;',
  'a < (b >> c); d = e<f>>g;',
];

describe('what Guardian judges is what the runner runs', () => {
  test.each(clean)('types of $title are erased alike', ({ code: [source = ''] }) => {
    const parsed = parseStrategy(source);
    if (!parsed.ok) throw new Error(parsed.message);
    expect(shape(parsed.program)).toBe(erasedByNode(source));
  });

  test.each([...Object.values(hostile), ...doubtful].map((source) => [source]))(
    'types are erased alike in %j',
    (source) => {
      const parsed = parseStrategy(source);
      const theirs = erasedByNode(source);
      // What one of them refuses does not run, or is an error.
      if (!parsed.ok || parsed.erasure.problems.length > 0 || theirs === undefined) return;
      expect(shape(parsed.program)).toBe(theirs);
    },
  );

  test('most doubtful sources are read by both', () => {
    const read = doubtful.filter((source) => parseStrategy(source).ok && erasedByNode(source) !== undefined);
    expect(read.length).toBeGreaterThan(doubtful.length / 2);
  });
});
