import { createHash } from 'node:crypto';
import { computeMetrics } from '../backtest/metrics/computeMetrics.ts';
import { courseOf, type RunCourse, severalMarketsDefinitions } from '../backtest/metrics/course.ts';
import { metricDefinitions } from '../backtest/metrics/definitions.ts';
import { deepestDrawdowns } from '../backtest/metrics/drawdownTable.ts';
import { type Excursions, excursionsIn, withExcursions } from '../backtest/metrics/excursions.ts';
import { monthlyReturns } from '../backtest/metrics/monthlyReturns.ts';
import { engineVersion, fillRules, recordedFundingRules } from '../backtest/rules.ts';
import type { SettledRun } from '../backtest/settlement.ts';
import {
  type BacktestResult,
  type Manifest,
  type Metrics,
  type RunSettings,
  runSettingsSchema,
  type Trade,
  type UsedCandles,
  type UsedFunding,
  type UsedMarket,
} from '../contracts/backtest.ts';
import type { Candles, MarketCandles, RunCandles } from '../contracts/candles.ts';
import type { FundingSeries } from '../contracts/funding.ts';
import type { StrategySource } from '../contracts/strategyLanguage.ts';
import { marketsOf } from '../market/runCandles.ts';
import type { StrategyRun } from './strategyRunner.ts';

export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Metrics of all bars of a settled run. */
export function metricsOf(candles: RunCandles, run: SettledRun, settings: RunSettings): Metrics {
  const markets = marketsOf(candles);
  const excursions = excursionsIn(run.trades, markets);
  const course = courseOf(markets);
  const { timeframe } = candles;
  return metricsOfPart({ course, timeframe, run, settings, excursions }, 0, course.time.length);
}

interface Judged {
  readonly course: RunCourse;
  readonly timeframe: Candles['timeframe'];
  readonly run: SettledRun;
  readonly settings: RunSettings;
  readonly excursions: Excursions;
}

/** Metrics of the bars before `splitBar`, and of those from it on. */
export function metricsOfParts(
  candles: RunCandles,
  run: SettledRun,
  settings: RunSettings,
  splitBar: number,
): { readonly inSample: Metrics; readonly outOfSample: Metrics } {
  const markets = marketsOf(candles);
  const excursions = excursionsIn(run.trades, markets);
  const course = courseOf(markets);
  const judged = { course, timeframe: candles.timeframe, run, settings, excursions };
  return {
    inSample: metricsOfPart(judged, 0, splitBar),
    outOfSample: metricsOfPart(judged, splitBar, course.time.length),
  };
}

function metricsOfPart(
  { course, timeframe, run, settings, excursions }: Judged,
  from: number,
  to: number,
): Metrics {
  const { slippage, spread, funding, liquidationFees } = run.costs;
  // The totals are those of the whole run: what of them a part has paid is not recorded.
  const isWhole = from === 0 && to === course.time.length;
  return computeMetrics({
    ...(isWhole ? { costs: { slippage, spread, funding, liquidation: liquidationFees } } : {}),
    timeframe,
    bases: settings,
    markets: course.markets,
    time: course.time,
    close: course.close,
    equity: run.equity,
    invested: run.invested,
    trades: run.trades,
    excursions,
    cash: settings.cash,
    from,
    to,
  });
}

export interface ResultInput {
  readonly candles: RunCandles;
  readonly source: StrategySource;
  readonly settings: RunSettings;
  readonly run: StrategyRun;
  /** Index of the parameter set that the result is about. */
  readonly set: number;
  /** First bar (time, of several markets) of the held-back part, where parameters were chosen on the bars before it. */
  readonly splitBar: number | null;
  readonly trials: Manifest['trials'];
  readonly warnings: readonly string[];
}

/** The result of one parameter set with everything it depends on. Equal inputs give equal results. */
export function buildBacktestResult(input: ResultInput): BacktestResult {
  const { candles, source, run, set, settings, splitBar } = input;
  const settled = run.runs[set];
  const params = run.sets[set];
  if (settled === undefined || params === undefined) {
    throw new RangeError(`the run has no parameter set ${set}`);
  }
  const fills = settled.ledger.fills.used;
  const markets = marketsOf(candles);
  const excursions = excursionsIn(settled.trades, markets);
  const { timeframe } = candles;
  const runCourse = courseOf(markets);
  const { time, close } = runCourse;
  const bars = time.length;
  const judged = { course: runCourse, timeframe, run: settled, settings, excursions };
  const metricsBetween = (from: number, to: number) => metricsOfPart(judged, from, to);
  const others = candles.others?.map(usedMarket);
  const course = {
    time,
    close,
    equity: settled.equity,
    cash: settings.cash,
    splitBar,
  };
  return {
    manifest: {
      data: usedMarket(candles),
      ...(others !== undefined && { others }),
      strategy: {
        name: run.description.name,
        codeHash: sha256(source.text),
        params,
        ...(source.language !== 'javascript' && { language: source.language }),
      },
      // In the order of the schema, whatever the order in which they came.
      settings: runSettingsSchema.parse(settings),
      engine: { version: engineVersion, runnerHash: run.engineHash },
      runtime: run.runtime,
      rules: rulesOf(markets),
      trials: input.trials,
    },
    isolation: run.isolation,
    doubleRun: run.doubleRun,
    refusals: run.refusals,
    sandbox: run.sandbox,
    trades: withSymbols(withExcursions(settled.trades, excursions), markets),
    rejections: { total: settled.ledger.rejected, first: settled.ledger.rejections },
    metrics: metricsBetween(0, bars),
    definitions: { ...metricDefinitions, ...(others !== undefined && severalMarketsDefinitions) },
    segments:
      splitBar === null
        ? null
        : {
            splitTime: time[splitBar] as number,
            inSample: metricsBetween(0, splitBar),
            outOfSample: metricsBetween(splitBar, bars),
          },
    monthlyReturns: monthlyReturns(course),
    drawdowns: deepestDrawdowns(course),
    fillHash: sha256(new Uint8Array(fills.buffer, fills.byteOffset, fills.byteLength)),
    warnings: [...input.warnings],
    log: [...run.log],
  };
}

/** The trades with the symbols of their markets, where there are several. */
function withSymbols(trades: Trade[], markets: readonly MarketCandles[]): Trade[] {
  if (markets.length === 1) return trades;
  return trades.map(({ market = 0, ...trade }) => {
    const { symbol } = markets[market] as MarketCandles;
    return { market, symbol, ...trade };
  });
}

/** The rules by which a run of these markets is settled. */
function rulesOf(markets: readonly MarketCandles[]): Manifest['rules'] {
  const isRecorded = markets.some(({ funding }) => funding !== undefined);
  return { ...fillRules, ...(isRecorded && recordedFundingRules) };
}

function usedMarket(market: MarketCandles): UsedMarket {
  const { finer, funding } = market;
  return {
    ...usedCandles(market),
    ...(finer !== undefined && { finer: usedCandles(finer) }),
    ...(funding !== undefined && { funding: usedFunding(funding) }),
  };
}

function usedFunding({ hash, time }: FundingSeries): UsedFunding {
  const [firstTime, lastTime] = [time[0] as number, time[time.length - 1] as number];
  return { hash, rates: time.length, firstTime, lastTime };
}

function usedCandles({ venue, symbol, timeframe, synthetic, hash, time }: Candles): UsedCandles {
  const [firstTime, lastTime] = [time[0] as number, time[time.length - 1] as number];
  return { venue, symbol, timeframe, synthetic, hash, bars: time.length, firstTime, lastTime };
}
