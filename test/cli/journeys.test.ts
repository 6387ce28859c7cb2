import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, crossing, newFolder, writeMarket, writeStrategy } from './program.ts';

let folder: Awaited<ReturnType<typeof newFolder>>;
let market: string;
beforeAll(async () => {
  folder = await newFolder();
  market = await writeMarket(folder.path);
});
afterAll(() => folder.remove());

interface RunDocument {
  readonly id: string;
  readonly state: string;
  readonly strategyFile: string;
  readonly report: string;
  readonly metrics: Record<string, number | null>;
  readonly inSample: Record<string, number | null>;
  readonly outOfSample: Record<string, number | null>;
  readonly isolation: { level: string };
  readonly steps: { name: string; status: string }[];
}

async function lab<T = RunDocument>(...args: string[]): Promise<T> {
  const answer = await call([...args, '--json'], { folder: folder.path });
  expect(answer.code, answer.stderr).toBe(0);
  return JSON.parse(answer.stdout) as T;
}

const english =
  'buy BTC when the 10-hour average crosses above the 30-hour one, sell on the way back, stop at 5%';
const russian =
  'покупай биткоин, когда 10-часовая средняя пересекает 30-часовую снизу вверх, продавай при обратном пересечении, стоп 5%';

let englishRun: Promise<RunDocument> | undefined;

/** A run of the idea in English that waits for its review: one for all tests, as each takes seconds. */
function runInEnglish(): Promise<RunDocument> {
  englishRun ??= lab('run', '--idea', english, '--data', market);
  return englishRun;
}

describe('the main job', () => {
  test('without arguments it runs on a labelled synthetic market to the review gate', async () => {
    const run = await lab('run');
    expect(run.state).toBe('waiting-for-review');
    expect(run.isolation.level).toBe('preview');
    const report = await readFile(run.report, 'utf8');
    expect(report).toContain('Synthetic data');
    expect(await readFile(run.strategyFile, 'utf8')).toContain('defineStrategy');
  });

  test('the same idea in English and in Russian trades the same', async () => {
    const first = await runInEnglish();
    const second = await lab('run', '--idea', russian, '--data', market);
    expect(first.metrics['trades']).toBeGreaterThan(5);
    expect(second.metrics).toEqual(first.metrics);
  });

  test('in-sample figures come with their held-back twin', async () => {
    const run = await runInEnglish();
    expect(Object.keys(run.inSample)).toEqual(Object.keys(run.outOfSample));
    expect(run.outOfSample['finalEquity']).toBe(run.metrics['finalEquity']);
  });

  test('an idea that cannot be served is answered with what can', async () => {
    const answer = await call(['run', '--idea', 'buy when the news is good', '--data', market], {
      folder: folder.path,
    });
    expect(answer.code).toBe(1);
    expect(answer.stderr).toContain('moving-average cross');
  });
});

