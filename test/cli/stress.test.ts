import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, crossing, newFolder, writeMarket, writeStrategy } from './program.ts';

let folder: Awaited<ReturnType<typeof newFolder>>;
let market: string;
let strategy: string;
beforeAll(async () => {
  folder = await newFolder();
  market = await writeMarket(folder.path, 1200);
  strategy = await writeStrategy(folder.path, 'crossing', crossing);
});
afterAll(() => folder.remove());

interface Stressed {
  readonly run: string;
  readonly fragility: { readonly verdicts: { readonly name: string; readonly state: string }[] };
  readonly stress: {
    readonly base: { readonly totalReturn: number };
    readonly scenarios: { readonly scenario: string; readonly outcomes: unknown[] }[];
    readonly profiles: { readonly name: string }[];
    readonly crises: { readonly command: string | null }[];
  };
  readonly gate: {
    readonly verdict: string;
    readonly checks: { readonly name: string; readonly state: string }[];
  };
  readonly report: string;
}

const few = ['--scenarios', 'gap,own-crash', '--paths', '2', '--param', 'fast=8'];

describe('stress', () => {
  test('runs what is named with the parameters given, and waits for review with its report and its gate', async () => {
    const answer = await call(['stress', strategy, '--data', market, ...few, '--json'], {
      folder: folder.path,
    });
    expect(answer.code, answer.stderr).toBe(0);
    const { run, fragility, stress, gate, report } = JSON.parse(answer.stdout) as Stressed;
    expect(fragility.verdicts.map(({ name }) => name)).toEqual([
      'delay',
      'doubled-costs',
      'shifted-start',
      'cut-data',
      'noise-future',
    ]);
    expect(fragility.verdicts.slice(2).map(({ state }) => state)).toEqual(['pass', 'pass', 'pass']);
    expect(stress.scenarios.map(({ scenario, outcomes }) => [scenario, outcomes.length])).toEqual([
      ['gap', 2],
      ['own-crash', 2],
    ]);
    expect(stress.profiles).toHaveLength(7);
    expect(stress.crises.some(({ command }) => command?.startsWith('strategy-lab data download'))).toBe(true);
    expect(gate.checks.at(-1)).toMatchObject({ name: 'look-ahead', state: 'pass' });
    expect(report).toMatch(/\.html$/);

    // A backtest with the same parameters is the run that was stressed.
    const plain = await call(['backtest', strategy, '--data', market, '--param', 'fast=8', '--json'], {
      folder: folder.path,
    });
    const { metrics } = JSON.parse(plain.stdout) as { metrics: { totalReturn: number } };
    expect(stress.base.totalReturn).toBe(metrics.totalReturn);

    const judged = await call(['gate', run, '--least-delay-share', '1', '--json'], { folder: folder.path });
    const { checks } = JSON.parse(judged.stdout) as Stressed['gate'];
    expect(checks.find(({ name }) => name === 'delay')).toMatchObject({ bound: 1 });
    const shown = await call(['status', '--json'], { folder: folder.path });
    const { runs } = JSON.parse(shown.stdout) as { runs: { id: string; state: string }[] };
    expect(runs.find(({ id }) => id === run)?.state).toBe('waiting-for-review');
  });

  test('tells a person in tables what it found', async () => {
    const answer = await call(['stress', strategy, '--data', market, ...few], { folder: folder.path });
    expect(answer.code, answer.stderr).toBe(0);
    for (const part of [
      'shifted-start',
      'own-crash',
      'trendFollower',
      'random entries',
      'regime',
      'look-ahead',
    ]) {
      expect(answer.stdout).toContain(part);
    }
  });

  test('takes the other markets of a run, and says what is left out of them', async () => {
    const other = await newFolder();
    try {
      const second = await writeMarket(other.path, 1000);
      const args = [
        ...['stress', strategy, '--data', market, '--also', `OTHER=${second}`],
        ...['--scenarios', 'crash,own-gap', '--paths', '1'],
      ];
      const answer = await call(args, { folder: folder.path });
      expect(answer.code, answer.stderr).toBe(0);
      for (const part of [
        /shifted-start +ok/,
        /crash .*not available: Markets are generated one at a time/,
        /In the hands of traders: not available/,
        /positions in several markets are not moved apart/,
        /Not in the bars of all markets of the run/,
        /Regimes are those of the main market/,
      ]) {
        expect(answer.stdout).toMatch(part);
      }
    } finally {
      await other.remove();
    }
  });

  test('ends with a clear report where the strategy never trades', async () => {
    const idle = await writeStrategy(folder.path, 'idle', 'void bar;');
    const args = ['stress', idle, '--data', market, '--scenarios', 'gap', '--paths', '1'];
    const answer = await call(args, { folder: folder.path });
    expect(answer.code, answer.stderr).toBe(0);
    expect(answer.stdout.match(/The run has no trades: there is nothing to judge/g)?.length).toBe(9);
    expect(answer.stdout).not.toMatch(/NaN|Infinity|undefined|null/);
    expect(answer.stdout).not.toContain('FAILS  doubled');
  });

  test('goes on where it was killed, and ends as if it had not been', async () => {
    const other = await newFolder();
    try {
      const all = ['stress', strategy, '--data', market, '--scenarios', 'gap,jumps', '--json'];
      let run: { readonly id: string } | undefined;
      // On a busy machine a run may not have begun when it is killed.
      for (let killAfter = 3000; run === undefined; killAfter *= 2) {
        await call(all, { folder: other.path, killAfter });
        const { stdout } = await call(['status', '--json'], { folder: other.path });
        [run] = (JSON.parse(stdout) as { runs: { id: string }[] }).runs;
      }
      const resumed = await call(['resume', run.id, '--json'], { folder: other.path });
      expect(resumed.code, resumed.stderr).toBe(0);
      const shown = await call(['show', run.id, '--json'], { folder: other.path });
      const whole = await call(all, { folder: other.path });
      const { run: second } = JSON.parse(whole.stdout) as Stressed;
      const again = await call(['show', second, '--json'], { folder: other.path });
      const stressOf = (text: string) =>
        (JSON.parse(text) as { results: { stress: unknown } }).results.stress;
      // Its report is named by its content.
      expect(stressOf(shown.stdout)).toEqual(stressOf(again.stdout));
    } finally {
      await other.remove();
    }
  }, 120_000);

  test.each([
    [
      ['--scenarios', 'gap,doom,gloom'],
      /--scenarios knows no \\"doom\\", \\"gloom\\"\..*up-trend, down-trend/s,
    ],
    [['--scenarios', 'none,crash'], /--scenarios is given none together with crash\..*none alone/s],
    [['--paths', '0'], /--paths takes a whole number from 1 to 100/],
    [['--paths', 'many'], /--paths takes a number/],
  ])('%s is refused in a sentence that names it', async (args, problem) => {
    const answer = await call(['stress', strategy, '--data', market, ...args, '--json'], {
      folder: folder.path,
    });
    expect(answer.code).toBe(1);
    expect(`${answer.stdout}${answer.stderr}`).toMatch(problem);
  });
});
