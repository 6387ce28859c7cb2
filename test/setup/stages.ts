import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Counts, countsOfReport, noTests } from './counts.ts';
import { missingDockerPackages } from './dockerDaemon.ts';
import { installCodeServer, missingEditorPackages } from './editorParts.ts';
import { findProgram, missingPackages } from './packages.ts';
import { runProgram, type TakeLine } from './program.ts';

export interface StageResult {
  readonly outcome: 'passed' | 'failed' | 'skipped';
  readonly counts: Counts;
  /** What the outcome does not say, such as why a stage was skipped. */
  readonly note: string;
}

export interface StageContext {
  readonly root: string;
  /** For the temporary files of all that a stage starts. */
  readonly temporaryFolder: string;
  /** Takes what a stage prints; where it is left out, that goes to this process's own output. */
  readonly output?: TakeLine | undefined;
  /** Installs the Debian packages that are missing, in turn with other stages; answers what is missing still. */
  readonly install: (findMissing: () => string[]) => Promise<string[]>;
  /** Arguments for vitest. */
  readonly filter: readonly string[];
  /** Where missing parts are a failure and not a reason to skip. */
  readonly isCi: boolean;
  readonly signal: AbortSignal;
  /** Socket of a Docker daemon for tests, which starts when it is first asked for. */
  readonly dockerSocket: () => Promise<string>;
}

export type Stage = (context: StageContext) => Promise<StageResult>;

function result(hasPassed: boolean, counts: Counts = noTests, note = ''): StageResult {
  return { outcome: hasPassed ? 'passed' : 'failed', counts, note };
}

function runTool(
  context: StageContext,
  tool: string,
  args: readonly string[],
  more: NodeJS.ProcessEnv = {},
): Promise<boolean> {
  const { root, signal, output, temporaryFolder } = context;
  const colors = process.stdout.isTTY && output !== undefined ? { FORCE_COLOR: '1' } : {};
  const env = { ...process.env, ...colors, TMPDIR: temporaryFolder, ...more };
  return runProgram(join(root, 'node_modules/.bin', tool), args, { cwd: root, signal, output, env });
}

/** Types of the whole tree, and of each web view, which has a browser's types. */
export async function checkTypes(context: StageContext): Promise<StageResult> {
  const views = globSync('webviews/**/tsconfig.json', { cwd: context.root });
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

/** Tests of parts alone; those with another program say by themselves where there is none. */
export const runUnitTests: Stage = async (context) => {
  await context.install(() =>
    missingPackages([
      ['python3', findProgram('python3')],
      ['prometheus', findProgram('promtool')],
      ['redis-server', findProgram('redis-server')],
    ]),
  );
  return runVitest(context, 'unit');
};

/** Tests against a Docker daemon with gVisor of the tests' own. */
export const runSandboxTests: Stage = (context) =>
  runWithParts(context, 'docker', { findPackages: missingDockerPackages });

/** Tests in a real VS Code, and of its panels in a browser, with the same daemon. */
export const runEditorTests: Stage = (context) =>
  runWithParts(context, 'editor', {
    findPackages: () => [...missingDockerPackages(), ...missingEditorPackages()],
    install: () => installCodeServer(context.signal),
  });

interface Parts {
  /** The Debian packages that are missing. */
  readonly findPackages: () => string[];
  /** Installs what no package brings; rejects where that fails. */
  readonly install?: () => Promise<void>;
}

/**
 * Runs a project whose tests need a Docker daemon and other parts, and installs them. Where one cannot be had,
 * no test runs: a failure in CI, elsewhere a skip that says why.
 */
async function runWithParts(context: StageContext, project: string, parts: Parts): Promise<StageResult> {
  const files = await countFiles(context, project);
  if (files === 0) {
    // Without a filter there are such tests: a list without them is a fault of the listing.
    if (context.filter.length === 0) return result(false, noTests, 'the tests of this stage were not found');
    return { outcome: 'skipped', counts: noTests, note: 'no test of this stage is asked for' };
  }
  const missing = await installParts(context, parts);
  if (missing !== undefined) {
    const note = `${files} test files not run, ${missing}`;
    if (context.isCi) return result(false, { ...noTests, failed: files }, note);
    return { outcome: 'skipped', counts: { ...noTests, skipped: files }, note };
  }
  return runVitest(context, project, { STRATEGY_LAB_DOCKER_SOCKET: await context.dockerSocket() });
}

/** Installs parts and answers what is missing all the same, if anything. */
async function installParts(context: StageContext, parts: Parts): Promise<string | undefined> {
  const packages = await context.install(parts.findPackages);
  if (packages.length > 0) return `missing: ${packages.join(', ')}`;
  if (process.getuid?.() !== 0) return 'a Docker daemon of the tests needs root';
  try {
    await parts.install?.();
    return undefined;
  } catch (error) {
    context.signal.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}

async function runVitest(
  context: StageContext,
  project: string,
  env: NodeJS.ProcessEnv = {},
): Promise<StageResult> {
  return withReport(context, async (report) => {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    // Whether any test has run is judged over all stages together.
    const args = ['run', '--project', project, '--passWithNoTests', ...reporters, ...context.filter];
    const hasPassed = await runTool(context, 'vitest', args, env);
    const counts = countsOfReport(readIfThere(report));
    return result(hasPassed && counts.failed === 0, counts);
  });
}

/** How many test files of `project` the filter leaves; asked of vitest, as a filter may be any of its options. */
async function countFiles(context: StageContext, project: string): Promise<number> {
  return withReport(context, async (report) => {
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

async function withReport<T>(
  { temporaryFolder }: StageContext,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(temporaryFolder, 'report-'));
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
