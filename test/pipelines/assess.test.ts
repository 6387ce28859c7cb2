import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type GateOptions, gateCommand } from '../../extension/cli/optimizeCommand.ts';
import { Terminal } from '../../extension/cli/terminal.ts';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import type { SagaNotice } from '../../extension/contracts/saga.ts';
import { type Lab, openLab } from '../../extension/lab.ts';
import { sliceCandles } from '../../extension/market/candles.ts';
import { demoMarket } from '../../extension/market/demoMarket.ts';
import { backtestSagaName, optimiseSagaName } from '../../extension/pipelines/assess/contracts.ts';
import { agentSourceHashes } from '../../extension/pipelines/generate/agentSources.ts';
import { backtestStepSchema, sourceStepSchema } from '../../extension/pipelines/generate/contracts.ts';
import { loadRunEvidence } from '../../extension/pipelines/runEvidence.ts';
import { runTitle } from '../../extension/pipelines/runTitle.ts';
import { orderEventAt } from '../../extension/reports/orderEvent.ts';

const year = demoMarket();
// Enough bars for trades in both parts of the data.
const market = sliceCandles(year, undefined, Date.UTC(2023, 3, 1));
const source = await readFile(new URL('../strategies/smaCross.strategy.ts', import.meta.url), 'utf8');

let folder: string;
let lab: Lab;
/** Hears what runs come to. */
let listener: (notice: SagaNotice) => void = () => undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strategy-lab-test-'));
  let ids = 0;
  lab = await openLab({
    folder: join(folder, '.strategy-lab'),
    strategiesFolder: join(folder, 'strategies'),
    assets: fileURLToPath(new URL('../../dist/', import.meta.url)),
    clock: Date.now,
    newId: () => `run${ids++}`,
    listener: (notice) => listener(notice),
    dockerSocket: '/nowhere/docker.sock',
    bubblewrap: '/nowhere/bwrap',
    sandboxesAtOnce: 1,
  });
  await lab.candles.save(market);
  await lab.candles.save(year);
});
afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true });
});

const { hash, venue, symbol } = market;
/** So many bars that a sandbox tells of its work before it is done. */
const long = { data: { hash: year.hash, venue, symbol } };

async function input(changes: Record<string, unknown> = {}) {
  const file = join(folder, 'own.strategy.ts');
  await writeFile(file, source);
  return {
    source,
    file,
    author: 'person',
    params: {},
    data: { hash, venue, symbol },
    dataWarnings: ['Data: two bars are missing.'],
    settings: defaultRunSettings,
    metric: 'sharpe',
    minimumLevel: 'preview',
    ...changes,
  };
}

async function runToReview(name: string, changes: Record<string, unknown> = {}): Promise<string> {
  const sagas = await lab.sagas();
  const id = await sagas.create({ name, input: await input(changes) });
  const view = await sagas.run(id);
  expect(view.error).toBeNull();
  expect(view.state).toBe('waiting-for-review');
  return id;
}

let plainBacktest: Promise<string> | undefined;

/** A backtest that waits for its review, made once for all tests that only read it. */
function waitingBacktest(): Promise<string> {
  plainBacktest ??= runToReview(backtestSagaName);
  return plainBacktest;
}

test('a backtest of a file waits for review with equity at each bar, both parts of the data and its warnings', async () => {
  const id = await waitingBacktest();
  const evidence = await lab.evidence(id);
  expect(evidence.equity).toHaveLength(market.time.length);
  expect(evidence.equity.at(-1)).toBe(evidence.result.metrics['finalEquity']);
  expect(evidence.result.segments?.outOfSample['trades']).toBeGreaterThan(0);
  expect(evidence.result.segments?.splitTime).toBe(market.time[evidence.splitBar ?? -1]);
  expect(evidence.result.warnings).toContain('Data: two bars are missing.');
  expect(evidence.result.doubleRun.verdict).toBe('identical');
  expect(evidence.optimisation).toBeNull();
  expect(evidence.source).toBe(source);
  expect(evidence.candles.hash).toBe(hash);
  for (const plot of evidence.plots) expect(plot.values).toHaveLength(market.time.length);
  expect(evidence.plots.length).toBeGreaterThan(0);
});

