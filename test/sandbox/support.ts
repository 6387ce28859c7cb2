import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultRunSettings } from '../../extension/contracts/backtest.ts';
import type { CandleColumns } from '../../extension/contracts/candles.ts';
import { LabError, type LabErrorReason } from '../../extension/contracts/errors.ts';
import type { StrategyLanguage, StrategySource } from '../../extension/contracts/strategyLanguage.ts';
import { BubblewrapBackend } from '../../sandbox/bubblewrap/backend.ts';
import type { LimitWay } from '../../sandbox/bubblewrap/command.ts';
import { findGroupPlace } from '../../sandbox/bubblewrap/resourceGroup.ts';
import { RootFolder, sandboxFolder } from '../../sandbox/bubblewrap/rootFolder.ts';
import type { DockerRuntime } from '../../sandbox/containerOptions.ts';
import { connectDocker, type DockerClient } from '../../sandbox/dockerApi.ts';
import { DockerBackend, type SandboxImage } from '../../sandbox/dockerBackend.ts';
import { nodeRecipe } from '../../sandbox/image/nodeRecipe.ts';
import { pythonImage } from '../../sandbox/image/pythonImage.ts';
import { pythonRecipe } from '../../sandbox/image/pythonRecipe.ts';
import { RunnerImage } from '../../sandbox/image/runnerImage.ts';
import { type ContainerOwner, currentOwner, ownerLabels } from '../../sandbox/owner.ts';
import { ProbeCache } from '../../sandbox/probeCache.ts';
import { QuickJsBackend, type QuickJsBackendOptions } from '../../sandbox/quickjsBackend.ts';
import type { SandboxBackend } from '../../sandbox/sandbox.ts';
import type { RunRequest } from '../../sandbox/session.ts';
import { processTree } from '../setup/processes.ts';

const root = join(import.meta.dirname, '../..');
export const distFolder = join(root, 'dist');
/** A test's own folder below the checkout's cache; git ignores it. */
export const cacheFolder = join(root, '.cache', 'sandbox-tests');

