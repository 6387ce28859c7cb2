import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { metricDefinitions } from '../../extension/backtest/metrics/definitions.ts';
import { engineVersion, fillRules } from '../../extension/backtest/rules.ts';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import type { Candles } from '../../extension/contracts/candles.ts';
import { type Lab, openLab } from '../../extension/lab.ts';
import { makeCandles } from '../../extension/market/candles.ts';
import { hashFile } from '../../extension/market/store/files.ts';
import { backtestSagaName, optimiseSagaName } from '../../extension/pipelines/assess/contracts.ts';
import { sha256 } from '../../extension/pipelines/backtestResult.ts';
import type { EvidenceSources } from '../../extension/pipelines/recordedBacktest.ts';
import { rerun } from '../../extension/pipelines/replay/rerun.ts';
import { type ProgramParts, type VerifyReport, verifyRun } from '../../extension/pipelines/replay/verify.ts';
import { StrategyRunner } from '../../extension/pipelines/strategyRunner.ts';
import { openJournal } from '../../extension/storage/openJournal.ts';
import { defaultLimits } from '../../sandbox/sandbox.ts';
import { engineHash, quickjsBackend, randomWalk } from '../sandbox/support.ts';

const assets = fileURLToPath(new URL('../../dist/', import.meta.url));
const strategiesFolder = new URL('../strategies/', import.meta.url);
const examples = (await readdir(strategiesFolder)).filter((name) => name.endsWith('.strategy.ts'));
const meta = { venue: 'test', symbol: 'TEST', timeframe: '1h', synthetic: true } as const;
const market = makeCandles(meta, randomWalk(1200));

const runner = new StrategyRunner({
  backends: [quickjsBackend()],
  limits: defaultLimits,
  engineHash: engineHash(),
  newNonce: () => randomBytes(16),
});

let folder: string;
let lab: Lab;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strategy-lab-test-'));
  lab = await openTestLab(join(folder, 'lab'));
  await lab.candles.save(market);
});
afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true });
});

async function openTestLab(labFolder: string): Promise<Lab> {
  let ids = 0;
  return openLab({
    folder: labFolder,
    strategiesFolder: join(folder, 'strategies'),
    assets,
    clock: Date.now,
    newId: () => `run${ids++}`,
    dockerSocket: '/nowhere/docker.sock',
  });
}

interface RunChanges {
  readonly of?: Lab;
  readonly pipeline?: string;
  readonly candles?: Candles;
  readonly input?: Record<string, unknown>;
}

/** A run of an example strategy, from a file of its own, up to its review. */
async function runOf(name: string, { of = lab, pipeline, candles = market, input }: RunChanges = {}) {
  const source = await readFile(new URL(name, strategiesFolder), 'utf8');
  const sagas = await of.sagas();
  const { hash, venue, symbol } = candles;
  const file = join(folder, `${hash.slice(0, 8)}-${name}`);
  await writeFile(file, source);
  const id = await sagas.create({
    name: pipeline ?? backtestSagaName,
    input: {
      source,
      file,
      author: 'person',
      params: {},
      data: { hash, venue, symbol },
      dataWarnings: ['Data: two bars are missing.'],
      settings: { ...defaultRunSettings, fee: 0.002 },
      metric: 'sharpe',
      minimumLevel: 'preview',
      budget: 4,
      ...input,
    },
  });
  const view = await sagas.run(id);
  expect(view.error).toBeNull();
  return { id, file, source };
}

const quietly = { signal: new AbortController().signal, progress: () => {} };
const same = { isIdentical: true, build: [], difference: null, trade: null, equity: null };

/** What the lab reads a run from, and its ledger, for replays and verifications with something changed. */
async function withSources<T>(
  work: (sources: EvidenceSources, journal: Awaited<ReturnType<typeof openJournal>>) => Promise<T>,
  of: Lab = lab,
): Promise<T> {
  const workerUrl = pathToFileURL(join(assets, 'journalWorker.js'));
  const journal = await openJournal({ folder: of.folder, workerUrl });
  try {
    const sagas = await of.sagas();
    return await work(
      {
        view: (id) => sagas.view(id),
        results: (id) => sagas.results(id),
        readArtefact: (hash) => of.readArtefact(hash),
        loadCandles: ({ hash, venue, symbol }) => of.candles.load(hash, { venue, symbol }),
        loadFunding: (hash) => of.funding.load(hash),
        strategyPath: (file) => of.strategyPath(file),
      },
      journal,
    );
  } finally {
    await journal.close();
  }
}

