import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { LabError } from '../../../extension/contracts/errors.ts';
import type { TaskQueue } from '../../../extension/contracts/tasks.ts';
import type { SagaEngine } from '../../../extension/orchestrator/saga/engine.ts';
import { enqueueSaga } from '../../../extension/orchestrator/sagaTasks.ts';
import { type Note, readHistory } from './history.ts';
import { enqueueNoted } from './recordedQueue.ts';
import { taskByChance } from './work.ts';

const ends = ['completed', 'failed', 'cancelled', 'rejected'];
/** More tasks than this are not kept open, so that all that is begun soon ends. */
const mostOpen = 50;

export interface ClientOptions {
  /** As it is, for wishes that are named by the client itself. */
  readonly queue: TaskQueue;
  /** The same with its calls noted. */
  readonly recorded: TaskQueue;
  readonly engine: SagaEngine;
  readonly note: Note;
  readonly history: string;
  readonly by: string;
  readonly random: () => number;
  readonly isStopped: () => boolean;
}

/**
 * Wishes for tasks and sagas, changes its mind about some, and asks again for what a predecessor in its place
 * heard no answer to. Once it is stopped it only sees to it that open sagas are worked on, until none is left.
 */
export async function wishOn(options: ClientOptions): Promise<void> {
  const { queue, recorded, engine, note, by, random, isStopped } = options;
  const recent: string[] = [];
  await askAgain(options);
  for (let round = 0; ; round += 1) {
    if (round % 5 === 0 && (await wakeSagas(recorded, engine)) === 0 && isStopped()) break;
    await delay(isStopped() ? 50 : 5 + random() * 10);
    if (isStopped()) continue;
    const counts = await queue.counts();
    const open = counts.reduce((sum, count) => sum + count.waiting + count.delayed + count.running, 0);
    if (open > mostOpen) continue;
    const batch = Array.from({ length: 1 + Math.floor(random() * 3) }, () => {
      const key = random() < 0.2 ? `key${Math.floor(random() * 1000)}` : undefined;
      return taskByChance(random, randomUUID(), key);
    });
    const answers = await enqueueNoted(queue, note, `${by}/${randomUUID()}`, batch);
    recent.push(...answers.map(({ id }) => id));
    recent.splice(0, recent.length - 8);
    const chosen = recent[Math.floor(random() * recent.length)];
    if (chosen !== undefined) await changeMind(options, chosen);
    if (random() < 0.12) await startSaga(options);
  }
  note({ kind: 'quiet' });
}

/** Batches without an answer are asked for again; tasks that came into being stay as they are. */
async function askAgain({ queue, note, history, by, random }: ClientOptions): Promise<void> {
  const records = readHistory(history);
  const answered = new Set(records.flatMap((record) => (record.kind === 'acknowledged' ? record.call : [])));
  for (const record of records) {
    if (record.kind !== 'wished' || !record.call.startsWith(`${by}/`) || answered.has(record.call)) continue;
    const again = record.tasks.map(({ id, tenant, key, maximumAttempts }) => {
      const { deadline: _, ...task } = taskByChance(random, id, key ?? undefined);
      return { ...task, tenant, maximumAttempts };
    });
    note({ kind: 'acknowledged', call: record.call, answers: await queue.enqueue(again) });
  }
}

async function changeMind({ recorded, random }: ClientOptions, id: string): Promise<void> {
  const choice = random();
  try {
    if (choice < 0.15) await recorded.cancel(id);
    else if (choice < 0.3) await recorded.setPriority(id, Math.floor(random() * 20));
    else if (choice < 0.5) await recorded.replay(id);
  } catch (error) {
    // It came to its end before.
    if (!LabError.is(error, 'task.state')) throw error;
  }
}

async function startSaga({ recorded, engine, note, random }: ClientOptions): Promise<void> {
  const failing = random() < 0.3 ? ('abcd'[Math.floor(random() * 4)] ?? null) : null;
  const id = await engine.create({ id: randomUUID(), name: 'chaos', input: { failing } });
  note({ kind: 'saga-acknowledged', saga: id, failing });
  await wake(recorded, engine, id);
  if (random() > 0.25) return;
  await delay(random() * 40);
  try {
    await engine.cancel(id);
    note({ kind: 'saga-cancelled', saga: id });
    await wake(recorded, engine, id);
  } catch (error) {
    if (!LabError.is(error, 'saga.state') && !LabError.is(error, 'journal.conflict')) throw error;
  }
}

/** Has each open saga worked on, and answers how many there are. */
async function wakeSagas(queue: TaskQueue, engine: SagaEngine): Promise<number> {
  const open = (await engine.list()).filter(({ state }) => !ends.includes(state));
  for (const { id } of open) await wake(queue, engine, id);
  return open.length;
}

async function wake(queue: TaskQueue, engine: SagaEngine, id: string): Promise<void> {
  const { view, events } = await engine.history(id);
  if (ends.includes(view.state)) return;
  await enqueueSaga(queue, { id, sequence: events.length, traceId: view.traceId }, {});
}
