import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The built program. `npm test` builds it before any test. */
export const program = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Answer {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CallOptions {
  readonly folder: string;
  /** Kills the program with SIGKILL after so many milliseconds. */
  readonly killAfter?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** What the user enters; nothing where it is left out. */
  readonly input?: string;
  /** Another build of the program. */
  readonly program?: string;
}

/** Runs the program as a user would, without Docker, so that every strategy runs at the preview level. */
export function call(args: readonly string[], options: CallOptions): Promise<Answer> {
  const environment = {
    ...process.env,
    STRATEGY_LAB_DOCKER_SOCKET: '/nowhere/docker.sock',
    STRATEGY_LAB_BUBBLEWRAP: '/nowhere/bwrap',
    ...options.environment,
  };
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [options.program ?? program, ...args], {
      cwd: options.folder,
      env: environment,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // A program that has ended, or was killed, reads no more.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    const timer =
      options.killAfter === undefined
        ? undefined
        : setTimeout(() => child.kill('SIGKILL'), options.killAfter);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr });
    });
  });
}

/** A new folder for one test's user; `remove` takes it away. */
export async function newFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'strategy-lab-test-'));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Writes a small hourly market whose averages cross every few days, and returns its path. */
export async function writeMarket(folder: string, bars = 900): Promise<string> {
  const lines = ['time,open,high,low,close,volume'];
  let previous = 100;
  for (let bar = 0; bar < bars; bar++) {
    const close = 100 + 12 * Math.sin(bar / 17) + 5 * Math.sin(bar / 5) + bar / 100;
    const high = Math.max(previous, close) + 0.5;
    const low = Math.min(previous, close) - 0.5;
    const time = new Date(Date.UTC(2022, 0, 1) + bar * 3_600_000).toISOString();
    lines.push([time, previous, high, low, close, 10 + (bar % 7)].join(','));
    previous = close;
  }
  const path = join(folder, 'MARKET_TESTUSD_1h.csv');
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

/** A strategy file in `folder` whose `next` has the given body. */
export async function writeStrategy(folder: string, name: string, next: string, setup = ''): Promise<string> {
  const path = join(folder, `${name}.strategy.ts`);
  await writeFile(
    path,
    `import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: '${name}',
  params: { fast: { type: 'integer', default: 10, min: 2, max: 100 } },
  setup({ params, indicators }) {
    ${setup}
    return { fast: indicators.sma(params.fast), slow: indicators.sma(30) };
  },
  next({ bar, bars, position, orders, params, log }, { fast, slow }) {
    ${next}
  },
});
`,
  );
  return path;
}

export const crossing = `if (position.isFlat && crossAbove(fast, slow)) orders.buy({ percent: 100, stopLossPercent: 5 });
    else if (position.isLong && crossBelow(fast, slow)) orders.close();`;
