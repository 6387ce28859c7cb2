import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { guard } from '../../language-server/guardian/guard.ts';
import { atTop, inMarkets, inNext } from './corpus/build.ts';
import { hostile } from './corpus/hostile.ts';
import { outcomes } from './corpus/outcomes.ts';
import { sectionsOf } from './corpus/sections.ts';

const clean = sectionsOf(readFileSync(new URL('./corpus/clean.md', import.meta.url), 'utf8'));
const examples = new URL('../strategies/', import.meta.url);

describe('hostile strategies', () => {
  test('there are at least 80', () => {
    expect(Object.keys(hostile).length).toBeGreaterThanOrEqual(80);
  });

  test('the strategy around each trick has no finding of its own', () => {
    expect(guard(inNext(''), { author: 'agent' })).toEqual([]);
    expect(guard(atTop('const one = 1;'), { author: 'agent' })).toEqual([]);
    expect(guard(inMarkets(''), { author: 'agent' })).toEqual([]);
  });

  test('are all different, and each says what must happen to it', () => {
    expect(new Set(Object.values(hostile)).size).toBe(Object.keys(hostile).length);
    expect(Object.keys(outcomes)).toEqual(Object.keys(hostile));
  });

  test.each(Object.entries(hostile))('%s is refused by its rules, at its line', (name, source) => {
    const errors = guard(source, { author: 'agent' }).filter(({ severity }) => severity === 'error');
    expect(errors).not.toEqual([]);
    const told = new Set(errors.map(({ rule, line }) => `${rule}:${line}`));
    expect([...told].join(' ')).toBe(outcomes[name]?.[0]);
  });
});

describe('ordinary strategies', () => {
  test('there are at least 60', () => {
    expect(clean.length).toBeGreaterThanOrEqual(60);
  });

  test.each(clean)('$title has no finding but those expected', ({ text, code }) => {
    const expected = /^Expected: (.*)$/m.exec(text)?.[1]?.split(', ') ?? [];
    const found = guard(code[0] ?? '', { author: 'agent' });
    expect(found.filter(({ rule }) => !expected.includes(rule))).toEqual([]);
    expect([...new Set(found.map(({ rule }) => rule))].sort()).toEqual(expected.sort());
  });

  test.each(readdirSync(examples).filter((name) => name.endsWith('.ts')))(
    'the example %s has no finding',
    (name) => {
      expect(guard(readFileSync(new URL(name, examples), 'utf8'), { author: 'agent' })).toEqual([]);
    },
  );
});
