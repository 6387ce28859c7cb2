import { computeMetrics } from '../../extension/backtest/metrics/computeMetrics.ts';
import { deepestDrawdowns } from '../../extension/backtest/metrics/drawdownTable.ts';
import { excursionsOf } from '../../extension/backtest/metrics/excursions.ts';
import { monthlyReturns } from '../../extension/backtest/metrics/monthlyReturns.ts';
import { defaultRunSettings, type Trade } from '../../extension/contracts/backtest.ts';
import type { BenchGroup, BenchResult } from './bench.ts';

/*
 * All metrics of a run of a million minute bars, against one plain look at each value of its equity. The
 * equity moves with the market half of the time; trades are of five bars unless told.
 */
const bars = 1_000_000;
const warmUps = 15;
const rounds = 30;

function randomRun() {
  const column = (): Float64Array => new Float64Array(bars);
  const market = { time: column(), open: column(), high: column(), low: column(), close: column() };
  const equity = column();
  const invested = new Uint8Array(bars);
  let state = 12_345;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
  let price = 100;
  let money = 10_000;
  for (let bar = 0; bar < bars; bar++) {
    const move = (random() - 0.5) * 0.002;
    const open = price;
    price *= 1 + move;
    market.time[bar] = 1_577_836_800_000 + bar * 60_000;
    market.open[bar] = open;
    market.close[bar] = price;
    market.high[bar] = Math.max(open, price) * (1 + random() * 0.0005);
    market.low[bar] = Math.min(open, price) * (1 - random() * 0.0005);
    if (bar % 1000 < 500) {
      money *= 1 + move;
      invested[bar] = 1;
    }
    equity[bar] = money;
  }
  return { ...market, equity, invested };
}

type Run = ReturnType<typeof randomRun>;

/** `count` trades of `length` bars, their entries spread evenly over the run. */
function tradesOver({ time, open }: Run, count: number, length = 5): Trade[] {
  return Array.from({ length: count }, (_, index) => {
    const entry = Math.floor((index * (bars - length - 1)) / count);
    const [entryPrice, exitPrice] = [open[entry] as number, open[entry + length] as number];
    return {
      side: 'long',
      entryTime: time[entry] as number,
      entryPrice,
      exitTime: time[entry + length] as number,
      exitPrice,
      markPrice: null,
      quantity: 1,
      fees: 0.1,
      profit: exitPrice - entryPrice,
      profitFraction: exitPrice / entryPrice - 1,
      bars: length,
      exitReason: 'signal',
    };
  });
}

/** Milliseconds of the fastest of several rounds, the tasks taking turns so that load hits all alike. */
function fastest(tasks: readonly (() => unknown)[]): number[] {
  const best = tasks.map(() => Number.POSITIVE_INFINITY);
  for (let round = -warmUps; round < rounds; round++) {
    for (const [index, task] of tasks.entries()) {
      const start = performance.now();
      task();
      if (round >= 0) best[index] = Math.min(best[index] as number, performance.now() - start);
    }
  }
  return best;
}

function plainLook(equity: Float64Array): number {
  let sum = 0;
  for (let bar = 0; bar < equity.length; bar++) sum += equity[bar] as number;
  return sum;
}

async function run(): Promise<BenchResult[]> {
  const course = randomRun();
  const { cash } = defaultRunSettings;
  const one = tradesOver(course, 1);
  const some = tradesOver(course, 40_000);
  const many = tradesOver(course, 100_000);
  const half = tradesOver(course, 1000, 500);
  const overlapping = tradesOver(course, 100_000, 100_000);
  const judge = (trades: readonly Trade[]) => {
    const excursions = excursionsOf(trades, course);
    return () => computeMetrics({ ...course, timeframe: '1m', trades, excursions, cash, from: 0, to: bars });
  };
  const tasks: Readonly<Record<string, () => unknown>> = {
    'all but excursions, 1 trade': judge(one),
    'all but excursions, 40,000 trades': judge(some),
    'all but excursions, 100,000 trades': judge(many),
    'excursions of 1,000 trades of 500 bars': () => excursionsOf(half, course),
    'excursions of 40,000 trades of 5 bars': () => excursionsOf(some, course),
    'excursions of 100,000 trades, 10,000 at a time': () => excursionsOf(overlapping, course),
    'months and deepest drawdowns': () => {
      const input = { ...course, cash, splitBar: null };
      return [monthlyReturns(input), deepestDrawdowns(input)];
    },
  };
  const [reference = 0, ...values] = fastest([() => plainLook(course.equity), ...Object.values(tasks)]);
  return Object.keys(tasks).map((name, index) => {
    const value = values[index] as number;
    return {
      name: `metrics: 1M minute bars, ${name}`,
      value,
      unit: 'ms',
      reference,
      ratio: value / reference,
    };
  });
}

export const group: BenchGroup = { name: 'metrics', run };
