import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Redis } from 'ioredis';
import * as z from 'zod';
import type { FinalCount, FinalEvent, FinalState, FinalTask } from './history.ts';

const states = ['waiting', 'delayed', 'running', 'done', 'dead', 'cancelled'] as const;
const text = z.string().nullable();
const taskRowsSchema = z.array(
  z.object({
    id: z.string(),
    tenant: z.string(),
    priority: z.coerce.number(),
    type: z.string(),
    state: z.string(),
    epoch: z.coerce.number(),
    attempts: z.coerce.number(),
    idempotency_key: text.default(null),
    result: text.default(null),
    error: text.default(null),
    dead_reason: text.default(null),
  }),
);
const eventRowsSchema = z.array(
  z.object({ stream: z.string(), sequence: z.number(), type: z.string(), data: z.string() }),
);
const lineRowsSchema = z.array(
  z.object({
    tenant: z.string(),
    priority: z.number(),
    type: z.string(),
    waiting: z.number(),
    delayed: z.number(),
    running: z.number(),
    done: z.number(),
    dead: z.number(),
    cancelled: z.number(),
  }),
);

/** Tasks and counts of the embedded queue and all events of sagas, by SQL. */
export function stateOfLab(lab: string): FinalState {
  const database = new DatabaseSync(join(lab, 'journal.sqlite'), { readOnly: true, timeout: 10_000 });
  try {
    return stateOfDatabase(database);
  } finally {
    database.close();
  }
}

export function stateOfDatabase(database: DatabaseSync): FinalState {
  const rows = (sql: string) => database.prepare(sql).all();
  // One moment for all three.
  database.exec('BEGIN');
  const [tasks, lines, events] = [
    rows('SELECT * FROM tasks'),
    rows('SELECT * FROM task_lines'),
    rows("SELECT stream, sequence, type, data FROM events WHERE stream LIKE 'saga/%' ORDER BY position"),
  ];
  database.exec('COMMIT');
  return {
    tasks: tasksOf(tasks),
    counts: lineRowsSchema.parse(lines).flatMap(countsOfLine),
    events: eventRowsSchema
      .parse(events)
      .map((event): FinalEvent => ({ ...event, data: JSON.parse(event.data) })),
    leftEntries: 0,
  };
}

/** The same with the queue's part from a Redis server, by its own commands; without a lab there are no sagas. */
export async function stateOfRedis(url: string, prefix: string, lab: string | null): Promise<FinalState> {
  const redis = new Redis(url);
  try {
    const name = (key: string) => `{${prefix}}:${key}`;
    const keys = await redis.keys(name('task:*'));
    const hashes = await Promise.all(keys.map((key) => redis.hgetall(key)));
    const tasks = hashes.map((hash, index) =>
      taskOfHash(keys[index]?.slice(name('task:').length) ?? '', hash),
    );
    const book = await redis.hgetall(name('book'));
    const lines = await redis.keys(name('line:*'));
    const waiting = await Promise.all(lines.map((key) => redis.zcard(key)));
    const left = await Promise.all(['high', 'low'].map((band) => redis.xlen(name(`stream:${band}`))));
    return {
      tasks: tasksOf(tasks),
      counts: [
        ...Object.entries(book).flatMap(countOfField),
        ...lines.map((key, index) => waitingOf(key.slice(name('line:').length), waiting[index] ?? 0)),
      ],
      events: lab === null ? [] : stateOfLab(lab).events,
      leftEntries: left.reduce((sum, length) => sum + length, 0),
    };
  } finally {
    redis.disconnect();
  }
}

/** What stays of a task is in one field, and what changes is in another. */
function taskOfHash(id: string, { about = '', state: changing = '', ...rest }: Record<string, string>) {
  const [, tenant, type] = about.split('|');
  const [state, priority, , attempts, epoch, , , , , , deadReason] = changing.split('|');
  return { ...rest, id, tenant, type, state, priority, attempts, epoch, dead_reason: deadReason || null };
}

function waitingOf(line: string, count: number): FinalCount {
  const [priority, tenant = '', type = ''] = line.split('|');
  return { tenant, priority: Number(priority), type, state: 'waiting', count };
}

function tasksOf(rows: unknown): FinalTask[] {
  return taskRowsSchema
    .parse(rows)
    .map(({ idempotency_key: key, dead_reason: deadReason, ...row }) => ({ ...row, key, deadReason }));
}

function countsOfLine(line: z.infer<typeof lineRowsSchema>[number]): FinalCount[] {
  const { tenant, priority, type } = line;
  return states.map((state) => ({ tenant, priority, type, state, count: line[state] }));
}

function countOfField([field, value]: readonly [string, string]): FinalCount[] {
  const [kind, priority = '', tenant = '', type = '', state = ''] = field.split('|');
  return kind === 'c' ? [{ tenant, priority: Number(priority), type, state, count: Number(value) }] : [];
}
