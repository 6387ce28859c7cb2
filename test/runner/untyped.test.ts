import { stripTypeScriptTypes } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseUntyped } from '../../sandbox/runner/untyped.ts';
import { crossStrategy } from '../sandbox/support.ts';

/** What the eraser of types makes of a source: the source itself where it refuses it, for then it changes nothing. */
function erased(source: string): string {
  try {
    return stripTypeScriptTypes(source, { mode: 'strip' });
  } catch {
    return source;
  }
}

describe('a source that holds no types is taken as it is', () => {
  it.each([
    crossStrategy,
    'const a = b < c && d > (e + f);',
    'if (a > (b + c)) d();',
    'for (let i = 0; i < n; i++) { if (x[i] > (y)) z(); }',
    'const a = b < c, d = e > f;',
    'const a = b ? c : d;',
    'const a = b >>> 2, c = d >> (e);',
  ])('%s', (source) => {
    expect(parseUntyped(source)).not.toBeNull();
    expect(erased(source)).toBe(source);
  });
});

describe('a source that TypeScript may read differently goes to the eraser', () => {
  it.each([
    'const a: number = 1;',
    'f(a<b, c>(d));',
    'a<b>(c);',
    'new a<b>(c);',
    'a<b>`c`;',
    'const d = a<b>\nc;',
    'const d = a < b > as;\nvar as;',
    'a<b<c>>(d);',
    'const f = a ? (b) : c => d;',
    'const f = a ? (b) : async c => d;',
    'x = y as z;',
    'type A = 1;',
    'declare\nlet a = 1;',
    'this is no program',
  ])('%s', (source) => {
    expect(parseUntyped(source)).toBeNull();
  });
});

const fragments = (
  'a b c f < > < > ( ) ( ) , ; ? : => = && + - . [ ] { } ` new async as satisfies typeof type declare ' +
  'interface class extends let const readonly ! 1 "s" /r/ >> >>> <= \n'
).split(/ (?! )/);

describe('what the eraser would change is never taken as it is', () => {
  it('random texts of the tokens on which the two languages differ', () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...fragments), { maxLength: 14 }), (parts) => {
        const source = parts.join(' ');
        if (parseUntyped(source) === null) return;
        taken++;
        expect(erased(source)).toBe(source);
      }),
      { numRuns: 20_000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it('random texts around the names that begin a declaration', () => {
    const name = fc.constantFrom(
      ...'abstract accessor as async declare enum get global interface is let module namespace'.split(' '),
      ...'override private public readonly satisfies set static type unique using'.split(' '),
    );
    const rest = fc.constantFrom(
      ...[
        'a',
        'a = 1',
        'a {}',
        'a { b }',
        'class A {}',
        'let a = 1',
        'function f() {}',
        "'a' {}",
        'x;',
        '(a)',
        '[a]',
      ],
    );
    const around = fc.constantFrom(
      ['', ''],
      ['class A { ', ' }'],
      ['const o = { ', ' };'],
      ['f(', ')'],
      ['x ', ''],
    );
    fc.assert(
      fc.property(around, name, fc.constantFrom(' ', '\n', '\n;', ': ', ', '), name, rest, (...parts) => {
        const [[before, after], first, gap, second, tail] = parts;
        for (const source of [
          `${before}${first}${gap}${tail}${after}`,
          `${before}${first}${gap}${second} ${tail}${after}`,
        ]) {
          if (parseUntyped(source) !== null) expect(erased(source)).toBe(source);
        }
      }),
      { numRuns: 20_000 },
    );
  });

  it('random texts around type arguments and conditional functions', () => {
    const gap = fc.constantFrom('', ' ', '\n');
    const name = fc.constantFrom('a', 'b', 'as', 'f', 'typeof a', 'a.b', 'a[b]', '(a)', '1', '{a}');
    const follow = fc.constantFrom(
      '(c)',
      '`c`',
      'c',
      '\nc',
      '.c',
      '/r/.d',
      '- c',
      '+ c',
      '[c]',
      '!c',
      'in',
      '{}',
      ';',
      '=> c',
      'as',
    );
    const before = fc.constantFrom(
      'a ',
      'new a ',
      'f(a ',
      'x = a ',
      'async ',
      'a && b ',
      'x ? (a) : b ',
      'x ? a ',
    );
    const between = fc.constantFrom('', ', b ', '&& b ', '| b ', '; b ', '=> b ', ': b ', '< b ', '? b : b ');
    const close = fc.constantFrom('>', '>>', '>>>', '> >');
    const after = fc.constantFrom('', ')', ': d', ';');
    fc.assert(
      fc.property(before, gap, name, between, gap, close, follow, after, (...parts) => {
        const [first, space, inside, more, tail, closer, next, end] = parts;
        const source = `${first}<${space}${inside} ${more}${tail}${closer}${next}${end}`;
        if (parseUntyped(source) !== null) expect(erased(source)).toBe(source);
      }),
      { numRuns: 20_000 },
    );
  });
});
