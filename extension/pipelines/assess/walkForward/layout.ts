import { courseOf, type RunCourse } from '../../../backtest/metrics/course.ts';
import type { RunCandles } from '../../../contracts/candles.ts';
import { LabError } from '../../../contracts/errors.ts';
import type { ValidationObjective } from '../../../contracts/validation.ts';
import { minimumObservations } from '../../../evaluation/statistics/measured.ts';
import type { Scheme } from '../../../evaluation/validation/fold.ts';
import { rowStartsOf } from '../../../evaluation/validation/rows.ts';
import { validationScheme } from '../../../evaluation/validation/scheme.ts';
import { usualValidation } from '../../../evaluation/validation/usual.ts';
import { marketsOf } from '../../../market/runCandles.ts';
import type { Selection, WalkForwardInput } from '../contracts.ts';

/** How the rows of a run are parted. */
export interface Layout {
  /** Times of the run, which are its bars where it has one market, and what holding its markets is worth. */
  readonly course: RunCourse;
  readonly definition: Selection['definition'];
  readonly scheme: Scheme;
  /** First bar of each row, then the number of bars. */
  readonly rowStarts: Int32Array;
}

/**
 * @throws LabError `data.empty` where a market has no bar before the end of a test range; `data.empty` and
 * `usage` as `usualValidation` and `validationScheme`
 */
export function layoutOf({ validation }: Pick<WalkForwardInput, 'validation'>, candles: RunCandles): Layout {
  const course = courseOf(marketsOf(candles));
  const { time } = course;
  const rowStarts = rowStartsOf(time, candles.timeframe);
  const rows = rowStarts.length - 1;
  const definition = usualValidation(validation, rows, time.length);
  const scheme = validationScheme(definition, rows);
  checkTestRanges(candles, time, rowStarts, scheme);
  return { course, definition, scheme, rowStarts };
}

/** A run of a test range holds all markets from their first bars to its end: each needs a bar until then. */
function checkTestRanges(
  candles: RunCandles,
  time: Float64Array,
  rowStarts: Int32Array,
  { folds }: Scheme,
): void {
  const day = (at: number): string => new Date(at).toISOString();
  for (const { from, to } of folds.flatMap(({ test }) => test)) {
    const start = time[rowStarts[from] as number] as number;
    const last = time[(rowStarts[to] as number) - 1] as number;
    for (const { symbol, venue, time: bars } of marketsOf(candles)) {
      const first = bars[0] as number;
      if (first <= last) continue;
      throw new LabError(
        'data.empty',
        `${symbol} on ${venue} has its first bar at ${day(first)}, behind the test range of ${day(start)} to ${day(last)}.`,
        { action: 'Choose dates with --from and --to in which every market trades, or give longer ranges.' },
      );
    }
  }
}

/**
 * Refuses a first train window by which no set could be chosen.
 * @param warmUp bars that the strategy waits for before it first trades
 * @throws LabError `usage` naming the window in bars, its bound and what to do
 */
export function checkTrainWindow(
  { definition, scheme, rowStarts }: Layout,
  objective: ValidationObjective,
  warmUp = 0,
): void {
  const [range] = scheme.folds[0]?.train ?? [];
  if (definition.kind !== 'walk-forward' || range === undefined) return;
  const [rows, bars] = [range.to - range.from, rowStarts[range.to] as number];
  if (objective !== 'totalReturn' && rows < minimumObservations) {
    const perRow = (rowStarts.at(-1) as number) / (rowStarts.length - 1);
    const gap = definition.purge + definition.embargo;
    const least = Math.ceil((minimumObservations + gap) * perRow);
    throw new LabError(
      'usage',
      `A train window of ${bars} bars has ${rows} returns, and ${objective} needs ${minimumObservations}.`,
      { action: `Give --train of at least ${least}, or choose by totalReturn (--objective).` },
    );
  }
  if (bars > warmUp) return;
  throw new LabError(
    'usage',
    `A train window of ${bars} bars ends before the strategy first trades: its indicators need ${warmUp} bars.`,
    { action: `Give --train above ${warmUp}, or indicators with shorter periods.` },
  );
}
