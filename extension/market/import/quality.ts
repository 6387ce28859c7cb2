import type { Candles, QualityProblem } from '../../contracts/candles.ts';
import { timeframeMilliseconds } from '../../contracts/timeframes.ts';
import { isContradictory } from './duplicates.ts';

/** What the kept bars show; every finding has its count and the first few places. */
export interface BarFindings {
  readonly gaps: BarTally;
  readonly missingBars: number;
  readonly badBars: BarTally;
  readonly jumps: BarTally;
  readonly zeroVolume: BarTally;
  readonly limits: JumpLimits;
}

export interface BarTally {
  count: number;
  /** Indices of the first few bars. */
  readonly bars: number[];
}

/** Moves above these are jumps; fractions of the price, 0.2 is 20 %. */
export interface JumpLimits {
  /** Of a bar's high above its low. */
  readonly range: number;
  /** Of a bar's open from the close before. */
  readonly open: number;
}

const mostExamples = 5;
const smallestJump = 0.05;
const rangeMultiple = 20;
const openMultiple = 10;

/** Looks through the bars for gaps, contradictions, jumps and bars without volume. */
export function inspectBars(candles: Candles): BarFindings {
  const { time, open, high, low, close, volume } = candles;
  const step = timeframeMilliseconds[candles.timeframe];
  const limits = jumpLimits(candles);
  const gaps: BarTally = { count: 0, bars: [] };
  const badBars: BarTally = { count: 0, bars: [] };
  const jumps: BarTally = { count: 0, bars: [] };
  const zeroVolume: BarTally = { count: 0, bars: [] };
  let missingBars = 0;
  for (let bar = 0; bar < time.length; bar += 1) {
    const [o, h, l, c] = [open[bar] ?? 0, high[bar] ?? 0, low[bar] ?? 0, close[bar] ?? 0];
    const previousClose = bar === 0 ? o : (close[bar - 1] ?? 0);
    const missing = bar === 0 ? 0 : ((time[bar] ?? 0) - (time[bar - 1] ?? 0)) / step - 1;
    if (missing > 0) {
      add(gaps, bar);
      missingBars += missing;
    }
    if (isContradictory(o, h, l, c)) add(badBars, bar);
    if (Math.abs(o / previousClose - 1) > limits.open || h / l - 1 > limits.range) add(jumps, bar);
    if (volume[bar] === 0) add(zeroVolume, bar);
  }
  return { gaps, missingBars, badBars, jumps, zeroVolume, limits };
}

/**
 * A jump is measured by what is usual for the series: by the median of (high / low - 1) over the bars
 * that moved, which single wild bars cannot shift. A range is a jump above 20 medians, an open above 10
 * (opens lie much closer to the close before), neither below 5 %.
 */
function jumpLimits(candles: Candles): JumpLimits {
  const ranges = candles.high.map((high, bar) => high / (candles.low[bar] ?? high) - 1).filter((r) => r > 0);
  const median = ranges.sort()[ranges.length >>> 1] ?? 0;
  return {
    range: Math.max(smallestJump, rangeMultiple * median),
    open: Math.max(smallestJump, openMultiple * median),
  };
}

function add(tally: BarTally, bar: number): void {
  tally.count += 1;
  if (tally.bars.length < mostExamples) tally.bars.push(bar);
}

/** The findings as problems, without those that were not found. `placeOf` names the place of a bar. */
export function barProblems(
  findings: BarFindings,
  placeOf: (bar: number) => QualityProblem['examples'][number],
  aboutGaps = 'nothing was filled in',
): QualityProblem[] {
  const examples = (tally: BarTally): QualityProblem['examples'] => tally.bars.map(placeOf);
  const { gaps, missingBars, badBars, jumps, zeroVolume, limits } = findings;
  const problems: QualityProblem[] = [
    {
      kind: 'gap',
      severity: 'warning',
      count: gaps.count,
      message: `${missingBars} bars are missing at ${gaps.count} places, each just before a bar listed; ${aboutGaps}.`,
      examples: examples(gaps),
    },
    {
      kind: 'bad-bar',
      severity: 'error',
      count: badBars.count,
      message: `${badBars.count} bars have a high or low that contradicts their open or close; they were kept as they are.`,
      examples: examples(badBars),
    },
    {
      kind: 'jump',
      severity: 'warning',
      count: jumps.count,
      message:
        `${jumps.count} bars open more than ${percent(limits.open)} from the close before ` +
        `or range over more than ${percent(limits.range)}; they were kept as they are.`,
      examples: examples(jumps),
    },
    {
      kind: 'zero-volume',
      severity: 'info',
      count: zeroVolume.count,
      message: `${zeroVolume.count} bars have no volume.`,
      examples: examples(zeroVolume),
    },
  ];
  return problems.filter((problem) => problem.count > 0);
}

function percent(fraction: number): string {
  return `${(fraction * 100).toFixed(1)} %`;
}
