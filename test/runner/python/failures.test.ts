import { execFileSync } from 'node:child_process';
import { afterEach, describe, expect, it, test } from 'vitest';
import { encodeFrame, failSchema, frameTypes } from '../../../sandbox/frames.ts';
import { barsFrame, helloOf, jsonFrame } from '../support/host.ts';
import { market } from '../support/realm.ts';
import { hasPython } from './engine/python.ts';
import { answerOf, PythonRunner, pythonNext, pythonStrategy, runnerFolder } from './pythonRunner.ts';

let runner = undefined as PythonRunner | undefined;
afterEach(async () => {
  runner?.kill();
  await runner?.ended;
});

/** What a strategy fails with before its first bar. */
async function loadingFailure(source: string): Promise<Record<string, unknown>> {
  runner = new PythonRunner();
  let answer = await runner.load(source);
  if (answer['type'] === frameTypes.ready) answer = await runner.begin();
  expect(answer['type'], JSON.stringify(answer)).toBe(frameTypes.fail);
  expect((await runner.ended).code).toBe(0);
  return failSchema.parse(answer);
}

/** What a strategy fails with on some bars. */
async function runningFailure(source: string): Promise<Record<string, unknown>> {
  runner = new PythonRunner();
  await runner.load(source);
  await runner.begin();
  const answer = await runner.ask(barsFrame(0, 10));
  expect(answer.type).toBe(frameTypes.fail);
  return failSchema.parse(answerOf(answer));
}

describe.skipIf(!hasPython)('a strategy in Python that cannot be taken', () => {
  it('is told the line and the column where it does not parse', async () => {
    const failure = await loadingFailure('from strategy_lab import Strategy\n\nx = (1 +\n');
    expect(failure).toMatchObject({ phase: 'source', line: 3, column: 5, set: null, isOrder: false });
    expect(failure['message']).toContain('never closed');
  });

  it.each([
    [
      'import os',
      "a strategy can import strategy_lab, math, statistics, collections, dataclasses, typing, numpy and pandas only, not 'os'",
    ],
    ['import numpy.ctypeslib', "not 'numpy.ctypeslib'"],
    ['from . import x', "not '.'"],
    ['from strategy_lab.engine import session', "not 'strategy_lab.engine'"],
  ])('is told where it says %s, before anything of it runs', async (line, message) => {
    const failure = await loadingFailure(`raise ValueError('ran')\nif True:\n    ${line}\n`);
    expect(failure).toMatchObject({ phase: 'source', line: 3, column: 5 });
    expect(failure['message']).toContain(message);
  });

  it.each([
    ['no strategy', 'x = 1\n', 'the file declares no public subclass of Strategy'],
    [
      'two',
      `${pythonNext('pass')}class Other(Test):\n    pass\n`,
      'the file declares 2 strategies (Other, Test)',
    ],
    ['no name', pythonNext('pass').replace("name = 'Test'", "name = ''"), 'the strategy has no name'],
    ['a long name', pythonNext('pass').replace("'Test'", "'🚀' * 61"), 'longer than 120 letters'],
    ['neither next nor signals', pythonStrategy('    pass'), 'neither next nor signals'],
    [
      'next and signals',
      pythonStrategy(
        '    def next(self, lab):\n        pass\n    def signals(self, frame, params):\n        pass',
      ),
      'declare signals, or setup and next, and not both',
    ],
    [
      'an async next',
      pythonStrategy('    async def next(self, lab):\n        pass'),
      'next must not be async',
    ],
    [
      'a generator',
      pythonStrategy('    def next(self, lab):\n        yield 1'),
      'next must be a plain method',
    ],
    [
      'params of no dict',
      pythonStrategy('    params = 3\n    def next(self, lab): pass'),
      'params must be a dict',
    ],
    [
      'a default out of bounds',
      pythonStrategy("    params = {'a': integer(1, min=2, max=3)}\n    def next(self, lab): pass"),
      'min <= default <= max',
    ],
    [
      'a broken integer',
      pythonStrategy("    params = {'a': integer(1.5, min=1, max=3)}\n    def next(self, lab): pass"),
      'integer',
    ],
    [
      'a name of no parameter',
      pythonStrategy("    params = {'a b': integer(1, min=1, max=3)}\n    def next(self, lab): pass"),
      'no name of a parameter',
    ],
    [
      "a name that JavaScript's objects have",
      pythonStrategy("    params = {'constructor': integer(1, min=1, max=3)}\n    def next(self, lab): pass"),
      'no name of a parameter',
    ],
    [
      'a parameter without an end',
      pythonStrategy("    params = {'a': number(1, min=0, max=1e400)}\n    def next(self, lab): pass"),
      'a',
    ],
  ])('is told what is wrong with %s', async (_, source, message) => {
    const failure = await loadingFailure(source);
    expect(failure).toMatchObject({ phase: 'module' });
    expect(failure['message']).toContain(message);
  });

  it('may have more classes than its strategy where their names begin with _', async () => {
    runner = new PythonRunner();
    const source = `${pythonNext('pass')}class _Other(Test):\n    pass\n`;
    expect((await runner.load(source))['type']).toBe(frameTypes.ready);
  });

  it('is told the line at which its module raises, and the one in setup', async () => {
    const module = await loadingFailure("a = 1\nraise ValueError('no luck')\n");
    expect(module).toMatchObject({ phase: 'module', message: 'ValueError: no luck', line: 2, column: 1 });
    const setup = pythonStrategy(
      '    def setup(self, lab):\n        {}["a"]\n    def next(self, lab):\n        pass',
    );
    expect(await loadingFailure(setup)).toMatchObject({
      phase: 'setup',
      message: "KeyError: 'a'",
      line: 7,
      set: 0,
    });
  });

  it('that is no UTF-8 is refused as that', async () => {
    runner = new PythonRunner();
    runner.send(jsonFrame(frameTypes.hello, helloOf()));
    const answer = await runner.ask(encodeFrame(frameTypes.source, Uint8Array.of(0xff, 0xfe, 0x41)));
    expect(answerOf(answer)).toMatchObject({ phase: 'source', message: 'the source is not UTF-8 text' });
  });

  it.each([
    '('.repeat(100_000),
    `${'['.repeat(150)}${']'.repeat(150)}`.replace(/^/, 'x = '),
    `x = ${'-'.repeat(200_000)}1`,
  ])('that nests too deep fails as source or crashes alone', async (source) => {
    runner = new PythonRunner();
    const outcome = await runner.load(source).catch((error: unknown) => error);
    if (outcome instanceof Error) expect((await runner.ended).code).not.toBe(0);
    else expect(outcome).toMatchObject({ type: frameTypes.fail });
  });
});

