import { type RunComparison, sizeBoundFills } from '../../contracts/fragility.ts';
import { type Fills, fillAt, fillColumns, fillCount, noQuantity } from './fills.ts';

export interface ShiftedRun {
  readonly fills: Fills;
  /** Bars of the first run that this one leaves out. */
  readonly shift: number;
  /** Bars that it waits before its first decision. */
  readonly warmUp: number;
  /** Whether number or price of fills depend on their size, and so on the money made before. */
  readonly isSizeBound: boolean;
}

/** Warm-ups that pass before anything is compared: averages without end forget their beginning by then. */
const settlingWarmUps = 10;
/** The settling takes no more than this part of the bars. */
const longestSettling = 1 / 4;
/** What is left of the beginning in a slow average may still move a price that is derived from it by so much. */
const priceTolerance = 1e-3;

/**
 * Compares a run with the same strategy begun `shift` bars later. Both must trade alike once the later one has
 * warmed up and both have come to the same state: in each market flat at the close of one bar, or holding what
 * both have entered on one bar to the same side. From the next bar on, their fills must agree in market, bar,
 * side, reason and price, whatever the size, which depends on the money that each has made before. Where the
 * size moves the fills themselves, a difference tells nothing.
 * @param time open times of the first run's bars; of several markets the times at which any has a bar
 */
export function compareShiftedStart(base: Fills, shifted: ShiftedRun, time: Float64Array): RunComparison {
  const { shift, warmUp, fills, isSizeBound } = shifted;
  const bars = time.length;
  const settling = Math.min(settlingWarmUps * warmUp, Math.floor(bars * longestSettling));
  const begin = shift + Math.max(warmUp, settling);
  const meeting = meet(base, fills, { shift, begin, bars });
  const none = { at: shift, from: null, to: null, compared: 0, difference: null };
  if (meeting === null) {
    const text = 'the two runs were never in the same state after the warm-up';
    return { ...none, problem: { kind: 'not-comparable', text } };
  }
  let own = firstAfter(base, 0, meeting);
  let other = firstAfter(fills, shift, meeting);
  const compared = fillCount(base) - own;
  let difference: number | null = null;
  for (; own < fillCount(base) || other < fillCount(fills); own++, other++) {
    if (isAlike(base, own, fills, other, shift)) continue;
    difference = Math.min(barAt(base, own, 0), barAt(fills, other, shift));
    break;
  }
  if (difference !== null && isSizeBound) {
    return { ...none, problem: { kind: 'not-comparable', text: sizeBoundFills } };
  }
  return {
    at: shift,
    from: meeting + 1,
    to: bars,
    compared,
    difference: difference === null ? null : { bar: difference, time: time[difference] as number },
    problem:
      compared === 0 && difference === null
        ? { kind: 'not-comparable', text: 'no order was filled once both had warmed up' }
        : null,
  };
}

/** Bar of a fill in the numbers of the first run; infinity behind the last fill. */
function barAt(fills: Fills, row: number, shift: number): number {
  return row < fillCount(fills) ? fillAt(fills, row, fillColumns.bar) + shift : Number.POSITIVE_INFINITY;
}

function firstAfter(fills: Fills, shift: number, bar: number): number {
  let row = 0;
  while (row < fillCount(fills) && barAt(fills, row, shift) <= bar) row++;
  return row;
}

function isAlike(base: Fills, row: number, other: Fills, otherRow: number, shift: number): boolean {
  if (row >= fillCount(base) || otherRow >= fillCount(other)) return false;
  if (barAt(base, row, 0) !== barAt(other, otherRow, shift)) return false;
  const { signedQuantity, price, reason, market } = fillColumns;
  const [own, others] = [fillAt(base, row, price), fillAt(other, otherRow, price)];
  return (
    fillAt(base, row, market) === fillAt(other, otherRow, market) &&
    Math.sign(fillAt(base, row, signedQuantity)) === Math.sign(fillAt(other, otherRow, signedQuantity)) &&
    fillAt(base, row, reason) === fillAt(other, otherRow, reason) &&
    Math.abs(own - others) <= priceTolerance * Math.abs(own)
  );
}

/** What a run holds in one market. */
interface Held {
  quantity: number;
  largest: number;
  /** 1 long, -1 short, 0 flat at the close of the last bar. */
  side: number;
  /** The bar on whose close it first was on that side. */
  since: number;
}

/** Goes through a run: gives what it holds in each market at the close of a bar, of bars in their order. */
function holdingsOf(fills: Fills, shift: number, markets: number): (bar: number) => readonly Held[] {
  const all = Array.from({ length: markets }, (): Held => ({ quantity: 0, largest: 0, side: 0, since: -1 }));
  let row = 0;
  return (bar) => {
    for (; row < fillCount(fills) && barAt(fills, row, shift) <= bar; row++) {
      const held = all[fillAt(fills, row, fillColumns.market)] as Held;
      held.quantity += fillAt(fills, row, fillColumns.signedQuantity);
      held.largest = Math.max(held.largest, Math.abs(held.quantity));
    }
    for (const held of all) {
      if (Math.abs(held.quantity) <= noQuantity * held.largest) held.quantity = 0;
      const side = Math.sign(held.quantity);
      if (side !== held.side) held.since = bar;
      held.side = side;
    }
    return all;
  };
}

/** First bar from `begin` on at whose close both runs are in the same state; null where there is none. */
function meet(
  base: Fills,
  other: Fills,
  { shift, begin, bars }: { readonly shift: number; readonly begin: number; readonly bars: number },
): number | null {
  const markets = 1 + Math.max(lastMarket(base), lastMarket(other));
  const ownAt = holdingsOf(base, 0, markets);
  const othersAt = holdingsOf(other, shift, markets);
  for (let bar = 0; bar < bars; bar++) {
    const [own, others] = [ownAt(bar), othersAt(bar)];
    if (bar < begin) continue;
    const isSame = own.every((held, market) => {
      const { side, since } = others[market] as Held;
      return held.side === side && (side === 0 || held.since === since);
    });
    if (isSame) return bar;
  }
  return null;
}

function lastMarket(fills: Fills): number {
  let last = 0;
  for (let row = 0; row < fillCount(fills); row++)
    last = Math.max(last, fillAt(fills, row, fillColumns.market));
  return last;
}
