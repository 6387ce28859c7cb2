import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

export interface Programs {
  readonly child: string;
  readonly journalWorker: string;
  readonly heartbeatWorker: string;
  remove(): void;
}

/** Bundled, as in the product: a process is at work sooner, so more of the kills hit work. */
export async function buildPrograms(): Promise<Programs> {
  const outdir = mkdtempSync(join(tmpdir(), 'strategy-lab-chaos-'));
  const entry = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  await build({
    entryPoints: {
      child: entry('./child.ts'),
      journalWorker: entry('../../../extension/storage/journalWorker.ts'),
      heartbeatWorker: entry('../../../extension/orchestrator/queue/redis/heartbeatWorker.ts'),
    },
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const url = (name: string) => pathToFileURL(join(outdir, `${name}.mjs`)).href;
  return {
    child: join(outdir, 'child.mjs'),
    journalWorker: url('journalWorker'),
    heartbeatWorker: url('heartbeatWorker'),
    remove: () => rmSync(outdir, { recursive: true, force: true }),
  };
}

export interface ChaosProcess {
  /** What it wrote to stderr, in all its lives. */
  readonly complaints: () => string;
  readonly pid: () => number;
  readonly isAlive: () => boolean;
  start(): void;
  signal(signal: NodeJS.Signals): void;
  kill(): Promise<void>;
}

/** A place for processes, one after the other. */
export function chaosProcess(program: string, configOf: () => object): ChaosProcess {
  let child: ChildProcess | undefined;
  let complaints = '';
  const isAlive = () => child !== undefined && child.exitCode === null && child.signalCode === null;
  return {
    complaints: () => complaints,
    pid: () => child?.pid ?? 0,
    isAlive,
    start() {
      child = spawn(process.execPath, [program, JSON.stringify(configOf())], {
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child.stderr?.on('data', (data) => {
        complaints += data;
      });
    },
    signal: (signal) => void child?.kill(signal),
    async kill() {
      if (child === undefined || !isAlive()) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}
