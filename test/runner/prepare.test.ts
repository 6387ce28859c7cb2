import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { strategyModule } from '../../extension/backtest/strategyApi.ts';
import { firstLineShift, prepareSource } from '../../sandbox/runner/prepare.ts';
import { loadStrategy } from '../backtest/support/engineRun.ts';
import { play, realmOf } from './support/realm.ts';

function scriptOf(source: string): string {
  const prepared = prepareSource(source);
  if (!prepared.ok) throw new Error(`${prepared.message} ${prepared.line}:${prepared.column}`);
  return prepared.script;
}

function refusalOf(source: string): { message: string; line: number | null; column: number | null } {
  const prepared = prepareSource(source);
  if (prepared.ok) throw new Error('the source was taken');
  return prepared;
}

const body = `{ name: 'x', setup: () => null, next() {} }`;
const strategy = `export default defineStrategy(${body});`;

describe('a source is taken with', () => {
  const taken: readonly (readonly [string, string])[] = [
    ['a plain import', `import { defineStrategy } from 'strategy-lab';\n${strategy}`],
    ['double quotes and no semicolon', `import { defineStrategy } from "strategy-lab"\n${strategy}`],
    [
      'a renamed import',
      `import { defineStrategy as make } from 'strategy-lab';\nexport default make(${body});`,
    ],
    [
      'an import over several lines',
      `import {\n  crossAbove,\n  defineStrategy,\n} from 'strategy-lab';\nvoid crossAbove;\n${strategy}`,
    ],
    [
      'two imports',
      `import { crossBelow } from 'strategy-lab';\nimport { defineStrategy } from 'strategy-lab';\nvoid crossBelow;\n${strategy}`,
    ],
    [
      'an import of types',
      `import type { Series } from 'strategy-lab';\nimport { defineStrategy } from 'strategy-lab';\n${strategy}`,
    ],
    [
      'types among names',
      `import { type Series, defineStrategy, type Bar } from 'strategy-lab';\n${strategy}`,
    ],
    [
      'types everywhere',
      `import { defineStrategy } from 'strategy-lab';
interface State { last: number }
type Pair<T> = readonly [T, T];
const pair: Pair<number> = [1, 2] as const;
function first<T>(values: Pair<T>): T { return values[0]!; }
class Box<T> { private readonly value: T; constructor(value: T) { this.value = value; } get(): T { return this.value; } }
export default defineStrategy({ name: 'x', setup: (): State => ({ last: first(pair) satisfies number }), next(_, state: State) { void (state as State).last; void new Box<number>(1).get(); } });`,
    ],
    [
      'an export under a name',
      `import { defineStrategy } from 'strategy-lab';\nconst it = defineStrategy(${body});\nexport default it;`,
    ],
    [
      'named exports of its own',
      `import { defineStrategy } from 'strategy-lab';\nexport const a = 1;\nexport function b() {}\nexport class C {}\nexport interface D { a: 1 }\n${strategy}`,
    ],
    [
      'no semicolon and a comment at the end',
      `import { defineStrategy } from 'strategy-lab'\nexport default defineStrategy(${body}) // done`,
    ],
    ['Windows line ends', `import { defineStrategy } from 'strategy-lab';\r\n${strategy}\r\n`],
    [
      'new.target',
      `import { defineStrategy } from 'strategy-lab';\nfunction A() { return new.target; }\n${strategy}`,
    ],
    [
      'text that speaks of import()',
      `import { defineStrategy } from 'strategy-lab';\nconst hint = 'import("fs") --> import.meta';\n${strategy}`,
    ],
    [
      'an arrow in a comment',
      `import { defineStrategy } from 'strategy-lab';\n/*\n --> see there\n*/\n${strategy}`,
    ],
    [
      'a table of 200,000 numbers',
      `import { defineStrategy } from 'strategy-lab';\nconst table = [${'1,'.repeat(200_000)}];\n${strategy}`,
    ],
  ];
  it.each(taken)('%s', (_, source) => expect(loadStrategy(source).name).toBe('x'));
});

