import { join } from 'node:path';
import { type Counts, closingLine, noTests, sumOf } from './counts.ts';
import { dockerFolder } from './docker.ts';
import { type DockerDaemon, startDockerDaemon } from './dockerDaemon.ts';
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
 * `npm test [-- FILTER]`: all stages in their order, a table with their times, and as the last line
 * `N passed, N failed, N skipped`. With a filter, which goes to vitest, the stages without tests are left out.
 */
const longestMilliseconds = 45 * 60_000;

const filter = process.argv.slice(2);
const checks: [name: string, run: Stage][] = [
  ['types', checkTypes],
  ['lint', lint],
];
const tests: [name: string, run: Stage][] = [
  ['unit', runUnitTests],
  ['sandbox', runSandboxTests],
  ['editor', runEditorTests],
];

const ending = new AbortController();
setTimeout(() => ending.abort('the 45 minutes are over'), longestMilliseconds).unref();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => ending.abort(signal));

let daemon: DockerDaemon | undefined;

const context = {
  root: join(import.meta.dirname, '../..'),
  filter,
  isCi: process.env['CI'] === 'true',
  signal: ending.signal,
  dockerSocket: async () => {
    daemon ??= await startDockerDaemon(dockerFolder);
    return daemon.socketPath;
  },
};

async function runStage(stage: Stage): Promise<StageResult> {
  try {
    ending.signal.throwIfAborted();
    return await stage(context);
  } catch (error) {
    const note = error instanceof Error ? error.message : String(error);
    return { outcome: 'failed', counts: noTests, note };
  }
}

const rows: string[] = [];
const results: StageResult[] = [];
for (const [name, stage] of filter.length === 0 ? [...checks, ...tests] : tests) {
  console.log(`\n${name}`);
  const started = performance.now();
  const result = await runStage(stage);
  const time = `${((performance.now() - started) / 1000).toFixed(1)} s`;
  results.push(result);
  rows.push(`${name.padEnd(10)}${time.padStart(9)}  ${result.outcome.padEnd(8)} ${result.note}`.trimEnd());
}
await daemon?.stop();
if (filter.length > 0) {
  rows.push(`left out: types, lint, and the tests that do not match ${filter.join(' ')}`);
}

const counts: Counts = sumOf(results.map((result) => result.counts));
const isGood = results.every(({ outcome }) => outcome !== 'failed') && counts.failed === 0;
if (counts.passed + counts.failed === 0) rows.push('no test has run');
console.log(`\n${rows.join('\n')}\n\n${closingLine(counts)}`);
process.exitCode = isGood && counts.passed > 0 ? 0 : 1;
