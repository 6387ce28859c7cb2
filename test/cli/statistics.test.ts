import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ReturnStatistics } from '../../extension/evaluation/statistics/returnStatistics.ts';
import { type Answer, call, newFolder } from './program.ts';

let folder: Awaited<ReturnType<typeof newFolder>>;
let waves: string;
beforeAll(async () => {
  folder = await newFolder();
  waves = await write('waves.csv', wavesText(96));
});
afterAll(() => folder.remove());

async function write(name: string, text: string): Promise<string> {
  const path = join(folder.path, name);
  await writeFile(path, text);
  return path;
}

/** Five columns of returns from sines, so that other programs can have the same. */
function wavesText(rows: number): string {
  const lines = Array.from({ length: rows }, (_, t) =>
    [0, 1, 2, 3, 4]
      .map(
        (k) =>
          0.01 * Math.sin(1.7 * t * (k + 1) + k * k) + 0.004 * Math.cos(0.9 * t * t + k) + 0.0003 * (k - 1),
      )
      .join(','),
  );
  return ['a,b,c,d,e', ...lines].join('\n');
}

const judge = (path: string, ...options: string[]): Promise<Answer> =>
  call(['statistics', path, ...options], { folder: folder.path });

async function document(path: string, ...options: string[]): Promise<ReturnStatistics> {
  const { code, stdout, stderr } = await judge(path, '--json', ...options);
  expect(code, stderr).toBe(0);
  return JSON.parse(stdout) as ReturnStatistics;
}

