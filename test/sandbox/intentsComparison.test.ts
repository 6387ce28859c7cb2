import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { intentWidth } from '../../extension/backtest/intents.ts';
import { LabError } from '../../extension/contracts/errors.ts';
import type { SetAnswer } from '../../sandbox/answers.ts';
import { IntentsComparison } from '../../sandbox/intentsComparison.ts';

const bars = 60;

interface Order {
  readonly bar: number;
  readonly size: number;
}

function answerOf(orders: readonly Order[], from: number, to: number): SetAnswer {
  const rows = orders.flatMap(({ bar, size }, index) =>
    bar >= from && bar < to ? [bar, index + 1, 1, 0, 3, size, ...Array<number>(12).fill(0)] : [],
  );
  const count = rows.length / intentWidth;
  return { rows: Float64Array.from(rows), count, fills: 0, fillHashHigh: 0, fillHashLow: 0 };
}

/** Feeds two runs chunk by chunk in the order that `turns` gives; returns the bar of the difference. */
function compare(
  runs: readonly [readonly (readonly Order[])[], readonly (readonly Order[])[]],
  borders: readonly [readonly number[], readonly number[]],
  turns: readonly number[],
): number | undefined {
  const comparison = new IntentsComparison();
  const positions = [0, 0];
  const reached = [0, 0];
  const step = (run: 0 | 1) => {
    const to = borders[run][positions[run] ?? 0];
    if (to === undefined) return;
    const from = reached[run] ?? 0;
    positions[run] = (positions[run] ?? 0) + 1;
    reached[run] = to;
    const answers = runs[run].map((orders) => answerOf(orders, from, to));
    comparison.add(run, answers, to);
  };
  try {
    for (const turn of turns) step(turn === 0 ? 0 : 1);
    for (let rest = 0; rest <= bars; rest++) {
      step(0);
      step(1);
    }
    return undefined;
  } catch (error) {
    if (LabError.is(error, 'sandbox.look-ahead')) return error.place?.bar;
    throw error;
  }
}

/** Often the last bar, behind which no chunk comes. */
const barArbitrary = fc.oneof(fc.integer({ min: 0, max: bars - 1 }), fc.constant(bars - 1));
const ordersArbitrary = fc
  .array(fc.record({ bar: barArbitrary, size: fc.integer({ min: 1, max: 99 }) }), {
    maxLength: 20,
  })
  .map((orders) => orders.toSorted((a, b) => a.bar - b.bar));
const bordersArbitrary = fc
  .uniqueArray(fc.integer({ min: 1, max: bars - 1 }), { maxLength: 12 })
  .map((borders) => [...borders.toSorted((a, b) => a - b), bars]);
const turnsArbitrary = fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 40 });

describe('the comparison of two runs', () => {
  it('finds equal orders equal, whatever the borders and whichever run is ahead', () => {
    fc.assert(
      fc.property(
        fc.array(ordersArbitrary, { minLength: 1, maxLength: 3 }),
        bordersArbitrary,
        bordersArbitrary,
        turnsArbitrary,
        (sets, first, second, turns) => {
          expect(compare([sets, sets], [first, second], turns)).toBeUndefined();
        },
      ),
    );
  });

  it('names the bar of the first order that differs, is missing or is too many', () => {
    fc.assert(
      fc.property(
        ordersArbitrary.filter((orders) => orders.length > 0),
        fc.nat(),
        fc.constantFrom('changed', 'missing'),
        bordersArbitrary,
        bordersArbitrary,
        turnsArbitrary,
        fc.boolean(),
        (orders, pick, kind, first, second, turns, isSwapped) => {
          const index = pick % orders.length;
          const order = orders[index] as Order;
          const other =
            kind === 'changed'
              ? orders.with(index, { ...order, size: order.size + 1 })
              : orders.filter((_, position) => position < index);
          const runs = isSwapped ? ([[other], [orders]] as const) : ([[orders], [other]] as const);
          expect(compare(runs, [first, second], turns)).toBe(order.bar);
        },
      ),
    );
  });

  it('tells 0 from -0, because the bytes differ', () => {
    const comparison = new IntentsComparison();
    const row = (zero: number): SetAnswer => ({
      rows: Float64Array.from([0, 1, 3, 3, 100, 0, zero, 0, 0]),
      count: 1,
      fills: 0,
      fillHashHigh: 0,
      fillHashLow: 0,
    });
    comparison.add(0, [row(0)], 10);
    expect(() => comparison.add(1, [row(-0)], 10)).toThrow(LabError);
  });
});
