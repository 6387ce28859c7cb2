import { z } from 'zod';
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
});
const routedType = 'agent.task-routed';
const routedSchema = taskRecordSchema.pick({ agentId: true });
export type TaskRecord = z.infer<typeof taskRecordSchema>;

export interface TaskRecords {
  /** Writes down whose a task will be, before its run begins. A second time changes nothing. */
  accept(id: string, record: TaskRecord, traceId: string): Promise<void>;
  route(id: string, record: TaskRecord, agentId: string, by: string, traceId: string): Promise<void>;
  /** Null for a run that the interface did not begin. */
  find(id: string): Promise<TaskRecord | null>;
  /** All records, by task. */
  all(): Promise<ReadonlyMap<string, TaskRecord>>;
}

/** A run that the command line or the editor began has no record: it belongs to who owns the lab. */
export function recordOf(record: TaskRecord | null | undefined, tool: string): TaskRecord {
  return record ?? { tenant: localTenant, tool, priority: 0, agentId: null };
}

/** The records in the journal, one stream a task. */
export function taskRecords(journal: () => Promise<Journal>, clock: () => number): TaskRecords {
  const write = async (
    id: string,
    event: { readonly type: string; readonly traceId: string; readonly data: unknown },
    snapshot: TaskRecord,
    expectedSequence?: number,
  ): Promise<void> => {
    await (await journal()).append({
      stream: `${kind}/${id}`,
      ...(expectedSequence !== undefined && { expectedSequence }),
      events: [{ ...event, version: 1, time: clock() }],
      snapshot,
    });
  };
  return {
    async accept(id, record, traceId) {
      try {
        await write(id, { type: 'task.accepted', traceId, data: record }, record, 0);
      } catch (error) {
        if (!LabError.is(error, 'journal.conflict')) throw error;
      }
    },
    async route(id, record, agentId, by, traceId) {
      const data = { agentId, by };
      await write(id, { type: routedType, traceId, data }, { ...record, agentId });
    },
    async find(id) {
      const [accepted, ...later] = await (await journal()).read(`${kind}/${id}`);
      if (accepted === undefined) return null;
      const record = taskRecordSchema.parse(accepted.data);
      const routed = later.findLast(({ type }) => type === routedType);
      return routed === undefined ? record : { ...record, ...routedSchema.parse(routed.data) };
    },
    async all() {
      const snapshots = await (await journal()).snapshots(kind);
      return new Map(
        snapshots.map(({ stream, data }) => [stream.slice(kind.length + 1), taskRecordSchema.parse(data)]),
      );
    },
  };
}
