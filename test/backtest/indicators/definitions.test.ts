import { describe, expect, it } from 'vitest';
import type { CandleColumns } from '../../../extension/contracts/candles.ts';
import { type IndicatorCase, indicatorCases } from '../support/indicatorCases.ts';
import { firstBars, indicatorDeclarations } from '../support/indicatorDeclarations.ts';
import { computed, expected, sourceLookback, titleOf } from '../support/indicatorRun.ts';
import { syntheticMarket } from '../support/market.ts';
import { nastyMarket } from '../support/nastyMarket.ts';

const declarations = new Map(indicatorDeclarations().map((each) => [each.name, each]));
const tolerance = 1e-9;
const ordinary = syntheticMarket({ bars: 1200, seed: 11 });
const nasty = nastyMarket(1500, 12);

/** The first bar at which two columns differ. */
function firstDifference(ours: Float64Array, theirs: readonly number[]) {
  for (const [bar, value] of ours.entries()) {
    const other = theirs[bar] as number;
    const isEqual =
      Object.is(value, other) || Math.abs(value - other) <= tolerance * Math.max(1, Math.abs(other));
    if (!isEqual) return { bar, value, other };
  }
  return undefined;
}

function firstBarsOf(call: IndicatorCase): Readonly<Record<string, number>> {
  const [name, ...given] = call;
  const declaration = declarations.get(name);
  if (declaration === undefined) throw new Error(`${name} is not declared`);
  const wait = sourceLookback(call);
  return Object.fromEntries(
    Object.entries(firstBars(declaration, given)).map(([part, bar]) => [part, bar + wait]),
  );
}

function expectDefinition(call: IndicatorCase, columns: CandleColumns): void {
  const { parts } = computed(call, columns);
  const others = expected(call, columns);
  expect(Object.keys(parts)).toEqual(Object.keys(others));
  for (const [part, values] of Object.entries(parts)) {
    expect({ part, difference: firstDifference(values, others[part] ?? []) }).toEqual({ part });
  }
}

const titled = (cases: readonly IndicatorCase[]) => cases.map((call) => [titleOf(call), call] as const);
// The average of a still market comes to rest on its rounding, which another order of sums rounds otherwise.
const ofColumns = indicatorCases.filter((call) => sourceLookback(call) === 0);

describe('an indicator equals its definition', () => {
  it.each(titled(indicatorCases))('%s', (_, call) => expectDefinition(call, ordinary));
});

describe('an indicator equals its definition through gaps, spikes and stillness', () => {
  it.each(titled(ofColumns))('%s', (_, call) => expectDefinition(call, nasty));
});

describe('its first value is at the bar that its declaration names', () => {
  const dated = indicatorCases.filter(([name]) => name !== 'pivotPoints');
  it.each(titled(dated))('%s', (_, call) => {
    for (const columns of [ordinary, nasty]) {
      const { parts, warmUp } = computed(call, columns);
      const firsts = Object.entries(parts).map(([part, values]) => [
        part,
        values.findIndex((value) => !Number.isNaN(value)),
      ]);
      const declared = firstBarsOf(call);
      const every = declared['value'];
      const wanted =
        every === undefined ? declared : Object.fromEntries(firsts.map(([part]) => [part as string, every]));
      expect(Object.fromEntries(firsts)).toEqual(wanted);
      expect(warmUp).toBeGreaterThanOrEqual(Math.max(...Object.values(wanted)));
      for (const [part, first] of firsts) {
        expect(parts[part as string]?.subarray(first as number).every(Number.isFinite)).toBe(true);
      }
    }
  });
});
