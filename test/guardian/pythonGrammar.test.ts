import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guard } from '../../language-server/guardian/guard.ts';
import { inPythonNext, inSignals } from './corpus/buildPython.ts';

/** Honest programs of a small grammar: what strategies are made of. */
const numbers = fc.oneof(
  fc.integer({ min: 1, max: 400 }).map(String),
  fc.constantFrom('0.5', '1.', '1_000', '2e-3', '.25'),
);
const names = fc.constantFrom('level', 'count', 'highest', 'ratio', 'step', 'match', 'case');
const prices = fc.constantFrom(
  'lab.bar.close',
  'lab.bar.open',
  'self.fast.value',
  'self.slow.ago(2)',
  'self.average.previous',
  'lab.bars.high.ago(1)',
  "lab.params['lag']",
  'lab.params.lag',
  'lab.account.equity',
);
const values: fc.Arbitrary<string> = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    numbers,
    prices,
    fc
      .tuple(tie('value'), fc.constantFrom('+', '-', '*'), tie('value'))
      .map(([a, o, b]) => `(${a} ${o} ${b})`),
    fc.tuple(fc.constantFrom('abs', 'float', 'round'), tie('value')).map(([f, a]) => `${f}(${a})`),
    fc
      .tuple(fc.constantFrom('max', 'min'), tie('value'), tie('value'))
      .map(([f, a, b]) => `${f}(${a}, ${b})`),
    fc.tuple(tie('value'), tie('value')).map(([a, b]) => `(${a} if lab.position.is_long else ${b})`),
    tie('value').map((a) => `np.sqrt(np.abs(${a}))`),
    fc.tuple(names, tie('value')).map(([n, a]) => `sum(${n} * 2 for ${n} in [${a}, 1])`),
    tie('value').map((a) => `(lambda x, y=2: x * y)(${a})`),
    fc.constantFrom('self.losses', 'lab.bar.close').map((a) => `len(f'{${a}:.2f} of {{}}')`),
    tie('value').map((a) => `sorted(self.levels, key=lambda entry: entry * ${a})[0]`),
    tie('value').map((a) => `{'a': ${a}, **{'b': 1}}['a']`),
    fc.tuple(names, tie('value')).map(([n, a]) => `(${n} := ${a})`),
  ),
})).value;
const tests = fc
  .tuple(values, fc.constantFrom('<', '>', '<=', '>='), values)
  .map(([a, o, b]) => `${a} ${o} ${b}`);
const lines: fc.Arbitrary<string> = fc.oneof(
  fc.tuple(names, values).map(([n, v]) => `${n} = ${v}`),
  fc.tuple(names, values).map(([n, v]) => `${n}: float = ${v}`),
  fc.tuple(names, names, values).map(([a, b, v]) => `${a}, ${b === a ? '_' : b} = ${v}, 1`),
  values.map((v) => `self.losses += ${v}`),
  values.map((v) => `self.levels = [${v}, *self.levels[-5:]]`),
  tests.map((t) => `if ${t}:\n    lab.orders.close()\nelse:\n    pass`),
  tests.map((t) => `if not (${t}) and lab.position.is_flat or False:\n    lab.log('x')`),
  fc
    .tuple(names, values)
    .map(([n, v]) => `for ${n} in range(3):\n    if ${n} > ${v}:\n        continue\n    break`),
  fc
    .tuple(names, values)
    .map(([n, v]) => `try:\n    ${n} = 1 / ${v}\nexcept ZeroDivisionError as error:\n    ${n} = str(error)`),
  fc.tuple(names, values).map(([n, v]) => `def of_${n}(x, *rest, y=1, **named):\n    return x + ${v}`),
  values.map(
    (v) =>
      `subject = ${v}\nmatch subject:\n    case [1, *rest] | {'a': rest}:\n        pass\n    case _ if self.losses > 1:\n        pass`,
  ),
  fc
    .tuple(values, values)
    .map(
      ([a, b]) =>
        `match ${a}, ${b}:\n    case 1, 2:\n        pass\nmatch ${a}:\n    case _:\n        return\nmatch ${a} > ${b}:\n    case True:\n        pass`,
    ),
  names.map((n) => `def steps_of(${n}):\n    taken = yield\n    (yield)\n    yield`),
  values.map((v) => `self.levels = [np.ones((2, 2, 2))[*(0, 1), int(${v} > 1)]]`),
  values.map((v) => `assert ${v} is not None, 'no value'`),
  values.map((v) => `lab.orders.buy(percent=min(50, ${v}), stop_loss_percent=5)`),
);
const program = fc.array(lines, { minLength: 1, maxLength: 8 }).map((parts) => parts.join('\n'));

