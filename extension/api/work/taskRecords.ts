import * as z from 'zod';
import { LabError } from '../../contracts/errors.ts';
import type { Journal } from '../../contracts/journal.ts';
import { localTenant } from '../caller.ts';

const kind = 'task';

/** What the journal keeps of a task besides its run. */
const taskRecordSchema = z.object({
  tenant: z.string(),
  tool: z.string(),
  priority: z.number().int(),
  agentId: z.string().nullable(),
  /** UTC milliseconds; null in what was stored before they were kept. */
  notBefore: z.number().nullable().default(null),
  deadline: z.number().nullable().default(null),
  /** `Caller.origin` of the request that began it; null in what was stored before it was kept. */
  origin: z.string().nullable().default(null),
});
const routedType = 'agent.task-routed';
const priorityType = 'task.priority-changed';
const withdrawnType = 'task.withdrawn';
const changeSchemas: Readonly<Record<string, z.ZodType<Partial<TaskRecord>>>> = {
  [routedType]: taskRecordSchema.pick({ agentId: true }),
  [priorityType]: taskRecordSchema.pick({ priority: true }),
};
export type TaskRecord = z.infer<typeof taskRecordSchema>;

/** Who changes a record, and in which trace. */
export interface Change {
  readonly by: string;
  readonly traceId: string;
}

export interface TaskRecords {
  /**
   * Writes down whose a task will be, before its run begins: `new`, or `known` where the same request has done so
   * before, which changes nothing. `taken` where the id is another's.
   */
  accept(id: string, record: TaskRecord, traceId: string): Promise<'new' | 'known' | 'taken'>;
  /** Takes back what was accepted under the id of a run that is another's. */
  withdraw(id: string, traceId: string): Promise<void>;
  route(id: string, record: TaskRecord, agentId: string, change: Change): Promise<void>;
  setPriority(id: string, record: TaskRecord, priority: number, change: Change): Promise<void>;
  /** Null for a run that the interface did not begin. */
  find(id: string): Promise<TaskRecord | null>;
  /** All records, by task. */
  all(): Promise<ReadonlyMap<string, TaskRecord>>;
}

/** A run that the command line or the editor began has no record: it belongs to who owns the lab. */
export function recordOf(record: TaskRecord | null | undefined, tool: string): TaskRecord {
  const unasked = { priority: 0, agentId: null, notBefore: null, deadline: null, origin: null };
  return record ?? { tenant: localTenant, tool, ...unasked };
}

/** The records in the journal, one stream a task. */
export function taskRecords(journal: () => Promise<Journal>, clock: () => number): TaskRecords {
  const write = async (
    id: string,
    event: { readonly type: string; readonly traceId: string; readonly data: unknown },
    snapshot: TaskRecord | null,
    expectedSequence?: number,
  ): Promise<void> => {
    await (await journal()).append({
      stream: `${kind}/${id}`,
      ...(expectedSequence !== undefined && { expectedSequence }),
      events: [{ ...event, version: 1, time: clock() }],
      snapshot,
    });
  };
  const find = async (id: string): Promise<TaskRecord | null> => {
    const [accepted, ...later] = await (await journal()).read(`${kind}/${id}`);
    if (accepted === undefined || later.some(({ type }) => type === withdrawnType)) return null;
    const changes = later.map(({ type, data }) => changeSchemas[type]?.parse(data));
    return Object.assign(taskRecordSchema.parse(accepted.data), ...changes);
  };
  const accept: TaskRecords['accept'] = async (id, record, traceId) => {
    try {
      await write(id, { type: 'task.accepted', traceId, data: record }, record, 0);
      return 'new';
    } catch (error) {
      if (!LabError.is(error, 'journal.conflict')) throw error;
      return (await find(id))?.origin === record.origin ? 'known' : 'taken';
    }
  };
  const change = async (
    id: string,
    record: TaskRecord,
    [type, changed]: readonly [string, Partial<TaskRecord>],
    { by, traceId }: Change,
  ): Promise<void> => {
    // A run that another surface began has none yet.
    await accept(id, record, traceId);
    await write(id, { type, traceId, data: { ...changed, by } }, { ...record, ...changed });
  };
  return {
    accept,
    async withdraw(id, traceId) {
      await write(id, { type: withdrawnType, traceId, data: {} }, null);
    },
    route: (id, record, agentId, by) => change(id, record, [routedType, { agentId }], by),
    setPriority: (id, record, priority, by) => change(id, record, [priorityType, { priority }], by),
    find,
    async all() {
      const snapshots = await (await journal()).snapshots(kind);
      return new Map(
        snapshots
          // Null for what was withdrawn.
          .filter(({ data }) => data !== null)
          .map(({ stream, data }) => [stream.slice(kind.length + 1), taskRecordSchema.parse(data)]),
      );
    },
  };
}
