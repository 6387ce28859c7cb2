import { marketRegimes } from '../../contracts/regimes.ts';
import { buildStateTable, levelCount } from './hiddenStates.ts';
import type { UsualScale } from './usualScale.ts';

/** Chance that a regime goes on in another of its states, such as a trend that steepens. */
const mixing = 0.006;
/** Share of its distance to the price by which a range's level moves in a bar. */
const levelGain = 0.01;
/** Another regime becomes the label once it is so many times as likely: labels do not flicker. */
const hysteresis = 2;
/** Moves and ranges beyond these count as these, in usual ones, so that no bad bar empties the filter. */
const largestMove = 50;
const smallestRange = 1e-3;

export interface RegimeFilter {
  /** Weighs the states by a bar's move and true range and answers the likeliest regime's code. */
  weigh(move: number, trueRange: number, usual: UsualScale): number;
}

/** The hidden Markov filter that `createRegimeDetector` describes. */
export function createRegimeFilter(): RegimeFilter {
  const { begin, mean, precision, pull, level, share, narrowness, leaving, entering } = buildStateTable();
  const codes = marketRegimes.length;
  const allEntering = entering.reduce((sum, weight) => sum + weight, 0);
  /** Chances of the states, and of the regimes they belong to; both sum up to 1. */
  const chance = new Float64Array(share.length);
  const mass = entering.map((weight) => weight / allEntering);
  for (let code = 0; code < codes; code++) {
    for (let state = begin[code] as number; state < (begin[code + 1] as number); state++) {
      chance[state] = at(mass, code) * at(share, state);
    }
  }
  /** Chance that leaves a regime, for each unit of weight among those that it may go to. */
  const flow = new Float64Array(codes);
  /** Levels that ranges revert to, as sums of moves, and how far the price is from them in usual deviations. */
  const levels = new Float64Array(levelCount);
  const away = new Float64Array(levelCount);
  const staying = new Float64Array(levelCount);
  const beginning = new Float64Array(levelCount);
  /** Sum of the moves so far: the price as the filter sees it. */
  let price = 0;
  let label = 0;

  /** Moves the chances one bar on by the Markov chain. */
  const predict = (): void => {
    let allFlow = 0;
    for (let code = 0; code < codes; code++) {
      flow[code] = (at(mass, code) * at(leaving, code)) / (allEntering - at(entering, code));
      allFlow += at(flow, code);
    }
    staying.fill(0);
    beginning.fill(0);
    for (let code = 0; code < codes; code++) {
      const stay = 1 - at(leaving, code);
      const mixed = mixing * at(mass, code);
      const arriving = (allFlow - at(flow, code)) * at(entering, code);
      for (let state = begin[code] as number; state < (begin[code + 1] as number); state++) {
        const stays = stay * ((1 - mixing) * at(chance, state) + mixed * at(share, state));
        const begins = arriving * at(share, state);
        chance[state] = stays + begins;
        if (at(pull, state) === 0) continue;
        const place = level[state] as number;
        staying[place] = at(staying, place) + stays;
        beginning[place] = at(beginning, place) + begins;
      }
    }
  };

  /** Merges each level with the price, by the chance that the range begins only now. */
  const mergeLevels = (usualDeviation: number): void => {
    for (let place = 0; place < levelCount; place++) {
      const all = at(staying, place) + at(beginning, place);
      if (all > 0)
        levels[place] = at(levels, place) + (price - at(levels, place)) * (at(beginning, place) / all);
      away[place] = (price - at(levels, place)) / usualDeviation;
    }
  };

  return {
    weigh(move, trueRange, usual) {
      predict();
      mergeLevels(usual.deviation);
      const moved = Math.max(-largestMove, Math.min(largestMove, move / usual.deviation));
      const ranged = Math.max(smallestRange, Math.min(largestMove, trueRange / usual.range));
      let sum = 0;
      for (let code = 0; code < codes; code++) {
        let ofRegime = 0;
        for (let state = begin[code] as number; state < (begin[code + 1] as number); state++) {
          const expected = at(mean, state) - at(pull, state) * at(away, level[state] as number);
          const surprise = (moved - expected) * at(precision, state);
          const tail = 1 + surprise * surprise * (1 / 3);
          const wide = ranged * at(narrowness, state);
          const spread = wide * wide;
          // The density of the move, precision / tail^3, times that of the range, (wide / (1 + wide^2))^2.
          const weighed =
            (at(chance, state) * at(precision, state) * spread) /
            (tail * tail * tail * (1 + spread) * (1 + spread));
          chance[state] = weighed;
          ofRegime += weighed;
        }
        mass[code] = ofRegime;
        sum += ofRegime;
      }
      for (let state = 0; state < chance.length; state++) chance[state] = at(chance, state) / sum;
      for (let code = 0; code < codes; code++) mass[code] = at(mass, code) / sum;
      price += move;
      for (let place = 0; place < levelCount; place++) {
        levels[place] = at(levels, place) + (price - at(levels, place)) * levelGain;
      }
      const likeliest = mass.indexOf(Math.max(...mass));
      if (at(mass, likeliest) > hysteresis * at(mass, label)) label = likeliest;
      return label;
    },
  };
}

/** Element of a column that is known to be long enough. */
function at(column: Float64Array, index: number): number {
  return column[index] as number;
}
