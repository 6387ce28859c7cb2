import { isAtLeast, isolationDescriptions } from '../contracts/isolation.ts';
import type { RunReportInput } from '../contracts/report.ts';

export type WarningsInput = Pick<RunReportInput, 'result' | 'guard' | 'reasoning'>;

const verdicts = {
  identical: 'Two runs with other chunk borders gave the same orders.',
  different:
    'Two runs with other chunk borders gave different orders: the strategy looks ahead or is not deterministic.',
  'not-run': 'The run was not repeated with other chunk borders, so look-ahead is not ruled out.',
} as const;

/** What the double run came to, in one sentence. */
export function doubleRunSentence(result: RunReportInput['result']): string {
  return verdicts[result.doubleRun.verdict];
}

/** How the strategy's code was isolated, and whether the memory limit held. */
export function isolationSentence(result: RunReportInput['result']): string {
  const { level, memoryLimitHolds } = result.isolation;
  const memory =
    memoryLimitHolds === null
      ? 'the memory limit was not probed'
      : memoryLimitHolds
        ? 'the memory limit holds'
        : 'the memory limit does not hold';
  return `${isolationDescriptions[level]}; ${memory}.`;
}

/** All that a reader must know before a figure of the run, the gravest first; nothing is said twice. */
export function collectWarnings({ result, guard, reasoning }: WarningsInput): string[] {
  const { manifest, isolation, doubleRun, metrics, segments } = result;
  const { settings } = manifest;
  const warnings: string[] = [];
  if (manifest.data.synthetic) {
    warnings.push('Synthetic data: these prices were generated and never traded anywhere.');
  }
  if (doubleRun.verdict !== 'identical') warnings.push(doubleRunSentence(result));
  if (!isAtLeast(isolation.level, 'namespaces')) {
    warnings.push(`Isolation is at the level ${isolation.level}. ${isolationSentence(result)}`);
  } else if (isolation.memoryLimitHolds === false) {
    warnings.push('The memory limit of the sandbox does not hold on this runtime.');
  }
  if (segments === null) {
    warnings.push('No part of the data was held back: every figure is in-sample.');
  } else if (segments.outOfSample['trades'] === 0) {
    warnings.push('No trade was closed on the held-back part: its figures say nothing about the strategy.');
  }
  if (metrics['trades'] === 0 && metrics['openTrades'] === 0) warnings.push('The strategy made no trade.');
  if (settings.fee === 0) warnings.push('No fee was charged.');
  if (settings.slippage === 0) warnings.push('No slippage was charged.');
  const errors = guard?.filter((finding) => finding.severity === 'error').length ?? 0;
  if (errors > 0)
    warnings.push(`Guardian found ${errors} ${errors === 1 ? 'error' : 'errors'} in the strategy's code.`);
  for (const part of reasoning?.notUnderstood ?? []) {
    warnings.push(`Not understood, and no part of the strategy: ${part}`);
  }
  if (result.rejections.total > 0) {
    const orders = result.rejections.total === 1 ? 'order was' : 'orders were';
    warnings.push(`${result.rejections.total} ${orders} not executed.`);
  }
  return [...new Set([...warnings, ...result.warnings])];
}
