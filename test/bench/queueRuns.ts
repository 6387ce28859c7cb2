import { randomUUID } from 'node:crypto';
import { DatabaseSync } from 'node:sqlite';
import { Queue, Worker } from 'bullmq';
import type { Durability, TaskQueue } from '../../extension/contracts/tasks.ts';

/* One cycle of a task, from end to end: it is put in, taken out and reported done, each step answered. */
const payload = { text: 'x'.repeat(150) };
const type = 'bench';

/** Does `cycles` cycles, `atOnce` of them at a time; what they do runs in the order that it likes. */
export async function cyclesOf(cycle: () => Promise<void>, cycles: number, atOnce: number): Promise<void> {
  let left = cycles;
  const loop = async () => {
    while (left > 0) {
      left -= 1;
      await cycle();
    }
  };
  await Promise.all(Array.from({ length: atOnce }, loop));
}

export function queueCycle(queue: TaskQueue, durability: Durability): () => Promise<void> {
  return async () => {
    await queue.enqueue([{ type, payload }], { durability });
    const [task] = await queue.claim({ worker: 'bench', types: [type] });
    if (task !== undefined) await queue.complete(task, null, { durability });
  };
}

/** What the store can do at its best: three statements of one thread, each its own commit. */
export function bareCycle(
  path: string,
  durability: Durability,
): { cycle: () => Promise<void>; close: () => void } {
  const database = new DatabaseSync(path);
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = ${durability};
    CREATE TABLE tasks (id INTEGER PRIMARY KEY, priority INTEGER, state TEXT, payload TEXT);
    CREATE INDEX tasks_in_order ON tasks (state, priority DESC, id);
  `);
  const insert = database.prepare("INSERT INTO tasks (priority, state, payload) VALUES (0, 'waiting', ?)");
  const claim = database.prepare(
    `UPDATE tasks SET state = 'running' WHERE id = (
      SELECT id FROM tasks WHERE state = 'waiting' ORDER BY priority DESC, id LIMIT 1) RETURNING id, payload`,
  );
  const remove = database.prepare('DELETE FROM tasks WHERE id = ?');
  return {
    cycle: async () => {
      insert.run(JSON.stringify(payload));
      const { id } = claim.get() as { id: number };
      remove.run(id);
    },
    close: () => database.close(),
  };
}

/** BullMQ on the Redis server at `path`, driven by hand as the others are. */
export async function bullCycle(
  path: string,
): Promise<{ cycle: () => Promise<void>; close: () => Promise<void> }> {
  const connection = { path, maxRetriesPerRequest: null };
  const queue = new Queue(type, { connection });
  const worker = new Worker(type, null, { connection });
  await worker.waitUntilReady();
  const token = randomUUID();
  return {
    cycle: async () => {
      await queue.add(type, payload, { removeOnComplete: true });
      const job = await worker.getNextJob(token, { block: false });
      await job?.moveToCompleted(null, token, false);
    },
    close: async () => {
      await worker.close();
      await queue.close();
    },
  };
}

/** BullMQ as it is meant to be used: a worker that works at `atOnce` jobs; seconds for `jobs` jobs, put in as they go. */
export async function bullWorker(path: string, jobs: number, atOnce: number): Promise<number> {
  const connection = { path, maxRetriesPerRequest: null };
  const name = `${type}-${randomUUID()}`;
  const queue = new Queue(name, { connection });
  const done = Promise.withResolvers<void>();
  let finished = 0;
  const worker = new Worker(name, async () => null, { connection, concurrency: atOnce });
  worker.on('completed', () => {
    finished += 1;
    if (finished === jobs) done.resolve();
  });
  await worker.waitUntilReady();
  const start = performance.now();
  await cyclesOf(
    async () => {
      await queue.add(name, payload, { removeOnComplete: true });
    },
    jobs,
    atOnce,
  );
  await done.promise;
  const seconds = (performance.now() - start) / 1000;
  await worker.close();
  await queue.close();
  return seconds;
}

/** The port with workers as BullMQ has them: claims that wait, while others put in. Seconds for `jobs` jobs. */
export async function queueWorkers(queue: TaskQueue, jobs: number, atOnce: number): Promise<number> {
  let left = jobs;
  const start = performance.now();
  const worker = async () => {
    while (left > 0) {
      const tasks = await queue.claim({ worker: 'bench', types: [type], count: 10, waitMilliseconds: 50 });
      left -= tasks.length;
      await Promise.all(tasks.map((task) => queue.complete(task, null, { durability: 'normal' })));
    }
  };
  const put = cyclesOf(
    async () => {
      await queue.enqueue([{ type, payload }], { durability: 'normal' });
    },
    jobs,
    atOnce,
  );
  await Promise.all([put, ...Array.from({ length: 10 }, worker)]);
  return (performance.now() - start) / 1000;
}

/** Milliseconds from asking for a task to be put in until a worker that waits has it; sorted. */
export async function dispatchTimes(queue: TaskQueue, tasks: number): Promise<number[]> {
  const times: number[] = [];
  for (let round = -50; round < tasks; round += 1) {
    const claim = queue.claim({ worker: 'bench', types: [type], waitMilliseconds: 60_000 });
    // The claim waits when this is answered.
    await queue.isPaused();
    const start = performance.now();
    const [, [task]] = await Promise.all([
      queue.enqueue([{ type, payload }], { durability: 'normal' }),
      claim,
    ]);
    if (round >= 0) times.push(performance.now() - start);
    if (task !== undefined) await queue.complete(task, null, { durability: 'normal' });
  }
  return times.sort((a, b) => a - b);
}

/** Puts in tasks that nobody takes until there are `total`. */
export async function fill(queue: TaskQueue, present: number, total: number): Promise<void> {
  for (let at = present; at < total; at += 1000) {
    const tasks = Array.from({ length: Math.min(1000, total - at) }, () => ({ type, payload }));
    await queue.enqueue(tasks, { durability: 'normal' });
  }
}
