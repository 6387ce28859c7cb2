import * as z from 'zod';
import { agentIdentitySchema } from '../../contracts/agents.ts';

const agent = z.object({ agent: agentIdentitySchema });
/** Results of steps that an agent worked on, as far as who it was is concerned. */
const agentResultSchema = z.union([
  agent,
  z.object({ reasoning: agent }).transform(({ reasoning }) => reasoning),
]);

/**
 * The seconds that models took of a step with this result: none where no agent or one by rules worked on it,
 * and null where a model did.
 */
export function providerSecondsOf(result: unknown): number | null {
  const found = agentResultSchema.safeParse(result);
  return found.success && found.data.agent.kind === 'model' ? null : 0;
}
