import { courseOf, type RunCourse } from '../../../backtest/metrics/course.ts';
import type { RunCandles } from '../../../contracts/candles.ts';
import { LabError } from '../../../contracts/errors.ts';
import { stabilityOf } from '../../../evaluation/search/stability.ts';
import { ruinRow } from '../../../evaluation/statistics/ruin.ts';
import type { Scheme } from '../../../evaluation/validation/fold.ts';
import { returnsObjectives } from '../../../evaluation/validation/objective.ts';
import type { FoldReport } from '../../../evaluation/validation/report.ts';
import { rowStartsOf } from '../../../evaluation/validation/rows.ts';
import { testedReturns } from '../../../evaluation/validation/ruin.ts';
import { validationScheme } from '../../../evaluation/validation/scheme.ts';
import { tradesIn, trainRowsOf } from '../../../evaluation/validation/selection.ts';
import { usualValidation } from '../../../evaluation/validation/usual.ts';
import { marketsOf } from '../../../market/runCandles.ts';
import type { SagaStep, StepContext } from '../../../orchestrator/saga/definition.ts';
import type { Job } from '../../compute/jobs.ts';
import { sandboxStepSchema } from '../../generate/contracts.ts';
import { currentSource, keepJson } from '../../generate/evidence.ts';
import type { TrialServices } from '../../generate/services.ts';
import { usualSearch } from '../../generate/trial.ts';
import { forgetWork } from '../../keptWork.ts';
import { loadRunCandles } from '../../loadRunCandles.ts';
import { runSearch, type SearchedTrial } from '../../search/runSearch.ts';
import { luckOfSearch, shownTrials } from '../../search/searchSummary.ts';
import { type Selection, selectionStepSchema, type WalkForwardInput } from '../contracts.ts';
import { type ChoiceRule, choiceRuleOf } from './choiceRule.ts';

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
export function layoutOf({ validation }: WalkForwardInput, candles: RunCandles): Layout {
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
 * Runs each set of the search once over all bars, and chooses among them in each fold by its train rows. What
 * the last fold chose is the choice of the run: its test rows are the last ones, which it did not see.
 */
export function selectStep(services: TrialServices): SagaStep<WalkForwardInput> {
  return {
    name: 'optimise',
    resultSchema: selectionStepSchema,
    async run(context) {
      const { input } = context;
      const definition = input.search ?? usualSearch(input, null);
      const rule = choiceRuleOf(definition);
      const source = currentSource(context);
      const candles = await loadRunCandles(services, input);
      const layout = layoutOf(input, candles);
      const splitRow = layout.scheme.folds.at(-1)?.test[0]?.from ?? 0;
      const splitBar = layout.rowStarts[splitRow] as number;
      const { params: declared } = context.result('sandbox', sandboxStepSchema).description;
      const work = { definition, declared, source, candles, splitBar };
      const searched = await runSearch(services, context, work);
      await keepJson(
        context,
        'trials.json',
        searched.map(({ trial, split }) => ({ ...trial, ...split })),
      );
      const selection = await select(services, context, { searched, layout, rule, splitRow });
      const chosen = selection.folds.at(-1)?.set ?? 0;
      const luck = await luckOfSearch(services, context, { searched, chosen, toRow: splitRow, candles });
      return {
        splitBar,
        optimisation: { metric: rule.objective, trials: shownTrials(searched, definition), chosen, luck },
        params: selection.sets[chosen] ?? {},
        reasons: reasonsOf(selection, rule),
        selection: await keepJson(context, 'selection.json', selection),
      };
    },
    compensate: ({ sagaId }) => forgetWork(services.searches, sagaId),
  };
}

interface SelectWork {
  readonly searched: readonly SearchedTrial[];
  readonly layout: Layout;
  readonly rule: ChoiceRule;
  readonly splitRow: number;
}

async function select(
  services: TrialServices,
  context: StepContext<WalkForwardInput>,
  { searched, layout, rule, splitRow }: SelectWork,
): Promise<Selection> {
  const { definition, scheme } = layout;
  const { embargo } = definition;
  const columns = searched.map(({ returns }) => returns);
  const spans = searched.map((each) => each.spans);
  const jobs = scheme.folds.map(
    ({ train, test }, fold): Job => ({
      kind: 'fold',
      fold,
      train: [...train],
      test: [...test],
      embargo,
      ...rule,
    }),
  );
  const answers = await services.compute({ columns, spans }, jobs, context.signal, (done) =>
    context.progress(1, `${done} of ${jobs.length} folds chosen`),
  );
  const folds = answers.flatMap((answer): FoldReport[] => (answer.kind === 'fold' ? [answer.report] : []));
  const sets = searched.map(({ trial }) => trial.params);
  const score = returnsObjectives[rule.objective];
  const points = columns.map((column, set) => ({
    params: sets[set] ?? {},
    value: {
      inSample: score(column.subarray(0, splitRow)),
      outOfSample: score(testedReturns(column, { from: splitRow, to: column.length }, ruinRow(column))),
    },
  }));
  return {
    definition,
    ...rule,
    sets,
    folds: folds.map((fold) => ({ ...fold })),
    trainTrades: folds.map(({ fold, set }) => {
      const own = spans[set] ?? [];
      const ranges = scheme.folds[fold];
      return ranges === undefined ? 0 : tradesIn(trainRowsOf(ranges, own, embargo), own);
    }),
    stability: stabilityOf(points, sets[folds.at(-1)?.set ?? 0] ?? {}),
  };
}

function reasonsOf({ folds, sets }: Selection, { objective, leastTrades }: ChoiceRule): string[] {
  const judged = folds.filter(({ isJudged }) => isJudged).length;
  const bound = leastTrades === 0 ? '' : ` with at least ${leastTrades} trades`;
  return [
    `In each of ${folds.length} folds the highest ${objective} of ${sets.length} sets${bound} on its train bars; the choice of the last fold is the one that is kept.`,
    ...(judged === folds.length
      ? []
      : [`In ${folds.length - judged} folds no set could be judged, and the first one was kept.`]),
  ];
}