test('a run keeps what became of each of its orders, at the bar and price of its fill', async () => {
  const { orders, result, candles } = await lab.evidence(await waitingBacktest());
  if (orders === null) throw new Error('no orders');
  expect(orders.total).toBe(orders.time.length);
  const events = Array.from(orders.time, (_, index) => orderEventAt(orders, index));
  for (const { time, bar } of events) expect(candles.time[bar]).toBe(time);
  const filled = events.filter(({ state }) => state === 'filled');
  const entries = filled.filter(({ side }) => side === 'buy');
  expect(entries.map(({ time, price, units }) => ({ time, price, units }))).toEqual(
    result.trades.map(({ entryTime, entryPrice, quantity }) => ({
      time: entryTime,
      price: expect.closeTo(entryPrice, 9),
      units: quantity,
    })),
  );
  expect(entries.length).toBeGreaterThan(5);
  // What was not executed stands among them, with its reason.
  const refused = events.filter(({ state }) => state === 'rejected');
  expect(refused).toHaveLength(result.rejections.total);
  expect(refused.slice(0, 100).map(({ time, reason }) => ({ time, reason }))).toEqual(
    result.rejections.first,
  );
});

test('a run of before orders were kept is still read', async () => {
  const sagas = await lab.sagas();
  const id = await waitingBacktest();
  const { backtest, ...others } = await sagas.results(id);
  const { orders: _, ...old } = backtestStepSchema.parse(backtest);
  const evidence = await loadRunEvidence(
    {
      view: (run) => sagas.view(run),
      results: () => Promise.resolve({ ...others, backtest: old }),
      readArtefact: (wanted) => lab.readArtefact(wanted),
      loadCandles: (data) => lab.candles.load(data.hash, data),
      loadFunding: (hash) => lab.funding.load(hash),
      strategyPath: (file) => lab.strategyPath(file),
    },
    id,
  );
  expect(evidence.orders).toBeNull();
  expect(evidence.result.trades.length).toBeGreaterThan(5);
});

test('a result holds months, the deepest drawdowns and how far prices went in each trade', async () => {
  const { result, equity } = await lab.evidence(await waitingBacktest());
  const { monthlyReturns, drawdowns, metrics, trades, manifest } = result;
  const growth = monthlyReturns?.years.reduce((product, { total }) => product * (1 + (total ?? NaN)), 1);
  expect(growth).toBeCloseTo((equity.at(-1) ?? 0) / manifest.settings.cash, 9);
  expect(drawdowns?.[0]?.depth).toBe(metrics['maxDrawdown']);
  const closed = trades.filter(({ exitTime }) => exitTime !== null);
  const moves = closed.map(({ adverseExcursion }) => adverseExcursion ?? NaN);
  expect(closed.length).toBeGreaterThan(0);
  expect(metrics['adverseExcursion']).toBeCloseTo(
    moves.reduce((sum, move) => sum + move, 0) / closed.length,
    12,
  );
});

test('the bases of metrics change them and no fill', async () => {
  const changed = { ...defaultRunSettings, periodsPerYear: 252, riskFreeRate: 0.05 };
  const plain = (await lab.evidence(await waitingBacktest())).result;
  const based = (await lab.evidence(await runToReview(backtestSagaName, { settings: changed }))).result;
  expect(based.fillHash).toBe(plain.fillHash);
  expect(based.trades).toEqual(plain.trades);
  expect(based.metrics['maxDrawdown']).toBe(plain.metrics['maxDrawdown']);
  expect(based.metrics['volatility']).not.toBe(plain.metrics['volatility']);
  expect(based.manifest.settings).toMatchObject({ periodsPerYear: 252, riskFreeRate: 0.05 });
});

