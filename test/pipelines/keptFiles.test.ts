import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import { type Lab, openLab } from '../../extension/lab.ts';
import { makeCandles } from '../../extension/market/candles.ts';
import { backtestSagaName } from '../../extension/pipelines/assess/contracts.ts';
import { tidyKept } from '../../extension/pipelines/keptFiles.ts';
import { OutputFolder } from '../../extension/storage/outputFolder.ts';
import { randomWalk } from '../sandbox/support.ts';

const market = makeCandles(
  { venue: 'test', symbol: 'TEST', timeframe: '1h', synthetic: true },
  randomWalk(300),
);
const source = `import { defineStrategy } from 'strategy-lab';
export default defineStrategy({
  name: 'late',
  params: {},
  setup: () => ({}),
  next({ bar }) {
    if (bar.index === 200) throw new Error('no luck');
  },
});
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'strategy-lab-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

let ids = 0;

async function open(name: string): Promise<Lab> {
  const lab = await openLab({
    folder: join(folder, name),
    strategiesFolder: join(folder, 'strategies'),
    assets: fileURLToPath(new URL('../../dist/', import.meta.url)),
    clock: Date.now,
    newId: () => `run${ids++}`,
    dockerSocket: '/nowhere/docker.sock',
    bubblewrap: '/nowhere/bwrap',
  });
  await lab.candles.save(market);
  await mkdir(join(lab.folder, 'searches'), { recursive: true });
  return lab;
}

async function newRun(lab: Lab): Promise<string> {
  const { hash, venue, symbol } = market;
  return (await lab.sagas()).create({
    name: backtestSagaName,
    input: {
      source,
      file: join(folder, 'late.strategy.ts'),
      author: 'person',
      params: {},
      data: { hash, venue, symbol },
      dataWarnings: [],
      settings: defaultRunSettings,
      metric: 'sharpe',
      minimumLevel: 'preview',
      budget: 4,
    },
  });
}

const filesOf = (run: string) => [`${run}-optimise-1.json`, `work-${run}-stress-1.json`];

async function keep(lab: Lab, ...names: string[]): Promise<void> {
  for (const name of names) await writeFile(join(lab.folder, 'searches', name), '{}');
}

const kept = async (lab: Lab) => (await readdir(join(lab.folder, 'searches'))).sort();

test('kept work stays while its run may go on, and goes where no run is left that could', async () => {
  const path = join(folder, 'states');
  await mkdir(path);
  const states = [
    'running',
    'undoing',
    'interrupted',
    'waiting-for-review',
    'completed',
    'rejected',
    'failed',
  ];
  const temporary = 'work-running-backtest-1.json.123e4567-e89b-42d3-a456-426614174000.tmp';
  const all = [
    ...states.flatMap(filesOf),
    ...filesOf('unknown'),
    temporary,
    'notes.txt',
    'unknown-a.json.tmp',
  ];
  for (const name of all) await writeFile(join(path, name), '{}');
  await tidyKept(new OutputFolder(path), () =>
    Promise.resolve(states.map((state) => ({ id: state, state }))),
  );
  const open = ['running', 'undoing', 'interrupted', 'waiting-for-review'].flatMap(filesOf);
  expect((await readdir(path)).sort()).toEqual(
    [...open, temporary, 'notes.txt', 'unknown-a.json.tmp'].sort(),
  );
});

test('files are listed before runs are asked for: a run that begins in between keeps its own', async () => {
  const path = join(folder, 'between');
  await mkdir(path);
  await writeFile(join(path, 'old-optimise-1.json'), '{}');
  await tidyKept(new OutputFolder(path), async () => {
    await writeFile(join(path, 'new-optimise-1.json'), '{}');
    return [];
  });
  expect(await readdir(path)).toEqual(['new-optimise-1.json']);
});

test('a run that fails leaves no kept work behind, and no other loses its own', async () => {
  const lab = await open('failing');
  const waiting = await newRun(lab);
  const failing = await newRun(lab);
  await keep(lab, ...filesOf(waiting), ...filesOf(failing));
  expect((await (await lab.sagas()).run(failing)).state).toBe('failed');
  await expect.poll(() => kept(lab)).toEqual(filesOf(waiting).sort());
  await lab.close();
});

test('a lab that opens removes what earlier processes have left, and keeps what waits to be resumed', async () => {
  const lab = await open('reopened');
  const waiting = await newRun(lab);
  await lab.close();
  await keep(lab, ...filesOf(waiting), ...filesOf('deadbeef00'));
  const next = await open('reopened');
  expect((await (await next.sagas()).view(waiting)).state).toBe('interrupted');
  expect(await kept(next)).toEqual(filesOf(waiting).sort());
  await next.close();
});
