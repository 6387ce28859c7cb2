import { judgeText } from '../../language-server/guardian/prompt/judgeText.ts';
import { inEnglish, type Translate } from '../../webviews/shared/texts.ts';
import { brokenLimits, isAtLeast, isolationDescriptions, limitLabels } from '../contracts/isolation.ts';
import type { RunReportInput } from '../contracts/report.ts';
import { limitsText } from './limitsText.ts';
import { alertSentence } from './sandboxTexts.ts';

export type WarningsInput = Pick<RunReportInput, 'result' | 'guard' | 'reasoning' | 'idea' | 'alerts'>;

const verdicts = {
  identical: 'Two runs with other chunk borders gave the same orders.',
  different:
    'Two runs with other chunk borders gave different orders: the strategy looks ahead or is not deterministic.',
  'not-run': 'The run was not repeated with other chunk borders, so look-ahead is not ruled out.',
} as const;

/** What the double run came to, in one sentence. */
export function doubleRunSentence(
  result: RunReportInput['result'],
  translate: Translate = inEnglish,
): string {
  return translate(verdicts[result.doubleRun.verdict]);
}

/** How the strategy's code was isolated, and whether its limits hold. */
export function isolationSentence(
  result: RunReportInput['result'],
  translate: Translate = inEnglish,
): string {
  const { level, limits } = result.isolation;
  return translate('{0}; {1}.', translate(isolationDescriptions[level]), limitsText(limits, translate));
}

/** How many attempts on these bars this one stands among. */
export function trialsSentence({ manifest: { trials } }: RunReportInput['result']): string {
  if (trials === null) return 'not counted';
  const others = trials.count - 1;
  const sets = others === 1 ? 'one other pair' : `${others} other pairs`;
  return others === 0
    ? 'the first pair of code and parameters that this lab tried on these bars'
    : `${sets} of code and parameters tried on these bars in this lab: the best of many looks better than it is`;
}

const mostIdeaWarnings = 3;

/** What in an idea speaks to a model and not of a strategy: text from elsewhere may carry it. */
export function ideaWarnings(idea: string, translate: Translate = inEnglish): string[] {
  return judgeText(idea)
    .slice(0, mostIdeaWarnings)
    .map(({ text }) =>
      translate(
        'The idea speaks to a model here, and not of a strategy: "{0}". Read it before you go on.',
        text,
      ),
    );
}

/** All that a reader must know before a figure of the run, the gravest first; nothing is said twice. */
export function collectWarnings(
  { result, guard, reasoning, idea, alerts = [] }: WarningsInput,
  translate: Translate = inEnglish,
): string[] {
  const { manifest, isolation, doubleRun, metrics, segments } = result;
  const { settings } = manifest;
  const warnings: string[] = alerts.map((alert) => alertSentence(alert, translate));
  if ([manifest.data, ...(manifest.others ?? [])].some(({ synthetic }) => synthetic)) {
    warnings.push(translate('Synthetic data: these prices were generated and never traded anywhere.'));
  }
  if (doubleRun.verdict !== 'identical') warnings.push(doubleRunSentence(result, translate));
  if (result.refusals.total > 0) {
    const { total, first } = result.refusals;
    const what = [...new Set(first.map((refusal) => refusal.what))].join(', ');
    warnings.push(
      translate(
        total === 1
          ? 'The sandbox refused the strategy {0} access that it may not have: {1}.'
          : 'The sandbox refused the strategy {0} accesses that it may not have: {1}.',
        total,
        what,
      ),
    );
  }
  if (!isAtLeast(isolation.level, 'namespaces')) {
    const sentence = isolationSentence(result, translate);
    warnings.push(translate('Isolation is at the level {0}. {1}', isolation.level, sentence));
  } else {
    for (const name of brokenLimits(isolation.limits)) {
      warnings.push(
        translate(
          'A limit of the sandbox was seen not to hold, and the run was made all the same: {0}.',
          translate(limitLabels[name]),
        ),
      );
    }
  }
  if (segments === null) {
    warnings.push(translate('No part of the data was held back: every figure is in-sample.'));
  } else if (segments.outOfSample['trades'] === 0) {
    warnings.push(
      translate('No trade was closed on the held-back part: its figures say nothing about the strategy.'),
    );
  }
  if (metrics['trades'] === 0 && metrics['openTrades'] === 0) {
    warnings.push(translate('The strategy made no trade.'));
  }
  if (settings.fee === 0) warnings.push(translate('No fee was charged.'));
  if (settings.slippage === 0) warnings.push(translate('No slippage was charged.'));
  const errors = guard?.filter((finding) => finding.severity === 'error').length ?? 0;
  if (errors > 0) {
    const text =
      errors === 1
        ? "Guardian found {0} error in the strategy's code."
        : "Guardian found {0} errors in the strategy's code.";
    warnings.push(translate(text, errors));
  }
  warnings.push(...ideaWarnings(idea ?? '', translate));
  for (const part of reasoning?.notUnderstood ?? []) {
    warnings.push(translate('Not understood, and no part of the strategy: {0}', part));
  }
  if (result.rejections.total > 0) {
    const { total } = result.rejections;
    warnings.push(
      translate(total === 1 ? '{0} order was not executed.' : '{0} orders were not executed.', total),
    );
  }
  return [...new Set([...warnings, ...result.warnings])];
}
