import { computeMetrics } from '../../extension/backtest/metrics/computeMetrics.ts';
import { metricDefinitions } from '../../extension/backtest/metrics/definitions.ts';
import { deepestDrawdowns } from '../../extension/backtest/metrics/drawdownTable.ts';
import { excursionsOf, withExcursions } from '../../extension/backtest/metrics/excursions.ts';
import { monthlyReturns } from '../../extension/backtest/metrics/monthlyReturns.ts';
import { fillRules } from '../../extension/backtest/rules.ts';
import { type BacktestResult, defaultRunSettings, type Trade } from '../../extension/contracts/backtest.ts';
import type { CandleColumns } from '../../extension/contracts/candles.ts';
import { type RunReportInput, runReportInputSchema } from '../../extension/contracts/report.ts';
import { buildChartData } from '../../extension/reports/chartData.ts';

const hour = 3_600_000;
export const firstTime = Date.UTC(2020, 0, 1);

/** A seeded walk of hourly bars. */
export function makeCandles(bars: number): CandleColumns {
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  const column = () => new Float64Array(bars);
  const candles = {
    time: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
  let price = 100;
  for (let bar = 0; bar < bars; bar++) {
    candles.time[bar] = firstTime + bar * hour;
    candles.open[bar] = price;
    price *= 1 + (random() - 0.5) / 50;
    candles.close[bar] = price;
    candles.high[bar] = Math.max(candles.open[bar] ?? 0, price) * (1 + random() / 100);
    candles.low[bar] = Math.min(candles.open[bar] ?? 0, price) * (1 - random() / 100);
    candles.volume[bar] = random();
  }
  return candles;
}

/** Trades of three bars each, one after the other, the last one open; long and short in turn. */
export function makeTrades(candles: CandleColumns, count: number): Trade[] {
  return Array.from({ length: count }, (_, index) => {
    const entry = index * 3;
    const isOpen = index === count - 1;
    const exit = isOpen ? candles.time.length - 1 : entry + 3;
    const side = index % 2 === 0 ? 'long' : 'short';
    const entryPrice = candles.open[entry] ?? 0;
    const leavePrice = (isOpen ? candles.close[exit] : candles.open[exit]) ?? 0;
    const profit = (side === 'long' ? 1 : -1) * (leavePrice - entryPrice);
    return {
      side,
      entryTime: candles.time[entry] ?? 0,
      entryPrice,
      exitTime: isOpen ? null : (candles.time[exit] ?? 0),
      exitPrice: isOpen ? null : leavePrice,
      markPrice: isOpen ? leavePrice : null,
      quantity: 1,
      fees: 0.2,
      profit,
      profitFraction: profit / entryPrice,
      bars: exit - entry,
      exitReason: isOpen ? 'open' : 'signal',
    };
  });
}

export function makeResult(candles: CandleColumns, trades: Trade[], equity: Float64Array): BacktestResult {
  const bars = candles.time.length;
  const split = Math.floor((bars * 2) / 3);
  const invested = new Uint8Array(bars).fill(1);
  const excursions = excursionsOf(trades, candles);
  const course = { time: candles.time, close: candles.close, equity, cash: 10_000, splitBar: split };
  const judge = (from: number, to: number) =>
    computeMetrics({
      timeframe: '1h',
      time: candles.time,
      close: candles.close,
      equity,
      invested,
      trades,
      excursions,
      cash: 10_000,
      from,
      to,
    });
  return {
    manifest: {
      data: {
        venue: 'binance',
        symbol: 'BTCUSDT',
        timeframe: '1h',
        synthetic: false,
        hash: '7f'.repeat(32),
        bars,
        firstTime,
        lastTime: firstTime + (bars - 1) * hour,
      },
      strategy: { name: 'Moving-average cross', codeHash: 'a3'.repeat(32), params: { fast: 10, slow: 30 } },
      settings: defaultRunSettings,
      engine: { version: '1.0.0', runnerHash: 'c4'.repeat(32) },
      runtime: 'node 24',
      rules: fillRules,
      trials: { count: 37, position: 3 },
    },
    isolation: { level: 'gvisor', backend: 'docker', memoryLimitHolds: true },
    refusals: { total: 0, first: [] },
    doubleRun: { verdict: 'identical', chunks: [4096, 1531] },
    trades: withExcursions(trades, excursions),
    rejections: { total: 1, first: [{ time: firstTime, reason: 'insufficient-cash' }] },
    metrics: judge(0, bars),
    definitions: metricDefinitions,
    segments: {
      splitTime: candles.time[split] ?? 0,
      inSample: judge(0, split),
      outOfSample: judge(split, bars),
    },
    monthlyReturns: monthlyReturns(course),
    drawdowns: deepestDrawdowns(course),
    fillHash: 'e1'.repeat(32),
    warnings: ['Few trades.'],
    log: ['bar 30: warm'],
  };
}

/** A complete input, as its schema accepts it. */
export function makeInput(bars = 400, tradeCount = 20): RunReportInput {
  const candles = makeCandles(bars);
  const trades = makeTrades(candles, tradeCount);
  const equity = candles.close.map((price) => 100 * price);
  return runReportInputSchema.parse({
    title: 'Average cross',
    idea: 'buy when the fast average crosses above the slow one',
    chart: buildChartData(candles, equity, trades, 10_000),
    result: makeResult(candles, trades, equity),
    reasoning: {
      agent: { name: 'rules', kind: 'rule-based', version: '1.0.0' },
      language: 'en',
      family: 'moving-average-cross',
      params: { fast: 10, slow: 30 },
      steps: Array.from({ length: 5 }, (_, index) => ({
        title: `Step ${index}`,
        text: 'Because of the data.',
        numbers: { efficiency: 0.25 },
      })),
      notUnderstood: ['a good feeling'],
      confidence: 0.8,
    },
    guard: [
      {
        rule: 'F1',
        severity: 'warning',
        line: 3,
        column: 5,
        endLine: 3,
        endColumn: 9,
        message: 'No step.',
        advice: 'Give one.',
      },
    ],
    source: 'export default 1;\n',
    optimisation: {
      metric: 'sharpe',
      trials: [
        { params: { fast: 5 }, inSample: { sharpe: 1.11 }, outOfSample: { sharpe: 0.22 } },
        { params: { fast: 10 }, inSample: { sharpe: 3.33 }, outOfSample: null },
      ],
      chosen: 1,
    },
    steps: [{ name: 'reason', outcome: 'five steps' }],
  });
}
