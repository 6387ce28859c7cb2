import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Author, findingSchema } from '../../extension/contracts/guardian.ts';
import { guard } from '../../language-server/guardian/guard.ts';
import { atPythonTop, inPythonNext, inSignals } from './corpus/buildPython.ts';
import { hostilePython } from './corpus/hostilePython.ts';

const sources = [
  inPythonNext("lab.log(f'{lab.bar.close:>{10}.2f} {{}}')"),
  inSignals("x = frame['close'].rolling(20).mean()\nreturn np.where(x > 1, 1, 0)"),
  ...Object.values(hostilePython).map(({ source }) => source),
];

function judged(source: string, author: Author = 'agent') {
  return guard(source, { author, language: 'python' });
}

function rules(source: string, author: Author = 'person'): string[] {
  return judged(source, author).map(({ rule }) => rule);
}

/** What a call costs, in milliseconds of the processor: other work on the machine is not what is measured. */
function cost(run: () => void): number {
  const before = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('guard of Python', () => {
  test('never throws and gives valid findings, sorted by place, on any text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })), (text) => {
        const findings = judged(text);
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
          ')',
          '[',
          '{',
          '}',
          "'",
          '"""',
          "f'",
          '{x',
          '\\\n',
          '\n',
          '\t',
          ':',
          'lambda: ',
          '*',
        ),
        fc.constantFrom(
          'match x:\n case ',
          'async ',
          'yield ',
          'class A:',
          '@',
          ':=',
          '\u200b',
          '\ufeff',
          '\r',
        ),
        fc.constantFrom(...sources).map((text) => text.slice(120, 180)),
      ),
    });
    fc.assert(
      fc.property(mutation, ({ source, cut, length, insert }) => {
        const at = cut % (source.length + 1);
        const text = source.slice(0, at) + insert + source.slice(at + length);
        const findings = judged(text);
        expect(judged(text)).toEqual(findings);
        const lines = text.split(/\r\n|\r|\n/);
        let before = { line: 1, column: 1 };
        for (const { line, column, endLine, endColumn } of findings) {
          expect(line > before.line || (line === before.line && column >= before.column)).toBe(true);
          expect(column).toBeLessThanOrEqual((lines[line - 1] ?? '').length + 1);
          expect(endColumn).toBeLessThanOrEqual((lines[endLine - 1] ?? '').length + 1);
          before = { line, column };
        }
      }),
      { numRuns: 500 },
    );
  });

  test('a file above 256 KB is refused by one finding', () => {
    expect(judged(`# ${'x'.repeat(256 * 1024)}`)).toMatchObject([{ rule: 'SYN002', line: 1, column: 1 }]);
  });

  test.each([
    ['parentheses', '('.repeat(100_000)],
    ['closed brackets', `x = ${'['.repeat(20_000)}${']'.repeat(20_000)}`],
    ['sums', `x = 1${' + 1'.repeat(60_000)}`],
    ['negations', `x = ${'not '.repeat(60_000)}1`],
    ['members', `x${'.a'.repeat(100_000)}`],
    ['calls', `x${'()'.repeat(100_000)}`],
    ['lambdas', `x = ${'lambda: '.repeat(30_000)}1`],
    ['conditionals', `x = ${'a if b else '.repeat(20_000)}1`],
    ['elifs', `if a:\n    b\n${'elif a:\n    b\n'.repeat(10_000)}`],
    ['blocks', Array.from({ length: 700 }, (_, i) => `${' '.repeat(i)}if x:`).join('\n')],
    ['f-strings', `x = ${"f'{".repeat(20_000)}`],
    ['texts', `x = ${"'a' ".repeat(60_000)}`],
    ['comments', '# guardian-ignore RSK001: none\n'.repeat(8_000)],
    ['backslashes', 'x = 1 \\\n'.repeat(25_000)],
    ['quotes', '"'.repeat(250_000)],
    ['small statements', 'f(a, b)\n'.repeat(30_000)],
    [
      'names that hold each other',
      Array.from({ length: 9_000 }, (_, i) => `a${i} = a${(i * 7) % 9_000}`).join('\n'),
    ],
    [
      'functions that call each other',
      Array.from({ length: 900 }, (_, i) => `def f${i}(a):\n    return f${(i * 7) % 900}(a)`).join('\n'),
    ],
    ['loops in loops', inSignals(`${'for i in range(9):\n    t[i] = x[i + 1]\n'.repeat(600)}return 1`)],
  ])('hostile nesting and size end soon: %s', (_, source) => {
    const spent = cost(() => expect(judged(source)).toBeInstanceOf(Array));
    // Far above what it takes, far below what an unbounded analysis would.
    expect(spent).toBeLessThan(10_000);
  });

  test('a fix replaces exactly the marked range, and the file is then clean', () => {
    const source = inPythonNext('lab.orders.buy(percent=10, sl=lab.bar.low)');
    const [finding] = judged(source);
    const lines = source.split('\n');
    const line = lines[(finding?.line ?? 0) - 1] ?? '';
    const mended =
      line.slice(0, (finding?.column ?? 0) - 1) +
      finding?.fix?.newText +
      line.slice((finding?.endColumn ?? 0) - 1);
    expect(mended.trim()).toBe('lab.orders.buy(percent=10, stop_loss=lab.bar.low)');
    expect(rules(source.replace(line, mended))).toEqual([]);
  });

  test.each(['\n', '\r\n'])('lines end at %j', (lineEnd) => {
    const source = inPythonNext("eval('1')");
    const line = source.split('\n').findIndex((text) => text.includes('eval')) + 1;
    const found = judged(source.replaceAll('\n', lineEnd));
    expect(found).toMatchObject([{ rule: 'SEC007', line, column: 9, endLine: line, endColumn: 13 }]);
  });
});

describe('suppressing comments in Python', () => {
  test('a reasoned one drops a warning of the next line, and of its own line when it trails', () => {
    expect(rules(inPythonNext("lab.log('bar')"))).toEqual(['RES005']);
    expect(rules(inPythonNext("# guardian-ignore RES005: short runs only\nlab.log('bar')"))).toEqual([]);
    expect(rules(inPythonNext("lab.log('bar')  # guardian-ignore RES005: short runs only"))).toEqual([]);
  });

  test('none counts in code that an agent wrote', () => {
    const source = inPythonNext("# guardian-ignore RES005: short runs only\nlab.log('bar')");
    expect(rules(source, 'agent')).toEqual(['SUP001', 'RES005']);
  });

  test.each([
    ["# guardian-ignore RES005\nlab.log('bar')", 'RES005'],
    ["# guardian-ignore SEC007: harmless\neval('1')", 'SEC007'],
    ['# guardian-ignore LA001: harmless\nself.fast.ago(-1)', 'LA001'],
    ['# guardian-ignore DET001: harmless\nnp.random.rand()', 'DET001'],
  ])('%j is void and reported', (code, kept) => {
    expect(rules(inPythonNext(code))).toEqual(['SUP001', kept]);
  });

  test('what stands in a text is no comment', () => {
    expect(rules(atPythonTop("TEXT = '# guardian-ignore RES005: x'"))).toEqual([]);
  });
});