/** A built file; the tests do not build, because a build takes longer than they do. */
export function built(name: string): string {
  const path = join(distFolder, name);
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm run build first`);
  return path;
}

function hashOf(name: string): string {
  return createHash('sha256')
    .update(readFileSync(built(name)))
    .digest('hex');
}

export function engineHash(): string {
  return hashOf('realm.js');
}

/** What a lab of this build holds of each language. */
export function engineHashes(): Record<StrategyLanguage, string> {
  return { javascript: engineHash(), python: hashOf('pythonRunner.json') };
}

/** A strategy in TypeScript. */
export function typeScript(text: string): StrategySource {
  return { text, language: 'javascript' };
}

/** A client of the tests' own daemon, which the setup of the docker project starts. */
export function testDocker(): DockerClient {
  const { STRATEGY_LAB_DOCKER_SOCKET: socket } = process.env;
  if (socket === undefined) throw new Error('STRATEGY_LAB_DOCKER_SOCKET names no daemon for tests');
  return connectDocker(socket);
}

export function testImage(docker: DockerClient, runnerFile = built('runner.js')): RunnerImage {
  return new RunnerImage({
    docker,
    recipe: nodeRecipe({
      runnerFile,
      dockerfile: join(root, 'sandbox/image/Dockerfile'),
      nodePrograms: [process.execPath],
    }),
    clock: Date.now,
  });
}

export function testPythonImage(docker: DockerClient): SandboxImage {
  const recipe = pythonRecipe(built('Dockerfile.python'));
  return pythonImage({
    docker,
    base: new RunnerImage({ docker, recipe, clock: Date.now }),
    runnerFile: built('pythonRunner.json'),
    clock: Date.now,
  });
}

export function dockerBackend(
  docker: DockerClient,
  runtime: DockerRuntime,
  owner: ContainerOwner,
  command?: readonly string[],
): DockerBackend {
  return new DockerBackend({
    docker,
    runtime,
    image: testImage(docker),
    pythonImage: testPythonImage(docker),
    owner,
    newId: randomUUID,
    cache: new ProbeCache(cacheFolder),
    ...(command === undefined ? {} : { command: () => command }),
  });
}

/** A sandbox in namespaces; its root folder is shared by all runs of the tests. */
export function bubblewrapBackend(
  owner: ContainerOwner,
  command?: readonly string[],
  way?: LimitWay,
): BubblewrapBackend {
  return new BubblewrapBackend({
    root: new RootFolder({
      parent: sandboxFolder(cacheFolder),
      runnerFile: built('runner.js'),
      nodePrograms: [process.execPath],
      clock: Date.now,
    }),
    owner,
    cache: new ProbeCache(cacheFolder),
    ...(command === undefined ? {} : { command: () => command }),
    ...(way === undefined ? {} : { way }),
  });
}

/** What is left of the sandboxes of this process in namespaces: its processes, and its control groups. */
export function namespacesOf(owner: ContainerOwner): string[] {
  const mounts = readFileSync('/proc/self/mountinfo', 'utf8');
  const place = findGroupPlace(mounts, readFileSync('/proc/self/cgroup', 'utf8'));
  const groups = (place?.folders ?? []).flatMap((folder) =>
    readdirSync(folder).filter((name) => name.startsWith(`strategy-lab-${owner.pid}-`)),
  );
  const wrapped = processTree(
    ({ parent, words }) => parent === owner.pid && /bwrap|prlimit/.test(words[0] ?? ''),
  );
  return [...groups, ...wrapped.map(({ words }) => words.join(' '))];
}

/** The built parts of the preview. */
export function previewFiles(): QuickJsBackendOptions {
  return {
    workerFile: built('previewWorker.js'),
    realmFile: built('realm.js'),
    interpreterFile: built('emscripten-module.wasm'),
  };
}

export function quickjsBackend(workerFile?: string): QuickJsBackend {
  return new QuickJsBackend({ ...previewFiles(), ...(workerFile === undefined ? {} : { workerFile }) });
}

export function newOwner(): ContainerOwner {
  return currentOwner(randomUUID());
}

/** Names of the containers of one session that exist now, running or not. */
export async function containersOf(docker: DockerClient, owner: ContainerOwner): Promise<string[]> {
  const containers = await docker.listContainers({
    all: true,
    filters: { label: [`${ownerLabels.session}=${owner.session}`] },
  });
  return containers.flatMap(({ Names }) => Names);
}

/** A seeded random walk of hourly bars. */
export function randomWalk(bars: number, seed = 1): CandleColumns {
  const column = () => new Float64Array(bars);
  const candles = {
    time: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    volume: column(),
  };
  let state = seed;
  let price = 100;
  for (let bar = 0; bar < bars; bar++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const next = price * (1 + (state / 2 ** 32 - 0.5) * 0.02);
    candles.time[bar] = 1_600_000_000_000 + bar * 3_600_000;
    candles.open[bar] = price;
    candles.close[bar] = next;
    candles.high[bar] = Math.max(price, next) * 1.001;
    candles.low[bar] = Math.min(price, next) * 0.999;
    candles.volume[bar] = 1 + (state % 100);
    price = next;
  }
  return candles;
}

export const crossStrategy = `
import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Moving-average cross',
  params: {
    fast: { type: 'integer', default: 10, min: 2, max: 100 },
    slow: { type: 'integer', default: 30, min: 5, max: 400 },
  },
  setup({ params, indicators }) {
    return { fast: indicators.sma(params.fast), slow: indicators.sma(params.slow) };
  },
  next({ position, orders, bar, log }, { fast, slow }) {
    if (bar.index === 100) log('one hundred');
    if (position.isFlat && crossAbove(fast, slow)) orders.buy({ percent: 100, stopLossPercent: 5 });
    else if (position.isLong && crossBelow(fast, slow)) orders.close();
  },
});
`;

/** A strategy whose setup and next are the given statements. */
export function strategyOf(next: string, setup = ''): string {
  return `import { defineStrategy } from 'strategy-lab';
const kept: unknown[] = [];
export default defineStrategy({
  name: 'Test',
  setup() { ${setup} },
  next({ bar, orders, random }) { ${next} },
});
`;
}

/** A run's only market. */
export function marketsOf(columns: CandleColumns): RunRequest['markets'] {
  return [{ symbol: 'TEST', columns }];
}

/** A run of `source` over 1,000 bars with its defaults, unless told otherwise. */
export function runRequest(
  backend: SandboxBackend,
  source: string,
  changes: Partial<RunRequest> = {},
): RunRequest {
  return {
    backend,
    engineHash: engineHash(),
    label: 'test',
    source,
    markets: marketsOf(randomWalk(1000)),
    timeframe: '1m',
    settings: defaultRunSettings,
    sets: [{}],
    newNonce: () => randomBytes(16),
    signal: new AbortController().signal,
    ...changes,
  };
}

/** The LabError that `work` fails with; fails the test when it does not. */
export async function failureOf(work: Promise<unknown>): Promise<LabError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof LabError) return error;
    throw error;
  }
  throw new Error('the work was expected to fail and did not');
}

export async function reasonOf(work: Promise<unknown>): Promise<LabErrorReason> {
  return (await failureOf(work)).reason;
}

/** Gives `work` an empty folder, which is removed afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  mkdirSync(cacheFolder, { recursive: true });
  const folder = await mkdtemp(join(cacheFolder, 'folder-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
