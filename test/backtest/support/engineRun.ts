import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import { ratesByBar } from '../../../extension/backtest/funding.ts';
import { Ledger } from '../../../extension/backtest/ledger.ts';
import { StrategySession } from '../../../extension/backtest/session.ts';
import { type SettledMarket, type SettledRun, Settlement } from '../../../extension/backtest/settlement.ts';
import {
  type AnyStrategy,
  requireStrategy,
  strategyModule,
} from '../../../extension/backtest/strategyApi.ts';
import {
  finerRanges,
  type MarketPiece,
  type Timeline,
  timelineOf,
} from '../../../extension/backtest/timeline.ts';
import { defaultRunSettings, type RunSettings } from '../../../extension/contracts/backtest.ts';
import type { CandleColumns } from '../../../extension/contracts/candles.ts';
import type { Timeframe } from '../../../extension/contracts/timeframes.ts';
import { prepareSource } from '../../../sandbox/runner/prepare.ts';
import type { MarketInput } from './market.ts';

/** No fee, no slippage, no steps: what remains are the prices. */
export const plainSettings: RunSettings = { ...defaultRunSettings, fee: 0, slippage: 0 };

export const exampleNames = [
  'smaCross',
  'emaCrossLongShort',
  'rsiReversion',
  'donchianBreakout',
  'bollingerReversion',
] as const;

/** Loads a strategy from its source text as a runner does, but without a realm of its own. */
export function loadStrategy(source: string): AnyStrategy {
  const prepared = prepareSource(source);
  if (!prepared.ok) throw new Error(`${prepared.message} (${prepared.line}:${prepared.column})`);
  const moduleFunction = runInThisContext(prepared.script) as (lab: typeof strategyModule) => unknown;
  return requireStrategy(moduleFunction(strategyModule));
}

export function loadExample(name: string): AnyStrategy {
  const file = new URL(`../../strategies/${name}.strategy.ts`, import.meta.url);
  return loadStrategy(readFileSync(file, 'utf8'));
}

export function defaultParams(strategy: AnyStrategy): Record<string, number> {
  const definitions = Object.entries(strategy.params ?? {});
  return Object.fromEntries(definitions.map(([name, definition]) => [name, definition.default]));
}

export interface EngineRun extends SettledRun {
  /** What the strategy asked for, a piece a chunk. */
  readonly intents: readonly Float64Array[];
  readonly warmUp: number;
  readonly fills: number;
  readonly fillHash: string;
  /** What the sandbox's side computed on the way. */
  readonly session: {
    readonly equity: Float64Array;
    readonly fills: number;
    readonly fillHash: string;
    readonly cash: number;
  };
}

export interface EngineOptions {
  readonly settings?: RunSettings;
  readonly params?: Readonly<Record<string, number>>;
  readonly intentsPerBar?: number;
  readonly log?: (message: string) => void;
  /** Lengths of the pieces in which the sandbox's side gets the bars, over and over. */
  readonly chunks?: readonly number[];
  readonly timeframe?: Timeframe;
}

/** Bars of each market at times `from` to `to` of the run. */
export function piecesOf(markets: readonly MarketInput[], timeline: Timeline, from: number, to: number) {
  return markets.map(({ columns, finer, funding }, market): MarketPiece => {
    const before = timeline.barsBefore[market] as Uint32Array;
    const rates = funding === undefined ? {} : { funding: ratesByBar(columns.time, funding) };
    const piece = { columns, from: before[from] as number, to: before[to] as number, ...rates };
    if (finer === undefined) return piece;
    const ranges = finerRanges(columns.time, finer.time);
    const inside = { columns: finer, from: ranges[piece.from] as number, to: ranges[piece.to] as number };
    return { ...piece, finer: inside };
  });
}

/** A market as the host settles it. */
export function settledMarket({ funding, ...market }: MarketInput): SettledMarket {
  if (funding === undefined) return market;
  return { ...market, funding: ratesByBar(market.columns.time, funding) };
}

/**
 * One whole run: the session chunk by chunk, then the settlement of its intents on the host's side in
 * pieces of the same length.
 */
export function runEngine(
  strategy: AnyStrategy,
  given: CandleColumns | readonly MarketInput[],
  options: EngineOptions = {},
): EngineRun {
  const { settings = plainSettings, chunks = [4096], intentsPerBar = 100, log = () => undefined } = options;
  const { timeframe = '1h' } = options;
  const markets: readonly MarketInput[] = 'time' in given ? [{ columns: given }] : given;
  const params = options.params ?? defaultParams(strategy);
  const timeline = timelineOf(markets.map(({ columns }) => columns));
  const times = timeline.times.length;
  const session = new StrategySession(strategy, {
    settings,
    symbols: markets.map((_, market) => String(market)),
    timeframe,
    params,
    intentsPerBar,
    log,
    ledger: new Ledger(),
  });
  const settlement = new Settlement(settings, markets.map(settledMarket), timeframe);
  const equity = new Float64Array(times);
  const intents: Float64Array[] = [];
  for (let from = 0, piece = 0; from < times; piece++) {
    const to = Math.min(times, from + (chunks[piece % chunks.length] ?? times));
    session.intents.clear();
    session.feed(piecesOf(markets, timeline, from, to), equity, from);
    intents.push(session.intents.used.slice());
    settlement.feed(from, to, session.intents.used, session.intents.rows);
    from = to;
  }
  const run = settlement.finish();
  const { portfolio, warmUp } = session;
  return {
    ...run,
    intents,
    warmUp,
    fills: settlement.fills,
    fillHash: `${settlement.fillHashHigh}/${settlement.fillHashLow}`,
    session: {
      equity,
      fills: portfolio.fills,
      fillHash: `${portfolio.hash.high}/${portfolio.hash.low}`,
      cash: portfolio.account.cash,
    },
  };
}
