import * as z from 'zod';
import { LabError } from '../../contracts/errors.ts';
import { operation } from '../operation.ts';
import { agentIdSchema, taskIdSchema } from '../wire.ts';

const atRest = ['completed', 'rejected', 'failed', 'cancelled'];

export const route = operation({
  name: 'route',
  http: { method: 'POST', path: '/v1/route' },
  summary:
    'Routes a task that has not ended to a registered agent, which finds it by list_tasks or the event stream and answers by inject or feedback.',
  scope: 'run',
  params: z.strictObject({ task_id: taskIdSchema, agent_id: agentIdSchema }),
  result: z.object({ task_id: taskIdSchema, agent_id: agentIdSchema, state: z.string() }),
  errors: ['not-found', 'saga.state', 'usage'],
  async run({ task_id, agent_id }, caller, { tasks, agents }) {
    const agent = await agents.find(agent_id, caller);
    const task = await tasks.view(task_id, caller);
    if (atRest.includes(task.state)) {
      throw new LabError('saga.state', `Task ${task_id} has ended: it is ${task.state}.`, {
        action: 'Route a task that waits or is at work.',
      });
    }
    if (!agent.tools.includes(task.tool)) {
      throw new LabError('usage', `Agent ${agent_id} takes no tasks of ${task.tool}.`, {
        action: `Choose another agent, or register this one with the tool; it has ${agent.tools.join(', ')}.`,
      });
    }
    const routed = await tasks.route(task_id, agent_id, caller);
    return { task_id, agent_id, state: routed.state };
  },
});
