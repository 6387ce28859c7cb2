import { DatabaseSync } from 'node:sqlite';
import { LabError } from '../../../../extension/contracts/errors.ts';
import type { ClaimedTask, TaskQueue } from '../../../../extension/contracts/tasks.ts';
import { migrate } from '../../../../extension/storage/migrations.ts';
import { problemsOf } from '../../chaos/checker.ts';
import { stateOfDatabase } from '../../chaos/finalState.ts';
import type { FinalTask, HistoryRecord, Note } from '../../chaos/history.ts';
import { enqueueNoted, type NamedTask, recordedQueue } from '../../chaos/recordedQueue.ts';
import { Scheduler } from '../../saga/simulation/scheduler.ts';
import { ModelQueue } from '../model.ts';
import { SimulatedProcess, type SimulatedWorld } from './simulatedProcess.ts';

/** After so much time nothing goes wrong any more, and no more is wished for. */
const wildMilliseconds = 8000;
const leaseMilliseconds = 3000;
/** By how much a machine's clock is wrong at most: its jumps go over hours. */
const mostOffset = 6 * 3_600_000;
const ended = ['done', 'dead', 'cancelled'];

export interface Simulated {
  readonly problems: readonly string[];
  readonly tasks: readonly FinalTask[];
  readonly history: readonly HistoryRecord[];
  /** Deaths, stalls and jumps of the clock. */
  readonly disturbances: Readonly<Record<'deaths' | 'stalls' | 'jumps', number>>;
}