describe('a replay', () => {
  test.each(examples)('of %s gives the same bytes', async (name) => {
    const { id } = await runOf(name);
    const report = await lab.rerun(id, quietly);
    expect(report).toMatchObject({ run: id, ...same });
    expect(report.now).toBe(report.recorded);
    expect((await lab.evidence(id)).result.trades.length).toBeGreaterThan(0);
  });

  test('of a searched run, of one judged as a whole and of one with other costs gives the same bytes', async () => {
    const [first = ''] = examples;
    const searched = await runOf(first, { pipeline: optimiseSagaName });
    const whole = await runOf(first, { input: { isWhole: true } });
    for (const { id } of [searched, whole]) expect(await lab.rerun(id, quietly)).toMatchObject(same);
    expect((await lab.evidence(whole.id)).result.segments).toBeNull();
  });

  test('of a run from an idea gives the same bytes', async () => {
    const sagas = await lab.sagas();
    const { hash, venue, symbol } = market;
    const id = await sagas.create({
      name: 'generate',
      input: {
        idea: 'buy when the 10-hour average crosses above the 30-hour one, sell on the way back',
        edited: null,
        data: { hash, venue, symbol },
        dataWarnings: [],
        settings: defaultRunSettings,
        metric: 'sharpe',
        minimumLevel: 'preview',
        budget: 4,
      },
    });
    await sagas.run(id);
    expect(await lab.rerun(id, quietly)).toMatchObject(same);
  });

  test('gives the same bytes however much was tried since, and adds no trial of its own', async () => {
    const { id } = await runOf('smaCross.strategy.ts', { input: { params: { fast: 7 } } });
    const before = (await lab.evidence(id)).result.manifest.trials;
    await runOf('smaCross.strategy.ts', { input: { params: { fast: 8 } } });
    expect(await lab.rerun(id, quietly)).toMatchObject(same);
    const { id: later } = await runOf('smaCross.strategy.ts', { input: { params: { fast: 8 } } });
    const after = (await lab.evidence(later)).result.manifest.trials;
    expect(after?.count).toBe((before?.count ?? 0) + 1);
    expect(after?.position).toBe((before?.position ?? 0) + 2);
  });

  test('on bars that are no longer the same names the first field, trade and bar that differ', async () => {
    const { id } = await runOf('smaCross.strategy.ts');
    const { trades } = (await lab.evidence(id)).result;
    const changed = 600;
    const close = market.close.slice();
    close[changed] = (close[changed] ?? 0) * 1.5;
    const report = await withSources((sources, { trials }) => {
      const loadCandles = () => Promise.resolve(makeCandles(meta, { ...market, close }));
      return rerun({ ...sources, loadCandles, runner, trials }, id, quietly);
    });
    expect(report).toMatchObject({ isIdentical: false, build: [] });
    expect(report.difference?.path).toBe('manifest.data.hash');
    expect(report.difference?.recorded).toBe(JSON.stringify(market.hash));
    expect(report.equity?.bar).toBeGreaterThanOrEqual(changed);
    const time = market.time[changed] ?? 0;
    const entered = trades.findIndex(({ exitTime }) => (exitTime ?? time) >= time);
    expect(report.trade?.number).toBe(entered + 1);
    expect(report.trade?.entryTime).toBe(trades[entered]?.entryTime);
  });

  test('by another build of the program says which part is another, and compares all the same', async () => {
    const { id } = await runOf('smaCross.strategy.ts');
    const report = await withSources((sources, { trials }) => {
      const readArtefact = async (hash: string) => {
        const bytes = await sources.readArtefact(hash);
        const text = new TextDecoder().decode(bytes);
        const isResult = text.startsWith('{"manifest"');
        return isResult ? new TextEncoder().encode(text.replace('"version":"', '"version":"0.')) : bytes;
      };
      return rerun({ ...sources, readArtefact, runner, trials }, id, quietly);
    });
    expect(report.build).toEqual([
      { path: 'manifest.engine.version', recorded: `"0.${engineVersion}"`, now: `"${engineVersion}"` },
    ]);
    expect(report).toMatchObject({ isIdentical: false, difference: null, trade: null, equity: null });
  });

  test('whose candles are gone says which they were and what to do', async () => {
    const own = await openTestLab(join(folder, 'without'));
    await own.candles.save(market);
    const { id } = await runOf('smaCross.strategy.ts', { of: own });
    await rm(join(own.folder, 'data'), { recursive: true });
    const failure = expect.objectContaining({
      reason: 'data.missing',
      message: expect.stringContaining('TEST on test, 1h, 2020-09-13T12:26 to'),
      action: expect.stringContaining(market.hash),
    });
    await expect(own.rerun(id, quietly)).rejects.toThrow(failure);
    await own.close();
  });

  test.each(['rerun', 'verify'] as const)('there is none of what has no backtest: %s', async (verb) => {
    const sagas = await lab.sagas();
    const { source, file } = await runOf('smaCross.strategy.ts');
    const { hash, venue, symbol } = market;
    const input = { source, file, author: 'person', params: {}, data: { hash, venue, symbol } };
    const settings = {
      settings: defaultRunSettings,
      metric: 'sharpe',
      minimumLevel: 'preview',
      dataWarnings: [],
    };
    const waiting = await sagas.create({ name: backtestSagaName, input: { ...input, ...settings } });
    await expect(lab[verb](waiting, quietly)).rejects.toMatchObject({ reason: 'saga.state' });
    await expect(lab[verb]('nothing', quietly)).rejects.toMatchObject({ reason: 'not-found' });
  });
});

