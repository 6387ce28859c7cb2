import { LabError } from '../../contracts/errors.ts';
import type { SagaView } from '../../contracts/saga.ts';
import type { SagaEngine, StartRequest } from '../../orchestrator/saga/engine.ts';
import { type Caller, localTenant } from '../caller.ts';
import type { TaskPort, TaskRequest } from '../ports.ts';
import type { Task } from '../wire.ts';
import { logLines } from './logLines.ts';
import { recordOf, type TaskRecord, type TaskRecords } from './taskRecords.ts';
import { taskOf } from './taskViews.ts';
import type { WorkQueue } from './workQueue.ts';

export interface TaskServices {
  readonly sagas: () => Promise<SagaEngine>;
  readonly records: TaskRecords;
  readonly queue: WorkQueue;
  readonly startRequestOf: (request: TaskRequest) => Promise<Pick<StartRequest, 'name' | 'input' | 'gates'>>;
  /** Hears what ended a task's work from outside of it, such as a journal that cannot be written. */
  readonly onFailure: (taskId: string, error: unknown) => void;
}

interface Found {
  readonly view: SagaView;
  readonly record: TaskRecord;
}

/** After a decision a task goes before those that have not begun. */
const decidedPriority = 5;

/** Tasks as runs of the lab's saga engine. */
export function taskPort({ sagas, records, queue, startRequestOf, onFailure }: TaskServices): TaskPort {
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
      queued: queue.stateOf(view.id),
      results: await (await sagas()).results(view.id),
    });

  /** Puts a task into the queue, and tells other processes that it will be run here. */
  const enqueue = async (id: string, priority: number): Promise<void> => {
    if (queue.stateOf(id) !== null) return;
    const release = await (await sagas()).hold(id);
    queue
      .add(id, priority)
      .catch((error: unknown) => onFailure(id, error))
      .finally(release);
  };

  return {
    async start(request, caller) {
      const engine = await sagas();
      const start = await startRequestOf(request);
      const { newTaskId: id, tenant, traceId } = caller;
      const { tool, priority } = request;
      await records.accept(id, { tenant, tool, priority, agentId: null }, traceId);
      try {
        await engine.create({ ...start, id, traceId });
      } catch (error) {
        // The same request was here before: its task is there already.
        if (!LabError.is(error, 'journal.conflict')) throw error;
      }
      const found = await find(id, caller);
      if (found.view.state === 'interrupted') await enqueue(id, priority);
      return show(await find(id, caller));
    },
    view: async (id, caller) => show(await find(id, caller)),
    async list(caller) {
      const [views, all] = await Promise.all([(await sagas()).list(), records.all()]);
      return views
        .map((view) => ({ view, record: recordOf(all.get(view.id), view.name) }))
        .filter(({ record }) => isOf(record, caller))
        .map((found) => taskOf({ ...found, queued: queue.stateOf(found.view.id), results: null }));
    },
    async decide(id, decision, caller) {
      const { view, record } = await find(id, caller);
      // Meant for the gate that was looked at, whatever happens in between.
      const at = decision.at ?? view.waitingFor ?? undefined;
      await (await sagas()).decide(id, at === undefined ? decision : { ...decision, at });
      await enqueue(id, Math.max(record.priority, decidedPriority));
      return show(await find(id, caller));
    },
    async stop(id, caller) {
      const found = await find(id, caller);
      const settled = queue.settled(id);
      if (!queue.stop(id)) {
        throw new LabError('conflict', `Task ${id} is not worked on here: it is ${found.view.state}.`, {
          action: 'Pause a task that waits for a worker or is at work.',
        });
      }
      await settled?.catch(() => undefined);
      return show(await find(id, caller));
    },
    async goOn(id, caller) {
      const { view, record } = await find(id, caller);
      if (view.state !== 'interrupted') {
        throw new LabError('saga.state', `Task ${id} was not interrupted: it is ${view.state}.`, {
          action: 'Resume a task that is interrupted.',
        });
      }
      await enqueue(id, record.priority);
      return show(await find(id, caller));
    },
    async atRest(id, milliseconds, { signal }) {
      const settled = queue.settled(id);
      if (settled === undefined) return;
      const { promise: over, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, milliseconds);
      signal.addEventListener('abort', () => resolve(), { once: true });
      await Promise.race([settled.catch(() => undefined), over]);
      clearTimeout(timer);
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
      await records.route(id, record, agentId, caller.tenant, caller.traceId);
      return show(await find(id, caller));
    },
  };
}
