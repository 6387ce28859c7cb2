import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findingSchema } from '../../extension/contracts/guardian.ts';
import { guard } from '../../language-server/guardian/guard.ts';
import { atTop, inNext } from './corpus/build.ts';
import { hostile } from './corpus/hostile.ts';
import { sectionsOf } from './corpus/sections.ts';

const clean = sectionsOf(readFileSync(new URL('./corpus/clean.md', import.meta.url), 'utf8')).map(
  ({ code }) => code[0] ?? '',
);
const sources = [...clean, ...Object.values(hostile)];

function rules(source: string): string[] {
  return guard(source, { author: 'person' }).map(({ rule }) => rule);
}

/** What a call costs, in milliseconds of the processor: other work on the machine is not what is measured. */
function cost(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('guard', () => {
  test('never throws and gives valid findings, sorted by place, on any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (text) => {
        const findings = guard(text, { author: 'agent' });
        for (const finding of findings) findingSchema.parse(finding);
        expect(findings.length).toBeGreaterThan(0);
      }),
      { numRuns: 300 },
    );
  });

  test('never throws, is deterministic and marks places inside the file on mutated strategies', () => {
    const mutation = fc.record({
      source: fc.constantFrom(...sources),
      cut: fc.nat(),
      length: fc.nat({ max: 30 }),
      insert: fc.oneof(
        fc.string({ maxLength: 8 }),
        fc.constantFrom(
          '(',
          '}',
          '`',
          '${',
          '=>',
          '?.',
          'class {',
          '<T>(',
          '[k]',
          'async ',
          '\\u0061',
          '/*',
          '...',
          ': any',
          '!',
        ),
        fc.constantFrom(...sources).map((text) => text.slice(120, 180)),
      ),
    });
    fc.assert(
      fc.property(mutation, ({ source, cut, length, insert }) => {
        const at = cut % (source.length + 1);
        const text = source.slice(0, at) + insert + source.slice(at + length);
        const findings = guard(text, { author: 'agent' });
        expect(guard(text, { author: 'agent' })).toEqual(findings);
        const lines = text.split(/\r\n|\r|\n/);
        let before = { line: 1, column: 1 };
        for (const { line, column, endLine, endColumn } of findings) {
          expect(line > before.line || (line === before.line && column >= before.column)).toBe(true);
          expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
          expect(endColumn).toBeLessThanOrEqual((lines[endLine - 1] ?? '').length + 1);
          before = { line, column };
        }
      }),
      { numRuns: 600 },
    );
  });

  test('a syntax error is one finding at its line and column', () => {
    expect(guard('const a = 1;\nconst b = ;\n', { author: 'person' })).toMatchObject([
      { rule: 'SYN001', severity: 'error', line: 2, column: 11 },
    ]);
  });

  test('a finding marks what it speaks of, lines and columns from 1', () => {
    const [finding] = guard(inNext('process.exit();'), { author: 'person' });
    expect(finding).toMatchObject({ rule: 'SEC001', line: 13, column: 5, endLine: 13, endColumn: 12 });
  });

  test.each(['\n', '\r\n', '\r'])('lines end at %j', (lineEnd) => {
    const found = guard(inNext('process.exit();').replaceAll('\n', lineEnd), { author: 'person' });
    expect(found).toMatchObject([{ line: 13, column: 5 }]);
  });

  test('a fix replaces exactly the marked range', () => {
    const source = inNext('if (new Date(bar.time).getHours() === 0) orders.close();');
    const [finding] = guard(source, { author: 'person' });
    const line = source.split('\n')[(finding?.line ?? 0) - 1] ?? '';
    const mended =
      line.slice(0, (finding?.column ?? 0) - 1) +
      finding?.fix?.newText +
      line.slice((finding?.endColumn ?? 0) - 1);
    expect(mended.trim()).toBe('if (new Date(bar.time).getUTCHours() === 0) orders.close();');
    expect(rules(source.replace(line, mended))).toEqual([]);
  });

  test('a file above 256 KB is refused by one finding', () => {
    expect(guard(`// ${'x'.repeat(256 * 1024)}`, { author: 'person' })).toMatchObject([
      { rule: 'SYN002', line: 1, column: 1 },
    ]);
    expect(rules(`${inNext('')}// ${'x'.repeat(200 * 1024)}`)).toEqual([]);
  });

  test.each([
    ['parentheses', '('.repeat(100_000)],
    ['closed brackets', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['blocks', '{'.repeat(20_000) + '}'.repeat(20_000)],
    ['sums', `x = 1${'+1'.repeat(60_000)}`],
    ['negations', `x = ${'!'.repeat(100_000)}1`],
    ['templates', ['`${'.repeat(5_000), '}`'.repeat(5_000)].join('1')],
    ['members', `x${'.a'.repeat(60_000)}`],
    ['else ifs', 'if (a); else '.repeat(10_000)],
    ['groups of a pattern', `/${'('.repeat(30_000)}${')'.repeat(30_000)}/`],
    ['type arguments', `${'<a>('.repeat(40)}1${')'.repeat(40)}`],
    ['many small expressions', 'f(a, b);'.repeat(30_000)],
    [
      'lags in a loop',
      atTop(`function f(s) { for (let i = 0; i < 9; i++) { ${'s.ago(i - 1);'.repeat(1500)} } }`),
    ],
    [
      'calls of calls',
      Array.from({ length: 600 }, (_, i) => `function f${i}(a) { return f${(i * 7) % 600}(a); }`).join('\n'),
    ],
  ])('hostile nesting and size end soon: %s', (_, source) => {
    const spent = cost(() => expect(guard(source, { author: 'agent' })).toBeInstanceOf(Array));
    // Far above what it takes, far below what an unbounded analysis would.
    expect(spent).toBeLessThan(10_000);
  });

  test('a flood of warnings hides no error', () => {
    const flood = Array.from({ length: 1500 }, (_, i) => `const d${i} = '2020-01-01';`).join('\n');
    expect(rules(atTop(`${flood}\nprocess.exit();`))).toContain('SEC001');
  });
});
