import type { QualityReport } from '../contracts/candles.ts';

/** Faults of the data that a reader of a result must know. */
export function dataWarnings(report: QualityReport): string[] {
  return report.problems
    .filter(({ severity }) => severity !== 'info')
    .map(({ message }) => `Data: ${message}`);
}
