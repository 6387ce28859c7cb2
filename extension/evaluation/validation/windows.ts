import { LabError } from '../../contracts/errors.ts';
import type { ValidationDefinition, ValidationRequest } from '../../contracts/validation.ts';
import { partsOf } from './parts.ts';

type WalkForward = Extract<ValidationDefinition, { kind: 'walk-forward' }>;

/** Test windows of a walk-forward with its first train window, where the data has rows for so many. */
const usualWindows = 12;
/** Most test windows: each chooses anew among all sets, and is run again from the first bar on. */
export const mostWindows = 1000;

/** What the lengths of a walk-forward are measured by: `rows` that are made of `bars`. */
interface Length {
  readonly rows: number;
  readonly bars: number;
}

/**
 * The windows of a walk-forward in rows, those that are left out derived: a test window of a quarter of the train
 * window, a train window of four test windows, or, without either, a third of twelve windows to train on first.
 * @param request lengths in bars; each becomes whole rows of their mean length
 * @throws LabError `usage` naming the length that is impossible, in bars, its bound and what to do; `data.empty`
 *   for too few rows where no length is given
 */
export function walkForwardWindows(
  request: ValidationRequest,
  gaps: Pick<WalkForward, 'purge' | 'embargo'>,
  length: Length,
): Pick<WalkForward, 'train' | 'test' | 'step'> {
  const windows = windowsOf(request, length);
  checkTrain(request, windows, gaps, length);
  checkTest(request, windows, length);
  return windows;
}

type Windows = Pick<WalkForward, 'train' | 'test' | 'step'>;

function windowsOf(request: ValidationRequest, { rows, bars }: Length): Windows {
  const [train, test, step] = [request.train, request.test, request.step].map((given) =>
    given === undefined ? undefined : Math.max(1, Math.round((given * rows) / bars)),
  );
  if (train !== undefined && test !== undefined) return { train, test, step };
  if (train !== undefined) return { train, test: Math.max(1, Math.round(train / 4)), step };
  if (test !== undefined) return { train: 4 * test, test, step };
  const windows = partsOf(rows, usualWindows, 3);
  const window = Math.floor(rows / windows);
  const trained = Math.max(1, Math.round(windows / 3));
  return { train: rows - (windows - trained) * window, test: window, step };
}

/** Bars that so many rows are made of. */
function barsOf(count: number, { rows, bars }: Length): number {
  return Math.ceil((count * bars) / rows);
}

function checkTrain(
  request: ValidationRequest,
  { train }: Windows,
  { purge, embargo }: Pick<WalkForward, 'purge' | 'embargo'>,
  length: Length,
): void {
  if (train >= length.rows) {
    const given =
      request.train === undefined
        ? `--test ${request.test} asks for a train window of ${4 * (request.test ?? 0)} bars, which`
        : `--train ${request.train}`;
    const action =
      request.train === undefined
        ? `Give --train too, or --test below ${Math.max(1, Math.floor(length.bars / 5))}, or a longer range of dates.`
        : `Give --train below ${length.bars}, or a longer range of dates.`;
    throw new LabError('usage', `${given} leaves none of the ${length.bars} bars of the data to test.`, {
      action,
    });
  }
  if (purge + embargo < train) return;
  const left = [request.purge ?? 0, request.embargo ?? 0].join(' and --embargo ');
  const window = request.train ?? barsOf(train, length);
  throw new LabError('usage', `--purge ${left} leave none of the ${window} bars of a train window.`, {
    action: `Give less than ${window} bars for both together, or a longer --train.`,
  });
}

function checkTest(request: ValidationRequest, { train, test, step = test }: Windows, length: Length): void {
  if (step < test) {
    const window = request.test ?? barsOf(test, length);
    throw new LabError(
      'usage',
      `--step ${request.step} tests some bars twice, with test windows of ${window} bars.`,
      { action: `Give --step of at least ${window}, or a shorter --test.` },
    );
  }
  const count = Math.ceil((length.rows - train) / step);
  if (count <= mostWindows) return;
  const name = request.step !== undefined ? '--step' : request.test === undefined ? '--train' : '--test';
  const given = request.step ?? request.test ?? request.train;
  const least = barsOf(Math.ceil((length.rows - train) / mostWindows), length);
  const action =
    name === '--train'
      ? `Give --test of at least ${least}, or a shorter range of dates.`
      : `Give ${name} of at least ${least}, or a shorter range of dates.`;
  throw new LabError(
    'usage',
    `${name} ${given} gives ${count} test windows, and each is run by itself: at most ${mostWindows} can be.`,
    { action },
  );
}
