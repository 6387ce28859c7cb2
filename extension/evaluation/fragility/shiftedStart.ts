import { type RunComparison, sizeBoundFills } from '../../contracts/fragility.ts';
import { type Fills, fillAt, fillColumns, fillCount } from './fills.ts';

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
/** Quantities below this part of the largest are what rounding leaves of a closed position. */
const noQuantity = 1e-9;

/**
 * Compares a run with the same strategy begun `shift` bars later. Both must trade alike once the later one has
 * warmed up and both have come to the same state: flat at the close of one bar, or entered on one bar to the
 * same side. From the next bar on, their fills must agree in bar, side, reason and price, whatever the size,
 * which depends on the money that each has made before. Where the size moves the fills themselves, a difference
 * tells nothing.
 * @param time open times of the first run's bars
 */
export function compareShiftedStart(base: Fills, shifted: ShiftedRun, time: Float64Array): RunComparison {
  const { shift, warmUp, fills, isSizeBound } = shifted;
  const bars = time.length;
  const settling = Math.min(settlingWarmUps * warmUp, Math.floor(bars * longestSettling));
  const begin = shift + Math.max(warmUp, settling);
  const meeting = meet(sides(base, 0, bars), sides(fills, shift, bars), Math.max(begin, shift));
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
  const { signedQuantity, price, reason } = fillColumns;
  const [own, others] = [fillAt(base, row, price), fillAt(other, otherRow, price)];
  return (
    Math.sign(fillAt(base, row, signedQuantity)) === Math.sign(fillAt(other, otherRow, signedQuantity)) &&
    fillAt(base, row, reason) === fillAt(other, otherRow, reason) &&
    Math.abs(own - others) <= priceTolerance * Math.abs(own)
  );
}

interface Sides {
  /** 1 long, -1 short, 0 flat at the close of each bar. */
  readonly side: Int8Array;
  /** 1 for a bar on which an order was filled. */
  readonly isFilled: Uint8Array;
}

function sides(fills: Fills, shift: number, bars: number): Sides {
  const side = new Int8Array(bars);
  const isFilled = new Uint8Array(bars);
  let position = 0;
  let largest = 0;
  let row = 0;
  for (let bar = 0; bar < bars; bar++) {
    for (; row < fillCount(fills) && barAt(fills, row, shift) === bar; row++) {
      position += fillAt(fills, row, fillColumns.signedQuantity);
      largest = Math.max(largest, Math.abs(position));
      isFilled[bar] = 1;
    }
    if (Math.abs(position) <= noQuantity * largest) position = 0;
    side[bar] = Math.sign(position);
  }
  return { side, isFilled };
}

/** First bar from `begin` on at whose close both runs are in the same state; null where there is none. */
function meet(base: Sides, other: Sides, begin: number): number | null {
  for (let bar = begin; bar < base.side.length; bar++) {
    if (base.side[bar] !== other.side[bar]) continue;
    const isEntry =
      base.isFilled[bar] === 1 && other.isFilled[bar] === 1 && base.side[bar] !== base.side[bar - 1];
    if (base.side[bar] === 0 || (isEntry && other.side[bar] !== other.side[bar - 1])) return bar;
  }
  return null;
}
