import * as z from 'zod';
import { operation } from '../operation.ts';
import { agentIdSchema, toolSchema } from '../wire.ts';

export const addAgent = operation({
  name: 'add_agent',
  http: { method: 'POST', path: '/v1/add_agent' },
  summary: 'Registers an agent that tasks can be routed to; registering it again changes its name and tools.',
  scope: 'run',
  params: z.strictObject({
    agent_id: agentIdSchema,
    name: z.string().trim().min(1).max(100).optional(),
    /** Tools whose tasks it takes. */
    tools: z.array(toolSchema).min(1).max(20),
  }),
  result: z.object({
    agent_id: agentIdSchema,
    name: z.string(),
    tools: z.array(z.string()),
    tenant: z.string(),
    registered_time: z.number(),
  }),
  errors: ['conflict'],
  async run({ agent_id, name, tools }, { tenant, traceId }, { agents }) {
    const agent = await agents.register(
      { agentId: agent_id, name: name ?? agent_id, tools, tenant },
      traceId,
    );
    return {
      agent_id: agent.agentId,
      name: agent.name,
      tools: [...agent.tools],
      tenant: agent.tenant,
      registered_time: agent.registeredTime,
    };
  },
});
