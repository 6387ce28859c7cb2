import { LabError } from '../../contracts/errors.ts';
import type { ValidationDefinition } from '../../contracts/validation.ts';
import { combinatorialScheme } from './combinatorial.ts';
import type { Scheme } from './fold.ts';
import { around } from './purge.ts';
import { barsIn, groupsOf } from './ranges.ts';
import { holdOutSplit } from './splits.ts';
import { walkForwardScheme } from './walkForward.ts';

function schemeOf(definition: ValidationDefinition, bars: number): Scheme {
  switch (definition.kind) {
    case 'hold-out': {
      const { inSample, outOfSample } = holdOutSplit(bars, definition.fraction);
      const { purge, embargo } = definition;
      const lengths = { train: inSample.to, test: bars - outOfSample.from };
      return walkForwardScheme(
        { kind: 'walk-forward', ...lengths, step: undefined, anchored: true, purge, embargo },
        bars,
      );
    }
    case 'walk-forward':
      return walkForwardScheme(definition, bars);
    case 'k-fold': {
      // Purged k-fold (López de Prado 2018, section 7.4): each group of bars is the test once.
      const groups = groupsOf(bars, definition.folds);
      return {
        folds: groups.map((group) => ({ train: around(bars, [group], definition), test: [group] })),
        paths: [groups.map((_, fold) => ({ fold, test: 0 }))],
      };
    }
    case 'combinatorial':
      return combinatorialScheme(definition, bars);
  }
}

/**
 * The folds of a validation over `bars` bars, as ranges.
 * @throws LabError `data.empty` where a fold would have no bar to train on or to test
 */
export function validationScheme(definition: ValidationDefinition, bars: number): Scheme {
  const scheme = schemeOf(definition, bars);
  const isHollow = scheme.folds.some(
    ({ train, test }) => barsIn(train) === 0 || test.some((range) => barsIn([range]) === 0),
  );
  if (isHollow || scheme.folds.length === 0) {
    throw new LabError(
      'data.empty',
      'The data is too short for this validation: a part of it would be empty.',
      {
        action: 'Choose a longer range of dates, fewer folds, or a shorter purge and embargo.',
      },
    );
  }
  return scheme;
}
