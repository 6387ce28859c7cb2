import type { Trade } from '../../../extension/contracts/backtest.ts';
import type { Candles } from '../../../extension/contracts/candles.ts';
import { gatePolicySchema, type LuckSummary } from '../../../extension/contracts/gate.ts';
import type { Plot, RunEvidence } from '../../../extension/contracts/runEvidence.ts';
import type { SagaView } from '../../../extension/contracts/saga.ts';
import { judgeGate } from '../../../extension/evaluation/gate.ts';
import { firstTime, makeCandles, makeInput, makeResult } from '../sample.ts';
import { fragilitySample, stressSample } from '../stressSample.ts';
import { makeValidation } from '../validationSample.ts';
import { eventColumns, ordersOf } from './orders.ts';

export interface EvidenceOptions {
  readonly id?: string;
  readonly bars?: number;
  /** Periods of the two averages whose crossings are traded. */
  readonly fast?: number;
  readonly slow?: number;
  readonly cash?: number;
  /** Bars that are left out, as where a market was closed. */
  readonly gaps?: readonly { readonly from: number; readonly bars: number }[];
  /** Where the run waits; null for one that is done. */
  readonly waitingFor?: string | null;
  /** What the search's returns tell; null for a search of an earlier version. */
  readonly luck?: LuckSummary | null;
}

const fee = 0.001;

/** A mean of the last `period` values; NaN before there are so many. */
function averageOf(values: Float64Array, period: number): Float64Array {
  let sum = 0;
  return values.map((value, bar) => {
    sum += value - (bar >= period ? (values[bar - period] ?? 0) : 0);
    return bar < period - 1 ? Number.NaN : sum / period;
  });
}

function withoutGaps(candles: ReturnType<typeof makeCandles>, gaps: NonNullable<EvidenceOptions['gaps']>) {
  const isKept = (bar: number) => !gaps.some(({ from, bars }) => bar >= from && bar < from + bars);
  const pick = (column: Float64Array) => column.filter((_, bar) => isKept(bar));
  const { time, open, high, low, close, volume } = candles;
  return {
    time: pick(time),
    open: pick(open),
    high: pick(high),
    low: pick(low),
    close: pick(close),
    volume: pick(volume).map((value) => value * 1000),
  };
}

/** Always in the market: long while the fast average is above the slow one, short while it is below. */
function tradeCrossings(
  candles: ReturnType<typeof makeCandles>,
  fast: Float64Array,
  slow: Float64Array,
  cash: number,
): { readonly trades: Trade[]; readonly equity: Float64Array } {
  const trades: Trade[] = [];
  const bars = candles.time.length;
  const equity = new Float64Array(bars);
  let money = cash;
  let side: Trade['side'] | null = null;
  let entry = 0;
  let quantity = 0;
  const profitAt = (price: number): number => {
    const from = candles.open[entry] ?? 0;
    return side === null ? 0 : (side === 'long' ? price - from : from - price) * quantity;
  };
  const close = (bar: number, price: number, isEnd: boolean): void => {
    if (side === null) return;
    const entryPrice = candles.open[entry] ?? 0;
    const fees = fee * quantity * (entryPrice + (isEnd ? 0 : price));
    const profit = profitAt(price) - fees;
    trades.push({
      side,
      entryTime: candles.time[entry] ?? 0,
      entryPrice,
      exitTime: isEnd ? null : (candles.time[bar] ?? 0),
      exitPrice: isEnd ? null : price,
      markPrice: isEnd ? price : null,
      quantity,
      fees,
      profit,
      profitFraction: profit / (entryPrice * quantity),
      bars: bar - entry,
      exitReason: isEnd ? 'open' : trades.length % 5 === 4 ? 'stop-loss' : 'reverse',
    });
    money += profit;
  };
  for (let bar = 1; bar < bars; bar++) {
    const [a, b] = [fast[bar - 1] ?? Number.NaN, slow[bar - 1] ?? Number.NaN];
    const wanted = Number.isNaN(a - b) ? null : a > b ? 'long' : 'short';
    if (wanted !== null && wanted !== side) {
      close(bar, candles.open[bar] ?? 0, false);
      side = wanted;
      entry = bar;
      quantity = (money * 0.3) / (candles.open[bar] ?? 1);
    }
    equity[bar] = money + profitAt(candles.close[bar] ?? 0);
  }
  equity[0] = cash;
  close(bars - 1, candles.close[bars - 1] ?? 0, true);
  return { trades, equity };
}

