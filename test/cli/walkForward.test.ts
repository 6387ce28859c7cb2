import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ValidationSummary } from '../../extension/contracts/validation.ts';
import { call, crossing, newFolder, writeMarket, writeStrategy } from './program.ts';

let folder: Awaited<ReturnType<typeof newFolder>>;
let market: string;
let strategy: string;
beforeAll(async () => {
  folder = await newFolder();
  // 100 days: three windows, of which one is to train on.
  market = await writeMarket(folder.path, 2400);
  strategy = await writeStrategy(folder.path, 'crossing', crossing);
});
afterAll(() => folder.remove());

interface Answer extends ValidationSummary {
  readonly run: string;
  readonly params: Record<string, number>;
  readonly gate: { verdict: string; checks: { name: string; value: number | null }[] };
  readonly report: string;
}

const search = ['--values', 'fast=5,8,12', '--constraint', 'trades>=1'];
const walk = (...args: string[]) =>
  call(['walk-forward', strategy, '--data', market, ...args], { folder: folder.path });

describe('walk-forward', () => {
  test('tests bars that no choice has seen, by default in windows of 30 days and more, and waits for review', async () => {
    const answer = await walk(...search, '--json');
    expect(answer.code, answer.stderr).toBe(0);
    const result = JSON.parse(answer.stdout) as Answer;
    expect(result.kind).toBe('rolling');
    expect(result.folds).toHaveLength(2);
    for (const { train, test: tested, params, trades } of result.folds) {
      expect(train.at(-1)?.lastTime).toBeLessThan(tested[0]?.firstTime ?? 0);
      expect([5, 8, 12]).toContain(params['fast']);
      expect(trades.outOfSample).toBeGreaterThan(0);
    }
    expect(result.params).toEqual(result.folds.at(-1)?.params);
    expect(result.confirmations).toBe(2);

    const judged = await call(['gate', result.run, '--json'], { folder: folder.path });
    const { checks } = JSON.parse(judged.stdout) as Answer['gate'];
    expect(checks.find(({ name }) => name === 'out-of-sample')?.value).toBe(result.paths[0]?.totalReturn);
    const shown = await call(['show', result.run, '--json'], { folder: folder.path });
    expect(JSON.parse(shown.stdout)).toMatchObject({ state: 'waiting-for-review', report: result.report });
    const again = await call(['replay', result.run, '--json'], { folder: folder.path });
    expect(again.code, again.stderr).toBe(0);
  });

  test('tells a person of every fold in a table, and what it came to', async () => {
    const lengths = ['--kind', 'anchored', '--train', '960', '--test', '720'];
    const { code, stdout, stderr } = await walk(...search, ...lengths);
    expect(code, stderr).toBe(0);
    expect(stdout).toMatch(/^1 +2022-02-10 – 2022-03-11 +fast=\d+/m);
    expect(stdout).toMatch(/^2 +2022-03-12 – 2022-04-10 +fast=\d+/m);
    expect(stdout).toMatch(/Efficiency .*%/);
    expect(stdout).toMatch(/Out of sample: [-+][\d.]+% in \d+ trades/);
    expect(stdout).toMatch(/Report: .*\.html/);
  });

  test.each([
    [['--kind', 'sideways'], /--kind/],
    [['--kind', 'k-fold', '--train', '100'], /--train 100 does not go with --kind k-fold/],
    [['--folds', '4'], /--folds 4 does not go with --kind rolling/],
    [['--test', '0'], /--test takes a whole number from 1/],
    [['--groups', 'many', '--kind', 'combinatorial'], /--groups takes a whole number from 2 to 50/],
    [['--search', 'bayesian'], /learns from the bars/],
    [['--objective', 'winRate'], /sharpe, sortino, totalReturn/],
    [['--constraint', 'maxDrawdown<=0.2'], /maxDrawdown/],
    [['--train', '2400'], /--train 2400 leaves none of the 2400 bars/],
    [['--train', '240', '--test', '24'], /train window of 240 bars has 10 returns, and sharpe needs 30/],
  ])('%s is refused in a sentence that names it, and makes no run', async (args, problem) => {
    const other = await newFolder();
    try {
      const all = ['walk-forward', strategy, '--data', market, ...args, '--json'];
      const answer = await call(all, { folder: other.path });
      expect(answer.code).toBe(1);
      expect(`${answer.stdout}${answer.stderr}`).toMatch(problem);
      const { stdout } = await call(['status', '--json'], { folder: other.path });
      expect(JSON.parse(stdout)).toMatchObject({ runs: [] });
    } finally {
      await other.remove();
    }
  });

  test('says how many returns it needs where the data has too few', async () => {
    const short = await writeMarket(folder.path, 900);
    const answer = await call(['walk-forward', strategy, '--data', short, ...search, '--json'], {
      folder: folder.path,
    });
    expect(answer.code).toBe(1);
    expect(JSON.parse(answer.stdout)).toMatchObject({
      error: { reason: 'data.empty', message: 'A validation needs 90 returns, and the data has 38.' },
    });
  });
});
