import * as z from 'zod';
import { formatCompact, formatNumber } from '../../../webviews/shared/format.ts';
import { agentIdentitySchema } from '../../contracts/agents.ts';
import { doubleRunSchema, type Metrics, metricsSchema } from '../../contracts/backtest.ts';
import { authorSchema, findingSchema } from '../../contracts/guardian.ts';
import { isolationDescriptions, isolationLevelSchema } from '../../contracts/isolation.ts';
import { optimisationSummarySchema } from '../../contracts/report.ts';
import { formatMetric, metricLabel } from '../metricTexts.ts';
import { visibleLine } from '../visible.ts';
import type { Say, Words } from './say.ts';
import { fileName } from './wording.ts';

/** Longest line that a step's outcome is told in. */
const longestOutcome = 160;

const isolation = z.object({ level: isolationLevelSchema });
const verdictTexts = { identical: 'identical', different: 'different', 'not-run': 'not run' } as const;

/** What the outcome lines are read from: of each result the part that is told, and no more. */
const readers: Readonly<Record<string, (result: unknown, results: Results, words: Words) => string | null>> =
  {
    reason: reader(
      z.object({
        reasoning: z.object({
          family: z.string(),
          confidence: z.number(),
          notUnderstood: z.array(z.string()),
        }),
      }),
      ({ reasoning: { family, confidence, notUnderstood } }, { say }) =>
        notUnderstood.length === 0
          ? say('outcomeReason', family, formatNumber(confidence, 2))
          : say('outcomeReasonPartly', family, formatNumber(confidence, 2), notUnderstood.length),
    ),
    code: reader(z.object({ author: authorSchema, file: z.string() }), ({ author, file }, { say }) =>
      say(author === 'agent' ? 'outcomeCodeByAgent' : 'outcomeCodeByPerson', fileName(file)),
    ),
    guard: reader(z.object({ findings: z.array(findingSchema) }), ({ findings }, { say }) =>
      findings.length === 0 ? say('outcomeGuardClean') : say('outcomeGuard', findings.length),
    ),
    sandbox: reader(
      z.object({ isolation, doubleRun: doubleRunSchema.shape.verdict, fills: z.number() }),
      ({ isolation: { level }, doubleRun, fills }, { say, translate }) => {
        const verdict = translate(verdictTexts[doubleRun]);
        return say(
          'outcomeSandbox',
          formatNumber(fills, 0),
          verdict,
          translate(isolationDescriptions[level]),
        );
      },
    ),
    optimise: (result, results, words) => {
      const { say, translate } = words;
      const parsed = z.object({ optimisation: optimisationSummarySchema }).safeParse(result);
      if (!parsed.success) return null;
      const { metric, trials, chosen } = parsed.data.optimisation;
      const best = `${translate(metricLabel(metric))} ${metricValue(metric, trials[chosen]?.inSample, say)}`;
      const backtest = backtestSchema.safeParse(results['backtest']);
      // A figure of the searched part alone would look better than it is.
      return backtest.success
        ? say('outcomeOptimise', trials.length, best, metricValue(metric, backtest.data.outOfSample, say))
        : say('outcomeOptimiseAlone', trials.length, best);
    },
    validate: reader(
      z.object({
        folds: z.number(),
        score: z.object({ inSample: z.number().nullable(), outOfSample: z.number().nullable() }),
        totalReturn: z.number(),
      }),
      ({ folds, score: { inSample, outOfSample }, totalReturn }, { say }) => {
        const text = (value: number | null) =>
          value === null ? say('notAvailable') : formatNumber(value, 3);
        const made = formatMetric('totalReturn', totalReturn);
        return say('outcomeValidate', folds, text(inSample), text(outOfSample), made);
      },
    ),
    backtest: (result, _, { say }) => {
      const parsed = backtestSchema.safeParse(result);
      if (!parsed.success) return null;
      const { inSample, outOfSample, metrics } = parsed.data;
      const value = (part: Metrics) => metricValue('sharpe', part, say);
      return say('outcomeBacktest', value(inSample), value(outOfSample), metricValue('trades', metrics, say));
    },
    stress: reader(
      z.object({ markets: z.number(), profitable: z.number(), worstDrawdown: z.number().nullable() }),
      ({ markets, profitable, worstDrawdown }, { say }) =>
        say(
          'outcomeStress',
          profitable,
          markets,
          metricValue('maxDrawdown', { maxDrawdown: worstDrawdown }, say),
        ),
    ),
    review: reader(z.object({ report: z.string(), file: z.string() }), ({ file }, { say }) =>
      say('outcomeReview', fileName(file)),
    ),
    deploy: reader(z.object({ venue: z.string(), trades: z.boolean() }), ({ venue, trades }, { say }) =>
      say(trades ? 'outcomeDeploy' : 'outcomeDeployRecorded', venue),
    ),
    monitor: reader(
      z.object({ expected: z.object({ maxDrawdown: z.number().nullable() }) }),
      ({ expected }, { say }) => say('outcomeMonitor', metricValue('maxDrawdown', expected, say)),
    ),
  };

