import { normalNumbers, seededRandom } from '../../backtest/random.ts';
import type { CandleColumns } from '../../contracts/candles.ts';
import { LabError } from '../../contracts/errors.ts';
import type { Scenario, ScenarioEvent } from '../../contracts/scenario.ts';
import { timeframeMilliseconds } from '../../contracts/timeframes.ts';
import { regimeCode } from '../regimes/definition.ts';
import { type PlanContext, planOf, regimeOfPlan } from './plan.ts';
import { type BarConditions, walkBar } from './walk.ts';

/** Candles that never traded anywhere, and what is true of them. */
export interface GeneratedScenario {
  readonly columns: CandleColumns;
  /** The regime of each bar, as its place in `marketRegimes`; decided before the bar's chance was drawn. */
  readonly labels: Uint8Array;
  /** What was planted, in order of time. */
  readonly events: readonly ScenarioEvent[];
}

const yearMilliseconds = 365 * timeframeMilliseconds['1d'];
const noJump = (): number => 0;
/** Weight of the variance before, with the weight of the last shock: the rest keeps the mean variance. */
const persistence = 0.98;
/** A shock counts as so many deviations at most, so that one jump does not set the volatility for weeks. */
const largestShock = 4;

/**
 * Makes candles of a scenario. The model is this and no more: log prices walk by geometric Brownian motion in
 * six steps a bar, whose drift and volatility the kind of scenario changes bar by bar; a pull towards a level
 * makes a range; Merton's jumps come at the end of a bar, gaps between two; volatility may cluster as in
 * GARCH(1, 1). No order book, no reaction to trades, no dependence but that. A pure function of the scenario;
 * numbers are those of the host's engine, since `Math.exp` and `Math.log` may differ between engines in the
 * last digit; prices are rounded to seven digits, which hides that nearly always.
 * @throws LabError `usage` where the price leaves what a number can hold
 */
export function generateScenario(scenario: Scenario): GeneratedScenario {
  const { bars, timeframe, startTime, startPrice, clustering } = scenario;
  const length = timeframeMilliseconds[timeframe];
  const random = seededRandom(scenario.seed);
  const normal = normalNumbers(random);
  const events: ScenarioEvent[] = [];
  const context: PlanContext = {
    deviation: scenario.volatility * Math.sqrt(length / yearMilliseconds),
    drift: (scenario.drift * length) / yearMilliseconds,
    random,
    normal,
    report: (event) => events.push(event),
  };
  const plan = planOf(scenario, context);
  const columns = emptyColumns(bars);
  const labels = new Uint8Array(bars);

  let logPrice = Math.log(startPrice);
  let variance = 1;
  for (let bar = 0; bar < bars; bar++) {
    const planned = plan(bar, logPrice);
    const deviation = (planned.deviation ?? context.deviation) * Math.sqrt(variance);
    const conditions: BarConditions = {
      deviation,
      drift: planned.drift ?? context.drift,
      pull: planned.pull ?? 0,
      level: planned.level ?? 0,
      gap: planned.gap ?? 0,
      jump: planned.jump ?? noJump,
      reach: planned.reach ?? 0,
      usualMove: context.deviation,
      volumeShare: planned.volumeShare ?? 1,
    };
    const walked = walkBar(logPrice, conditions, normal);
    logPrice = walked.close;
    labels[bar] = regimeCode[regimeOfPlan(planned, context)];
    columns.time[bar] = startTime + bar * length;
    columns.open[bar] = priceAt(walked.open);
    columns.high[bar] = priceAt(walked.high);
    columns.low[bar] = priceAt(walked.low);
    columns.close[bar] = priceAt(walked.close);
    columns.volume[bar] = Math.round(walked.pace * (length / 3_600_000)) / 1e3;
    if (clustering > 0) {
      const shock = (walked.close - walked.open - conditions.drift) / deviation;
      const squared = Math.min(largestShock, Math.abs(shock)) ** 2;
      variance = 1 - persistence + (clustering * squared + persistence - clustering) * variance;
    }
  }
  return { columns, labels, events };
}

function emptyColumns(bars: number): CandleColumns {
  const column = (): Float64Array => new Float64Array(bars);
  return { time: column(), open: column(), high: column(), low: column(), close: column(), volume: column() };
}

/** Rounding to seven digits never changes the order of two prices, so high and low keep their places. */
function priceAt(logPrice: number): number {
  const price = Number(Math.exp(logPrice).toPrecision(7));
  if (price > 1e-100 && price < 1e100) return price;
  throw new LabError('usage', 'The price of the scenario leaves what can be computed.', {
    action: 'Lower its volatility, its drift or its number of bars.',
  });
}
