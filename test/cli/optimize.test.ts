import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, crossing, newFolder, writeMarket, writeStrategy } from './program.ts';

let folder: Awaited<ReturnType<typeof newFolder>>;
let market: string;
let strategy: string;
beforeAll(async () => {
  folder = await newFolder();
  market = await writeMarket(folder.path, 2400);
  strategy = await writeStrategy(folder.path, 'crossing', crossing);
});
afterAll(() => folder.remove());

interface Optimized {
  readonly run: string;
  readonly params: Record<string, number>;
  readonly trials: { params: Record<string, number>; inSample: Record<string, number | null> }[];
  readonly luck: Record<string, number | null>;
  readonly gate: { verdict: string; checks: { name: string; state: string }[] };
  readonly inSample: Record<string, number | null>;
  readonly outOfSample: Record<string, number | null>;
}

async function optimize(...args: string[]): Promise<Optimized> {
  const all = ['optimize', strategy, '--data', market, ...args, '--json'];
  const answer = await call(all, { folder: folder.path });
  expect(answer.code, answer.stderr).toBe(0);
  return JSON.parse(answer.stdout) as Optimized;
}

describe('optimize', () => {
  test('searches the values that are named, counts them, and judges the choice on held-back data', async () => {
    const { run, params, trials, luck, gate, inSample, outOfSample } = await optimize(
      '--values',
      'fast=5,8,12',
    );
    expect(trials.map((trial) => trial.params['fast']).sort()).toEqual([12, 5, 8]);
    expect(trials.map((trial) => trial.params['fast'])).toContain(params['fast']);
    // Those of the search, and the defaults of the first run in the sandbox.
    expect(luck['trials']).toBe(4);
    expect(gate.checks.map(({ name }) => name)).toEqual([
      'dsr',
      'pbo',
      'spa',
      'median-path',
      'track-record',
      'out-of-sample',
      'double-run',
      'costs',
      'delay',
      'doubled-costs',
      'shifted-start',
      'look-ahead',
    ]);
    const judgedFragility = gate.checks.filter(({ name }) =>
      ['delay', 'doubled-costs', 'shifted-start', 'look-ahead'].includes(name),
    );
    // The averages forget their beginning, and nothing looks ahead.
    expect(judgedFragility.at(-2)?.state).toBe('pass');
    expect(judgedFragility.at(-1)?.state).toBe('pass');
    expect(inSample['trades']).toBeGreaterThan(0);
    expect(outOfSample['trades']).toBeGreaterThan(0);

    const judged = await call(['gate', run, '--json'], { folder: folder.path });
    expect(judged.code).toBe(gate.verdict === 'pass' ? 0 : 1);
    expect(JSON.parse(judged.stdout)).toMatchObject({ run, verdict: gate.verdict });
    const strict = await call(['gate', run, '--least-dsr', '1', '--json'], { folder: folder.path });
    expect(strict.code).toBe(1);

    // The same search again tries nothing new, and counts nothing twice.
    const again = await optimize('--values', 'fast=5,8,12');
    expect(again.luck['trials']).toBe(4);
    expect(again.params).toEqual(params);
  });

  test('tries every whole number of a short range, and says which values it tried', async () => {
    const lab = ['--lab', join(folder.path, 'own')];
    const range = ['--range', 'fast=4:7'];
    const told = await call(['optimize', strategy, '--data', market, ...range, ...lab], {
      folder: folder.path,
    });
    expect(told.stdout, told.stderr).toContain('Values tried: fast 4, 5, 6, 7.');
  });

  test.each([
    ['random', ['--budget', '6']],
    ['halving', ['--budget', '9']],
    ['bayesian', ['--budget', '8']],
    ['genetic', ['--budget', '12', '--objective', 'sharpe', '--objective', 'maxDrawdown:min']],
  ])('%s stays within its budget, its range and its relation', async (kind, more) => {
    const range = ['--range', 'fast=4:40:2', '--relation', 'fast<30'];
    const { trials, params } = await optimize('--search', kind, ...range, ...more);
    const values = trials.map((trial) => trial.params['fast'] as number);
    expect(values.length).toBeLessThanOrEqual(Number(more[1]));
    expect(new Set(values).size).toBe(values.length);
    for (const value of values) expect(value % 2 === 0 && value >= 4 && value < 30).toBe(true);
    expect(values).toContain(params['fast']);
  });

  test.each([
    [['--values', 'slow=3'], /slow/],
    [['--values', 'fast=1000'], /fast/],
  ])('%s is refused in a sentence that names it', async (args, problem) => {
    const answer = await call(['optimize', strategy, '--data', market, ...args, '--json'], {
      folder: folder.path,
    });
    expect(answer.code).toBe(1);
    expect(`${answer.stdout}${answer.stderr}`).toMatch(problem);
  });

  test('goes on where it was killed, and ends as if it had not been', async () => {
    // Four batches.
    const search = ['--search', 'random', '--budget', '60', '--range', 'fast=2:100', '--search-seed', '3'];
    const other = await newFolder();
    try {
      const all = ['optimize', strategy, '--data', market, ...search, '--json'];
      let run: { readonly id: string; readonly state: string } | undefined;
      // On a busy machine a run may not have begun when it is killed.
      for (let killAfter = 2000; run === undefined; killAfter *= 2) {
        const killed = await call(all, { folder: other.path, killAfter });
        const { stdout } = await call(['status', '--json'], { folder: other.path });
        [run] = (JSON.parse(stdout) as { runs: { id: string; state: string }[] }).runs;
        if (killed.signal === null) expect(run?.state).toBe('waiting-for-review');
        else if (run !== undefined) expect(['interrupted', 'waiting-for-review']).toContain(run.state);
      }
      await call(['resume', run.id, '--json'], { folder: other.path });
      const shown = await call(['show', run.id, '--json'], { folder: other.path });
      const { results } = JSON.parse(shown.stdout) as {
        results: { optimise: { params: Record<string, number>; optimisation: { trials: unknown[] } } };
      };
      const whole = await optimize(...search);
      expect(results.optimise.params).toEqual(whole.params);
      expect(results.optimise.optimisation.trials).toEqual(whole.trials);
    } finally {
      await other.remove();
    }
  }, 180_000);
});
