import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findProgram } from './packages.ts';

/** Where it is missing, its tests are skipped; in CI they then fail. */
export const hasRedis = process.env['CI'] === 'true' || findProgram('redis-server') !== undefined;

const startMilliseconds = 20_000;

export interface RedisServer {
  /** Path of its Unix socket, which stays the same when it is started again. */
  readonly url: string;
  readonly pid: number;
  /** Ends it as a crash does, and starts it again on the same data. */
  crash(): Promise<void>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * A Redis server of the caller's own, on a Unix socket in a folder of its own, that keeps an append-only file;
 * `settings` are further ones, as in its configuration file.
 */
export async function startRedis(
  sync: 'always' | 'everysec' = 'everysec',
  settings: Readonly<Record<string, string | number>> = {},
  parent = tmpdir(),
): Promise<RedisServer> {
  const program = findProgram('redis-server');
  if (program === undefined) throw new Error('redis-server is missing: install the package redis-server');
  const folder = mkdtempSync(join(parent, 'strategy-lab-redis-'));
  const url = join(folder, 'redis.sock');
  let server: ChildProcess | undefined;

  const start = async () => {
    const basic = { port: 0, unixsocket: url, dir: folder, appendonly: 'yes', appendfsync: sync };
    const options = { ...basic, ...settings };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    rmSync(url, { force: true });
    const child = spawn(program, [...args, '--save', ''], { stdio: ['ignore', 'pipe', 'inherit'] });
    server = child;
    const end = performance.now() + startMilliseconds;
    let log = '';
    child.stdout.on('data', (data) => {
      log += data;
    });
    while (!(existsSync(url) && log.includes('accept connections'))) {
      if (child.exitCode !== null || performance.now() > end)
        throw new Error(`redis-server did not start:\n${log}`);
      await delay(10);
    }
  };
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const exited = once(server, 'exit');
    server.kill(signal);
    await exited;
  };
  const killAtExit = () => void server?.kill('SIGKILL');
  process.on('exit', killAtExit);
  await start();
  return {
    url,
    get pid() {
      return server?.pid ?? 0;
    },
    start,
    kill: () => end('SIGKILL'),
    crash: async () => {
      await end('SIGKILL');
      await start();
    },
    stop: async () => {
      process.off('exit', killAtExit);
      await end('SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
