import * as z from 'zod';
import { operation } from '../operation.ts';
import { agentIdSchema, taskSchema } from '../wire.ts';

export const listTasks = operation({
  name: 'list_tasks',
  http: { method: 'GET', path: '/v2/tasks' },
  summary: 'Lists tasks, the newest first.',
  scope: 'read',
  weight: 10,
  params: z.strictObject({
    state: z.string().min(1).max(60).optional(),
    /** Only those that were routed to this agent. */
    agent_id: agentIdSchema.optional(),
    limit: z.number().int().min(1).max(500).default(50),
  }),
  result: z.object({ tasks: z.array(taskSchema.omit({ steps: true, result: true })) }),
  errors: [],
  async run({ state, agent_id, limit }, caller, { tasks }) {
    const all = await tasks.list(caller);
    const found = all.filter(
      (task) =>
        (state === undefined || task.state === state) &&
        (agent_id === undefined || task.agent_id === agent_id),
    );
    return { tasks: found.slice(0, limit) };
  },
});
