import { expect, it } from 'vitest';
import { marketRegimes } from '../../../extension/contracts/regimes.ts';
import { createRegimeFilter } from '../../../extension/evaluation/regimes/filter.ts';
import { buildStateTable, levelCount } from '../../../extension/evaluation/regimes/hiddenStates.ts';
import { logReturns, mean } from '../scenarios/bars.ts';
import { otherMarkets } from './otherMarkets.ts';

/**
 * The filter written out: a full matrix of transitions, densities by their formulas, labels by the rule. Its
 * three constants stand here again, so that a change of one is seen.
 */
function slowLabels(moves: readonly number[], ranges: readonly number[]): number[] {
  const [mixing, levelGain, hysteresis] = [0.006, 0.01, 2];
  const table = buildStateTable();
  const at = (column: ArrayLike<number>, place: number): number => column[place] ?? Number.NaN;
  const states = Array.from(table.share, (share, state) => {
    const regime = marketRegimes.findIndex(
      (_, code) => at(table.begin, code) <= state && state < at(table.begin, code + 1),
    );
    return {
      regime,
      share,
      mean: at(table.mean, state),
      deviation: 1 / at(table.precision, state),
      pull: at(table.pull, state),
      level: at(table.level, state),
      range: 1 / at(table.narrowness, state),
    };
  });
  const entering = (regime: number): number => at(table.entering, regime);
  const othersOf = (regime: number): number =>
    marketRegimes.reduce((sum, _, other) => sum + (other === regime ? 0 : entering(other)), 0);
  const stayChance = (from: number, to: number): number => {
    const [a, b] = [states[from], states[to]];
    if (a === undefined || b === undefined || a.regime !== b.regime) return 0;
    const own = (from === to ? 1 - mixing : 0) + mixing * b.share;
    return (1 - at(table.leaving, a.regime)) * own;
  };
  const switchChance = (from: number, to: number): number => {
    const [a, b] = [states[from], states[to]];
    if (a === undefined || b === undefined || a.regime === b.regime) return 0;
    return ((at(table.leaving, a.regime) * entering(b.regime)) / othersOf(a.regime)) * b.share;
  };
  const outOf = states.map((_, from) =>
    states.reduce((sum, __, to) => sum + stayChance(from, to) + switchChance(from, to), 0),
  );
  for (const sum of outOf) expect(sum).toBeCloseTo(1, 12);

  let chances = states.map(({ regime, share }) => entering(regime) * share);
  const levels = new Array<number>(levelCount).fill(0);
  let [price, label] = [0, 0];
  return moves.map((move, bar) => {
    const stays = states.map((_, to) =>
      chances.reduce((sum, chance, from) => sum + chance * stayChance(from, to), 0),
    );
    const begins = states.map((_, to) =>
      chances.reduce((sum, chance, from) => sum + chance * switchChance(from, to), 0),
    );
    for (const place of levels.keys()) {
      const own = states.flatMap(({ pull, level }, state) => (pull > 0 && level === place ? [state] : []));
      const sum = (values: readonly number[]): number =>
        own.reduce((all, state) => all + at(values, state), 0);
      if (own.length > 0) {
        const begun = sum(begins) / (sum(stays) + sum(begins));
        levels[place] = (1 - begun) * at(levels, place) + begun * price;
      }
    }
    const weighed = states.map(({ mean, deviation, pull, level, range }, state) => {
      const expected = mean - pull * (price - at(levels, level));
      // Student's t with 5 degrees of freedom, scaled to unit variance; constants that all share are left out.
      const density = (1 + ((move - expected) / deviation) ** 2 / 3) ** -3 / deviation;
      const rangeDensity = Math.cosh(Math.log(at(ranges, bar) / range)) ** -2;
      return (at(stays, state) + at(begins, state)) * density * rangeDensity;
    });
    const all = weighed.reduce((sum, value) => sum + value, 0);
    chances = weighed.map((value) => value / all);
    price += move;
    for (const place of levels.keys())
      levels[place] = at(levels, place) + levelGain * (price - at(levels, place));
    const mass = marketRegimes.map((_, code) =>
      chances.reduce((sum, chance, state) => sum + (states[state]?.regime === code ? chance : 0), 0),
    );
    const likeliest = mass.indexOf(Math.max(...mass));
    if (at(mass, likeliest) > hysteresis * at(mass, label)) label = likeliest;
    return label;
  });
}

it.each(otherMarkets.slice(1, 4))('the filter labels as its formulas, written out, do: $name', ({ make }) => {
  const { high, low, close } = make(77, 600);
  const returns = logReturns(close);
  const usualMove = mean(returns.map(Math.abs));
  const moves = returns.map((value) => value / usualMove);
  const ranges = moves.map((_, bar) =>
    Math.max(0.01, ((high[bar + 1] ?? 0) - (low[bar + 1] ?? 0)) / (close[bar] ?? 1) / usualMove),
  );
  const filter = createRegimeFilter();
  const usual = { deviation: 1, range: 1 };
  const labels = moves.map((move, bar) => filter.weigh(move, ranges[bar] ?? 1, usual));
  expect(labels).toEqual(slowLabels(moves, ranges));
  expect(new Set(labels).size).toBeGreaterThan(2);
});
