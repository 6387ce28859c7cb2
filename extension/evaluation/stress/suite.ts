import { firstAtOrAfter } from '../../backtest/timeIndex.ts';
import type { CandleColumns, Candles } from '../../contracts/candles.ts';
import { type Overlay, overlaySchema, type Scenario, scenarioSchema } from '../../contracts/scenario.ts';
import type { LeftOut, overlaidScenarios, StressDefinition, StressScenario } from '../../contracts/stress.ts';
import { timeframeMilliseconds } from '../../contracts/timeframes.ts';
import { generateScenario } from '../scenarios/generate.ts';
import { overlayCandles } from '../scenarios/overlay.ts';

/** One scenario of the markets of a run. */
export interface StressCase {
  /** Unique in its suite. */
  readonly id: string;
  readonly scenario: StressScenario;
  readonly bars: number;
  /**
   * Makes the bars of each market, in their order: a pure function of the data and the seed.
   * @throws LabError as `generateScenario` and `overlayCandles`
   */
  readonly make: () => CandleColumns[];
}

/** Why a scenario cannot be made of the markets of a run; null where it can. */
export function leftOutOf(scenario: StressScenario, [main, ...others]: readonly Candles[]): LeftOut | null {
  if (others.length === 0) return null;
  if (!isOverlaid(scenario)) return 'generated-alone';
  const isJoint = others.every(
    ({ time }) => time.length === main?.time.length && time.every((open, bar) => open === main.time[bar]),
  );
  return scenario === 'own-resample' && !isJoint ? 'times-differ' : null;
}

type OverlaidScenario = (typeof overlaidScenarios)[number];

/** Bars of a generated market. */
const generatedBars = 2000;
const yearMilliseconds = 365 * timeframeMilliseconds['1d'];

/**
 * The cases of a stress test in their order, of one market or several. Generated ones begin at the first price
 * of the data and are as volatile as it; of a shock on the data itself each path lies at another place. Several
 * markets keep their joint bars: a shock meets all that have bars before and after it at the same moment, and
 * of bars that are drawn each market gets those of the same times.
 * @param markets of the run, the main one first
 */
export function stressSuite(
  markets: readonly Candles[],
  { scenarios, paths }: StressDefinition,
  seed: number,
): StressCase[] {
  const [main] = markets;
  if (main === undefined) throw new RangeError('a run needs a market');
  const usual = usualMarket(main);
  const made = scenarios.filter((scenario) => leftOutOf(scenario, markets) === null);
  return made.flatMap((scenario) =>
    Array.from({ length: scenario === 'own-volatility' ? 1 : paths }, (_, path): StressCase => {
      const id = `${scenario}/${path + 1}`;
      const own = (seed + path) % 2 ** 32;
      if (isOverlaid(scenario)) {
        const { length: bars } = main.time;
        const at = Math.floor((bars * (path + 1)) / (paths + 1));
        const moment = main.time[at] as number;
        const make = () => markets.map((market) => overlaid(market, scenario, moment, own));
        return { id, scenario, bars, make };
      }
      return {
        id,
        scenario,
        bars: generatedBars,
        make: () => {
          const { columns } = generateScenario(
            scenarioSchema.parse({ ...usual, ...kindOf(scenario), seed: own }),
          );
          return [withUsualVolume(columns, main.volume)];
        },
      };
    }),
  );
}

/** A market with a shock from its first bar at `moment` or later on; as it is where it has none around that. */
function overlaid(market: Candles, scenario: OverlaidScenario, moment: number, seed: number): CandleColumns {
  const at = firstAtOrAfter(market.time, moment);
  const isPlaced = scenario !== 'own-volatility' && scenario !== 'own-resample';
  if (isPlaced && (at === market.time.length || (at === 0 && (market.time[0] as number) > moment)))
    return market;
  return overlayCandles(market, overlayOf(scenario, at, seed));
}

function isOverlaid(scenario: StressScenario): scenario is OverlaidScenario {
  return scenario.startsWith('own-');
}

function overlayOf(scenario: OverlaidScenario, at: number, seed: number): Overlay {
  const kind = scenario.slice('own-'.length);
  if (kind === 'volatility') return overlaySchema.parse({ kind });
  return overlaySchema.parse(kind === 'resample' ? { kind, seed } : { kind, at });
}

function kindOf(scenario: Exclude<StressScenario, OverlaidScenario>): Pick<Scenario, 'kind'> {
  if (scenario === 'up-trend') return { kind: 'trend' };
  if (scenario === 'down-trend') return { kind: 'trend', strength: -0.25 } as Pick<Scenario, 'kind'>;
  return { kind: scenario };
}

/** Price, time and volatility of the data, within the bounds of a scenario. */
function usualMarket({ time, close, timeframe }: Candles) {
  let squares = 0;
  for (let bar = 1; bar < close.length; bar++) {
    squares += Math.log((close[bar] as number) / (close[bar - 1] as number)) ** 2;
  }
  const deviation = Math.sqrt(squares / Math.max(1, close.length - 1));
  const volatility = deviation * Math.sqrt(yearMilliseconds / timeframeMilliseconds[timeframe]);
  return {
    bars: generatedBars,
    timeframe,
    startTime: time[0] as number,
    startPrice: within(close[0] as number, 1e-6, 1e9),
    volatility: within(volatility, 0.01, 20),
  };
}

function within(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

/** Volume in the units of the data, so that limits on an order's share in it mean the same. */
function withUsualVolume(columns: CandleColumns, usual: Float64Array): CandleColumns {
  const mean = (values: Float64Array): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const [wanted, made] = [mean(usual), mean(columns.volume)];
  if (wanted === 0 || made === 0) return columns;
  return { ...columns, volume: columns.volume.map((value) => (value * wanted) / made) };
}
