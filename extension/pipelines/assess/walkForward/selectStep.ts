import { stabilityOf } from '../../../evaluation/search/stability.ts';
import { ruinRow } from '../../../evaluation/statistics/ruin.ts';
import { returnsObjectives } from '../../../evaluation/validation/objective.ts';
import type { FoldReport } from '../../../evaluation/validation/report.ts';
import { testedReturns } from '../../../evaluation/validation/ruin.ts';
import { tradesIn, trainRowsOf } from '../../../evaluation/validation/selection.ts';
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
import { checkTrainWindow, type Layout, layoutOf } from './layout.ts';

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
      const { description, warmUp } = context.result('sandbox', sandboxStepSchema);
      checkTrainWindow(layout, rule.objective, warmUp);
      const { params: declared } = description;
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
  const entered = searched.map((each) => each.entered);
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
  const answers = await services.compute({ columns, spans, entered }, jobs, context.signal, (done) =>
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
      return ranges === undefined ? 0 : tradesIn(trainRowsOf(ranges, own, embargo), entered[set]);
    }),
    stability: stabilityOf(points, sets[folds.at(-1)?.set ?? 0] ?? {}),
  };
}

function reasonsOf({ folds, sets }: Selection, { objective, leastTrades }: ChoiceRule): string[] {
  const open = folds.filter(({ isJudged }) => !isJudged).length;
  const bound = leastTrades === 0 ? '' : ` with at least ${leastTrades} trades`;
  if (open === folds.length) {
    return [
      `In none of ${folds.length} folds did any of ${sets.length} sets${bound} have the ${objective} of its train bars: the first set was kept, and nothing can be said of the choice.`,
    ];
  }
  return [
    `In each of ${folds.length} folds the highest ${objective} of ${sets.length} sets${bound} on its train bars; the choice of the last fold is the one that is kept.`,
    ...(open === 0 ? [] : [`In ${open} folds no set could be judged, and the first one was kept.`]),
  ];
}
