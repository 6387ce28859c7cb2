import { setImmediate as nextTurn } from 'node:timers/promises';
import * as z from 'zod';
import { ratesByBar } from '../../backtest/funding.ts';
import { courseOf } from '../../backtest/metrics/course.ts';
import type { SettledRun } from '../../backtest/settlement.ts';
import type { CandleColumns, Candles, RunCandles } from '../../contracts/candles.ts';
import { LabError } from '../../contracts/errors.ts';
import {
  type CrisisOutcome,
  crisisOutcomeSchema,
  type StressDefinition,
  type StressOutcome,
  type StressReport,
  stressOutcomeSchema,
} from '../../contracts/stress.ts';
import { traderProfiles } from '../../evaluation/profiles/profiles.ts';
import { tradeAs } from '../../evaluation/profiles/traded.ts';
import { chanceReport } from '../../evaluation/stress/chance.ts';
import { crisisFigures } from '../../evaluation/stress/crisisBars.ts';
import { leftOutOf, type StressCase, stressSuite } from '../../evaluation/stress/suite.ts';
import { makeCandles, sliceCandles } from '../../market/candles.ts';
import { marketCandlesOf, marketsOf, runCandlesOf } from '../../market/runCandles.ts';
import { figuresOf, onlyRun, runOnce, type TestedStrategy, tryVariant } from '../fragility/tryVariant.ts';
import type { TrialServices } from '../generate/services.ts';
import { inTurns } from '../inTurns.ts';
import { joinedIntents } from '../joinedIntents.ts';
import { type KeptJob, runKeptJobs } from '../keptJobs.ts';
import { basisOf, openKeptWork } from '../keptWork.ts';
import { type PlannedCrisis, planCrises, uncovered } from './crises.ts';

export interface StressWork {
  readonly definition: StressDefinition;
  readonly strategy: TestedStrategy;
  readonly candles: RunCandles;
  /** Names this work among others, over crashes too. */
  readonly key: string;
  readonly clock: () => number;
  readonly progress: (fraction: number, text: string) => void;
}

type Services = Pick<TrialServices, 'runner' | 'searches' | 'listData' | 'loadCandles'>;

/** The strategy as it runs on the data at hand, with the orders that it gave. */
interface BaseRun {
  readonly settled: SettledRun;
  readonly intents: Float64Array;
  readonly warmUp: number;
}

const partSchema = z.union([crisisOutcomeSchema, stressOutcomeSchema]);
type Part = CrisisOutcome | StressOutcome;
type Job = KeptJob<Part>;

/** Least bars that a strategy gets before a crisis in other data than its own. */
const leadBars = 200;
const tailBars = 60;

/**
 * Takes a strategy with chosen parameters through generated markets, shocks on its data, recorded crises and
 * the hands of seven traders, and asks what chance would have made of its run. Nothing is chosen by the
 * outcome, so none of it is counted among the trials. Finished markets are kept: a killed run goes on behind
 * them. Equal data in the lab and equal seeds give equal reports.
 * @throws LabError `sandbox.*`, `strategy.*` where it fails on its own data, `cancelled`
 */
export async function runStress(services: Services, work: StressWork): Promise<StressReport> {
  const { definition, strategy, candles, key, clock, progress } = work;
  const { source, params, settings, signal } = strategy;
  progress(0, 'base run');
  const base = await runBase(services, work);
  const markets = marketsOf(candles);
  const course = courseOf(markets);
  const suite = stressSuite(markets, definition, settings.seed);
  const crises = await planCrises(services, candles);
  const kept = await openKeptWork(
    { folder: services.searches, key },
    { ...basisOf({ source, candles, settings }), params, definition },
    partSchema,
  );
  const jobs = [
    ...suite.map((stressCase) => scenarioJob(services, work, stressCase)),
    ...crises.flatMap((planned) => crisisJob(services, work, base, planned) ?? []),
  ];
  const parts = await runKeptJobs(jobs, kept, {
    signal,
    clock,
    progress: (fraction, text) => progress(fraction * shareOfJobs, text),
    atOnce: services.runner.sandboxesAtOnce,
  });
  const outcomeOf = (id: string): StressOutcome => stressOutcomeSchema.parse(parts.get(id));
  progress(shareOfJobs, 'trader profiles');
  const profiles = markets.length > 1 ? [] : await profileOutcomes(work, base);
  const chance = await inTurns(
    chanceReport({
      candles,
      times: course.time,
      isJoint: markets.length > 1,
      settled: base.settled,
      cash: settings.cash,
      seed: settings.seed,
    }),
    signal,
  );
  return {
    seed: settings.seed,
    base: figuresOf(base.settled, candles, settings),
    others: markets.slice(1).map(({ symbol }) => symbol),
    simplified: (['finer', 'funding'] as const).filter((part) =>
      markets.some((market) => market[part] !== undefined),
    ),
    scenarios: definition.scenarios.map((scenario) => ({
      scenario,
      outcomes: suite.filter((each) => each.scenario === scenario).map(({ id }) => outcomeOf(id)),
      leftOut: leftOutOf(scenario, markets),
    })),
    crises: crises.map(({ crisis, cover }) => {
      if (cover === null) return uncovered(crisis, candles);
      const part = parts.get(crisisId(crisis.id));
      return part === undefined
        ? ownCrisis(base, candles, { crisis, cover })
        : crisisOutcomeSchema.parse(part);
    }),
    profiles,
    profilesLeftOut: markets.length > 1 ? 'orders-alone' : null,
    ...chance,
  };
}