describe('the four actions at a gate', () => {
  // Two runs that wait for their review: each test leaves them waiting, but the two at the end.
  let run: RunDocument;
  let other: RunDocument;
  beforeAll(async () => {
    run = await runInEnglish();
    other = await lab('run', '--data', market);
  });

  test('a faulty edit is refused and the run still waits', async () => {
    const path = await writeStrategy(folder.path, 'faulty', 'fetch("http://x");');
    const answer = await call(['fix', run.id, '--file', path], { folder: folder.path });
    expect(answer.code).toBe(1);
    expect((await lab('show', run.id)).state).toBe('waiting-for-review');
  });

  test('fix with an edited file runs the edited file', async () => {
    const edited = (await readFile(run.strategyFile, 'utf8')).replace('percent: 100', 'percent: 50');
    await writeFile(run.strategyFile, edited);
    const fixed = await lab('fix', run.id, '--file', run.strategyFile);
    expect(fixed.state).toBe('waiting-for-review');
    expect(await readFile(fixed.strategyFile, 'utf8')).toBe(edited);
    expect(fixed.metrics['finalEquity']).not.toBe(run.metrics['finalEquity']);
    run = fixed;
  });

  test('fix with a changed idea begins again at reasoning', async () => {
    const fixed = await lab('fix', run.id, '--idea', 'buy when RSI 14 is below 30, sell above 60');
    expect(fixed.state).toBe('waiting-for-review');
    expect(await readFile(fixed.strategyFile, 'utf8')).toContain('rsi');
    run = fixed;
  });

  test('reject undoes the steps and keeps the evidence', async () => {
    expect(await readFile(run.strategyFile, 'utf8')).toContain('defineStrategy');
    const rejected = await lab('reject', run.id);
    expect(rejected.state).toBe('rejected');
    await expect(readFile(run.strategyFile)).rejects.toThrow();
    expect(await readFile(run.report, 'utf8')).toContain('<html');
  });

  test('rollback goes back to an earlier step and waits there', async () => {
    const back = await lab('rollback', other.id, '--to', 'code');
    expect(back.state).toBe('waiting-for-code');
    const again = await lab('approve', other.id);
    expect(again.state).toBe('waiting-for-review');
    expect(again.metrics).toEqual(other.metrics);
  });

  test('approve goes on to paper and records that nothing trades', async () => {
    const approved = await lab('approve', other.id, '--comment', 'good');
    expect(approved.state).toBe('completed');
    const shown = await lab<{ results: { deploy: { trades: boolean } } }>('show', other.id);
    expect(shown.results.deploy.trades).toBe(false);
  });

  test('every step can be a gate', async () => {
    const steps = [
      'reason',
      'code',
      'guard',
      'sandbox',
      'optimise',
      'backtest',
      'review',
      'deploy',
      'monitor',
    ];
    let run = await lab('run', '--data', market, '--gates', steps.join(','));
    for (const step of steps) {
      expect(run.state).toBe(`waiting-for-${step}`);
      run = await lab('approve', run.id, '--at', step);
    }
    expect(run.state).toBe('completed');
  });
});

