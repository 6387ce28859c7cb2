import { describe, expect, test } from 'vitest';
import type { Author } from '../../extension/contracts/guardian.ts';
import { guard } from '../../language-server/guardian/guard.ts';
import { atTop, inNext } from './corpus/build.ts';

function rules(source: string, author: Author = 'person'): string[] {
  return guard(source, { author }).map(({ rule }) => rule);
}

describe('suppressing comments', () => {
  test('a reasoned one drops a warning of the next line, and of its own line when it trails', () => {
    expect(rules(inNext("log('bar');"))).toEqual(['RES005']);
    expect(rules(inNext("// guardian-ignore RES005: short runs only\n    log('bar');"))).toEqual([]);
    expect(rules(inNext("log('bar'); // guardian-ignore RES005: short runs only"))).toEqual([]);
    expect(rules(inNext("/* guardian-ignore RES005, RSK005: short runs only */\n    log('bar');"))).toEqual(
      [],
    );
  });

  test('one reaches no other line', () => {
    expect(
      rules(inNext("// guardian-ignore RES005: short runs only\n    const one = 1;\n    log('bar');")),
    ).toEqual(['SUP001', 'RES005']);
  });

  test('none counts in code that an agent wrote', () => {
    expect(rules(inNext("// guardian-ignore RES005: short runs only\n    log('bar');"), 'agent')).toEqual([
      'SUP001',
      'RES005',
    ]);
  });

  test.each([
    ['without a reason', "// guardian-ignore RES005\n    log('bar');", 'RES005'],
    ['with an empty reason', "// guardian-ignore RES005:  \n    log('bar');", 'RES005'],
    ['for an unknown rule', "// guardian-ignore RES999: short runs\n    log('bar');", 'RES005'],
    ['for no rule', "// guardian-ignore: short runs\n    log('bar');", 'RES005'],
    ['of a security rule', '// guardian-ignore SEC001: harmless\n    process.exit();', 'SEC001'],
    [
      'of a determinism rule',
      '// guardian-ignore DET001: harmless\n    if (Math.random() > 1) orders.close();',
      'DET001',
    ],
    [
      'of a look-ahead rule',
      '// guardian-ignore LA001: harmless\n    if (fast.ago(-1) > 1) orders.close();',
      'LA001',
    ],
    ['of an endless loop', '// guardian-ignore RES001: harmless\n    for (;;) {}', 'RES001'],
    ['of the rule on suppressions', "// guardian-ignore SUP001, RES005: harmless\n    log('bar');", 'RES005'],
  ])('one %s is void and reported', (_, code, kept) => {
    expect(rules(inNext(code))).toEqual(['SUP001', kept]);
  });

  test('module state cannot be suppressed', () => {
    const found = rules(atTop('// guardian-ignore DET004: harmless\nlet n = 0;\nfunction f() { n += 1; }'));
    expect(found).toEqual(['SUP001', 'DET004']);
  });
});
