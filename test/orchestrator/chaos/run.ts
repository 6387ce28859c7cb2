import { closeSync, existsSync, mkdtempSync, openSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../../extension/backtest/random.ts';
import { type RedisServer, startRedis } from '../../setup/redis.ts';
import type { ChaosConfig } from './config.ts';
import { stateOfLab, stateOfRedis } from './finalState.ts';
import { type FinalState, type HistoryRecord, readHistory } from './history.ts';
import { type ChaosProcess, chaosProcess, type Programs } from './processes.ts';

export interface ChaosOptions {
  readonly backEnd: 'embedded' | 'redis';
  readonly kills: number;
  readonly seed: number;
  readonly programs: Programs;
}

export interface ChaosResult {
  readonly history: readonly HistoryRecord[];
  readonly state: FinalState;
  /** How often each part was killed. */
  readonly killed: Readonly<Record<string, number>>;
  readonly complaints: string;
}

/** What a process has noted before it is killed. */
const leastNotes = 5;
/** A process is stopped every so many kills, for longer than its leases are good, and then goes on. */
const killsPerStall = 7;
const stallMilliseconds = 3000;
const patienceMilliseconds = 60_000;
const ended = ['done', 'dead', 'cancelled'];
const sagaEnds = ['saga.completed', 'saga.failed', 'saga.cancelled'];

/**
 * Two hosts and two workers on one lab, and with Redis its server; each kill takes one of them at a random moment,
 * at once followed by its successor. Now and then one is stopped for a while. In the end all is left to come to its end in peace.
 */
export async function runChaos({ backEnd, kills, seed, programs }: ChaosOptions): Promise<ChaosResult> {
  const random = seededRandom(seed);
  const folder = mkdtempSync(join(tmpdir(), 'strategy-lab-chaos-run-'));
  const [lab, history, stop] = ['lab', 'history.jsonl', 'stop'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const server: RedisServer | null = backEnd === 'redis' ? await startRedis('always') : null;
  let lives = 0;
  const place = (role: ChaosConfig['role'], number: number) =>
    chaosProcess(programs.child, (): ChaosConfig => {
      lives += 1;
      const { journalWorker, heartbeatWorker } = programs;
      const redis = server?.url ?? null;
      const common = { lab, history, stop, redis, journalWorker, heartbeatWorker };
      return { role, by: `${role}${number}`, seed: seed * 10_000 + lives, ...common };
    });
  const [hosts, workers] = [
    [place('host', 1), place('host', 2)],
    [place('worker', 1), place('worker', 2)],
  ];
  const processes = [...hosts, ...workers];
  const notes = noteCounter(history);
  const parts: Part[] = [
    ...processes.map((process) => ({
      name: hosts.includes(process) ? 'host' : 'worker',
      end: () => restart(process),
      notes: () => notes(process.pid()),
      signal: process.signal,
    })),
    ...(server === null
      ? []
      : [{ name: 'redis', end: () => server.crash(), notes: () => leastNotes, signal: null }]),
  ];
  const stalled = new Set<Part>();
  const anyOf = (some: readonly Part[]) => some[Math.floor(random() * some.length)];
  const stallOne = () => {
    const part = anyOf(parts.filter((some) => some.signal !== null && some.notes() >= leastNotes));
    if (part === undefined || stalled.size > 0) return;
    part.signal?.('SIGSTOP');
    stalled.add(part);
    setTimeout(() => {
      part.signal?.('SIGCONT');
      stalled.delete(part);
    }, stallMilliseconds);
  };
  const killed: Record<string, number> = {};
  const complaints = () => processes.map((process) => process.complaints()).join('');
  const stateNow = () =>
    server === null ? Promise.resolve(stateOfLab(lab)) : stateOfRedis(server.url, 'chaos', lab);
  const until = async (what: string, isSo: () => boolean | Promise<boolean>, every = 5) => {
    for (const end = performance.now() + patienceMilliseconds; !(await isSo()); await delay(every)) {
      if (performance.now() > end)
        throw new Error(`seed ${seed}: waited in vain until ${what}\n${complaints()}`);
    }
  };
  try {
    for (const process of processes) process.start();
    for (let kill = 0; kill < kills; kill += 1) {
      const { name, end, notes: toldBy } = anyOf(parts.filter((part) => !stalled.has(part))) as Part;
      // Every fifth comes anywhere, also while a process starts; the others while it is at work.
      if (kill % 5 !== 0) await until(`a ${name} was at work`, () => toldBy() >= leastNotes);
      await delay(random() * 60);
      killed[name] = (killed[name] ?? 0) + 1;
      await end();
      if (kill % killsPerStall === 0) stallOne();
    }
    writeFileSync(stop, '');
    const pids = () => new Set(hosts.map((host) => host.pid()));
    await until(
      'no host had an open saga',
      () => {
        const quiet = readHistory(history).filter(({ kind, pid }) => kind === 'quiet' && pids().has(pid));
        return quiet.length === hosts.length;
      },
      100,
    );
    let state = await stateNow();
    await until(
      'all had ended',
      async () => {
        state = await stateNow();
        return hasEnded(state);
      },
      100,
    ).catch(() => undefined);
    await Promise.all(processes.map((process) => process.kill()));
    return { history: readHistory(history), state: await stateNow(), killed, complaints: complaints() };
  } finally {
    await Promise.all(processes.map((process) => process.kill()));
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What can be killed. */
interface Part {
  readonly name: string;
  /** Kills it, and starts its successor. */
  readonly end: () => Promise<void>;
  /** How much it has noted in this life. */
  readonly notes: () => number;
  /** Null for what is never stopped. */
  readonly signal: ((signal: NodeJS.Signals) => void) | null;
}

/** Counts the lines of the history by process, and reads only what has come since it was asked last. */
function noteCounter(file: string): (pid: number) => number {
  const counts = new Map<number, number>();
  const buffer = Buffer.alloc(1 << 16);
  let rest = '';
  let position = 0;
  return (pid) => {
    if (!existsSync(file)) return 0;
    const descriptor = openSync(file, 'r');
    for (let length = -1; length !== 0; position += length) {
      length = readSync(descriptor, buffer, 0, buffer.length, position);
      const lines = (rest + buffer.toString('utf8', 0, length)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const by = Number(/"pid":(\d+)}$/.exec(line)?.[1]);
        counts.set(by, (counts.get(by) ?? 0) + 1);
      }
    }
    closeSync(descriptor);
    return counts.get(pid) ?? 0;
  };
}

async function restart(process: ChaosProcess): Promise<void> {
  await process.kill();
  process.start();
}

function hasEnded({ tasks, events }: FinalState): boolean {
  const last = new Map(events.map(({ stream, type }) => [stream, type]));
  return (
    tasks.every(({ state }) => ended.includes(state)) &&
    [...last.values()].every((type) => sagaEnds.includes(type))
  );
}
