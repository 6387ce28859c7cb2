import { apiName } from './strategyApi.ts';
import type { Subject } from './subject.ts';
import type { Syntax } from './tree.ts';

/** True for a series that certainly belongs to a higher timeframe, false for one of the run; else nothing. */
export function isHigherSeries({ flow }: Subject, node: Syntax): boolean | undefined {
  const value = [...flow.evaluate(node)];
  const series = value.map((atom) =>
    atom.kind === 'api' && apiName(atom.type) === 'Series' ? atom.isHigher : undefined,
  );
  const [first] = series;
  return series.every((one) => one === first) ? first : undefined;
}
