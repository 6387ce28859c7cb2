import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { hasPython } from '../runner/python/engine/python.ts';
import { built } from '../sandbox/support.ts';

const root = join(import.meta.dirname, '../..');
const declarations = readFileSync(built('strategy_lab.pyi'), 'utf8');
const typeScript = readFileSync(join(root, 'extension/backtest/strategy-lab.d.ts'), 'utf8');

test.skipIf(!hasPython)(
  'the declarations for Python are Python, with each class and each of its names once',
  () => {
    const script = `
import ast, json, sys
tree = ast.parse(sys.stdin.read())
names = {c.name: [m.name for m in c.body if isinstance(m, ast.FunctionDef)] for c in tree.body if isinstance(c, ast.ClassDef)}
print(json.dumps(names))`;
    const answer = execFileSync('python3', ['-c', script], { input: declarations, encoding: 'utf8' });
    const classes = JSON.parse(answer) as Record<string, string[]>;
    for (const names of Object.values(classes)) expect(new Set(names).size).toBe(names.length);
    expect(Object.keys(classes)).toEqual(expect.arrayContaining(['Strategy', 'Lab', 'Indicators', 'Orders']));
  },
);

test('the declarations for Python have every indicator, with the names and documentation of TypeScript', () => {
  const [, body = ''] = /export interface Indicators \{([\s\S]*?)\n {2}\}/.exec(typeScript) ?? [];
  const names = [...body.matchAll(/^ {4}(\w+)\(/gm)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(70);
  for (const name of names) {
    const python = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    expect(declarations).toMatch(
      new RegExp(`^    def ${python}\\(self[^\\n]*\\) -> \\w+:\\n        """`, 'm'),
    );
  }
});

test('options of TypeScript are keyword arguments of Python', () => {
  expect(declarations).toContain(
    "def rsi(self, period: int, source: Series = ..., *, smoothing: Literal['wilder', 'simple', 'exponential'] = ...) -> Series:",
  );
  expect(declarations).toContain('def replace(self, order: int, *, limit: float = ...,');
  expect(declarations).toContain("`rsi(14, smoothing='simple', source=bars.open)`");
});
