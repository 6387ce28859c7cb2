import { computeMetrics } from '../../extension/backtest/metrics/computeMetrics.ts';
import { excursionsOf } from '../../extension/backtest/metrics/excursions.ts';
import { Settlement } from '../../extension/backtest/settlement.ts';
import type { AnyStrategy } from '../../extension/backtest/strategyApi.ts';
import type { CandleColumns } from '../../extension/contracts/candles.ts';
import type { BenchGroup, BenchResult } from './bench.ts';
import {
  defineStrategy,
  fastest,
  minimalLoop,
  type Played,
  play,
  randomWalk,
  sessionOf,
  settings,
  smaCross,
} from './engineRuns.ts';

/* The engine on one market of a million bars, against the minimal loop. */
const bars = 1_000_000;

/** Buys and closes so often that `bars` bars give `trades` trades. */
function tradingEvery(trades: number): AnyStrategy {
  const pause = Math.floor(bars / trades);
  return defineStrategy({
    name: 'every so often',
    setup: ({ indicators }) => indicators.sma(10),
    next({ bar, position, orders }) {
      if (bar.index % pause === 0 && position.isFlat) orders.buy();
      else if (position.isLong) orders.close();
    },
  });
}

function metricsOf(columns: CandleColumns, run: Played): void {
  computeMetrics({
    ...run,
    excursions: excursionsOf(run.trades, columns),
    timeframe: '1m',
    bases: settings,
    time: columns.time,
    close: columns.close,
    invested: new Uint8Array(bars),
    cash: settings.cash,
    from: 0,
    to: bars,
  });
}

async function run(): Promise<BenchResult[]> {
  const columns = randomWalk(bars);
  const session = sessionOf(smaCross);
  session.feed([{ columns, from: 0, to: bars }]);
  const intents = session.intents.used;
  const rare = tradingEvery(1);
  const busy = tradingEvery(100_000);
  const { trades } = play(smaCross, [columns]);
  const expected = minimalLoop(columns);
  if (trades.length !== expected) {
    throw new Error(`the engine made ${trades.length} trades and the minimal loop ${expected}`);
  }
  const [loop = 0, whole = 0, engine = 0, settlement = 0, oneTrade = 0, manyTrades = 0] = fastest([
    () => void minimalLoop(columns),
    () => metricsOf(columns, play(smaCross, [columns])),
    () => void play(smaCross, [columns]),
    () => {
      const settling = new Settlement(settings, [{ columns }], '1m');
      settling.feed(0, bars, intents, session.intents.rows);
      settling.finish();
    },
    () => void play(rare, [columns]),
    () => void play(busy, [columns]),
  ]);
  const rate = (milliseconds: number): number => (bars / milliseconds) * 1000;
  const against = (name: string, milliseconds: number, reference: number): BenchResult => ({
    name,
    value: rate(milliseconds),
    unit: 'bars/s',
    reference: rate(reference),
    ratio: reference / milliseconds,
  });
  return [
    against('engine with ledger and metrics, against a minimal loop', whole, loop),
    against('engine with ledger, against a minimal loop', engine, loop),
    against('settlement of given orders, against a minimal loop', settlement, loop),
    against('100,000 trades, against 1 trade', manyTrades, oneTrade),
  ];
}

export const group: BenchGroup = { name: 'engine', run };
