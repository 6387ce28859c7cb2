import { offsetInBar } from '../../backtest/barGrid.ts';
import { LabError } from '../../contracts/errors.ts';
import { type Timeframe, timeframeMilliseconds } from '../../contracts/timeframes.ts';
import { isoOf, type RowTable } from './rows.ts';
import type { SourceName } from './source.ts';

export interface TimeGrid {
  readonly timeframe: Timeframe;
  /** How far all bars lie behind the usual grid, in ms; 0 for bars that open on it. */
  readonly offset: number;
}

/**
 * Finds the timeframe, the most frequent step between times, unless `wanted` names it, and checks that
 * all bars open on one grid. `wanted` helps where the most frequent step is no timeframe; it is refused
 * where it is not the step of the file. A grid that is shifted as a whole (daily bars that open at 05:00) is
 * accepted; bars off the grid of the others are not. `isCertain` says that `wanted` needs no proof, however
 * few bars there are. `kept` are rows of `table`, oldest first.
 * Throws `data.empty` for fewer than two bars and `data.time` when no timeframe fits.
 */
export function findTimeGrid(
  source: SourceName,
  table: RowTable,
  kept: Uint32Array,
  wanted: Timeframe | undefined,
  isCertain = false,
): TimeGrid {
  if (kept.length < 2) {
    throw new LabError('data.empty', `${source.name} holds only one candle.`, {
      action: 'Use a file with at least two candles.',
      place: { file: source.path },
    });
  }
  const timeframe = wanted !== undefined && isCertain ? wanted : chooseTimeframe(source, table, kept, wanted);
  const offsets = Float64Array.from(kept, (row) => offsetInBar(table.time[row] ?? 0, timeframe));
  const offset = mostFrequent(offsets).value;
  const strange = offsets.findIndex((value) => value !== offset);
  if (strange !== -1) {
    const row = kept[strange] ?? 0;
    const time = table.time[row] ?? 0;
    const place = table.errorPlaceOf(row);
    const where = place.line === undefined ? '' : `, line ${place.line}`;
    throw new LabError(
      'data.time',
      `${table.sourceOf(row).name}${where}: the time ${isoOf(time)} is not on the ${timeframe} grid of the other candles.`,
      {
        action: 'Correct or delete that row, or name the right timeframe.',
        place: { ...place, time },
      },
    );
  }
  return { timeframe, offset };
}

/** The timeframe of the usual step, or `wanted` where that step is none but `wanted` occurs among the steps. */
function chooseTimeframe(
  source: SourceName,
  table: RowTable,
  kept: Uint32Array,
  wanted: Timeframe | undefined,
): Timeframe {
  const steps = new Float64Array(kept.length - 1);
  for (let index = 0; index < steps.length; index += 1) {
    steps[index] = (table.time[kept[index + 1] ?? 0] ?? 0) - (table.time[kept[index] ?? 0] ?? 0);
  }
  const { value, count } = mostFrequent(steps);
  const known = Object.entries(timeframeMilliseconds).find(([, length]) => length === value);
  if (wanted !== undefined) {
    const length = timeframeMilliseconds[wanted];
    if (length === value || (known === undefined && steps.includes(length))) return wanted;
    const usual = known?.[0] ?? `${value / 1000} seconds`;
    throw new LabError(
      'data.time',
      `${source.name} does not hold candles of ${wanted}: the file's usual step is ${usual}, ${count} of ${steps.length}.`,
      { action: 'Name the timeframe of the file, or none.', place: { file: source.path } },
    );
  }
  if (known === undefined) {
    throw new LabError(
      'data.time',
      `No timeframe fits ${source.name}: the most frequent step, ${count} of ${steps.length}, is ${value / 1000} seconds.`,
      {
        action: `Use candles of one of these timeframes: ${Object.keys(timeframeMilliseconds).join(', ')}.`,
        place: { file: source.path },
      },
    );
  }
  return known[0] as Timeframe;
}

/** The value that occurs most often; of several, the smallest. */
function mostFrequent(values: Float64Array): { value: number; count: number } {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best = { value: 0, count: 0 };
  for (const [value, count] of counts) {
    if (count > best.count || (count === best.count && value < best.value)) best = { value, count };
  }
  return best;
}
