import { type Candles, type QualityReport, qualityReportSchema } from '../contracts/candles.ts';
import { barProblems, inspectBars } from './import/quality.ts';

/** A quality report of candles that were made of others: `made` says of what, and how. */
export function derivedReport(
  candles: Candles,
  made: { readonly file: string; readonly format: string },
): QualityReport {
  const findings = inspectBars(candles);
  const { venue, symbol, timeframe, hash, time } = candles;
  return qualityReportSchema.parse({
    ...made,
    venue,
    symbol,
    timeframe,
    timeUnit: 'milliseconds',
    rows: time.length,
    kept: time.length,
    duplicates: 0,
    conflicting: 0,
    gaps: findings.gaps.count,
    missingBars: findings.missingBars,
    badBars: findings.badBars.count,
    jumps: findings.jumps.count,
    zeroVolume: findings.zeroVolume.count,
    firstTime: time.at(0) ?? null,
    lastTime: time.at(-1) ?? null,
    hash,
    problems: barProblems(findings, (bar) => ({ time: time[bar] ?? 0 })),
  } satisfies QualityReport);
}