test.skipIf(!hasPython)('a package that is not in the image is missed in one sentence', () => {
  const script = `
import sys
sys.path.insert(0, sys.argv[1])
sys.modules['numpy'] = None
from runner.harden import shown_module
from runner.vectorised import SeenBars
for attempt in (lambda: shown_module('numpy', {}), SeenBars):
    try:
        attempt()
    except Exception as error:
        print(error)`;
  const answer = execFileSync('python3', ['-B', '-c', script, runnerFolder], { encoding: 'utf8' });
  expect(answer).toBe(
    'numpy is not in this sandbox image\nsignals needs numpy and pandas, and they are not in this sandbox image\n',
  );
});

describe.skipIf(!hasPython)('a strategy in Python that fails in next', () => {
  it('is told the line, the column, the bar and its time', async () => {
    const failure = await runningFailure(
      pythonNext('if lab.bar.index == 3:', "    raise ValueError('no luck')"),
    );
    expect(failure).toMatchObject({
      phase: 'next',
      message: 'ValueError: no luck',
      set: 0,
      bar: 3,
      time: market.time[3],
      line: 8,
      column: 13,
      isOrder: false,
    });
  });

  it('is told its own line, and not that of the library in which it stumbled', async () => {
    const failure = await runningFailure(
      pythonStrategy('    def next(self, lab):\n        statistics.mean([])', 'import statistics'),
    );
    expect(failure).toMatchObject({ line: 7, bar: 0 });
    expect(failure['message']).toContain('requires at least one data point');
  });

  it('is told that an order cannot be taken, at its line', async () => {
    const failure = await runningFailure(pythonNext('lab.orders.buy(percent=-1)'));
    expect(failure).toMatchObject({ phase: 'next', isOrder: true, line: 7, bar: 0 });
  });

  it.each([
    ['print', "print('x')"],
    ['open', "open('/etc/passwd')"],
    ['eval', "eval('1')"],
    ['exec', "exec('1')"],
    ['compile', "compile('1', 'a', 'eval')"],
    ['input', 'input()'],
    ['globals', 'globals()'],
    ['vars', 'vars()'],
    ['getattr', "getattr(self, 'x')"],
    ['id', 'id(self)'],
    ['hash', 'hash(self)'],
    ['breakpoint', 'breakpoint()'],
    ['exit', 'exit()'],
  ])('has no %s', async (name, statement) => {
    const failure = await runningFailure(pythonNext(statement));
    expect(failure['message']).toMatch(new RegExp(`^NameError: there is no ${name} here`));
    expect(failure['line']).toBe(7);
  });

  it('cannot end the process by raising that', async () => {
    const failure = await runningFailure(pythonNext('raise SystemExit'));
    expect(failure['message']).toBe("NameError: name 'SystemExit' is not defined");
  });

  it('cannot import at run time what it cannot import above', async () => {
    const failure = await runningFailure(pythonNext("__builtins__['__import__']('os')"));
    expect(failure['message']).toContain("only, not 'os'");
  });

  it.each([
    [
      'raises what cannot be shown',
      'class E(Exception):\n            def __str__(self): raise self\n        raise E()',
    ],
    ['recurses without an end', 'self.next(lab)'],
    [
      'raises the end of the process',
      "raise [kind for kind in Exception.__mro__[1].__subclasses__() if kind.__name__ == 'SystemExit'][0](0)",
    ],
  ])('is answered also where it %s', async (_, statement) => {
    const failure = await runningFailure(pythonNext(...statement.split('\n        ')));
    expect(failure['phase']).toBe('next');
  });
});