test('a run is judged by the bounds that it was started with, and by others where they are given', async () => {
  const id = await runToReview(backtestSagaName, { policy: { leastDsr: 0.25 } });
  const boundOf = async (options: GateOptions): Promise<unknown> => {
    const lines: string[] = [];
    const terminal = new Terminal({
      json: true,
      out: (text) => lines.push(text),
      err: () => undefined,
      isScreen: false,
      columns: 80,
      clock: () => 0,
    });
    await gateCommand(lab, terminal, id, options);
    const { checks } = JSON.parse(lines.join(''));
    return checks.find(({ name }: { name: string }) => name === 'dsr')?.bound;
  };
  expect(await boundOf({})).toBe(0.25);
  expect(await boundOf({ leastDsr: '0.5' })).toBe(0.5);
});

test('parameters given for a backtest are the ones that are run', async () => {
  const id = await runToReview(backtestSagaName, { params: { fast: 20 } });
  expect((await lab.evidence(id)).result.manifest.strategy.params['fast']).toBe(20);
});

test('a search tries the declared defaults among at most its budget of sets, and runs what it chose', async () => {
  const id = await runToReview(optimiseSagaName, { budget: 9 });
  const { optimisation, result } = await lab.evidence(id);
  const sets = optimisation?.trials.map(({ params }) => params) ?? [];
  expect(sets.length).toBeGreaterThan(1);
  expect(sets.length).toBeLessThanOrEqual(9);
  expect(sets[0]).toEqual({ fast: 10, slow: 30, stop: 5 });
  expect(result.manifest.strategy.params).toEqual(sets[optimisation?.chosen ?? -1]);
});

test('what a search keeps to go on with stays while it is interrupted, and is gone once its step is done', async () => {
  const kept = () => readdir(join(folder, '.strategy-lab', 'searches')).catch(() => []);
  const sagas = await lab.sagas();
  const search = {
    kind: 'random',
    objectives: [{ metric: 'sharpe', direction: 'maximise' }],
    constraints: [],
    parameters: null,
    // Two batches of seven.
    budget: 14,
  };
  const startStopped = async (): Promise<string> => {
    const id = await sagas.create({ name: optimiseSagaName, input: await input({ search, ...long }) });
    const stop = new AbortController();
    // The first batch is on record by the progress of the second one.
    listener = (notice) => {
      if (notice.kind === 'progress' && notice.text.startsWith('7 sets')) stop.abort();
    };
    const view = await sagas.run(id, stop.signal);
    listener = () => undefined;
    expect(view.state).toBe('interrupted');
    return id;
  };
  const id = await startStopped();
  expect(await kept()).toEqual([`work-${id}-optimise-1.json`]);
  expect((await sagas.run(id)).state).toBe('waiting-for-review');
  expect(await kept()).toEqual([]);
});

test('what a search has kept is gone once its run has failed and was undone', async () => {
  const searches = join(folder, '.strategy-lab', 'searches');
  const sagas = await lab.sagas();
  const values = Array.from({ length: 14 }, (_, index) => index + 2);
  const search = {
    kind: 'grid',
    objectives: [{ metric: 'sharpe', direction: 'maximise' }],
    constraints: [],
    parameters: { fast: { values } },
    budget: 14,
  };
  const failing = source.replace(
    'next({ params, position, orders }, { fast, slow }) {',
    `next({ bar, params, position, orders }, { fast, slow }) {
    if (params.fast === 15 && bar.index > 5000) throw new Error('no');`,
  );
  const id = await sagas.create({
    name: optimiseSagaName,
    input: await input({ search, source: failing, ...long }),
  });
  const meanwhile: string[] = [];
  listener = (notice) => {
    if (notice.kind === 'progress' && notice.text.startsWith('7 sets'))
      meanwhile.push(...readdirSync(searches));
  };
  const view = await sagas.run(id);
  listener = () => undefined;
  expect(view.error?.reason).toBe('strategy.threw');
  expect(meanwhile).toContain(`work-${id}-optimise-1.json`);
  expect(readdirSync(searches)).toEqual([]);
});

