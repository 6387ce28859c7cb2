import { normalNumbers, seededRandom } from '../../backtest/random.ts';
import type { RunSettings } from '../../contracts/backtest.ts';
import type { CandleColumns } from '../../contracts/candles.ts';

/** Settings of the same run with every order so many bars later. */
export function delayed(settings: RunSettings, bars: number): RunSettings {
  return { ...settings, latencyBars: settings.latencyBars + bars };
}

/** Whether an order pays anything at all. Funding is no cost of an order: it may be received as well. */
export function hasOrderCosts(settings: RunSettings): boolean {
  const { fee, makerFee, fixedFee, feeTiers, spread, slippage, volatilitySlippage, volumeSlippage } =
    settings;
  const tiers = feeTiers.flatMap((tier) => [tier.fee, tier.makerFee]);
  const costs = [
    fee,
    makerFee ?? 0,
    fixedFee,
    spread,
    slippage,
    volatilitySlippage,
    volumeSlippage,
    ...tiers,
  ];
  return costs.some((cost) => cost > 0);
}

/** Whether number or price of fills depend on the size of the orders. */
export function isSizeBound({ volumeLimit, volumeSlippage }: RunSettings): boolean {
  return volumeLimit > 0 || volumeSlippage > 0;
}

/**
 * Bars by which a start is shifted: one, a warm-up, and two warm-ups and a bar more, so that what counts bars
 * in days or weeks does not meet itself again. Shifts beyond a quarter of the bars are left out.
 */
export function startShifts(warmUp: number, bars: number): number[] {
  const step = Math.max(warmUp, 5);
  return [...new Set([1, step, 2 * step + 1])].filter((shift) => shift <= bars / 4);
}

/** Noise behind the cut: as far as a chunk of bars could ever have shown a strategy. */
export const noiseBars = 4096;

/**
 * The bars before `at` as they are, and up to `noiseBars` more at their times with prices that walk at random
 * from the last close, as wide as the bars before have moved; the first of them goes the other way than the bar
 * in whose place it stands, so that who knows that bar is surely misled.
 */
export function withNoiseFrom(columns: CandleColumns, at: number, seed: number): CandleColumns {
  const to = Math.min(columns.time.length, at + noiseBars);
  const part = (column: Float64Array): Float64Array => column.slice(0, to);
  const made: CandleColumns = {
    time: part(columns.time),
    open: part(columns.open),
    high: part(columns.high),
    low: part(columns.low),
    close: part(columns.close),
    volume: part(columns.volume),
  };
  const random = seededRandom(seed);
  const normal = normalNumbers(random);
  const deviation = moveDeviation(columns.close, at);
  let price = columns.close[at - 1] as number;
  const wasMove = (columns.close[at] as number) - price;
  for (let bar = at; bar < to; bar++) {
    const open = price;
    const move = deviation * normal();
    const isAgainst = bar === at;
    price = open * Math.exp(isAgainst ? -Math.sign(wasMove || 1) * Math.abs(move) : move);
    made.open[bar] = open;
    made.close[bar] = price;
    made.high[bar] = Math.max(open, price) * Math.exp(deviation * random());
    made.low[bar] = Math.min(open, price) * Math.exp(-deviation * random());
    made.volume[bar] = columns.volume[Math.floor(random() * at)] as number;
  }
  return made;
}

/** Root mean square of the log moves between the closes before `at`; a thousandth where nothing moved. */
function moveDeviation(close: Float64Array, at: number): number {
  let squares = 0;
  for (let bar = 1; bar < at; bar++) {
    squares += Math.log((close[bar] as number) / (close[bar - 1] as number)) ** 2;
  }
  return Math.sqrt(squares / Math.max(1, at - 1)) || 1e-3;
}