const backtestSchema = z.object({
  metrics: metricsSchema,
  inSample: metricsSchema,
  outOfSample: metricsSchema,
});

/** Results of the steps of one pass, by step. */
export type Results = Readonly<Record<string, unknown>>;

/** What a step came to, in one line: of the known steps in their own words, of others what their result holds. */
export function outcomeOf(step: string, results: Results, words: Words): string | null {
  if (!Object.hasOwn(results, step)) return null;
  const result = results[step];
  const known = Object.hasOwn(readers, step) ? readers[step]?.(result, results, words) : null;
  const line = visibleLine(known ?? genericOutcome(result) ?? words.say('outcomeKept'));
  return line.length <= longestOutcome ? line : `${line.slice(0, longestOutcome - 1)}…`;
}

export interface TokenUse {
  readonly short: string;
  readonly text: string;
}

const usageSchema = z.object({
  inputTokens: z.number().int().nonnegative(),
  outputTokens: z.number().int().nonnegative(),
});
const answerSchema = z.object({ agent: agentIdentitySchema, usage: usageSchema.optional().catch(undefined) });

/** The tokens that models used for a step's result: what its answers carry beside their agent. */
export function tokensOf(result: unknown, say: Say): TokenUse {
  if (result === undefined) return { short: '', text: say('tokensNotYet') };
  if (z.object({ author: z.literal('person') }).safeParse(result).success) {
    return { short: '0', text: say('tokensPerson') };
  }
  const parts = typeof result === 'object' && result !== null ? [result, ...Object.values(result)] : [];
  const answers = parts.flatMap((part) => answerSchema.safeParse(part).data ?? []);
  const [first] = answers;
  if (first === undefined) return { short: '0', text: say('tokensNoAgent') };
  const models = answers.filter(({ agent }) => agent.kind === 'model');
  const name = visibleLine((models[0] ?? first).agent.name);
  if (models.length === 0) return { short: '0', text: say('tokensRules', name) };
  const usages = models.flatMap(({ usage }) => usage ?? []);
  if (usages.length < models.length)
    return { short: say('tokensUnknownShort'), text: say('tokensUnknown', name) };
  const sum = (count: (usage: z.infer<typeof usageSchema>) => number) =>
    usages.reduce((total, usage) => total + count(usage), 0);
  const [input, output] = [sum(({ inputTokens }) => inputTokens), sum(({ outputTokens }) => outputTokens)];
  return {
    short: formatNumber(input + output, 0),
    text: say('tokensCounted', formatNumber(input, 0), formatNumber(output, 0), name),
  };
}

function reader<T>(schema: z.ZodType<T>, tell: (result: T, words: Words) => string) {
  return (result: unknown, _: Results, words: Words): string | null => {
    const parsed = schema.safeParse(result);
    return parsed.success ? tell(parsed.data, words) : null;
  };
}

function metricValue(metric: string, metrics: Metrics | undefined, say: Say): string {
  const value = metrics?.[metric];
  return typeof value === 'number' ? formatMetric(metric, value) : say('notAvailable');
}

const shownFields = 3;

/** The first plain values of a result of which nothing else is known. */
function genericOutcome(result: unknown): string | null {
  if (typeof result === 'number') return formatCompact(result);
  if (typeof result === 'string' || typeof result === 'boolean') return String(result);
  if (typeof result !== 'object' || result === null) return null;
  const plain = Object.entries(result).filter(([, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value),
  );
  if (plain.length === 0) return null;
  return plain
    .slice(0, shownFields)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? formatCompact(value) : String(value)}`)
    .join(', ');
}