describe('what programs read', () => {
  test('backtest --json has trades, metrics, definitions, manifest and isolation', async () => {
    const path = await writeStrategy(folder.path, 'cross', crossing);
    const result = await lab<{
      trades: Record<string, unknown>[];
      metrics: Record<string, number | null>;
      definitions: Record<string, string>;
      manifest: { strategy: { params: Record<string, number> }; settings: { fee: number } };
      isolation: { level: string };
    }>('backtest', path, '--data', market, '--param', 'fast=12', '--fee', '0.002', '--slippage', '0');
    for (const name of 'side entryTime entryPrice exitTime exitPrice quantity fees profit exitReason'.split(
      ' ',
    )) {
      expect(result.trades[0]).toHaveProperty(name);
    }
    for (const name of 'finalEquity totalReturn sharpe sortino calmar maxDrawdown winRate profitFactor trades exposure'.split(
      ' ',
    )) {
      expect(result.metrics).toHaveProperty(name);
      expect(result.definitions[name]).toMatch(/\w/);
    }
    expect(result.manifest.strategy.params).toEqual({ fast: 12 });
    expect(result.manifest.settings.fee).toBe(0.002);
    expect(result.isolation.level).toBe('preview');
  });

  test('the range of --from and --to bounds the run', async () => {
    const path = await writeStrategy(folder.path, 'ranged', crossing);
    const result = await lab<{ manifest: { data: { bars: number; firstTime: number } } }>(
      'backtest',
      path,
      '--data',
      market,
      '--from',
      '2022-01-10',
      '--to',
      '2022-01-19T23:00',
    );
    expect(result.manifest.data.bars).toBe(240);
    expect(result.manifest.data.firstTime).toBe(Date.UTC(2022, 0, 10));
  });

  test('guard --json lists findings with file, line and rule, and fails on an error', async () => {
    const path = await writeStrategy(folder.path, 'suspect', 'eval("1");');
    const answer = await call(['guard', path, '--json'], { folder: folder.path });
    expect(answer.code).toBe(1);
    const { findings } = JSON.parse(answer.stdout) as {
      findings: { file: string; line: number; severity: string }[];
    };
    expect(findings[0]).toMatchObject({ file: path, line: 11, severity: 'error' });
  });

  test('guard judges the strategy files of a folder and of the folders in it, and no other files', async () => {
    const strategies = join(folder.path, 'judged');
    await mkdir(join(strategies, 'inner'), { recursive: true });
    await mkdir(join(strategies, 'node_modules'));
    const files = ['a.strategy.ts', 'inner/b.strategy.js', 'node_modules/c.strategy.ts', 'd.ts'];
    for (const file of files) await writeFile(join(strategies, file), 'eval("1");');
    const answer = await call(['guard', strategies, '--json'], { folder: folder.path });
    const { findings } = JSON.parse(answer.stdout) as { findings: { file: string }[] };
    const judged = [...new Set(findings.map(({ file }) => file))];
    expect(judged).toEqual([join(strategies, 'a.strategy.ts'), join(strategies, 'inner/b.strategy.js')]);
  });

  test('data check --json counts what it found', async () => {
    const report = await lab<{ rows: number; kept: number }>('data', 'check', market);
    expect(report).toMatchObject({
      rows: 900,
      kept: 900,
      duplicates: 0,
      conflicting: 0,
      gaps: 0,
      badBars: 0,
    });
  });

  test('a container is never replaced by a preview in silence', async () => {
    const path = await writeStrategy(folder.path, 'demanding', crossing);
    const answer = await call(['backtest', path, '--data', market, '--level', 'container', '--json'], {
      folder: folder.path,
    });
    expect(answer.code).toBe(1);
    expect(JSON.parse(answer.stdout)).toMatchObject({ error: { reason: 'sandbox.level' } });
  });

  test('nothing that a strategy tries succeeds in the interpreter: sandbox audit tells what held, and of a sandbox that is not there why', async () => {
    const report = await lab<{
      tried: number;
      failed: number;
      unknown: number;
      audits: { backend: string; problem: string | null; findings: { id: string; verdict: string }[] }[];
    }>('sandbox', 'audit');
    const [gvisor, , namespaces, quickjs] = report.audits;
    expect(quickjs?.findings.filter(({ verdict }) => verdict !== 'held')).toEqual([]);
    expect(report).toMatchObject({ failed: 0, unknown: 0 });
    expect(gvisor).toMatchObject({ backend: 'docker-runsc', findings: [] });
    expect(gvisor?.problem).toBeTruthy();
    expect(namespaces).toMatchObject({ backend: 'bubblewrap', findings: [] });
    expect(quickjs).toMatchObject({ backend: 'quickjs', problem: null, pythonProblem: 'It runs no Python.' });
    expect(quickjs?.findings).toHaveLength(report.tried);
    expect(report.tried).toBeGreaterThan(15);
  });

  test('doctor tells what is missing and what to do', async () => {
    const { checks, level } = await lab<{
      level: string;
      checks: { name: string; state: string; action: string | null }[];
    }>('doctor');
    expect(level).toBe('preview');
    const missing = checks.find(({ name }) => name === 'docker-runc');
    expect(missing).toMatchObject({ state: 'missing' });
    expect(missing?.action).toMatch(/\w/);
  });

  test.each([
    ['tcp://127.0.0.1:1', 'Docker could not be reached: connect ECONNREFUSED 127.0.0.1:1.'],
    ['nonsense host', 'DOCKER_HOST is no address of a Docker daemon.'],
  ])('with DOCKER_HOST=%s the lab does without Docker and says why', async (host, problem) => {
    const environment = { DOCKER_HOST: host, STRATEGY_LAB_DOCKER_SOCKET: '' };
    const { code, stdout, stderr } = await call(['doctor'], { folder: folder.path, environment });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(problem);
    expect(stdout).toContain('Strategies run at the level preview');
  });
});

describe('reproducibility', () => {
  test('the same inputs give the same report to the byte, in another lab and from another folder', async () => {
    const reports: string[] = [];
    for (const name of ['lab-a', 'lab-b']) {
      const run = await lab('run', '--idea', english, '--data', market, '--lab', join(folder.path, name));
      reports.push(await readFile(run.report, 'utf8'));
    }
    expect(reports[1]).toBe(reports[0]);
  });
});
