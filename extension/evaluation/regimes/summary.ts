import { type MarketRegime, marketRegimes } from '../../contracts/regimes.ts';

/** Bars in a row with one label: `from` (included) to `to` (not included). */
export interface RegimeSegment {
  readonly regime: MarketRegime;
  readonly from: number;
  readonly to: number;
}

export interface RegimeShare {
  readonly regime: MarketRegime;
  readonly bars: number;
  /** Share of all bars; null without any. */
  readonly share: number | null;
  readonly segments: number;
  /** Mean and longest length of a segment, in bars; null without one. */
  readonly meanBars: number | null;
  readonly longestBars: number | null;
}

export interface RegimeSummary {
  readonly bars: number;
  /** Of the last bar; `unknown` without one. */
  readonly now: MarketRegime;
  readonly regimes: readonly RegimeShare[];
  /** Switches from a regime (row) to the next (column), by their place in `marketRegimes`. */
  readonly transitions: readonly (readonly number[])[];
}

function nameOf(label: number | undefined): MarketRegime {
  return marketRegimes[label ?? 0] ?? 'unknown';
}

/** The labels as segments, in order of time. */
export function regimeSegments(labels: Uint8Array): RegimeSegment[] {
  const segments: RegimeSegment[] = [];
  for (let from = 0; from < labels.length; ) {
    let to = from + 1;
    while (to < labels.length && labels[to] === labels[from]) to++;
    segments.push({ regime: nameOf(labels[from]), from, to });
    from = to;
  }
  return segments;
}

/** How the time is shared between the regimes, and how often one follows another. */
export function regimeSummary(labels: Uint8Array): RegimeSummary {
  const segments = regimeSegments(labels);
  const transitions = marketRegimes.map(() => new Array<number>(marketRegimes.length).fill(0));
  for (const [place, { regime }] of segments.entries()) {
    const before = segments[place - 1];
    if (before === undefined) continue;
    const row = transitions[marketRegimes.indexOf(before.regime)] as number[];
    const column = marketRegimes.indexOf(regime);
    row[column] = (row[column] as number) + 1;
  }
  return {
    bars: labels.length,
    now: nameOf(labels.at(-1)),
    regimes: marketRegimes.map((regime) => shareOf(regime, segments, labels.length)),
    transitions,
  };
}

function shareOf(regime: MarketRegime, segments: readonly RegimeSegment[], allBars: number): RegimeShare {
  const lengths = segments.filter((segment) => segment.regime === regime).map(({ from, to }) => to - from);
  const bars = lengths.reduce((sum, length) => sum + length, 0);
  return {
    regime,
    bars,
    share: allBars === 0 ? null : bars / allBars,
    segments: lengths.length,
    meanBars: lengths.length === 0 ? null : bars / lengths.length,
    longestBars: lengths.length === 0 ? null : lengths.reduce((most, length) => Math.max(most, length)),
  };
}