/** Share of the progress that the runs in sandboxes take. */
const shareOfJobs = 0.9;

async function runBase(services: Services, { strategy, candles }: StressWork): Promise<BaseRun> {
  const run = await runOnce(services.runner, strategy, candles, () => undefined);
  return { settled: onlyRun(run), intents: joinedIntents(run.intents), warmUp: run.warmUps[0] ?? 0 };
}

const noFigures = {
  totalReturn: null,
  sharpe: null,
  maxDrawdown: null,
  trades: null,
  marketReturn: null,
} as const;

function scenarioJob(services: Services, { strategy, candles }: StressWork, stressCase: StressCase): Job {
  const { id, bars, make } = stressCase;
  return {
    name: id,
    bars,
    async run(signal, progress) {
      let market: RunCandles;
      try {
        market = changedRun(candles, make());
      } catch (error) {
        // Some data, such as wild prices, carry no such market.
        if (!LabError.is(error)) throw error;
        return { ...noFigures, problem: error.message };
      }
      const tried = await tryVariant(services.runner, { ...strategy, signal }, market, progress);
      const { close } = courseOf(marketsOf(market));
      const marketReturn = (close[close.length - 1] as number) / (close[0] as number) - 1;
      if ('problem' in tried) return { ...noFigures, marketReturn, problem: tried.problem.text };
      return {
        ...figuresOf(onlyRun(tried.run), market, strategy.settings),
        marketReturn,
        problem: null,
      };
    },
  };
}

/**
 * The markets of a run with other bars. Recorded funding stays where the times are those of the market; finer
 * bars are left out, since they are of the prices as they were.
 */
function changedRun(candles: RunCandles, made: readonly CandleColumns[]): RunCandles {
  return runCandlesOf(
    marketsOf(candles).map((market, number) => {
      const columns = made[number] as CandleColumns;
      const bars = makeCandles({ ...market, synthetic: true }, columns);
      const hasItsTimes = columns.time === market.time && market.funding !== undefined;
      return marketCandlesOf(bars, hasItsTimes ? { funding: market.funding } : {});
    }),
  );
}

function crisisId(id: string): string {
  return `crisis/${id}`;
}

/** A run on a crisis in other candles than the run's own; null where there is nothing to run. */
function crisisJob(
  services: Services,
  { strategy, candles: own }: StressWork,
  { warmUp }: BaseRun,
  { crisis, cover }: PlannedCrisis,
): Job | null {
  if (cover === null || cover.candles === own) return null;
  const { candles, covered } = cover;
  const from = Math.max(0, covered.from - Math.max(leadBars, 10 * warmUp));
  const to = Math.min(candles.time.length, covered.to + tailBars);
  return {
    name: crisisId(crisis.id),
    bars: to - from,
    async run(signal, progress) {
      const around = sliceCandles(candles, candles.time[from], candles.time[to] ?? Number.POSITIVE_INFINITY);
      const tried = await tryVariant(services.runner, { ...strategy, signal }, around, progress);
      const inside = { ...covered, from: covered.from - from, to: covered.to - from };
      if ('problem' in tried) {
        return { ...crisisFacts(candles, { crisis, cover }), ...noFigures, problem: tried.problem.text };
      }
      const { equity, trades } = onlyRun(tried.run);
      const figures = crisisFigures({ columns: around, equity, trades }, inside);
      return { ...crisisFacts(candles, { crisis, cover }), ...figures };
    },
  };
}

/** What the run on the data at hand made of a crisis that is in it. */
function ownCrisis({ settled }: BaseRun, candles: RunCandles, { crisis, cover }: Covered): CrisisOutcome {
  const { equity, trades } = settled;
  const markets = marketsOf(candles);
  const figures = crisisFigures({ columns: courseOf(markets), equity, trades }, cover.covered);
  const { venue } = candles;
  const symbol = markets.map((market) => market.symbol).join(' + ');
  return { ...crisisFacts({ venue, symbol }, { crisis, cover }), ...figures };
}

type Covered = PlannedCrisis & { readonly cover: NonNullable<PlannedCrisis['cover']> };

function crisisFacts(
  { venue, symbol }: Pick<Candles, 'venue' | 'symbol'>,
  { crisis, cover: { covered } }: Covered,
) {
  const { id, name, from, to } = crisis;
  const bars = covered.to - covered.from;
  return { crisis: { id, name, from, to }, data: { venue, symbol, bars }, problem: null, command: null };
}

/** The orders of the run as each of the seven traders would have given them. */
async function profileOutcomes(
  { strategy: { settings, signal }, candles }: StressWork,
  { intents }: BaseRun,
): Promise<StressReport['profiles']> {
  const outcomes: StressReport['profiles'] = [];
  const { finer, funding } = candles;
  const market = {
    columns: candles,
    ...(finer !== undefined && { finer }),
    ...(funding !== undefined && { funding: ratesByBar(candles.time, funding) }),
  };
  for (const profile of Object.values(traderProfiles)) {
    signal.throwIfAborted();
    await nextTurn();
    const run = { market, timeframe: candles.timeframe, settings, intents };
    const { settled, applied } = tradeAs(profile, run);
    const { name, description } = profile;
    outcomes.push({ name, description, ...figuresOf(settled, candles, settings), applied });
  }
  return outcomes;
}
