import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { TaskQueue } from '../../extension/contracts/tasks.ts';
import { TaskHost } from '../../extension/orchestrator/taskHost.ts';
import { defaultScalingPolicy } from '../../extension/orchestrator/workers/autoscaler.ts';
import { quantile } from '../../extension/orchestrator/workers/loadWindow.ts';
import type { RunningTask, TaskHandler, TaskOutcome } from '../../extension/orchestrator/workers/task.ts';
import { openJournal } from '../../extension/storage/openJournal.ts';
import type { BenchGroup, BenchResult } from './bench.ts';

/*
 * How soon work begins: an urgent task behind a thousand low ones that keep all workers computing, a task of an
 * idle pool, and tasks whose process was killed. References are the limits, in the same unit.
 */
const workerUrl = new URL('../../extension/storage/journalWorker.ts', import.meta.url);
const child = fileURLToPath(new URL('./workersChild.ts', import.meta.url));
const lowTasks = 1000;
const urgentTasks = 100;
const killedTasks = 10;
const limits = { urgent: 50, idle: 5, recovery: 5000 };

/** Computes in slices of some milliseconds, keeps how far it came, and gives way between two of them. */
export async function computeInSlices(task: RunningTask, slices: number): Promise<TaskOutcome> {
  let done = Number(task.checkpoint ?? 0);
  for (; done < slices; done++) {
    if (task.signal.aborted || task.yieldWanted.aborted) return { kind: 'yielded', checkpoint: done };
    const end = performance.now() + 2;
    while (performance.now() < end);
    await nextTurn();
  }
  return { kind: 'done', result: done };
}

async function withQueue<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'strategy-lab-bench-'));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function hostOn(
  journal: Awaited<ReturnType<typeof openJournal>>,
  handlers: readonly TaskHandler[],
): TaskHost {
  return new TaskHost({
    journal,
    queue: journal.tasks,
    handlers,
    name: 'bench',
    policy: defaultScalingPolicy,
    clock: Date.now,
    log: () => undefined,
    sleep: (wait, signal) => delay(wait, undefined, { signal }).catch(() => undefined),
  });
}

/** Milliseconds from the wish for each of `count` tasks to its start, one after the other. */
async function startTimes(
  queue: TaskQueue,
  starts: Map<string, number>,
  count: number,
  priority: number,
): Promise<number[]> {
  const waits: number[] = [];
  for (let number = 0; number < count; number++) {
    const id = `p${priority}-${number}`;
    const wished = performance.now();
    await queue.enqueue([{ id, type: 'probe', payload: null, priority }]);
    while (!starts.has(id)) await nextTurn();
    waits.push((starts.get(id) ?? 0) - wished);
    await delay(2);
  }
  return waits;
}

async function pool(): Promise<BenchResult[]> {
  return withQueue(async (folder) => {
    const journal = await openJournal({ folder, workerUrl });
    const starts = new Map<string, number>();
    const host = hostOn(journal, [
      { type: 'low', run: (task) => computeInSlices(task, 50) },
      {
        type: 'probe',
        run: async ({ id }) => {
          starts.set(id, performance.now());
          return { kind: 'done', result: null };
        },
      },
    ]);
    await delay(200);
    const idle = await startTimes(journal.tasks, starts, urgentTasks, 1);
    await journal.tasks.enqueue(
      Array.from({ length: lowTasks }, (_, number) => ({ id: `low-${number}`, type: 'low', payload: null })),
    );
    await delay(200);
    const urgent = await startTimes(journal.tasks, starts, urgentTasks, 10);
    await host.close();
    await journal.close();
    return [
      against('task of an idle pool, wish to start, p50', quantile(idle, 0.5), limits.idle),
      against('task of an idle pool, wish to start, p99', quantile(idle, 0.99), limits.idle),
      against(`urgent task behind ${lowTasks} low ones, p50`, quantile(urgent, 0.5), limits.urgent),
      against(`urgent task behind ${lowTasks} low ones, p99`, quantile(urgent, 0.99), limits.urgent),
      against(`urgent task behind ${lowTasks} low ones, longest`, Math.max(...urgent), limits.urgent),
    ];
  });
}

/** From the start of a process after another was killed to the moment when all of its tasks are at work again. */
async function recovery(): Promise<BenchResult> {
  return withQueue(async (folder) => {
    const journal = await openJournal({ folder, workerUrl });
    await journal.tasks.enqueue(
      Array.from({ length: killedTasks }, (_, number) => ({ id: `t${number}`, type: 'low', payload: null })),
    );
    await journal.close();
    const runChild = () => {
      const process_ = spawn(process.execPath, [child, folder, String(killedTasks)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      return { process_, lines: createInterface(process_.stdout)[Symbol.asyncIterator]() };
    };
    const first = runChild();
    for (let started = 0; started < killedTasks; started++) await first.lines.next();
    first.process_.kill('SIGKILL');
    await once(first.process_, 'exit');
    const begun = performance.now();
    const second = runChild();
    for (let started = 0; started < killedTasks; started++) await second.lines.next();
    const took = performance.now() - begun;
    second.process_.kill('SIGKILL');
    await once(second.process_, 'exit');
    return against(
      `${killedTasks} tasks of a killed process at work again after a restart`,
      took,
      limits.recovery,
    );
  });
}

function against(name: string, value: number | null, reference: number): BenchResult {
  const measured = value ?? Number.NaN;
  return { name, value: measured, unit: 'ms', reference, ratio: measured / reference };
}

export const group: BenchGroup = {
  name: 'workers',
  async run() {
    return [...(await pool()), await recovery()];
  },
};