test('approving goes on to the record for paper; rejecting leaves the own file alone', async () => {
  const sagas = await lab.sagas();
  const approved = await runToReview(backtestSagaName);
  await sagas.decide(approved, { action: 'approve' });
  expect((await sagas.run(approved)).state).toBe('completed');

  const rejected = await runToReview(backtestSagaName);
  await sagas.decide(rejected, { action: 'reject' });
  expect((await sagas.run(rejected)).state).toBe('rejected');
  await expect(readFile(join(folder, 'own.strategy.ts'), 'utf8')).resolves.toBe(source);
});

test('a fix takes the edited file and runs it anew; one that Guardian refuses leaves the run waiting', async () => {
  const sagas = await lab.sagas();
  const id = await runToReview(backtestSagaName);
  await expect(
    sagas.decide(id, { action: 'fix', patch: { source: `${source}\nfetch('x');` } }),
  ).rejects.toMatchObject({ reason: 'strategy.guard' });
  await expect(sagas.decide(id, { action: 'fix', patch: { idea: 'x' } })).rejects.toMatchObject({
    reason: 'usage',
  });
  const edited = source.replace('default: 10', 'default: 12');
  await sagas.decide(id, { action: 'fix', patch: { source: edited } });
  const view = await sagas.run(id);
  expect(view.state).toBe('waiting-for-review');
  expect((await lab.evidence(id)).result.manifest.strategy.params['fast']).toBe(12);
});

test('code that an agent wrote cannot suppress a finding at the gate, a person can', async () => {
  const risky = `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'holds',
  setup: () => ({}),
  next({ bar, orders }) {
    // guardian-ignore RSK001: held on purpose
    if (bar.index === 1) orders.buy({ percent: 50 });
  },
});
`;
  const sagas = await lab.sagas();
  const rulesOf = async (author: string): Promise<string[]> => {
    const id = await sagas.create({ name: backtestSagaName, input: await input({ source: risky, author }) });
    await sagas.run(id);
    return (await lab.evidence(id)).findings.map(({ rule }) => rule);
  };
  expect(await rulesOf('agent')).toContain('SUP001');
  expect(await rulesOf('person')).not.toContain('RSK001');
});

test('there is no evidence before the backtest, and the error says so', async () => {
  const sagas = await lab.sagas();
  const id = await sagas.create({ name: backtestSagaName, input: await input() });
  await expect(lab.evidence(id)).rejects.toMatchObject({ reason: 'saga.state' });
});

test('the sources that agents wrote are known by hash; a person who fixed by a file wrote that one', async () => {
  const sagas = await lab.sagas();
  const id = await sagas.create({
    name: 'generate',
    input: {
      ...(await input()),
      idea: 'buy when the 10-hour average crosses above the 30-hour one, sell on the way back',
      edited: null,
      budget: 1,
    },
    gates: ['code'],
  });
  const first = await sagas.run(id);
  const written = agentSourceHashes(first);
  expect(written).toHaveLength(1);
  expect(runTitle(first)).toContain('10-hour average');
  const { code } = await sagas.results(id);
  await sagas.decide(id, {
    action: 'fix',
    patch: { source: `${sourceStepSchema.parse(code).code.source}\n// mine\n` },
  });
  const fixed = await sagas.run(id);
  expect(sourceStepSchema.parse((await sagas.results(id))['code']).code.source).toContain('// mine');
  expect(agentSourceHashes(fixed)).toEqual(written);
});

test('a journal that could not be opened is opened by the next wish, once what hindered it is gone', async () => {
  const blocked = join(folder, 'blocked');
  await mkdir(join(blocked, 'journal.sqlite'), { recursive: true });
  const other = await openLab({
    folder: blocked,
    strategiesFolder: join(folder, 'strategies'),
    assets: fileURLToPath(new URL('../../dist/', import.meta.url)),
    clock: Date.now,
    newId: () => 'run',
    dockerSocket: '/nowhere/docker.sock',
    bubblewrap: '/nowhere/bwrap',
  });
  try {
    await expect(other.sagas()).rejects.toMatchObject({ reason: 'journal.unavailable' });
    await rm(join(blocked, 'journal.sqlite'), { recursive: true });
    await expect((await other.sagas()).list()).resolves.toEqual([]);
  } finally {
    await other.close();
  }
});
