import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { build } from 'esbuild';
import type { Page } from 'playwright-core';
import { test } from 'vitest';
import * as z from 'zod';
import { type HostEvent, resultsVariable } from '../host/harness.ts';
import { launchChromium } from './chromium.ts';
import { CodeServer, type CodeServerOptions } from './codeServer.ts';
import { isKnownNoise } from './consoleNoise.ts';

export interface InHostOptions extends Omit<CodeServerOptions, 'hasTestDriver'> {
  /** The TypeScript files that register tests with the harness; their bundle is made here. */
  readonly tests: readonly string[];
  /** The extension under test, unpacked. */
  readonly extensionFolder: string;
  /** The folder that the window opens. */
  readonly folder: string;
  /** How long all the tests together may take. */
  readonly milliseconds?: number;
}

export interface HostTestResult {
  readonly name: string;
  readonly error: string | null;
  readonly milliseconds: number;
}

const usualMilliseconds = 5 * 60_000;
const shownLogCharacters = 8000;
const shownLines = 40;
const askMilliseconds = 100;

const eventSchema: z.ZodType<HostEvent> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), name: z.string() }),
  z.object({
    kind: z.literal('end'),
    name: z.string(),
    error: z.string().nullable(),
    milliseconds: z.number(),
  }),
  z.object({ kind: z.literal('done') }),
]);

/** Runs a bundle of tests in the extension host of a window of its own. */
export async function runInHost(options: InHostOptions): Promise<HostTestResult[]> {
  const folder = await mkdtemp(join(tmpdir(), 'strategy-lab-in-host-'));
  const resultsFile = join(folder, 'results');
  try {
    const bundle = await bundleTests(options.tests, folder);
    const env = { ...options.env, [resultsVariable]: resultsFile };
    const server = await CodeServer.start({ ...options, env, hasTestDriver: true });
    try {
      const story = await runWindow(server, bundle, resultsFile, options);
      return resultsOf(eventsIn(resultsFile), () => `${story}\n${server.logs().slice(-shownLogCharacters)}`);
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Declares one test for each that ran in the host, so that the report names them. */
export function declareHostTests(results: readonly HostTestResult[]): void {
  for (const { name, error } of results) {
    test(name, () => {
      if (error !== null) throw new Error(error);
    });
  }
}

/** One file whose `run` runs the tests. VS Code loads it by `require`, whatever the package around it says. */
async function bundleTests(tests: readonly string[], folder: string): Promise<string> {
  const outfile = join(folder, 'tests.cjs');
  const imports = tests.map((path) => `import ${JSON.stringify(path)};`);
  await build({
    stdin: {
      contents: [...imports, `export { run } from './harness.ts';`].join('\n'),
      resolveDir: join(import.meta.dirname, '../host'),
    },
    outfile,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    external: ['vscode'],
    sourcemap: 'inline',
    logLevel: 'warning',
  });
  return outfile;
}

/** Opens the window that runs the tests, and answers how it ended and what it said. */
async function runWindow(
  server: CodeServer,
  bundle: string,
  resultsFile: string,
  options: InHostOptions,
): Promise<string> {
  const browser = await launchChromium();
  try {
    const page = await browser.newPage();
    const window = await listenTo(page);
    await page.goto(testAddress(server, bundle, options));
    const ending = await waitForEnd(server, window, resultsFile, options.milliseconds ?? usualMilliseconds);
    return [ending, ...window.said.slice(-shownLines)].join('\n');
  } finally {
    await browser.close();
  }
}

interface TestWindow {
  readonly said: readonly string[];
  /** The code with which VS Code has ended the tests, once it has. */
  readonly exitCode: () => string | undefined;
}

async function listenTo(page: Page): Promise<TestWindow> {
  const said: string[] = [];
  let exitCode: string | undefined;
  // The workbench calls these two by name when it runs tests.
  await page.exposeFunction('codeAutomationExit', (code: unknown) => {
    exitCode = String(code);
  });
  await page.exposeFunction('codeAutomationLog', (type: string, words: unknown) => {
    said.push(`${type}: ${typeof words === 'string' ? words : JSON.stringify(words)}`);
  });
  page.on('console', (message) => {
    if (message.type() === 'error' && !isKnownNoise(message.text())) said.push(message.text());
  });
  return { said, exitCode: () => exitCode };
}

function testAddress(server: CodeServer, bundle: string, options: InHostOptions): string {
  const remote = (path: string) => `vscode-remote://${server.authority}${path}`;
  const payload = [
    ['extensionDevelopmentPath', remote(options.extensionFolder)],
    ['extensionTestsPath', remote(bundle)],
    ['skipWelcome', 'true'],
  ];
  const query = new URLSearchParams({ folder: options.folder, payload: JSON.stringify(payload) });
  return `${server.address}/?${query}`;
}

/** Waits until VS Code says that the tests are over, or the host that began them is gone. */
async function waitForEnd(
  server: CodeServer,
  window: TestWindow,
  resultsFile: string,
  milliseconds: number,
): Promise<string> {
  const latest = Date.now() + milliseconds;
  let host: number | undefined;
  while (Date.now() < latest) {
    const code = window.exitCode();
    if (code !== undefined) return `VS Code ended the tests with ${code}.`;
    const hosts = server.extensionHosts();
    if (existsSync(resultsFile)) host ??= hosts[0];
    if (host !== undefined && !hosts.includes(host) && !isDone(resultsFile)) {
      return 'The extension host ended before its tests did.';
    }
    await delay(askMilliseconds);
  }
  return `The tests were not over after ${milliseconds} ms.`;
}

function eventsIn(resultsFile: string): HostEvent[] {
  if (!existsSync(resultsFile)) return [];
  const lines = readFileSync(resultsFile, 'utf8').split('\n');
  // What follows the last line's end was cut short by a crash.
  return lines.slice(0, -1).map((line) => eventSchema.parse(JSON.parse(line)));
}

function isDone(resultsFile: string): boolean {
  return eventsIn(resultsFile).some(({ kind }) => kind === 'done');
}

/** The tests that ended, and as failed the one that did not, or a run that came to no end. */
function resultsOf(events: readonly HostEvent[], log: () => string): HostTestResult[] {
  const results: HostTestResult[] = events.filter((event) => event.kind === 'end');
  const last = events.at(-1);
  if (last?.kind === 'done' && results.length > 0) return results;
  const name = last?.kind === 'start' ? last.name : 'the extension host runs its tests to the end';
  return [...results, { name, error: log(), milliseconds: 0 }];
}
