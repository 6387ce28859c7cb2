import { tsPlugin } from '@sveltejs/acorn-typescript';
import { Parser } from 'acorn';
import { guard } from '../../language-server/guardian/guard.ts';
import { inNext } from '../guardian/corpus/build.ts';
import type { BenchGroup } from './bench.ts';

const repeats = 40;

/** A strategy of about 500 lines: 64 helpers that call each other. */
function longStrategy(): string {
  const helpers = Array.from(
    { length: 64 },
    (_, i) => `function helper${i}(values: readonly number[], length: number): number {
  let sum = 0;
  for (let i = 0; i < Math.min(length, values.length); i++) {
    sum += (values[i] ?? 0) * ${i + 1};
  }
  const mean = length > 0 ? sum / length : 0;
  return mean > 0.5 ? helper${(i + 1) % 64}(values, length - 1) : mean;
}`,
  );
  return inNext("if (helper0(levels, 3) > 1) log('x');", helpers.join('\n'));
}

function medianMilliseconds(work: () => unknown): number {
  const times = Array.from({ length: repeats }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return times.toSorted((a, b) => a - b)[repeats / 2] ?? 0;
}

export const group: BenchGroup = {
  name: 'guardian',
  run() {
    const source = longStrategy();
    const parser = Parser.extend(tsPlugin());
    const value = medianMilliseconds(() => guard(source, { author: 'person' }));
    const reference = medianMilliseconds(() =>
      parser.parse(source, { ecmaVersion: 'latest', sourceType: 'module', locations: true }),
    );
    const name = 'guardian: 500 lines judged, warm, against parsing alone';
    return Promise.resolve([{ name, value, unit: 'ms', reference, ratio: value / reference }]);
  },
};
