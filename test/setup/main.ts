import { join } from 'node:path';
import { type Counts, closingLine, noTests, sumOf } from './counts.ts';
import { dockerFolder } from './docker.ts';
import { type DockerDaemon, startDockerDaemon } from './dockerDaemon.ts';
import { installPackages } from './packages.ts';
import { makeRunFolder } from './runFolder.ts';
import {
  checkTypes,
  lint,
  runEditorTests,
  runSandboxTests,
  runUnitTests,
  type Stage,
  type StageResult,
} from './stages.ts';

/*
 * `npm test [-- FILTER]`: all stages, a table with their times, and as the last line `N passed, N failed, N skipped`.
 * With a filter, which goes to vitest, the stages without tests are left out, and the others run in their order.
 */
const longestMilliseconds = 45 * 60_000;

const filter = process.argv.slice(2);
type NamedStage = readonly [name: string, run: Stage];

const checks: NamedStage[] = [
  ['types', checkTypes],
  ['lint', lint],
];
const unit: NamedStage = ['unit', runUnitTests];
/** These share a Docker daemon, and look at all of its containers: they never run at once. */
const withDocker: NamedStage[] = [
  ['sandbox', runSandboxTests],
  ['editor', runEditorTests],
];
/**
 * The stages of a lane run one after the other, and the lanes at once: a sandbox that runs into its limit of time and
 * a window that is awaited leave the cores to others.
 */
const lanes = filter.length === 0 ? [[...checks, unit], withDocker] : [[unit, ...withDocker]];

const ending = new AbortController();
setTimeout(() => ending.abort('the 45 minutes are over'), longestMilliseconds).unref();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort(signal));

let daemon: Promise<DockerDaemon> | undefined;
let lastInstall: Promise<unknown> = Promise.resolve();
const runFolder = makeRunFolder();

const context = {
  root: join(import.meta.dirname, '../..'),
  temporaryFolder: runFolder.path,
  filter,
  isCi: process.env['CI'] === 'true',
  signal: ending.signal,
  install: (findMissing: () => string[]) => {
    const install = lastInstall.then(() => installPackages(findMissing));
    lastInstall = install.catch(() => undefined);
    return install;
  },
  dockerSocket: async () => {
    daemon ??= startDockerDaemon(dockerFolder);
    return (await daemon).socketPath;
  },
};

async function runStage(name: string, stage: Stage): Promise<StageResult> {
  // What lanes print at once is told apart by the names of their stages.
  const output = lanes.length === 1 ? undefined : (line: string) => console.log(`${name.padEnd(8)}| ${line}`);
  try {
    ending.signal.throwIfAborted();
    return await stage({ ...context, output });
  } catch (error) {
    const note = error instanceof Error ? error.message : String(error);
    return { outcome: 'failed', counts: noTests, note };
  }
}

interface Row {
  readonly text: string;
  readonly result: StageResult;
}

async function runLane(stages: readonly NamedStage[]): Promise<Row[]> {
  const rows: Row[] = [];
  for (const [name, stage] of stages) {
    console.log(`\n${name}`);
    const started = performance.now();
    const result = await runStage(name, stage);
    const time = `${((performance.now() - started) / 1000).toFixed(1)} s`;
    const text =
      `${name.padEnd(10)}${time.padStart(9)}  ${result.outcome.padEnd(8)} ${result.note}`.trimEnd();
    rows.push({ text, result });
    if (lanes.length > 1) console.log(`\n${text}`);
  }
  return rows;
}

const started = performance.now();
const done = (await Promise.all(lanes.map(runLane))).flat();
await (await daemon?.catch(() => undefined))?.stop();
runFolder.remove();
const results = done.map(({ result }) => result);
const rows = done.map(({ text }) => text);
rows.push(`${'all'.padEnd(10)}${`${((performance.now() - started) / 1000).toFixed(1)} s`.padStart(9)}`);
if (filter.length > 0) {
  rows.push(`left out: types, lint, and the tests that do not match ${filter.join(' ')}`);
}

const counts: Counts = sumOf(results.map((result) => result.counts));
const isGood = results.every(({ outcome }) => outcome !== 'failed') && counts.failed === 0;
if (counts.passed + counts.failed === 0) rows.push('no test has run');
console.log(`\n${rows.join('\n')}\n\n${closingLine(counts)}`);
process.exitCode = isGood && counts.passed > 0 ? 0 : 1;