/** Two processes that wish for tasks, work on them and look for lost ones, through all that can go wrong. */
export async function simulate(seed: number): Promise<Simulated> {
  const scheduler = new Scheduler(seed);
  const problems: string[] = [];
  const history: HistoryRecord[] = [];
  const disturbances = { deaths: 0, stalls: 0, jumps: 0 };
  const keeper = new DatabaseSync(new URL(`file:simulation-${seed}?mode=memory&cache=shared`));
  migrate(keeper);
  const model = new ModelQueue(scheduler.time);
  const complain = (what: string) => void problems.push(what);
  const location = new URL(`file:simulation-${seed}?mode=memory&cache=shared`);
  const world: SimulatedWorld = { scheduler, model, location, offset: 0, complain };
  const start = scheduler.time;
  const isWild = () => scheduler.time < start + wildMilliseconds;
  let broken: unknown;
  let ids = 0;
  let pids = 0;
  const newId = () => `t${ids++}`;
  /** What was wished for and not answered yet, for the next process to ask again. */
  const open = new Map<string, readonly NamedTask[]>();
  const known: string[] = [];

  const begin = (): SimulatedProcess => {
    pids += 1;
    const pid = pids;
    const process = new SimulatedProcess(world, pid);
    const note: Note = (fact) => void history.push({ ...fact, by: 'simulation', pid });
    const queue = recordedQueue(process.queue, note, { leaseMilliseconds, newId });
    const run = (loop: Promise<void>) => {
      loop.catch((error) => {
        broken ??= error;
      });
    };
    if (scheduler.chance(0.3)) process.skew = scheduler.pick(4000) - 2000;
    run(wish(process, queue, note));
    for (const worker of [1, 2]) run(work(process, queue, note, `${pid}/${worker}`));
    run(lookForLost(process, queue));
    return process;
  };

  const wish = async (process: SimulatedProcess, queue: TaskQueue, note: Note) => {
    for (const [call, tasks] of open) await ask(process.queue, note, call, tasks);
    while (isWild()) {
      await process.wait(100 + scheduler.pick(1200));
      const chosen = known[scheduler.pick(known.length)];
      const choice = scheduler.random();
      if (choice < 0.6) {
        const tasks = Array.from({ length: 1 + scheduler.pick(3) }, () => taskByChance(process.now));
        await ask(process.queue, note, newId(), tasks);
      } else if (chosen !== undefined) {
        const change =
          choice < 0.7
            ? queue.cancel(chosen)
            : choice < 0.85
              ? queue.setPriority(chosen, priorityByChance())
              : queue.replay(chosen);
        await ignoring(change, 'task.state');
      }
    }
  };
  const ask = async (queue: TaskQueue, note: Note, call: string, tasks: readonly NamedTask[]) => {
    open.set(call, tasks);
    const answers = await enqueueNoted(queue, note, call, tasks);
    open.delete(call);
    known.push(...answers.map(({ id }) => id));
  };
  const priorityByChance = () => [0, 5, 10, 20][scheduler.pick(4)] ?? 0;
  const taskByChance = (now: number): NamedTask => ({
    id: newId(),
    type: scheduler.chance(0.8) ? 'work' : 'other',
    payload: {},
    tenant: `tenant${scheduler.pick(2)}`,
    priority: priorityByChance(),
    maximumAttempts: 1 + scheduler.pick(4),
    backoff: {
      initialMilliseconds: scheduler.pick(2) * scheduler.pick(2000),
      maximumMilliseconds: 3_600_000,
    },
    ...(scheduler.chance(0.2) && { notBefore: now + scheduler.pick(5000) }),
    ...(scheduler.chance(0.1) && { deadline: now + scheduler.pick(8000) }),
    ...(scheduler.chance(0.2) && { idempotencyKey: `key${scheduler.pick(5)}` }),
  });

  const work = async (process: SimulatedProcess, queue: TaskQueue, note: Note, worker: string) => {
    for (;;) {
      const claimed = await queue.claim({
        worker,
        types: scheduler.chance(0.8) ? ['work', 'other'] : ['work'],
        count: 1 + scheduler.pick(2),
        band: scheduler.chance(0.2) ? 'high' : 'any',
      });
      await Promise.all(claimed.map((task) => ignoring(workOn(process, queue, note, task), 'task.stale')));
      if (claimed.length === 0) await process.wait(200 + scheduler.pick(800));
    }
  };
  const workOn = async (process: SimulatedProcess, queue: TaskQueue, note: Note, task: ClaimedTask) => {
    const { id, epoch, attempt } = task;
    let hasEnded = false;
    const beat = async () => {
      for (;;) {
        await process.wait(leaseMilliseconds / 3);
        if (hasEnded || task.lost.aborted) return;
        await queue.extend([task], leaseMilliseconds);
      }
    };
    void beat();
    try {
      const part = Number(Object(task.checkpoint).part ?? 0);
      await process.wait(scheduler.pick(scheduler.chance(0.2) ? 6000 : 600));
      if (scheduler.chance(0.4)) await queue.checkpoint(task, { part: part + 1 });
      await process.wait(scheduler.pick(400));
      const choice = isWild() ? scheduler.random() : 1;
      if (choice < 0.15) await queue.fail(task, { error: `${id} ${epoch}`, retry: scheduler.chance(0.8) });
      else if (choice < 0.3) await queue.yield(task, { part: part + 2 });
      else {
        note({ kind: 'effect', id, epoch, attempt });
        await queue.complete(task, null);
      }
    } finally {
      hasEnded = true;
    }
  };
  const lookForLost = async (process: SimulatedProcess, queue: TaskQueue) => {
    for (;;) {
      await process.wait(1000 + scheduler.pick(2000));
      await queue.recover();
    }
  };

  const processes = [begin(), begin()];
  const disturb = () => {
    const place = scheduler.pick(processes.length);
    const process = processes[place] as SimulatedProcess;
    const choice = scheduler.random();
    if (choice < 0.3) {
      disturbances.deaths += 1;
      process.die();
      processes[place] = begin();
    } else if (choice < 0.5) {
      disturbances.stalls += 1;
      process.stall(scheduler.pick(2 * leaseMilliseconds));
    } else if (choice < 0.55) {
      disturbances.jumps += 1;
      world.offset = scheduler.pick(2 * mostOffset) - mostOffset;
    }
    if (isWild()) scheduler.after(scheduler.pick(1500), disturb);
    else {
      // The time comes that the clocks had told too early.
      world.offset = mostOffset;
      for (const { skew } of processes) world.offset = Math.max(world.offset, mostOffset + Math.abs(skew));
    }
  };
  scheduler.after(500, disturb);
  await scheduler.runUntil(
    () =>
      broken !== undefined ||
      problems.length > 0 ||
      (!isWild() && open.size === 0 && model.tasks.every(({ state }) => ended.includes(state))),
  );
  if (broken !== undefined) throw broken;
  for (const process of processes) process.die();
  const state = stateOfDatabase(keeper);
  keeper.close();
  for (const { id, state: expected, epoch, attempts } of model.tasks) {
    const row = state.tasks.find((task) => task.id === id);
    if (row?.state !== expected || row.epoch !== epoch || row.attempts !== attempts) {
      complain(`task ${id} is ${row?.state} ${row?.epoch} and not ${expected} ${epoch}`);
    }
  }
  problems.push(...problemsOf(history, state));
  return {
    problems: problems.map((problem) => `seed ${seed}: ${problem}`),
    tasks: state.tasks,
    history,
    disturbances,
  };
}

async function ignoring(call: Promise<unknown>, reason: string): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!LabError.is(error) || error.reason !== reason) throw error;
  }
}
