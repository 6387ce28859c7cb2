import { formatCompact } from '../../webviews/shared/format.ts';
import type { OptimisationSummary } from '../contracts/report.ts';

/** Values of one parameter that are all named; of more, the first and the last ones are. */
const mostNamed = 24;
const namedOfMany = 5;

/** The values that a search has tried of each parameter that it varied: `fast 1, 2, 3; slow 10, 20`. */
export function triedValues(
  trials: readonly Pick<OptimisationSummary['trials'][number], 'params'>[],
): string {
  const names = [...new Set(trials.flatMap(({ params }) => Object.keys(params)))];
  return names
    .flatMap((name) => {
      const values = [...new Set(trials.flatMap(({ params }) => params[name] ?? []))].sort((a, b) => a - b);
      return values.length < 2 ? [] : [`${name} ${listed(values.map(formatCompact))}`];
    })
    .join('; ');
}

function listed(values: readonly string[]): string {
  if (values.length <= mostNamed) return values.join(', ');
  return [...values.slice(0, namedOfMany), '…', ...values.slice(-namedOfMany)].join(', ');
}