describe('strategy-lab statistics', () => {
  test('gives the numbers that numpy and scipy give from the formulas of the papers', async () => {
    const options = ['--trials', '20', '--blocks', '8', '--block-length', '4', '--benchmark', '0.01'];
    const { columns, dsr, pbo, realityCheck, spa } = await document(
      waves,
      ...options,
      '--bootstrap',
      '10000',
    );
    const expected = {
      sharpe: [-0.063485333868, -0.0329353693563, 0.0232295963097, 0.0889808164152, 0.149326740264],
      skewness: [-0.0166332679084, -0.100700319219, -0.0857122659293, 0.18662216483, -0.0467592260129],
      kurtosis: [1.87418121804, 1.78993278093, 1.97090575817, 1.79418178749, 1.93529988628],
      psr: [0.236900233286, 0.337559512535, 0.551245828591, 0.781025835454, 0.911457171822],
      minTrackRecord: [null, null, 15492.0887793, 428.201341027, 142.075086393],
    };
    for (const [figure, values] of Object.entries(expected)) {
      for (const [index, value] of values.entries()) {
        const found = columns[index]?.[figure as keyof typeof expected];
        if (value === null) expect(found).toBeNull();
        else expect((found ?? Number.NaN) / value).toBeCloseTo(1, 10);
      }
    }
    expect(dsr).toMatchObject({ column: 'e', trials: 20, trialsFrom: 'given' });
    expect(dsr.expectedMaximum).toBeCloseTo(0.1657492340134, 12);
    expect(dsr.value).toBeCloseTo(0.4367952827633, 12);
    expect(dsr.averageCorrelation).toBeCloseTo(-0.0177810957349, 12);
    expect(pbo).toMatchObject({ blocks: 8, combinations: 70, droppedRows: 0, le: 10 / 70, lt: 4 / 70 });
    expect(pbo.logits.reduce((sum, logit) => sum + logit, 0)).toBeCloseTo(90.1285230963, 9);
    expect(realityCheck).toMatchObject({ column: 'e', bootstrap: 10_000, blockLength: 4, seed: 1 });
    expect(realityCheck.statistic).toBeCloseTo(0.0110586151034, 12);
    expect(spa.statistic).toBeCloseTo(2.6232298277594, 11);
    // Shares of 20,000 other resamples.
    expect(Math.abs((realityCheck.p ?? 1) - 0.14445)).toBeLessThan(0.015);
    expect(Math.abs((spa.lower ?? 1) - 0.0138)).toBeLessThan(0.006);
    expect(Math.abs((spa.consistent ?? 1) - 0.02215)).toBeLessThan(0.007);
    expect(spa.upper).toBe(spa.consistent);
  });

  test('says that the columns are the count of trials where none is given', async () => {
    expect((await document(waves)).dsr).toMatchObject({ trials: 5, trialsFrom: 'columns' });
    const { stdout } = await judge(waves);
    expect(stdout).toContain(
      'The 5 trials are the columns of the file; if more were tried, say so with --trials.',
    );
    expect((await document(waves, '--trials', '3')).dsr.note).toMatch(/fewer than the 5 columns/);
  });

  test('is the same to the byte for the same file and seed, with progress and people apart from it', async () => {
    const [first, second, other] = await Promise.all([
      judge(waves, '--json'),
      judge(waves, '--json'),
      judge(waves, '--json', '--seed', '2'),
    ]);
    expect(second.stdout).toBe(first.stdout);
    expect(other.stdout).not.toBe(first.stdout);
  });

  test('tells people every figure in a table and sentences', async () => {
    const { code, stdout } = await judge(waves, '--bootstrap', '200');
    expect(code).toBe(0);
    for (const words of [
      /^waves\.csv: 5 columns, 96 periods\.$/m,
      /^column +mean +deviation +Sharpe +skewness +kurtosis +PSR +min\. track record$/m,
      /^Deflated Sharpe ratio of e: 0\.\d+, against the 0\.\d+ that the best of 5 trials reaches by luck\.$/m,
      /^Probability of backtest overfitting: .* of 12870 combinations of 16 blocks of 6 rows\.$/m,
      /^Reality check of White, that nothing beats cash: p /m,
      /^Superior predictive ability of Hansen: p /m,
      /^maximum drawdown +0\.\d+/m,
    ]) {
      expect(stdout).toMatch(words);
    }
    expect(stdout).not.toMatch(/NaN|undefined|null|Infinity/);
  });

  test('compares with a named column, which is then no trial', async () => {
    const found = await document(waves, '--against', 'd');
    expect(found.columns).toHaveLength(5);
    expect(found.dsr.trials).toBe(4);
    expect(found.spa.against).toBe('d');
    expect(found.realityCheck.statistic).toBeLessThan(0.0110586);
  });

  test('of a small sample is not available, with the reasons, and no figure is 0', async () => {
    const small = await write('small.csv', wavesText(29));
    const { columns, dsr, pbo, realityCheck, spa, intervals } = await document(small);
    for (const { sharpe, psr, minTrackRecord, reasons } of columns) {
      expect(sharpe).not.toBeNull();
      expect({ psr, minTrackRecord }).toEqual({ psr: null, minTrackRecord: null });
      expect(Object.keys(reasons)).toEqual(['psr', 'minTrackRecord']);
    }
    expect([dsr.value, pbo.le, pbo.lt, realityCheck.p, spa.lower, spa.consistent, spa.upper]).toEqual(
      Array.from({ length: 7 }, () => null),
    );
    for (const { reason } of [dsr, pbo, realityCheck, spa]) expect(reason).toMatch(/fewer/);
    expect(intervals?.mean).toBeNull();
    const { stdout, code } = await judge(small);
    expect(code).toBe(0);
    expect(stdout.match(/not available/g)).toHaveLength(4);
  });

  test('of one column has no overfitting and deflates one trial against 0', async () => {
    const lines = wavesText(60)
      .split('\n')
      .map((line) => line.split(',')[4]);
    const { columns, dsr, pbo, realityCheck } = await document(await write('one.csv', lines.join('\n')));
    expect(dsr).toMatchObject({ trials: 1, expectedMaximum: 0, value: columns[0]?.psr });
    expect(pbo).toMatchObject({ le: null, reason: 'a choice needs two columns' });
    expect(realityCheck.p).not.toBeNull();
  });

  test('of nothing but idle columns says so', async () => {
    const { dsr, pbo, spa, intervals } = await document(
      await write('idle.csv', 'a,b\n'.concat('0,0\n'.repeat(50))),
    );
    expect([dsr.column, dsr.value, pbo.le, spa.consistent, intervals]).toEqual([
      null,
      null,
      null,
      null,
      null,
    ]);
    expect((await judge(join(folder.path, 'idle.csv'))).code).toBe(0);
  });
});

describe('a wrong call gets one clear sentence', () => {
  test.each([
    [['--trials', '0'], /--trials takes a whole number/],
    [['--trials', '2.5'], /--trials/],
    [['--trials', 'many'], /--trials takes a whole number/],
    [['--blocks', '7'], /--blocks takes an even number/],
    [['--blocks', '22'], /--blocks/],
    [['--bootstrap', '-1'], /--bootstrap/],
    [['--block-length', '0.5'], /--block-length/],
    [['--block-length', '97'], /96 rows/],
    [['--seed', '-1'], /--seed/],
    [['--benchmark', 'high'], /--benchmark/],
    [['--against', 'z'], /no column "z"/],
  ])('%j', async (options, words) => {
    const { code, stdout } = await judge(waves, '--json', ...options);
    expect(code).toBe(1);
    const { error } = JSON.parse(stdout) as { error: { reason: string; message: string; action: string } };
    expect(error).toMatchObject({ reason: 'usage', message: expect.stringMatching(words) });
    expect(error.action).toMatch(/\w+/);
  });

  test('a bad cell is named with its line and column', async () => {
    const path = await write('bad.csv', 'a,b\n0.01,0.02\n0.03,oops\n');
    const { code, stdout, stderr } = await judge(path, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      error: {
        reason: 'data.value',
        place: { line: 3, column: 2 },
        message: expect.stringContaining('"oops"'),
      },
    });
    expect(stderr).not.toMatch(/^\s+at /m);
  });
});
