import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, call, newFolder } from './program.ts';

const hour = 3_600_000;
let folder: Awaited<ReturnType<typeof newFolder>>;
let strategy: string;
beforeAll(async () => {
  folder = await newFolder();
  await write('Binance_BTCUSDT.csv', { step: hour, count: 600, isOpen: () => true });
  await write('Binance_BTCUSDT_15m.csv', { step: hour / 4, count: 2400, isOpen: () => true });
  await write('SPY.csv', { step: hour, count: 600, isOpen: (time) => time % (24 * hour) >= 14 * hour });
  await write('later.csv', { step: hour, count: 50, isOpen: () => true, start: Date.UTC(2023, 0, 1) });
  await write('days.csv', { step: 24 * hour, count: 25, isOpen: () => true });
  strategy = join(folder.path, 'pair.strategy.ts');
  await writeFile(
    strategy,
    `import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Each market on its own',
  params: { fast: { type: 'integer', default: 5, min: 2, max: 10 } },
  setup({ params, markets }) {
    return markets.map(({ indicators }) => ({ fast: indicators.sma(params.fast), slow: indicators.sma(15) }));
  },
  next({ markets }, averages) {
    for (const [index, market] of markets.entries()) {
      const { fast, slow } = averages[index];
      if (!market.isFresh) continue;
      if (market.position.isFlat && crossAbove(fast, slow)) market.orders.buy({ percent: 40, stopLossPercent: 5 });
      else if (market.position.isLong && crossBelow(fast, slow)) market.orders.close();
    }
  },
});
`,
  );
});
afterAll(() => folder.remove());

interface Shape {
  readonly step: number;
  readonly count: number;
  readonly isOpen: (time: number) => boolean;
  readonly start?: number;
}

async function write(
  name: string,
  { step, count, isOpen, start = Date.UTC(2022, 0, 1) }: Shape,
): Promise<void> {
  const lines = ['time,open,high,low,close,volume'];
  const priceAt = (time: number) => 100 + 9 * Math.sin(time / hour / 13) + 4 * Math.sin(time / hour / 5);
  for (let bar = 0; bar < count; bar++) {
    const time = start + bar * step;
    if (!isOpen(time)) continue;
    const [open, close] = [priceAt(time), priceAt(time + step)];
    const row = [open, Math.max(open, close) + 0.5, Math.min(open, close) - 0.5, close, 10];
    lines.push([new Date(time).toISOString(), ...row].join(','));
  }
  await writeFile(join(folder.path, name), `${lines.join('\n')}\n`);
}

const data = (name: string): string => join(folder.path, name);

function lab(...args: string[]): Promise<Answer> {
  return call(args, { folder: folder.path });
}

async function documentOf<T>(...args: string[]): Promise<T> {
  const answer = await lab(...args, '--json');
  expect(answer.code, answer.stderr).toBe(0);
  return JSON.parse(answer.stdout) as T;
}

interface Document {
  readonly run: string;
  readonly report: string;
  readonly manifest: { data: { finer?: object }; others?: object[] };
  readonly trades: { symbol: string; market: number }[];
}

const both = () => [
  'backtest',
  strategy,
  '--data',
  data('Binance_BTCUSDT.csv'),
  '--also',
  `SPY=${data('SPY.csv')}`,
  '--finer',
  data('Binance_BTCUSDT_15m.csv'),
];

