import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Counts, countsOfReport, noTests } from './counts.ts';
import { dockerFolder } from './docker.ts';
import { startDockerDaemon } from './dockerDaemon.ts';
import { installMissingParts } from './parts.ts';
import { runProgram } from './program.ts';

export interface StageResult {
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly counts: Counts;
  /** What the outcome does not say, such as why a stage was skipped. */
  readonly note: string;
}

export interface StageContext {
  readonly root: string;
  /** Arguments for vitest. */
  readonly filter: readonly string[];
  /** Where missing parts are a failure and not a reason to skip. */
  readonly isCi: boolean;
  readonly signal: AbortSignal;
}

export type Stage = (context: StageContext) => Promise<StageResult>;

function result(hasPassed: boolean, counts: Counts = noTests, note = ''): StageResult {
  return { outcome: hasPassed ? 'passed' : 'failed', counts, note };
}

function runTool(context: StageContext, tool: string, args: readonly string[]): Promise<boolean> {
  const { root, signal } = context;
  return runProgram(join(root, 'node_modules/.bin', tool), args, { cwd: root, signal });
}

/** Types of the whole tree, and of each web view, which has a browser's types. */
export async function checkTypes(context: StageContext): Promise<StageResult> {
  const views = globSync('webviews/*/tsconfig.json', { cwd: context.root });
  let hasPassed = true;
  for (const project of ['tsconfig.json', ...views]) {
    hasPassed = (await runTool(context, 'tsc', ['--noEmit', '--project', project])) && hasPassed;
  }
  return result(hasPassed);
}

export async function lint(context: StageContext): Promise<StageResult> {
  const colors = process.stdout.isTTY ? 'force' : 'off';
  return result(await runTool(context, 'biome', ['ci', '--error-on-warnings', `--colors=${colors}`, '.']));
}

export const runUnitTests: Stage = (context) => runVitest(context, 'unit');

/** Tests against a Docker daemon with gVisor of the tests' own. */
export async function runSandboxTests(context: StageContext): Promise<StageResult> {
  const files = await countFiles(context, 'docker');
  if (files === 0) {
    // Without a filter there are such tests: a list without them is a fault of the listing.
    if (context.filter.length === 0) return result(false, noTests, 'the tests of this stage were not found');
    return { outcome: 'skipped', counts: noTests, note: 'no test of this stage is asked for' };
  }
  const missing = installMissingParts();
  const reason =
    missing.length > 0 ? `missing: ${missing.join(', ')}` : 'a Docker daemon of the tests needs root';
  if (missing.length > 0 || process.getuid?.() !== 0) {
    const note = `${files} test files not run, ${reason}`;
    if (context.isCi) return result(false, { ...noTests, failed: files }, note);
    return { outcome: 'skipped', counts: { ...noTests, skipped: files }, note };
  }
  const daemon = await startDockerDaemon(dockerFolder);
  process.env['STRATEGY_LAB_DOCKER_SOCKET'] = daemon.socketPath;
  try {
    return await runVitest(context, 'docker');
  } finally {
    await daemon.stop();
  }
}

async function runVitest(context: StageContext, project: string): Promise<StageResult> {
  return withReport(async (report) => {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    // Whether any test has run is judged over all stages together.
    const args = ['run', '--project', project, '--passWithNoTests', ...reporters, ...context.filter];
    const hasPassed = await runTool(context, 'vitest', args);
    const counts = countsOfReport(readIfThere(report));
    return result(hasPassed && counts.failed === 0, counts);
  });
}

/** How many test files of `project` the filter leaves; asked of vitest, as a filter may be any of its options. */
async function countFiles(context: StageContext, project: string): Promise<number> {
  return withReport(async (report) => {
    await runTool(context, 'vitest', [
      'list',
      '--filesOnly',
      `--json=${report}`,
      '--project',
      project,
      ...context.filter,
    ]);
    const files: unknown = JSON.parse(readIfThere(report) ?? '[]');
    return Array.isArray(files) ? files.length : 0;
  });
}

async function withReport<T>(use: (path: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'strategy-lab-test-'));
  try {
    return await use(join(folder, 'report.json'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