/** A run whose backtest is done, on a made-up market: equal options give equal evidence. */
export function makeEvidence(options: EvidenceOptions = {}): RunEvidence {
  const { id = 'k3x9', bars = 6000, fast = 24, slow = 96, cash = 10_000, gaps = [] } = options;
  const columns = withoutGaps(makeCandles(bars), gaps);
  const [quick, calm] = [averageOf(columns.close, fast), averageOf(columns.close, slow)];
  const { trades, equity } = tradeCrossings(columns, quick, calm, cash);
  const count = columns.time.length;
  const input = makeInput();
  const result = makeResult(columns, trades, equity);
  result.manifest.data.lastTime = columns.time[count - 1] ?? firstTime;
  result.manifest.strategy.params = { fast, slow };
  result.manifest.settings = { ...result.manifest.settings, cash };
  result.fillHash = `${fast}-${slow}-${bars}`.padEnd(64, '0');
  const spread = quick.map((value, bar) => (value / (calm[bar] ?? Number.NaN) - 1) * 100);
  const plots: Plot[] = [
    { name: `SMA ${fast}`, pane: 'price', values: quick },
    { name: `SMA ${slow}`, pane: 'price', values: calm },
    { name: 'Spread %', pane: 'below', values: spread },
  ];
  const { venue, symbol, timeframe, synthetic, hash } = result.manifest.data;
  const candles: Candles = { ...columns, venue, symbol, timeframe, synthetic, hash };
  const split = result.segments?.splitTime ?? 0;
  const luck = options.luck === undefined ? makeLuck() : options.luck;
  return {
    run: makeRun(id, options.waitingFor === undefined ? 'review' : options.waitingFor),
    result,
    candles,
    equity,
    hold: candles.close,
    plots,
    orders: eventColumns(ordersOf(trades, (time) => columns.time.indexOf(time))),
    source: 'export default 1;\n',
    file: '/home/me/strategies/moving-average-cross.strategy.ts',
    findings: input.guard ?? [],
    splitBar: columns.time.indexOf(split),
    idea: input.idea ?? null,
    reasoning: input.reasoning ?? null,
    optimisation: {
      metric: 'sharpe',
      trials: Array.from({ length: 12 }, (_, index) => ({
        params: { fast: 8 + index * 4, slow: 96 },
        inSample: { sharpe: 1.4 - index / 10, totalReturn: 0.3, maxDrawdown: 0.1, trades: 90 - index },
        outOfSample: index < 3 ? { sharpe: 0.3, totalReturn: 0.02, maxDrawdown: 0.09, trades: 44 } : null,
      })),
      chosen: 0,
      luck,
    },
    validation: makeValidation(),
    fragility: fragilitySample,
    stress: stressSample,
    policy: gatePolicySchema.parse({}),
    gate: judgeGate({ policy: gatePolicySchema.parse({}), result, luck, fragility: fragilitySample }),
  };
}

/** Figures of a search that passes some checks, fails others, and cannot be told in full. */
export function makeLuck(): LuckSummary {
  return {
    observations: 166,
    sharpe: 0.0731,
    psr: 0.8254,
    minTrackRecord: 507.3,
    trials: 37,
    effectiveTrials: 6.4,
    expectedMaximum: 0.0912,
    dsr: 0.3931,
    pbo: 0.1143,
    realityCheck: 0.031,
    spa: 0.024,
    medianPathSharpe: null,
    paths: 0,
    embargo: null,
    position: 42,
    counted: { markets: [{ venue: 'kraken', symbol: 'BTC/USDT' }], from: 0, to: 1 },
    reasons: { medianPathSharpe: '166 returns are fewer than 30 for each of 10 groups' },
  };
}

/** A run whose every second trade was in another market, and which holds twice as much as its main one gains. */
export function makeSeveralMarkets(): RunEvidence {
  const evidence = makeEvidence();
  const { data } = evidence.result.manifest;
  const other = { ...data, symbol: 'ETH/USDT', venue: 'kraken', hash: 'f'.repeat(64), synthetic: true };
  const trades = evidence.result.trades.map((trade, index) => {
    const market = index % 2;
    return { ...trade, market, symbol: market === 0 ? data.symbol : other.symbol };
  });
  return {
    ...evidence,
    hold: evidence.candles.close.map((close) => 2 * close - (evidence.candles.close[0] ?? 0)),
    result: {
      ...evidence.result,
      trades,
      monthlyReturns: { years: [] },
      drawdowns: [],
      manifest: {
        ...evidence.result.manifest,
        data: { ...data, finer: { ...data, timeframe: '1m' } },
        others: [other],
      },
    },
  };
}

export function makeRun(id: string, waitingFor: string | null): SagaView {
  return {
    id,
    name: 'generate',
    traceId: 'trace',
    state: waitingFor === null ? 'completed' : `waiting-for-${waitingFor}`,
    waitingFor,
    actions: waitingFor === null ? [] : ['approve', 'fix', 'reject', 'rollback'],
    rollbackTargets: waitingFor === null ? [] : ['reason', 'code', 'optimise'],
    input: {},
    steps: [],
    decisions: [],
    compensations: [],
    notUndone: [],
    stages: [],
    parent: null,
    waitingOn: [],
    evidence: null,
    cancellation: null,
    canCancel: false,
    alerts: [],
    forensics: [],
    error: null,
    startedTime: 0,
    updatedTime: 0,
  };
}
