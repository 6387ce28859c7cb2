import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { LabError } from '../../contracts/errors.ts';
import type { IsolationLevel } from '../../contracts/isolation.ts';
import type { Decision, SagaView } from '../../contracts/saga.ts';
import type { SagaEngine, StartRequest } from '../../orchestrator/saga/engine.ts';
import { type Caller, localTenant } from '../caller.ts';
import type { TaskPort, TaskRequest } from '../ports.ts';
import type { Task } from '../wire.ts';
import { beginTask } from './beginTask.ts';
import { decidedPriority } from './guestLimits.ts';
import { logLines } from './logLines.ts';
import { recordOf, type TaskRecord, type TaskRecords } from './taskRecords.ts';
import { isUnderWay, taskOf } from './taskViews.ts';
import type { WorkQueue } from './workQueue.ts';

export interface TaskServices {
  readonly sagas: () => Promise<SagaEngine>;
  readonly records: TaskRecords;
  readonly queue: WorkQueue;
  /** UTC milliseconds. */
  readonly clock: () => number;
  /** Lowest isolation that will do for strategies that callers send. */
  readonly minimumLevel: IsolationLevel;
  readonly startRequestOf: (
    request: TaskRequest,
    tenant: string,
  ) => Promise<Pick<StartRequest, 'name' | 'input' | 'gates'>>;
}

interface Found {
  readonly view: SagaView;
  readonly record: TaskRecord;
}

/** How often to look whether a stopped task has been let go of, and for how long. */
const letGo = { lookMilliseconds: 20, longestMilliseconds: 10_000 };

const sourcePatchSchema = z.object({ source: z.string() });

