import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { AnyStrategy } from '../../extension/backtest/strategyApi.ts';
import { crossAbove, crossBelow } from '../../extension/backtest/strategyApi.ts';
import type { CandleColumns } from '../../extension/contracts/candles.ts';
import type { BenchGroup, BenchResult } from './bench.ts';
import {
  type CrossParameters,
  defineStrategy,
  fastest,
  minimalLoop,
  play,
  randomWalk,
  smaCross,
} from './engineRuns.ts';

/* Many runs in one process: parameter sets over the same bars, and one run of several markets. */
const bars = 100_000;
const symbols = Array.from({ length: 8 }, (_, market) => `M${market}`);

const sets = Array.from(
  { length: 100 },
  (_, set): CrossParameters => ({
    fast: 5 + (set % 10),
    slow: 30 + 2 * Math.floor(set / 10),
  }),
);

/** The cross of averages in each market by itself. */
const crossOfEach: AnyStrategy = defineStrategy({
  name: 'SMA cross of each market',
  setup: ({ markets }) =>
    markets.map(({ indicators }) => ({ fast: indicators.sma(10), slow: indicators.sma(30) })),
  next({ markets }, averages) {
    for (let market = 0; market < markets.length; market++) {
      const { position, orders } = markets[market] as (typeof markets)[number];
      const { fast, slow } = averages[market] as (typeof averages)[number];
      if (position.isFlat && crossAbove(fast, slow)) orders.buy({ percent: 10 });
      else if (position.isLong && crossBelow(fast, slow)) orders.close();
    }
  },
});

function sweep(columns: CandleColumns): void {
  for (const params of sets) play(smaCross, [columns], { params: { ...params } });
}

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Memory of this process without what is garbage. */
function held(): NodeJS.MemoryUsage {
  collectGarbage();
  return process.memoryUsage();
}

async function run(): Promise<BenchResult[]> {
  const columns = randomWalk(bars);
  const markets = symbols.map((_, market) => randomWalk(bars, 1000 + market));
  const before = held().rss;
  let most = before;
  const [whole = 0, loops = 0] = fastest(
    [
      () => {
        sweep(columns);
        most = Math.max(most, process.memoryUsage().rss);
      },
      () => {
        for (const params of sets) minimalLoop(columns, params);
      },
    ],
    5,
    2,
  );
  const [several = 0, apart = 0] = fastest(
    [
      () => void play(crossOfEach, markets, { symbols }),
      () => {
        for (const market of markets) play(smaCross, [market]);
      },
    ],
    5,
    5,
  );
  const symbolBars = (milliseconds: number): number => (symbols.length * bars * 1000) / milliseconds;
  const long = randomWalk(10 * bars);
  const empty = held();
  const kept = play(smaCross, [long]);
  const full = held();
  const grown = full.heapUsed + full.arrayBuffers - empty.heapUsed - empty.arrayBuffers;
  return [
    {
      name: 'sweep of 100 parameter sets over 100,000 bars, against minimal loops',
      value: whole / 1000,
      unit: 's',
      reference: loops / 1000,
      ratio: whole / loops,
    },
    {
      name: 'memory that the sweep adds to the process at its height',
      value: (most - before) / 2 ** 20,
      unit: 'MiB',
      reference: null,
      ratio: null,
    },
    {
      name: '8 markets of 100,000 bars in one run, against 8 runs',
      value: symbolBars(several),
      unit: 'bars/s',
      reference: symbolBars(apart),
      ratio: apart / several,
    },
    {
      name: `equity and ledger of a run, ${kept.ledger.trades.length} trades in 1,000,000 bars`,
      value: grown / (10 * bars),
      unit: 'bytes a bar',
      reference: null,
      ratio: null,
    },
  ];
}

export const group: BenchGroup = { name: 'sweep', run };