describe('a source is refused with', () => {
  const header = `import { defineStrategy } from 'strategy-lab';\n`;
  const refused: readonly (readonly [string, string, number, number | null])[] = [
    ['an import from elsewhere', `${header}import fs from 'node:fs';\n${strategy}`, 2, 1],
    ['an import from a file', `${header}\nimport { x } from './x.ts';\n${strategy}`, 3, 1],
    ['an import for its effects', `import 'node:fs';\n${header}${strategy}`, 1, 1],
    ['a default import', `import lab from 'strategy-lab';\n${strategy}`, 1, 8],
    ['a namespace import', `import * as lab from 'strategy-lab';\n${strategy}`, 1, 8],
    [
      'a name that is not there',
      `import { defineStrategy, crossOver } from 'strategy-lab';\n${strategy}`,
      1,
      26,
    ],
    [
      'a type imported as a value',
      `import { defineStrategy, Series } from 'strategy-lab';\n${strategy}`,
      1,
      26,
    ],
    [
      'a name of every object',
      `import { defineStrategy, toString } from 'strategy-lab';\n${strategy}`,
      1,
      26,
    ],
    ['import()', `${header}const a = () => import('node:fs');\n${strategy}`, 2, 17],
    ['import() in a template', `${header}const a = () => \`\${import('fs')}\`;\n${strategy}`, 2, 20],
    ['import() in a class field', `${header}class A { x = import('fs'); }\n${strategy}`, 2, 15],
    ['import.meta', `${header}const a = import.meta.url;\n${strategy}`, 2, 11],
    ['an export from elsewhere', `${header}export { a } from 'node:fs';\n${strategy}`, 2, 1],
    ['an export of everything', `${header}export * from 'node:fs';\n${strategy}`, 2, 1],
    ['a list of exports', `${header}const a = 1;\nexport { a };\n${strategy}`, 3, 1],
    ['an HTML comment', `${header}const a = 1 <!-- hidden\n${strategy}`, 2, 13],
    ['an HTML comment in a text', `${header}const a = '<!--';\n${strategy}`, 2, 12],
    ['a closing HTML comment', `${header}--> hidden\n${strategy}`, 2, 1],
    ['no default export', `${header}const a = 1;`, 1, 1],
    ['nothing in it', ``, 1, 1],
    ['a function as its default', `export default function () {}`, 1, 1],
    ['a class as its default', `${header}export default class {}`, 2, 1],
    ['two default exports', `${header}${strategy}\n${strategy}`, 3, 8],
    ['await outside a function', `${header}const a = await 1;\n${strategy}`, 2, 11],
    ['await in a loop', `${header}for await (const a of []) {}\n${strategy}`, 2, 1],
    ['await that a script would read as a name', `${header}await /1/;\n${strategy}`, 2, 1],
    ['return outside a function', `${header}return;\n${strategy}`, 2, 1],
    ['a line for a shell', `#!/usr/bin/env node\n${header}${strategy}`, 1, 2],
    ['a name declared twice', `${header}const a = 1;\nconst a = 2;\n${strategy}`, 3, 7],
    ['a with statement', `${header}with (Math) {}\n${strategy}`, 2, 1],
    ['an octal number', `${header}const a = 010;\n${strategy}`, 2, 11],
    ['an unfinished block', `${header}function a() {\n`, 2, null],
    ['an expression missing', `${header}const a = 1;\n  const b = ;\n${strategy}`, 3, 13],
    ['a wrong type', `${header}const a: = 1;\n${strategy}`, 2, 10],
    ['an enum', `${header}enum A { B }\n${strategy}`, 2, 1],
    ['an enum over lines', `${header}const a = 1; enum A {\n  B,\n}\n${strategy}`, 2, null],
    ['a wrong type behind a tab', `${header}\tconst a: = 1;\n${strategy}`, 2, null],
    ['a namespace with code', `${header}\n  namespace A { export const b = 1; }\n${strategy}`, 3, 3],
    ['a parameter property', `${header}class A { constructor(private x: number) {} }\n${strategy}`, 2, 31],
  ];
  it.each(refused)('%s, at its place', (_, source, line, column) => {
    expect(refusalOf(source)).toMatchObject({ line, column });
    expect(refusalOf(source).message).not.toMatch(/\n/);
  });
});

describe('lines and columns stay where they were', () => {
  const place = (source: string): unknown => {
    const { line, column } = JSON.parse(realmOf(source).load()) as { line: number; column: number };
    return [line, line === 1 ? column - firstLineShift : column];
  };

  it('in every line of a module', () => {
    const failing = (before: string): string => `${before}throw new Error('x'); export default 1;`;
    for (const before of [
      '',
      '   ',
      `import { defineStrategy } from 'strategy-lab'; `,
      `import { defineStrategy as a, crossAbove as b } from 'strategy-lab';`,
      `import {\n  defineStrategy,\n} from 'strategy-lab'; `,
      `import type { Series } from 'strategy-lab'; `,
      `const typed: readonly number[] = [1]; `,
      `/* a\n comment */ `,
    ]) {
      const lines = before.split('\n');
      expect(place(failing(before))).toEqual([lines.length, (lines.at(-1)?.length ?? 0) + 7]);
    }
    expect(place(`export default (() => { throw new Error('x'); })();`)).toEqual([1, 31]);
    expect(place(`export default\n  (() => { throw new Error('x'); })();`)).toEqual([2, 18]);
  });

  it('in next', () => {
    const source = `import {
  defineStrategy,
  type Bar,
} from 'strategy-lab';
const price = (bar: Bar): number => { if (bar.close > 0) throw new Error('x'); return 1; };
export default defineStrategy({ name: 'x', setup: () => null, next({ bar }) { price(bar); } });`;
    expect(play(source).failure).toMatchObject({ phase: 'next', line: 5, column: 64 });
  });
});

it('nothing of a source is run while it is prepared, and any text gets an answer', () => {
  const pieces = fc.constantFrom(
    `import { defineStrategy } from 'strategy-lab';`,
    'export default',
    'defineStrategy({',
    '})',
    'throw 1;',
    '`',
    '${',
    '}',
    '<!--',
    '-->',
    '/*',
    '*/',
    '//',
    '\n',
    'import(',
    "'",
    '$lab',
    '$out',
    'await',
    '\u2028',
    'a',
    '=',
    ': number',
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const prepared = prepareSource(parts.join(' '));
      expect(typeof prepared.ok).toBe('boolean');
    }),
    { numRuns: 500, seed: 41 },
  );
});

it('what is imported is the strategy API and cannot be changed', () => {
  expect(Object.isFrozen(strategyModule)).toBe(true);
  expect(scriptOf(`import { defineStrategy } from 'strategy-lab';\n${strategy}`)).toContain(
    'const { defineStrategy } = $lab',
  );
});
