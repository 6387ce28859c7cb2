import * as z from 'zod';
import { LabError } from '../../contracts/errors.ts';
import type { Journal } from '../../contracts/journal.ts';
import { localTenant } from '../caller.ts';
import type { Agent, AgentPort } from '../ports.ts';

const kind = 'agent';
/** Of one guest. */
const mostAgents = 100;
const agentSchema = z.object({
  agentId: z.string(),
  name: z.string(),
  tools: z.array(z.string()),
  tenant: z.string(),
  registeredTime: z.number(),
});

/** The registered agents: each is a stream of the journal, so that a restart forgets none. */
export function agentRegistry(journal: () => Promise<Journal>, clock: () => number): AgentPort {
  const read = async (agentId: string): Promise<{ agent: Agent | null; sequence: number }> => {
    const events = await (await journal()).read(`${kind}/${agentId}`);
    const last = events.at(-1);
    return { agent: last === undefined ? null : agentSchema.parse(last.data), sequence: events.length };
  };
  const countOf = async (tenant: string): Promise<number> => {
    const snapshots = await (await journal()).snapshots(kind);
    return snapshots.filter(({ data }) => agentSchema.parse(data).tenant === tenant).length;
  };
  return {
    async register(wanted, traceId) {
      const { agent, sequence } = await read(wanted.agentId);
      if (agent === null && wanted.tenant !== localTenant && (await countOf(wanted.tenant)) >= mostAgents) {
        throw new LabError('api.limit', `${wanted.tenant} has ${mostAgents} agents already.`, {
          action: 'Register one of them again with other tools.',
        });
      }
      if (agent !== null && agent.tenant !== wanted.tenant) {
        throw new LabError('conflict', `The agent id ${wanted.agentId} is taken.`, {
          action: 'Choose another id.',
        });
      }
      const data = { ...wanted, tools: [...wanted.tools], registeredTime: clock() };
      await (await journal()).append({
        stream: `${kind}/${wanted.agentId}`,
        expectedSequence: sequence,
        events: [{ type: 'agent.registered', version: 1, time: clock(), traceId, data }],
        snapshot: data,
      });
      return data;
    },
    async find(agentId, { tenant }) {
      const { agent } = await read(agentId);
      if (agent !== null && (tenant === localTenant || agent.tenant === tenant)) return agent;
      throw new LabError('not-found', `No agent ${agentId} is registered.`, {
        action: 'Register it with add_agent.',
      });
    },
  };
}
