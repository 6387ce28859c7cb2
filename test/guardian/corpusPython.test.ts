import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { guard } from '../../language-server/guardian/guard.ts';
import { atPythonTop, inPythonNext, inSignals } from './corpus/buildPython.ts';
import { hostilePython } from './corpus/hostilePython.ts';
import { hostilePythonDoors } from './corpus/hostilePythonDoors.ts';
import { hostilePythonRows } from './corpus/hostilePythonRows.ts';
import { sectionsOf } from './corpus/sections.ts';

const clean = sectionsOf(readFileSync(new URL('./corpus/cleanPython.md', import.meta.url), 'utf8'), 'py');

function judged(source: string) {
  return guard(source, { author: 'agent', language: 'python' });
}

describe('hostile strategies in Python', () => {
  test('there are at least 45', () => {
    expect(Object.keys(hostilePython).length).toBeGreaterThanOrEqual(45);
  });

  test('the strategy around each trick has no finding of its own', () => {
    expect(judged(inPythonNext(''))).toEqual([]);
    expect(judged(atPythonTop('ONE = 1'))).toEqual([]);
    expect(judged(inSignals("return (frame['close'] > 1) * 1.0"))).toEqual([]);
  });

  const all = [hostilePython, hostilePythonDoors, hostilePythonRows].flatMap((each) => Object.entries(each));
  test.each(all)('%s is an error of its rule', (_, { source, by }) => {
    const errors = judged(source).filter(({ severity }) => severity === 'error');
    expect(errors.map(({ rule }) => rule)).toContain(by);
  });
});

describe('ordinary strategies in Python', () => {
  test('there are at least 60', () => {
    expect(clean.length).toBeGreaterThanOrEqual(60);
  });

  test.each(clean)('$title has no finding but those expected', ({ text, code }) => {
    const expected = /^Expected: (.*)$/m.exec(text)?.[1]?.split(', ') ?? [];
    const found = judged(code[0] ?? '');
    expect(found.filter(({ rule }) => !expected.includes(rule))).toEqual([]);
    expect([...new Set(found.map(({ rule }) => rule))].sort()).toEqual(expected.sort());
  });
});
