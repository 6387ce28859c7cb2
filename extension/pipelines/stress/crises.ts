import { courseOf } from '../../backtest/metrics/course.ts';
import type { Candles, RunCandles } from '../../contracts/candles.ts';
import type { Crisis } from '../../contracts/crisis.ts';
import type { CrisisOutcome } from '../../contracts/stress.ts';
import { timeframeMilliseconds } from '../../contracts/timeframes.ts';
import { type CoveredCrisis, coveredCrises } from '../../evaluation/scenarios/crises.ts';
import { crises } from '../../evaluation/scenarios/crisisCatalogue.ts';
import { exchangeIds } from '../../market/download/exchanges.ts';
import { marketsOf } from '../../market/runCandles.ts';
import type { DataSet } from '../../market/store/store.ts';
import type { TrialServices } from '../generate/services.ts';
import { marketKind } from './marketKind.ts';

/** A crisis with the candles that cover it, where the lab has some. */
export interface PlannedCrisis {
  readonly crisis: Crisis;
  readonly cover: { readonly candles: Candles; readonly covered: CoveredCrisis } | null;
}

/**
 * The crises of the market at hand, all where its kind is not known, each with recorded candles of the same
 * timeframe: those of the run itself before others of its symbol, and these before other symbols of the crisis's
 * markets.
 */
export async function planCrises(
  services: Pick<TrialServices, 'listData' | 'loadCandles'>,
  own: RunCandles,
): Promise<PlannedCrisis[]> {
  if (own.others !== undefined) return jointCrises(own);
  const kind = own.synthetic ? undefined : marketKind(own);
  const relevant = crises.filter(({ markets }) => kind === undefined || markets.includes(kind));
  const sets = await orderedSets(services, own);
  const loaded = new Map<DataSet, Candles>();
  const load = async (set: DataSet): Promise<Candles> => {
    const candles = loaded.get(set) ?? (await services.loadCandles(set.meta));
    loaded.set(set, candles);
    return candles;
  };
  const planned: PlannedCrisis[] = [];
  for (const crisis of relevant) {
    let cover: PlannedCrisis['cover'] = own.synthetic ? null : coverOf(own, crisis);
    for (const set of sets) {
      if (cover !== null) break;
      const [first, last] = [set.firstTime, set.lastTime];
      const setKind = marketKind(set.meta);
      const isMeant = setKind === undefined || crisis.markets.includes(setKind);
      if (isMeant && first < crisis.from && last > crisis.to) cover = coverOf(await load(set), crisis);
    }
    planned.push({ crisis, cover });
  }
  return planned;
}

/**
 * The crises of the markets of a run over several, each covered where all of them have bars around it, and
 * recorded ones: a crisis in one market alone tells nothing of such a run.
 */
function jointCrises(own: RunCandles): PlannedCrisis[] {
  const markets = marketsOf(own);
  const kinds = markets.map((market) => (market.synthetic ? undefined : marketKind(market)));
  const isMeant = ({ markets: meant }: Crisis): boolean =>
    kinds.some((kind) => kind === undefined || meant.includes(kind));
  const { time } = courseOf(markets);
  const joint = { ...own, time };
  return crises.filter(isMeant).map((crisis) => {
    const isCovered = markets.every((market) => !market.synthetic && coverOf(market, crisis) !== null);
    const cover = isCovered ? coverOf(joint, crisis) : null;
    return { crisis, cover: cover && { candles: own, covered: cover.covered } };
  });
}

async function orderedSets(
  services: Pick<TrialServices, 'listData'>,
  own: Candles,
): Promise<readonly DataSet[]> {
  const sets = (await services.listData()).filter(
    ({ meta }) => !meta.synthetic && meta.timeframe === own.timeframe && meta.hash !== own.hash,
  );
  const key = ({ meta, bars }: DataSet): string =>
    [meta.symbol === own.symbol ? 0 : 1, String(1e12 - bars), meta.hash].join(' ');
  return sets.sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

function coverOf<Own extends Candles>(candles: Own, crisis: Crisis) {
  const barLength = timeframeMilliseconds[candles.timeframe];
  const covered = coveredCrises(candles.time, { barLength }).find(({ crisis: { id } }) => id === crisis.id);
  return covered === undefined ? null : { candles, covered };
}

const dayMilliseconds = 86_400_000;
/** Bars that a download asks for on each side, so that a strategy has warmed up. */
const barsAround = 300;

/** Candles of the usual exchange begin in August 2017. */
const firstDownload = Date.UTC(2017, 8, 1);

/** A crisis that no candles of the lab cover, and how to get some. */
export function uncovered(crisis: Crisis, own: RunCandles): CrisisOutcome {
  const { id, name, from, to, markets } = crisis;
  const isJoint = own.others !== undefined;
  const hasDownload = !isJoint && markets.includes('crypto') && from >= firstDownload;
  return {
    crisis: { id, name, from, to },
    data: null,
    totalReturn: null,
    maxDrawdown: null,
    trades: null,
    marketReturn: null,
    problem: isJoint
      ? 'the markets of the run do not all have recorded bars of this time'
      : `no ${own.timeframe} candles of this time are in the lab`,
    command: hasDownload ? downloadCommand(crisis, own) : null,
  };
}

function downloadCommand({ from, to }: Crisis, own: Candles): string {
  const isExchange = exchangeIds.some((id) => id === own.venue);
  const isKnown = !own.synthetic && marketKind(own) === 'crypto';
  const around = barsAround * timeframeMilliseconds[own.timeframe];
  const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
  return [
    'strategy-lab data download',
    `--exchange ${isExchange ? own.venue : 'binance'}`,
    `--symbol ${isKnown ? own.symbol : 'BTC/USDT'}`,
    `--timeframe ${own.timeframe}`,
    `--from ${day(from - around)}`,
    `--to ${day(to + around + dayMilliseconds)}`,
  ].join(' ');
}
