import { tsPlugin } from '@sveltejs/acorn-typescript';
import { Parser } from 'acorn';
import { guard } from '../../language-server/guardian/guard.ts';
import { inNext } from '../guardian/corpus/build.ts';
import { Editor } from '../language-server/support/editor.ts';
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

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0;
}

function medianMilliseconds(work: () => unknown): number {
  const times = Array.from({ length: repeats }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return median(times);
}

/** From a keystroke in an editor to the findings, with no pause after the keystroke. */
async function keystrokeMilliseconds(source: string): Promise<number> {
  await using editor = await Editor.start({ settings: () => ({ delay: 0 }) });
  const uri = 'file:///home/ada/long.strategy.ts';
  await editor.open(uri, source);
  const start = { line: 0, character: 0 };
  const times: number[] = [];
  // The first half warms the server up.
  for (let version = 2; version < 2 * repeats + 2; version++) {
    const begin = performance.now();
    await editor.change(uri, version, { range: { start, end: start }, text: ' ' });
    await editor.ofVersion(uri, version);
    times.push(performance.now() - begin);
  }
  return median(times.slice(repeats));
}

export const group: BenchGroup = {
  name: 'guardian',
  async run() {
    const source = longStrategy();
    const parser = Parser.extend(tsPlugin());
    const judged = medianMilliseconds(() => guard(source, { author: 'person' }));
    const shown = await keystrokeMilliseconds(source);
    const reference = medianMilliseconds(() =>
      parser.parse(source, { ecmaVersion: 'latest', sourceType: 'module', locations: true }),
    );
    const against = (name: string, value: number) => ({
      name,
      value,
      unit: 'ms',
      reference,
      ratio: value / reference,
    });
    return [
      against('guardian: 500 lines judged, warm, against parsing alone', judged),
      against('guardian: 500 lines, keystroke to findings without the pause, against parsing alone', shown),
    ];
  },
};
