import { marketRegimes } from '../../contracts/regimes.ts';
import { buildStateTable, levelCount } from './hiddenStates.ts';
import type { UsualScale } from './usualScale.ts';

/** Chance that a regime goes on in another of its states, such as a trend that steepens. */
const mixing = 0.02;
/** Share of its distance to the price by which a range's level moves in a bar. */
const levelGain = 0.03;
/** Another regime becomes the label once it is so many times as likely: labels do not flicker. */
const hysteresis = 1.5;
/** Moves and ranges beyond these count as these, in usual ones, so that no bad bar empties the filter. */
const largestMove = 50;
const smallestRange = 1e-3;

export interface RegimeFilter {
  /** Weighs the states by a bar's move and true range and answers the likeliest regime's code. */
  weigh(move: number, trueRange: number, usual: UsualScale): number;
  /** Passes a bar that cannot be weighed, and answers the code of `unknown`. */
  skip(move: number): number;
}

/** The hidden Markov filter that `createRegimeDetector` describes. */
export function createRegimeFilter(): RegimeFilter {
  const { count, regime, mean, deviation, pull, level, share, range, leaving, entering } = buildStateTable();
  const codes = marketRegimes.length;
  const allEntering = entering.reduce((sum, weight) => sum + weight, 0);
  /** Chances of the states, and of the regimes they belong to. */
  const chance = Float64Array.from(share, (part, state) => part * at(entering, at(regime, state)));
  const mass = new Float64Array(codes);
  /** Chance that leaves a regime, for each unit of weight among those that it may go to. */
  const flow = new Float64Array(codes);
  const levels = new Float64Array(levelCount);
  const staying = new Float64Array(levelCount);
  const beginning = new Float64Array(levelCount);
  /** Sum of the moves so far: the price as the filter sees it. */
  let price = 0;
  let label = 0;

  const sumRegimes = (): void => {
    mass.fill(0);
    for (let state = 0; state < count; state++) {
      const code = at(regime, state);
      mass[code] = at(mass, code) + at(chance, state);
    }
  };

  /** Moves the chances one bar on, by the Markov chain, and the levels with them. */
  const predict = (): void => {
    let allFlow = 0;
    for (let code = 0; code < codes; code++) {
      flow[code] = (at(mass, code) * at(leaving, code)) / (allEntering - at(entering, code));
      allFlow += at(flow, code);
    }
    staying.fill(0);
    beginning.fill(0);
    for (let state = 0; state < count; state++) {
      const code = at(regime, state);
      const own = (1 - mixing) * at(chance, state) + mixing * at(mass, code) * at(share, state);
      const stays = (1 - at(leaving, code)) * own;
      const begins = (allFlow - at(flow, code)) * at(entering, code) * at(share, state);
      chance[state] = stays + begins;
      if (at(pull, state) > 0) {
        const place = at(level, state);
        staying[place] = at(staying, place) + stays;
        beginning[place] = at(beginning, place) + begins;
      }
    }
    for (let place = 0; place < levelCount; place++) {
      const all = at(staying, place) + at(beginning, place);
      const begun = all > 0 ? at(beginning, place) / all : 1;
      levels[place] = at(levels, place) + (price - at(levels, place)) * begun;
    }
  };

  return {
    weigh(move, trueRange, usual) {
      sumRegimes();
      predict();
      const moved = Math.max(-largestMove, Math.min(largestMove, move / usual.deviation));
      const ranged = Math.max(smallestRange, Math.min(largestMove, trueRange / usual.range));
      let sum = 0;
      for (let state = 0; state < count; state++) {
        const away = (price - at(levels, at(level, state))) / usual.deviation;
        const expected = at(mean, state) - at(pull, state) * away;
        const surprise = (moved - expected) / at(deviation, state);
        const tail = 1 + (surprise * surprise) / 3;
        const wide = ranged / at(range, state);
        const fit = wide / (1 + wide * wide);
        const weighed = (at(chance, state) * fit * fit) / (at(deviation, state) * tail * tail * tail);
        chance[state] = weighed;
        sum += weighed;
      }
      for (let state = 0; state < count; state++) chance[state] = at(chance, state) / sum;
      price += move;
      for (let place = 0; place < levelCount; place++) {
        levels[place] = at(levels, place) + (price - at(levels, place)) * levelGain;
      }
      sumRegimes();
      mass[label] = at(mass, label) * hysteresis;
      label = mass.indexOf(Math.max(...mass));
      return label;
    },
    skip(move) {
      price += move;
      levels.fill(price);
      return 0;
    },
  };
}

/** Element of a column that is known to be long enough. */
function at(column: Float64Array | Uint8Array, index: number): number {
  return column[index] as number;
}
