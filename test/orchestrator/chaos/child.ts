import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { seededRandom } from '../../../extension/backtest/random.ts';
import type { Journal } from '../../../extension/contracts/journal.ts';
import type { TaskQueue } from '../../../extension/contracts/tasks.ts';
import { openRedisQueue } from '../../../extension/orchestrator/queue/redis/redisQueue.ts';
import { SagaEngine } from '../../../extension/orchestrator/saga/engine.ts';
import { sagaHandler } from '../../../extension/orchestrator/sagaTasks.ts';
import { TaskHost } from '../../../extension/orchestrator/taskHost.ts';
import { publishOfSagas } from '../../../extension/orchestrator/toldTurns.ts';
import { fixedWorkers } from '../../../extension/orchestrator/workers/autoscaler.ts';
import { WorkerPool } from '../../../extension/orchestrator/workers/workerPool.ts';
import { openJournal } from '../../../extension/storage/openJournal.ts';
import { wishOn } from './client.ts';
import { chaosConfigSchema } from './config.ts';
import { type Note, notebook } from './history.ts';
import { recordedQueue } from './recordedQueue.ts';
import { chaosSaga, workHandler } from './work.ts';

/** One process of a chaos run, until it is killed: a host that wishes, leads and works, or a worker alone. */
const config = chaosConfigSchema.parse(JSON.parse(process.argv[2] ?? ''));
const { role, by, seed, redis } = config;
const note = notebook(config.history, by);
const workerUrl = new URL(config.journalWorker);
/** A twentieth of the time: a second between two looks for lost work is half a second. */
const sleep = (milliseconds: number, signal: AbortSignal) =>
  delay(milliseconds / 20, undefined, { signal }).catch(() => undefined);
/** Short leases, so that what a stalled worker has is free soon. */
const recording = { leaseMilliseconds: 1200, newId: randomUUID };
const isStopped = () => existsSync(config.stop);

async function openQueue(): Promise<TaskQueue> {
  for (;;) {
    try {
      const heartbeatUrl = new URL(config.heartbeatWorker);
      return await openRedisQueue({ url: redis ?? '', prefix: 'chaos', heartbeatUrl });
    } catch {
      // The server was killed, and comes again.
      await delay(20);
    }
  }
}

const poolOptions = (queue: TaskQueue) => ({
  queue: recordedQueue(queue, note, recording),
  name: by,
  policy: fixedWorkers(3),
  clock: Date.now,
  log: () => undefined,
  sleep,
});

/** Notes each time that this process comes to lead. */
function notedLeader(journal: Journal, told: Note): Pick<Journal, 'acquireLease' | 'releaseLease'> {
  return {
    async acquireLease(name, milliseconds) {
      const outcome = await journal.acquireLease(name, milliseconds);
      if (outcome.held) told({ kind: 'leads', epoch: outcome.lease.epoch });
      return outcome;
    },
    releaseLease: (lease) => journal.releaseLease(lease),
  };
}

if (role === 'worker') {
  const queue =
    redis === null ? (await openJournal({ folder: config.lab, workerUrl })).tasks : await openQueue();
  new WorkerPool({ ...poolOptions(queue), handlers: [workHandler(note)] });
} else {
  const journal = await openJournal({ folder: config.lab, workerUrl });
  const queue = redis === null ? journal.tasks : await openQueue();
  const engine = new SagaEngine({
    journal,
    definitions: [chaosSaga(note)],
    clock: Date.now,
    newId: randomUUID,
    leaseMilliseconds: 1200,
  });
  const publish = publishOfSagas({ journal, clock: Date.now });
  const handlers = [
    workHandler(note),
    sagaHandler({ engine: () => Promise.resolve(engine), self: `${by} ${randomUUID()}`, publish }),
  ];
  new TaskHost({ ...poolOptions(queue), handlers, journal: notedLeader(journal, note) });
  const recorded = recordedQueue(queue, note, recording);
  const random = seededRandom(seed);
  await wishOn({ queue, recorded, engine, note, by, random, isStopped, history: config.history });
}
// The threads alone keep no process alive.
setInterval(() => undefined, 60_000);