type Edit = (bytes: Uint8Array) => Uint8Array;

/** What is not as it was, by its name; that of which nothing is known is left out. */
function changedInputs({ inputs }: VerifyReport): [string, string][] {
  return inputs.flatMap(({ input, state }) =>
    state === 'changed' || state === 'missing' ? [[input, state]] : [],
  );
}

/** What verify says of a run where a part of the program, or of what it reads, is another. */
function verifiedWith(
  id: string,
  program: Partial<ProgramParts>,
  readArtefact?: Edit,
): Promise<VerifyReport> {
  return withSources((sources, journal) =>
    verifyRun(
      {
        ...sources,
        ...(readArtefact !== undefined && {
          readArtefact: async (hash) => readArtefact(await sources.readArtefact(hash)),
        }),
        trials: journal.trials,
        verifyChain: (stream) => journal.verifyChain(stream),
        readFile: (path) => readFile(path),
        hashFile,
        program: {
          engineVersion,
          runnerHash: engineHash(),
          rules: fillRules,
          metrics: metricDefinitions,
          runtimeOf: () => 'quickjs 0.32',
          ...program,
        },
      },
      id,
    ),
  );
}

describe('verify', () => {
  test('finds every input of a run as it was, the runtime too', async () => {
    const { id } = await runOf('rsiReversion.strategy.ts');
    const report = await lab.verify(id);
    expect(report).toMatchObject({ isSame: true, notes: [] });
    const told = report.inputs.filter(({ state }) => state !== 'unknown');
    for (const input of told)
      expect(input, input.input).toMatchObject({ state: 'same', now: input.recorded });
    expect(report.inputs.map(({ input }) => input)).toEqual([
      'strategy',
      'strategy file',
      'candles',
      'file of candles',
      'parameters',
      'settings',
      'engine with its indicators',
      'fill rules',
      'metric definitions',
      'sandbox runner and protocol',
      'sandbox runtime',
      'artefacts',
      'journal of the run',
      'ledger of trials',
      'trials',
    ]);
  });

  test('notes that a strategy file was edited or is gone, which the run does not depend on', async () => {
    const { id, file, source } = await runOf('donchianBreakout.strategy.ts');
    const note = "The run used the lab's copy, which is unchanged, of the strategy; the file at";
    await writeFile(file, `${source}\n// edited\n`);
    const edited = await lab.verify(id);
    expect(changedInputs(edited)).toEqual([['strategy file', 'changed']]);
    expect(edited).toMatchObject({ isSame: true, notes: [`${note} ${file} has changed since.`] });
    await rm(file);
    const gone = await lab.verify(id);
    expect(changedInputs(gone)).toEqual([['strategy file', 'missing']]);
    expect(gone).toMatchObject({ isSame: true, notes: [`${note} ${file} is no longer there.`] });
  });

  test('notes the files that the candles were read from, and says where a run did not record them', async () => {
    const path = join(folder, 'prices.csv');
    await writeFile(path, 'as it was');
    const before = { path, hash: sha256('as it was') };
    const { hash, venue, symbol } = market;
    const data = { hash, venue, symbol, files: [before] };
    const { id } = await runOf('smaCross.strategy.ts', { input: { data } });
    expect(await lab.verify(id)).toMatchObject({ isSame: true, notes: [] });
    await writeFile(path, 'downloaded again');
    const changed = await lab.verify(id);
    expect(changedInputs(changed)).toEqual([['file of candles', 'changed']]);
    expect(changed.isSame).toBe(true);
    expect(changed.notes).toEqual([expect.stringContaining(`the file at ${path} has changed since`)]);
    await rm(path);
    expect(changedInputs(await lab.verify(id))).toEqual([['file of candles', 'missing']]);
    const files = async (input: Record<string, unknown>) => {
      const made = await runOf('smaCross.strategy.ts', { input });
      return (await lab.verify(made.id)).inputs.flatMap(({ input: name, state }) =>
        name === 'file of candles' ? [state] : [],
      );
    };
    expect(await files({})).toEqual(['unknown']);
    expect(await files({ data: { hash, venue, symbol, files: [] } })).toEqual([]);
  });

  test('names candles that were changed or are gone', async () => {
    const own = await openTestLab(join(folder, 'changed'));
    await own.candles.save(market);
    const { id } = await runOf('smaCross.strategy.ts', { of: own });
    const data = join(own.folder, 'data');
    const [arrow = ''] = (await readdir(data)).filter((name) => name.endsWith('.arrow'));
    const bytes = await readFile(join(data, arrow));
    const open = Buffer.from(new Uint8Array(market.open.buffer, 0, 8));
    const place = bytes.indexOf(open);
    bytes.writeDoubleLE((market.open[0] ?? 0) + 0.01, place);
    await writeFile(join(data, arrow), bytes);
    const damaged = await own.verify(id);
    expect(damaged.isSame).toBe(false);
    expect(changedInputs(damaged)).toEqual([['candles', 'changed']]);
    await rm(data, { recursive: true });
    const gone = await own.verify(id);
    expect(gone.isSame).toBe(false);
    expect(changedInputs(gone)).toEqual([['candles', 'missing']]);
    await own.close();
  });

  test('names parts of the program that are not those of the run', async () => {
    const { id } = await runOf('smaCross.strategy.ts');
    const verified = async (program: Partial<ProgramParts>) => changedInputs(await verifiedWith(id, program));
    expect(await verified({})).toEqual([]);
    expect(await verified({ engineVersion: '9.0.0' })).toEqual([['engine with its indicators', 'changed']]);
    expect(await verified({ runnerHash: '0'.repeat(64) })).toEqual([
      ['sandbox runner and protocol', 'changed'],
    ]);
    expect(await verified({ runtimeOf: () => 'quickjs 9' })).toEqual([['sandbox runtime', 'changed']]);
    const sharpe = { ...metricDefinitions, sharpe: 'Return over risk.' };
    expect(await verified({ metrics: sharpe })).toEqual([['metric definitions', 'changed']]);
    const rules = await verifiedWith(id, { rules: { ...fillRules, decision: 'At once.' } });
    expect(changedInputs(rules)).toEqual([['fill rules', 'changed']]);
    expect(rules.inputs.find(({ input }) => input === 'fill rules')?.now).toBe('decision "At once."');
    const unknown = await verifiedWith(id, { runtimeOf: () => null });
    expect(unknown).toMatchObject({ isSame: true });
    expect(unknown.inputs.find(({ input }) => input === 'sandbox runtime')?.state).toBe('unknown');
  });

  test('names a strategy and parameters that are not those of the result', async () => {
    const { id } = await runOf('smaCross.strategy.ts', { input: { params: { fast: 9 } } });
    const edited = (from: RegExp, to: string) =>
      verifiedWith(id, {}, (bytes) => {
        const text = new TextDecoder().decode(bytes);
        return text.startsWith('{"manifest"') ? new TextEncoder().encode(text.replace(from, to)) : bytes;
      });
    const other = await edited(/"codeHash":"\w+"/, `"codeHash":"${'0'.repeat(64)}"`);
    expect(other.isSame).toBe(false);
    expect(changedInputs(other)).toContainEqual(['strategy', 'changed']);
    expect(changedInputs(await edited(/"fast":9/, '"fast":8'))).toContainEqual(['parameters', 'changed']);
  });

  test.each<[string, string, string[]]>([
    ['evidence', `UPDATE artefacts SET content = x'00' WHERE length(content) = 1200 * 8`, ['artefacts']],
    [
      'a fact of the run',
      `UPDATE events SET data = replace(data, '0.002', '0.001')`,
      ['settings', 'journal of the run'],
    ],
    ['a Sharpe ratio in the ledger', 'UPDATE trials SET sharpe = 9', ['ledger of trials']],
    [
      'trials that were taken away',
      'DELETE FROM trials; DELETE FROM evaluations',
      ['ledger of trials', 'trials'],
    ],
  ])('names what was forged in the journal: %s', async (what, statements, expected) => {
    const own = await openTestLab(join(folder, what));
    await own.candles.save(market);
    const { id } = await runOf('smaCross.strategy.ts', { of: own });
    const database = new DatabaseSync(join(own.folder, 'journal.sqlite'));
    for (const { name } of database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`).all()) {
      database.exec(`DROP TRIGGER ${String(name)}`);
    }
    database.exec(statements);
    database.close();
    const report = await own.verify(id);
    expect(report.isSame).toBe(false);
    expect(changedInputs(report).map(([input]) => input)).toEqual(expected);
    await own.close();
  });
});
