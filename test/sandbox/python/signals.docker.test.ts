import { describe, expect, it } from 'vitest';
import { intentColumns, intentWidth, operations, sizeKinds } from '../../../extension/backtest/intents.ts';
import { runTwice } from '../../../sandbox/doubleRun.ts';
import { runInSandbox } from '../../../sandbox/session.ts';
import {
  dockerBackend,
  failureOf,
  marketsOf,
  newOwner,
  randomWalk,
  reasonOf,
  testDocker,
} from '../support.ts';
import { cheatingBars, cheatingSignals, honestSignals } from './signals.ts';
import { breakOut, pythonOf, pythonRequest, signalsOf } from './support.ts';

const backend = dockerBackend(testDocker(), 'runc', newOwner());
const markets = marketsOf(randomWalk(3000));

function twice(statements: string) {
  return runTwice(pythonRequest(backend, signalsOf(statements), { markets }), 1);
}

describe('a vectorised strategy', () => {
  it.each(honestSignals)(
    'that %s gives the same orders whatever the borders of its chunks',
    async (_, statements) => {
      const run = await twice(statements);
      expect(run.chunkCounts.every((count) => count > 16 && count <= 64)).toBe(true);
      expect(run.intents.reduce((rows, { length }) => rows + length, 0)).toBeGreaterThan(0);
    },
  );

  it.each(cheatingSignals)('that %s is caught', async (_, statements) => {
    const failure = await failureOf(twice(statements));
    expect(failure.reason).toBe('sandbox.look-ahead');
    expect(failure.place?.bar).toBeGreaterThanOrEqual(0);
  });

  it.each([
    [
      'too few rows',
      'return frame.close.dropna().iloc[1:] * 0',
      /one number a row: \d+ rows came in, \d+ came out/,
    ],
    ['one number', 'return 1', /one number a row: \d+ rows came in, a single number came out/],
    ['text', "return ['long'] * len(frame)", /one number a row/],
    ['a share above 1', 'return frame.close * 0 + 1.5', /from -1 to 1, and that of bar 0 is 1.5/],
    ['nothing', 'return None', /one number a row/],
  ])('that returns %s is told so', async (_, statements, message) => {
    const failure = await failureOf(runInSandbox(pythonRequest(backend, signalsOf(statements))));
    expect(failure.reason).toBe('strategy.threw');
    expect(failure.message).toMatch(message);
    expect(failure.message).toContain('failed in signals');
  });

  it('that raises is told the line of its own file', async () => {
    const failure = await failureOf(
      runInSandbox(pythonRequest(backend, signalsOf('x = 1\nreturn frame.clse'))),
    );
    expect(failure).toMatchObject({ reason: 'strategy.threw', place: { line: 9 } });
    expect(failure.message).toContain("has no attribute 'clse'");
  });

  it('sees UTC open times and its own copy of the five columns', async () => {
    const source = signalsOf(`if list(frame.columns) != ['open', 'high', 'low', 'close', 'volume']:
    raise ValueError(str(frame.columns))
if str(frame.index.tz) != 'UTC' or frame.index[0] != pd.Timestamp('2020-09-13 12:26:40', tz='UTC'):
    raise ValueError(str(frame.index[0]))
if not (frame.close > 0).all():
    raise ValueError('the frame was changed')
frame['close'] = -1.0
return np.zeros(len(frame))`);
    await expect(runInSandbox(pythonRequest(backend, source))).resolves.toMatchObject({
      sets: [{ fills: 0 }],
    });
  });

  it('works on one market', async () => {
    const two = [...marketsOf(randomWalk(100)), ...marketsOf(randomWalk(100, 2))];
    const request = pythonRequest(backend, signalsOf('return np.zeros(len(frame))'), { markets: two });
    const failure = await failureOf(runInSandbox(request));
    expect(failure.message).toContain('signals works on one market, and the run has 2');
  });

  it('has no clock, and no file through numpy and pandas', async () => {
    for (const statement of [
      'pd.Timestamp.now()',
      'pd.read_csv("/etc/passwd")',
      'np.load("/x")',
      'np.os.listdir("/")',
    ]) {
      const request = pythonRequest(backend, signalsOf(`${statement}\nreturn frame.close * 0`));
      expect(await reasonOf(runInSandbox(request))).toBe('strategy.threw');
    }
  });
});

describe('the orders of a vectorised strategy', () => {
  it('are the changes of its target: in, more, less, to the other side and out', async () => {
    const targets = `targets = pd.Series(np.nan, index=frame.index)
for bar, target in ((10, 0.2), (20, 0.6), (21, 0.6 + 1e-10), (30, 0.3), (40, -0.5), (60, 0.0), (70, 0.0)):
    if bar < len(targets):
        targets.iloc[bar] = target
return targets`;
    const { intents } = await runTwice(pythonRequest(backend, signalsOf(targets)), 1);
    const rows = intents.flatMap((piece) =>
      Array.from({ length: piece.length / intentWidth }, (_, row) => {
        const number = (column: keyof typeof intentColumns) =>
          piece[row * intentWidth + intentColumns[column]] ?? 0;
        return [
          number('bar'),
          number('operation'),
          number('sizeKind'),
          Math.round(number('size') * 1e9) / 1e9,
        ];
      }),
    );
    const { buy, sell, close } = operations;
    const { percent } = sizeKinds;
    expect(rows).toEqual([
      [10, buy, percent, 20],
      [20, buy, percent, 40],
      [30, close, percent, 50],
      [40, sell, percent, 50],
      [60, close, percent, 100],
    ]);
  });

  it('are the same for many parameter sets in one sandbox as for each alone', async () => {
    const source = signalsOf('return (frame.close > frame.close.rolling(params.n).mean()).astype(float)')
      .replace("name = 'Test'", "name = 'Test'\n    params = {'n': integer(5, min=2, max=50)}")
      .replace('import Strategy', 'import Strategy, integer');
    const sets = [{ n: 5 }, { n: 20 }, { n: 50 }];
    const together = await runInSandbox(pythonRequest(backend, source, { sets }));
    for (const [index, set] of sets.entries()) {
      const alone = await runInSandbox(pythonRequest(backend, source, { sets: [set] }));
      expect(together.sets[index]?.settled.trades).toEqual(alone.sets[0]?.settled.trades);
      expect(alone.sets[0]?.settled.trades.length).toBeGreaterThan(5);
    }
  });

  it('begin where the run begins, with the target that holds there', async () => {
    const source = signalsOf('return np.where(np.arange(len(frame)) < 5, 1.0, np.nan)');
    const { sets } = await runInSandbox(pythonRequest(backend, source, { firstBar: 500 }));
    expect(sets[0]?.settled.equity.findIndex((value) => value !== 10_000)).toBeGreaterThan(499);
    expect(sets[0]?.fills).toBe(1);
  });
});

describe('a strategy that goes bar by bar, and that Guardian has not seen,', () => {
  it.each(cheatingBars)('and that %s is caught', async (_, statements) => {
    const source = pythonOf(statements, breakOut);
    const failure = await failureOf(runTwice(pythonRequest(backend, source, { markets }), 1));
    expect(failure.reason).toBe('sandbox.look-ahead');
  });
});
