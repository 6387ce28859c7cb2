import { LabError } from '../../contracts/errors.ts';
import { type MarketRegime, marketRegimes } from '../../contracts/regimes.ts';

/** How well one regime was found. */
export interface RegimeScore {
  readonly regime: MarketRegime;
  /** Bars that truly belong to it. */
  readonly bars: number;
  /** Share of those that were labelled so. */
  readonly recall: number | null;
  /** Share of the bars labelled so that truly belong to it. */
  readonly precision: number | null;
}

export interface DetectionScore {
  /** Bars whose truth is known. A label `unknown` counts as wrong. */
  readonly bars: number;
  readonly right: number;
  readonly accuracy: number | null;
  /** The same without the first `settle` bars after the beginning and after every switch of the truth. */
  readonly settle: number;
  readonly settledBars: number;
  readonly settledRight: number;
  readonly settledAccuracy: number | null;
  /** Bars by truth (row) and label (column), both by their place in `marketRegimes`; every bar. */
  readonly confusion: readonly (readonly number[])[];
  readonly regimes: readonly RegimeScore[];
}

/** Bars after a switch that `settledAccuracy` leaves out, where nothing else is said. */
export const usualSettle = 10;

/**
 * Scores labels against the truth, bar by bar. No detector knows a switch at its first bar, so the accuracy
 * is given twice: of every bar, and of the bars at least `settle` bars behind a switch. Ratios of no bars are
 * null.
 * @throws LabError `usage` where labels and truth differ in length
 */
export function scoreRegimes(labels: Uint8Array, truth: Uint8Array, settle = usualSettle): DetectionScore {
  if (labels.length !== truth.length) {
    throw new LabError('usage', `There are ${labels.length} labels for ${truth.length} bars.`, {
      action: 'Give one label a bar.',
    });
  }
  const confusion = marketRegimes.map(() => new Array<number>(marketRegimes.length).fill(0));
  let settledBars = 0;
  let settledRight = 0;
  let since = 0;
  for (let bar = 0; bar < truth.length; bar++) {
    const [label, regime] = [labels[bar] as number, truth[bar] as number];
    since = bar > 0 && regime === truth[bar - 1] ? since + 1 : 0;
    const row = confusion[regime];
    if (row === undefined || regime === 0) continue;
    row[label] = (row[label] ?? 0) + 1;
    if (since < settle) continue;
    settledBars++;
    if (label === regime) settledRight++;
  }
  return summarise(confusion, { settle, settledBars, settledRight });
}

/** The score of several paths as of one, so that each bar counts the same. */
export function poolScores(scores: readonly DetectionScore[]): DetectionScore {
  const confusion = marketRegimes.map((_, row) =>
    marketRegimes.map((__, column) => sum(scores.map((score) => score.confusion[row]?.[column] ?? 0))),
  );
  return summarise(confusion, {
    settle: scores[0]?.settle ?? usualSettle,
    settledBars: sum(scores.map(({ settledBars }) => settledBars)),
    settledRight: sum(scores.map(({ settledRight }) => settledRight)),
  });
}

function summarise(
  confusion: readonly (readonly number[])[],
  settled: Pick<DetectionScore, 'settle' | 'settledBars' | 'settledRight'>,
): DetectionScore {
  const cell = (row: number, column: number): number => confusion[row]?.[column] ?? 0;
  const known = marketRegimes.map((regime, code) => ({ regime, code })).slice(1);
  const bars = sum(confusion.map(sum));
  const right = sum(known.map(({ code }) => cell(code, code)));
  return {
    bars,
    right,
    accuracy: ratio(right, bars),
    ...settled,
    settledAccuracy: ratio(settled.settledRight, settled.settledBars),
    confusion,
    regimes: known.map(({ regime, code }) => ({
      regime,
      bars: sum(confusion[code] ?? []),
      recall: ratio(cell(code, code), sum(confusion[code] ?? [])),
      precision: ratio(cell(code, code), sum(confusion.map((row) => row[code] ?? 0))),
    })),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function ratio(part: number, all: number): number | null {
  return all === 0 ? null : part / all;
}