/** Tasks as runs of the lab's saga engine. */
export function taskPort(services: TaskServices): TaskPort {
  const { sagas, records, queue, startRequestOf, minimumLevel, clock } = services;
  /** Who wrote what a caller sends cannot be known: it is taken for a model's, whatever the run began with. */
  const withOrigin = (decision: Decision): Decision => {
    if (decision.action !== 'fix') return decision;
    const patch = sourcePatchSchema.safeParse(decision.patch);
    if (!patch.success) return decision;
    return { ...decision, patch: { ...patch.data, author: 'agent', minimumLevel } };
  };

  const withRoom = async <T>(tenant: string, work: () => Promise<T>): Promise<T> => {
    const giveBack = await queue.reserve(tenant);
    try {
      return await work();
    } finally {
      giveBack();
    }
  };

  const isOf = ({ tenant }: TaskRecord, caller: Caller): boolean =>
    caller.tenant === localTenant || caller.tenant === tenant;

  const find = async (id: string, caller: Caller): Promise<Found> => {
    const record = await records.find(id);
    if (record === null ? caller.tenant === localTenant : isOf(record, caller)) {
      const view = await (await sagas()).view(id);
      return { view, record: recordOf(record, view.name) };
    }
    throw new LabError('not-found', `There is no task ${id}.`, { action: 'See list_tasks.' });
  };

  const show = async ({ view, record }: Found): Promise<Task> =>
    taskOf({
      view,
      record,
      queued: isUnderWay(view) ? await queue.stateOf(view.id) : undefined,
      results: await (await sagas()).results(view.id),
    });

  return {
    async start(request, caller) {
      const { tenant } = caller;
      const id = await withRoom(tenant, async () => {
        const engine = await sagas();
        const start = await startRequestOf(request, tenant);
        const priority = queue.priorityFor(tenant, request.priority);
        const { notBefore, deadline } = timesOf(request, clock());
        const turn = await queue.turn(priority, tenant, {
          ...(notBefore !== null && { notBefore }),
          ...(deadline !== null && { deadline }),
        });
        const record = { tenant, tool: request.tool, priority, agentId: null, notBefore, deadline };
        const begun = await beginTask({ engine, records }, { ...start, turn }, record, caller);
        // Its turn may have come to its end with the program that worked on it.
        const isLeft = !begun.isNew && (await engine.view(begun.id)).state === 'interrupted';
        if (isLeft) await queue.add(begun.id, priority, tenant);
        return begun.id;
      });
      return show(await find(id, caller));
    },
    view: async (id, caller) => show(await find(id, caller)),
    async list(caller) {
      const [views, all, queued] = await Promise.all([(await sagas()).list(), records.all(), queue.states()]);
      return views
        .map((view) => ({ view, record: recordOf(all.get(view.id), view.name) }))
        .filter(({ record }) => isOf(record, caller))
        .map((found) => taskOf({ ...found, queued: queued.get(found.view.id), results: null }));
    },
    async decide(id, decision, caller) {
      if (caller.isRepeatable && decision.at === undefined && decision.evidence === undefined) {
        throw new LabError('usage', 'A decision that may come again must say what it was made on.', {
          action: 'Give at, the gate, or evidence_hash beside the Idempotency-Key.',
        });
      }
      const { view, record } = await find(id, caller);
      // Meant for the gate that was looked at, whatever happens in between.
      const at = decision.at ?? view.waitingFor ?? undefined;
      await withRoom(record.tenant, async () => {
        const turn = await queue.turn(Math.max(record.priority, decidedPriority), record.tenant);
        await (await sagas()).decide(id, { ...withOrigin(decision), ...(at !== undefined && { at }) }, turn);
      });
      return show(await find(id, caller));
    },
    async stop(id, caller) {
      const found = await find(id, caller);
      if (!(await queue.stop(id))) {
        throw new LabError('conflict', `Task ${id} is not in the queue: it is ${found.view.state}.`, {
          action: 'Pause a task that waits for a worker or is at work.',
        });
      }
      await released(await sagas(), id, caller.signal);
      return show(await find(id, caller));
    },
    async cancel(id, cancellation, caller) {
      const { record } = await find(id, caller);
      await (await sagas()).cancel(id, cancellation);
      // What was done is undone whoever has no room: it is the lab that cleans up, and not the guest.
      const priority = queue.priorityFor(record.tenant, Math.max(record.priority, decidedPriority));
      await queue.add(id, priority, localTenant);
      return show(await find(id, caller));
    },
    async goOn(id, caller) {
      const { view, record } = await find(id, caller);
      if (view.state !== 'interrupted') {
        throw new LabError('saga.state', `Task ${id} was not interrupted: it is ${view.state}.`, {
          action: 'Resume a task that is interrupted.',
        });
      }
      await queue.add(id, record.priority, record.tenant);
      return show(await find(id, caller));
    },
    async setPriority(id, wanted, caller) {
      const { record } = await find(id, caller);
      const priority = queue.priorityFor(caller.tenant, wanted);
      await queue.setPriority(id, priority);
      await records.setPriority(id, record, priority, { by: caller.tenant, traceId: caller.traceId });
      return show(await find(id, caller));
    },
    async atRest(id, milliseconds, { signal }) {
      await queue.rested(id, milliseconds, signal);
    },
    async log(id, caller) {
      await find(id, caller);
      return logLines((await (await sagas()).history(id)).events);
    },
    async logOfTrace(traceId, caller) {
      const engine = await sagas();
      const [views, all] = await Promise.all([engine.list(), records.all()]);
      const own = views.filter(
        (view) => view.traceId === traceId && isOf(recordOf(all.get(view.id), view.name), caller),
      );
      const histories = await Promise.all(own.map(({ id }) => engine.history(id)));
      return histories.flatMap(({ events }) => logLines(events)).sort((a, b) => a.time - b.time);
    },
    async route(id, agentId, caller) {
      const { record } = await find(id, caller);
      await records.route(id, record, agentId, { by: caller.tenant, traceId: caller.traceId });
      return show(await find(id, caller));
    },
  };
}

/** When a task may be started. @throws LabError `usage` where it never may */
function timesOf(request: TaskRequest, now: number) {
  const notBefore = request.delay === undefined ? null : now + request.delay;
  const deadline = request.deadline ?? null;
  if (deadline === null || deadline >= (notBefore ?? now)) return { notBefore, deadline };
  const what = deadline < now ? 'is over' : 'is before the end of its delay';
  throw new LabError('usage', `The deadline of the task ${what}.`, {
    action: 'Give a later deadline in UTC milliseconds, or none.',
  });
}

/** Resolves once nobody works on a run any more, or after a while. */
async function released(engine: SagaEngine, id: string, signal: AbortSignal): Promise<void> {
  const latest = performance.now() + letGo.longestMilliseconds;
  while (performance.now() < latest && !signal.aborted) {
    const { state } = await engine.view(id);
    if (state !== 'running' && state !== 'undoing') return;
    await delay(letGo.lookMilliseconds, undefined, { signal }).catch(() => undefined);
  }
}
