import { expect, test } from 'vitest';
import { statisticDefinitions } from '../../../extension/evaluation/statistics/definitions.ts';
import { finish } from '../../../extension/evaluation/statistics/progress.ts';
import { returnStatistics } from '../../../extension/evaluation/statistics/returnStatistics.ts';
import { noise } from './support/returns.ts';

/** The page of definitions. After a change of them: `vitest --project unit -u definitions`. */
function page(): string {
  const sections = Object.entries(statisticDefinitions).map(
    ([name, { formula, convention, source }]) =>
      `## ${name}\n\n\`${formula}\`\n\n${convention}\n\n*Source: ${source}.*\n`,
  );
  return `# Statistics of luck and skill

What each figure of \`strategy-lab statistics\` and of the gate means: its formula, the convention where the
formula leaves a choice or the sample is too small, and its source. T is the number of returns, r a return, N() the
standard normal distribution and Z() its inverse. A figure that the sample cannot carry is \`null\`, never 0, with
the reason beside it.

${sections.join('\n')}`;
}

test('the page of statistics tells what the record of definitions tells', async () => {
  await expect(page()).toMatchFileSnapshot('../../../extension/evaluation/statistics/statistics.md');
});

test('every statistic that comes out has its definition', () => {
  const columns = ['a', 'b', 'c'].map((name, seed) => ({ name, returns: noise(seed, 64) }));
  const found = finish(
    returnStatistics(columns, {
      trials: null,
      blocks: 4,
      resamples: 20,
      blockLength: null,
      seed: 1,
      benchmark: 0,
      against: null,
    }),
  );
  const plain = [
    'name',
    'observations',
    'mean',
    'deviation',
    'reasons',
    'benchmark',
    'confidence',
    'columns',
  ];
  const named = [...Object.keys(found.columns[0] ?? {}), ...Object.keys(found)].filter(
    (name) => !plain.includes(name) && name !== 'conventions',
  );
  expect(named).toContain('spa');
  expect(Object.keys(found.conventions)).toEqual(expect.arrayContaining(named));
});