describe('a backtest of two markets and finer bars', () => {
  test('names every set, and shows the market of each trade in its document and its report', async () => {
    const { manifest, trades, report } = await documentOf<Document>(...both());
    expect(manifest).toMatchObject({
      data: { symbol: 'BTC/USDT', bars: 600, finer: { timeframe: '15m', bars: 2400 } },
      others: [{ symbol: 'SPY', timeframe: '1h', bars: 250 }],
    });
    expect(new Set(trades.map(({ symbol }) => symbol))).toEqual(new Set(['BTC/USDT', 'SPY']));
    const page = await readFile(report, 'utf8');
    expect(page).toContain('<td>SPY</td><td>long</td>');
    expect(page).toContain('Price of BTC/USDT, the main market,');
    const { stdout } = await lab(...both());
    expect(stdout).toMatch(/Also +SPY 1h, file, 2022-01-01 14:00 to/);
    expect(stdout).toMatch(/BTC\/USDT 1h, binance, bars of 15m inside/);
  });

  test('is replayed in all modes and verified', async () => {
    const { run, trades } = await documentOf<Document>(...both());
    expect(await documentOf('replay', run)).toMatchObject({ isIdentical: true });
    const { stdout } = await lab('replay', run, '--mode', 'real-time', '--speed', '1000000000');
    expect(stdout).toMatch(/buy [\d.]+ SPY at/);
    const step = await call(['replay', run, '--mode', 'step', '--json'], {
      folder: folder.path,
      input: 'e\n'.repeat(2 * trades.length + 2),
    });
    const { events } = JSON.parse(step.stdout) as { events: { fills: { symbol: string | null }[] }[] };
    const symbols = new Set(events.flatMap(({ fills }) => fills.map(({ symbol }) => symbol)));
    expect(symbols).toEqual(new Set([null, 'SPY']));
    expect((await lab('orders', run, '--state', 'filled')).stdout).toMatch(
      / market .*\n.* SPY +\d+ +market +buy/s,
    );
    const { inputs } = await documentOf<{ inputs: { input: string }[] }>('verify', run);
    expect(inputs.map(({ input }) => input).filter((input) => input.includes('candles'))).toEqual([
      'candles of BTC/USDT on binance',
      'file of candles of BTC/USDT on binance',
      'finer candles of BTC/USDT on binance',
      'file of finer candles of BTC/USDT on binance',
      'candles of SPY on file',
      'file of candles of SPY on file',
    ]);
  });

  test('is searched too, and its finer bars may be those of the data', async () => {
    const searched = await documentOf<{ run: string; trials: object[] }>(
      'optimize',
      strategy,
      '--data',
      data('Binance_BTCUSDT_15m.csv'),
      '--also',
      `SPY=${data('SPY.csv')}`,
      '--timeframe',
      '1h',
      '--finer',
      data('Binance_BTCUSDT_15m.csv'),
      '--budget',
      '3',
    );
    expect(searched.trials).toHaveLength(3);
    expect(await documentOf('replay', searched.run)).toMatchObject({ isIdentical: true });
  });

  test('takes the finer bars of one market from its own data', async () => {
    const { manifest } = await documentOf<Document>(
      ...['backtest', strategy, '--data', data('Binance_BTCUSDT_15m.csv')],
      ...['--timeframe', '1h', '--finer', '15m'],
    );
    expect(manifest.data).toMatchObject({
      timeframe: '1h',
      bars: 600,
      finer: { timeframe: '15m', bars: 2400 },
    });
  });
});

test('recorded funding is paid by a perpetual, and told with what its file lacks', async () => {
  const rates = Array.from({ length: 60 }, (_, row) => `${Date.UTC(2022, 0, 2) + row * 8 * hour},0.0005`);
  await writeFile(data('rates.csv'), `time,rate\n${rates.join('\n')}\n`);
  const run = ['backtest', strategy, '--data', data('Binance_BTCUSDT.csv'), '--funding', data('rates.csv')];
  const { manifest, metrics, warnings } = await documentOf<{
    manifest: { data: { funding: { rates: number } } };
    metrics: Record<string, number>;
    warnings: string[];
  }>(...run, '--market-kind', 'perpetual');
  expect(manifest.data.funding.rates).toBe(60);
  expect(metrics['fundingCost']).toBeGreaterThan(0);
  expect(warnings.join()).toMatch(/Funding: rates are there from 2022-01-02 00:00 to 2022-01-21 16:00/);
  const spot = await lab(...run);
  expect(spot.code).toBe(1);
  expect(spot.stderr).toMatch(/spot market pays no funding.*--market-kind perpetual/s);
});

describe('what one run cannot hold is refused with what to do', () => {
  test.each([
    ['bars of another timeframe', ['--also', 'DAYS=days.csv'], /bars of 1d.*bars of 1h.*--timeframe 1d/s],
    ['a market twice', ['--also', 'Binance_BTCUSDT.csv'], /given twice.*SYMBOL=FILE/s],
    ['a series of another time', ['--also', 'LATER=later.csv'], /shares no time.*overlap/s],
    [
      'finer bars that are not finer',
      ['--finer', 'BTC/USDT=days.csv', '--venue', 'file'],
      /1d cannot|run has/,
    ],
    [
      'finer bars of no market of the run',
      ['--finer', 'SPY.csv'],
      /The finer bars are of SPY on file; the run has BTC\/USDT/,
    ],
    ['a timeframe that the data do not have', ['--finer', '1m'], /there are none of 1m in them/],
    [
      'funding of no market',
      ['--also', 'SPY=SPY.csv', '--funding', 'days.csv'],
      /does not tell whose funding/,
    ],
    [
      'finer bars twice',
      ['--finer', 'Binance_BTCUSDT_15m.csv', '--finer', 'Binance_BTCUSDT_15m.csv'],
      /given twice/,
    ],
  ])('%s', async (_, options, problem) => {
    const paths = options.map((text) => text.replace(/([A-Za-z_0-9]+\.csv)$/, (name) => data(name)));
    const answer = await lab('backtest', strategy, '--data', data('Binance_BTCUSDT.csv'), ...paths);
    expect(answer.code).toBe(1);
    expect(answer.stderr).toMatch(problem);
  });

  test('a strategy for two markets, on one', async () => {
    const second = join(folder.path, 'second.strategy.ts');
    await writeFile(
      second,
      (await readFile(strategy, 'utf8')).replace('for (const [', 'markets[1].bar.close;\n    for (const ['),
    );
    const answer = await lab('backtest', second, '--data', data('Binance_BTCUSDT.csv'));
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('The run has one market');
  });
});
