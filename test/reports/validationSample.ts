import { seededRandom } from '../../extension/backtest/random.ts';
import {
  type ValidationRequest,
  type ValidationSummary,
  validationSummarySchema,
} from '../../extension/contracts/validation.ts';
import { stabilityOf } from '../../extension/evaluation/search/stability.ts';
import { sharpePerObservation } from '../../extension/evaluation/validation/objective.ts';
import { rowStartsOf } from '../../extension/evaluation/validation/rows.ts';
import { validationScheme } from '../../extension/evaluation/validation/scheme.ts';
import { selectByFolds } from '../../extension/evaluation/validation/selection.ts';
import { summariseValidation } from '../../extension/evaluation/validation/summary.ts';
import { usualValidation } from '../../extension/evaluation/validation/usual.ts';
import { firstTime } from './sample.ts';

const days = 250;

/** The validation of a grid of two parameters on a made-up market: equal kinds give equal summaries. */
export function makeValidation(kind: ValidationRequest['kind'] = 'rolling'): ValidationSummary {
  const random = seededRandom(9);
  const time = Float64Array.from({ length: days * 24 }, (_, bar) => firstTime + bar * 3_600_000);
  const close = Float64Array.from(time, (_, bar) => 100 + 10 * Math.sin(bar / 300));
  const sets = [8, 12, 16, 20].flatMap((fast) => [48, 96, 144].map((slow) => ({ fast, slow })));
  const columns = sets.map(({ fast, slow }) =>
    Float64Array.from({ length: days }, () => 0.001 - fast / 1e5 - slow / 1e6 + (random() - 0.5) * 0.02),
  );
  const rowStarts = rowStartsOf(time, '1h');
  const definition = usualValidation({ kind }, days, time.length);
  const scheme = validationScheme(definition, days);
  const report = selectByFolds({ columns }, scheme);
  const split = scheme.folds.at(-1)?.test[0]?.from ?? 0;
  const points = columns.map((column, set) => ({
    params: sets[set] ?? {},
    value: {
      inSample: sharpePerObservation(column.subarray(0, split)),
      outOfSample: sharpePerObservation(column.subarray(split)),
    },
  }));
  const summary = summariseValidation({
    kind,
    definition,
    objective: 'sharpe',
    unit: 'day',
    scheme,
    report: {
      ...report,
      folds: report.folds.map((fold) => (fold.fold === 0 ? { ...fold, isJudged: false } : fold)),
    },
    sets,
    leastTrades: 10,
    trainTrades: scheme.folds.map((_, fold) => 60 + fold),
    tradesOf: ({ fold }) => 11 + fold,
    confirmations: scheme.folds.length,
    rowStarts,
    time,
    close,
    cash: 10_000,
    stability: stabilityOf(points, sets[report.folds.at(-1)?.set ?? 0] ?? {}),
  });
  return validationSummarySchema.parse(summary);
}
