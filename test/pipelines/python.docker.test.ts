import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonRunnerHash } from 'virtual:python-runner';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import { type Lab, openLab } from '../../extension/lab.ts';
import { demoMarket } from '../../extension/market/demoMarket.ts';
import { backtestSagaName, optimiseSagaName } from '../../extension/pipelines/assess/contracts.ts';

const market = demoMarket();
const read = (name: string) => readFile(new URL(`../strategies/pairs/${name}`, import.meta.url), 'utf8');
const { signal } = new AbortController();

let folder: string;
let lab: Lab;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strategy-lab-test-'));
  let ids = 0;
  const dockerSocket = process.env['STRATEGY_LAB_DOCKER_SOCKET'];
  lab = await openLab({
    folder: join(folder, '.strategy-lab'),
    strategiesFolder: join(folder, 'strategies'),
    assets: fileURLToPath(new URL('../../dist/', import.meta.url)),
    clock: Date.now,
    newId: () => `run${ids++}`,
    sandboxesAtOnce: 1,
    ...(dockerSocket === undefined ? {} : { dockerSocket }),
  });
  await lab.candles.save(market);
});
afterAll(async () => {
  await lab.close();
  await rm(folder, { recursive: true });
});

async function runToReview(name: string, strategy: string): Promise<string> {
  const file = join(folder, strategy);
  const source = await read(strategy);
  await writeFile(file, source);
  const sagas = await lab.sagas();
  const { hash, venue, symbol } = market;
  const id = await sagas.create({
    name,
    input: {
      source,
      file,
      author: 'person',
      params: {},
      data: { hash, venue, symbol },
      dataWarnings: [],
      settings: defaultRunSettings,
      metric: 'sharpe',
      minimumLevel: 'container',
    },
  });
  const view = await sagas.run(id);
  expect(view.error).toBeNull();
  expect(view.state).toBe('waiting-for-review');
  return id;
}

test('a backtest in Python names its language, runner and runtime, replays to the byte, and is verified', async () => {
  const id = await runToReview(backtestSagaName, 'averageCross.strategy.py');
  const { result, source } = await lab.evidence(id);
  expect(source).toBe(await read('averageCross.strategy.py'));
  expect(result.manifest.strategy.language).toBe('python');
  expect(result.manifest.engine.runnerHash).toBe(pythonRunnerHash);
  expect(result.manifest.runtime).toMatch(/^python 3\.\d+\.\d+ numpy [\d.]+ pandas [\d.]+$/);
  expect(result.doubleRun.verdict).toBe('identical');
  const artefacts = (await (await lab.sagas()).view(id)).steps.flatMap((step) => step.artefacts);
  expect(artefacts).toContainEqual(
    expect.objectContaining({ name: 'strategy.py', mediaType: 'text/x-python' }),
  );
  const again = await lab.rerun(id, { signal, progress: () => undefined });
  expect(again.difference).toBeNull();
  const { inputs } = await lab.verify(id);
  expect(inputs.filter(({ state }) => state === 'changed')).toEqual([]);
});

test('a backtest in TypeScript gives the same trades and figures, and says nothing of its language', async () => {
  const [python, typeScript] = await Promise.all(
    ['averageCross.strategy.py', 'averageCross.strategy.ts'].map(
      async (name) => (await lab.evidence(await runToReview(backtestSagaName, name))).result,
    ),
  );
  expect(typeScript?.manifest.strategy).not.toHaveProperty('language');
  expect(python?.trades).toEqual(typeScript?.trades);
  expect(python?.metrics).toEqual(typeScript?.metrics);
});

test('a search runs many parameter sets in one sandbox, and finds in Python what it finds in TypeScript', async () => {
  const found = [];
  for (const name of ['averageCross.strategy.py', 'averageCross.strategy.ts']) {
    const { optimisation } = await lab.evidence(await runToReview(optimiseSagaName, name));
    found.push(optimisation?.trials);
  }
  expect(found[0]?.length).toBeGreaterThan(4);
  expect(found[0]).toEqual(found[1]);
});