/** Escapes, each as one expression; `X` stands for any harmless expression. */
const escapes = [
  'eval(str(X))',
  "exec('import os')",
  "open('/etc/passwd').read()",
  "__import__('os').system('id')",
  "getattr(lab, '__class__')",
  'globals()',
  '(X).__class__.__mro__',
  '(lambda: X).__globals__',
  '(i for i in [X]).gi_frame',
  'lab._session',
  'self.__dict__',
  'type(lab).mro()',
  "type('A', (), {})",
  "'{0.__class__}'.format(lab)",
  "('{0.' + str(X) + '}').format(lab)",
  "'{a}'.format_map({'a': X})",
  "np.load('x')",
  'np.ctypeslib',
  'np.lib.format',
  'np.f2py.os',
  '[np][0]',
  '(np if X else pd)',
  "np.zeros(3).tofile('x')",
  'np.zeros(3).ctypes',
  "pd.read_csv('x')",
  "pd.eval('1')",
  "pd.DataFrame().to_pickle('x')",
  "pd.DataFrame().eval('1')",
  "pd.DataFrame().agg('to_csv')",
  "pd.DataFrame().query('@pd')",
  'pd.io.common',
  'breakpoint()',
  'vars(lab)',
  'memoryview(b"a")',
  'print(X)',
  '[eval for _ in [X]][0]',
  '{**globals()}',
  '(e := eval)',
  'sorted([X], key=eval)',
  "f'{eval(str(X))}'",
  "f'{X:{eval(str(1))}}'",
  'ｅｖａｌ(X)',
  'undeclared_name',
  'Strategy.__subclasses__()',
  'os.system(X)',
] as const;
/** Where an escape may stand, as a statement. */
const places = [
  (trick: string) => trick,
  (trick: string) => `found = ${trick}`,
  (trick: string) => `if ${trick}:\n    pass`,
  (trick: string) => `while ${trick}:\n    break`,
  (trick: string) => `for entry in ${trick}:\n    break`,
  (trick: string) => `def hidden(x=${trick}):\n    return x`,
  (trick: string) => `def hidden() -> ${trick}:\n    return 1`,
  (trick: string) => `def hidden():\n    return ${trick}`,
  (trick: string) => `class Hidden:\n    value = ${trick}`,
  (trick: string) => `entries = [y for y in [1] if ${trick}]`,
  (trick: string) => `entries = {1: ${trick}}`,
  (trick: string) => `hidden = lambda: ${trick}`,
  (trick: string) => `lab.orders.buy(percent=${trick}, stop_loss_percent=5)`,
  (trick: string) => `self.levels[${trick}] = 1`,
  (trick: string) => `assert True, ${trick}`,
  (trick: string) => `try:\n    pass\nexcept ValueError:\n    raise ValueError(${trick}) from None`,
  (trick: string) => `with ${trick}:\n    pass`,
  (trick: string) => `match 1:\n    case _ if ${trick}:\n        pass`,
  (trick: string) => `value: ${trick} = 1`,
  (trick: string) => `match ${trick}:\n    case _:\n        pass`,
  (trick: string) => `match (1) + 1, ${trick}:\n    case _:\n        pass`,
  (trick: string) => `match = ${trick}`,
  (trick: string) => `self.levels = self.levels[*${trick}]`,
  (trick: string) => `def hidden():\n    got = yield\n    return (yield), ${trick}`,
];

function refused(source: string): string[] {
  return guard(source, { author: 'agent', language: 'python' })
    .filter(({ rule, severity }) => severity === 'error' && /^(?:SEC|SYN)/.test(rule))
    .map(({ rule, line, message }) => `${rule} ${line} ${message}`);
}

describe('random strategies in Python', () => {
  test('honest ones are never refused for their safety', () => {
    fc.assert(
      fc.property(program, (code) => {
        const source = inPythonNext(code);
        expect(refused(source), source).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  test('every escape is refused in every place', () => {
    for (const trick of escapes) {
      for (const place of places) {
        const source = inPythonNext(place(trick.replaceAll('X', '1')));
        expect(refused(source), source).not.toEqual([]);
      }
    }
  });

  test('an escape that is put into an honest one is refused', () => {
    const hidden = fc.tuple(
      program,
      fc.constantFrom(...escapes),
      fc.constantFrom(...places),
      values,
      program,
    );
    fc.assert(
      fc.property(hidden, ([before, trick, place, value, after]) => {
        const source = inPythonNext([before, place(trick.replaceAll('X', () => value)), after].join('\n'));
        expect(refused(source), source).not.toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  test('vectorised ones of usual parts have no finding', () => {
    const windows = fc
      .tuple(fc.constantFrom('mean', 'std', 'max', 'min', 'median', 'sum'), fc.integer({ min: 2, max: 200 }))
      .map(([what, length]) => `frame['close'].rolling(${length}).${what}()`);
    const columns = fc.oneof(
      windows,
      fc.constantFrom(
        "frame['close'].pct_change()",
        'frame.close.diff().fillna(0)',
        "frame['high'].cummax()",
        "frame['close'].shift(1)",
        "frame['volume'].ewm(span=9).mean()",
        "frame['close'].expanding().mean()",
      ),
    );
    fc.assert(
      fc.property(columns, columns, fc.constantFrom('>', '<'), (a, b, sign) => {
        const source = inSignals(
          `a = ${a}\nb = ${b}\nreturn pd.Series(np.where(a ${sign} b, 1.0, 0.0), index=frame.index)`,
        );
        expect(guard(source, { author: 'agent', language: 'python' }), source).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});
