import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { SagaDefinition } from '../../../extension/orchestrator/saga/definition.ts';
import type { TaskHandler } from '../../../extension/orchestrator/workers/task.ts';
import type { Note } from './history.ts';
import type { NamedTask } from './recordedQueue.ts';

const payloadSchema = z.object({
  /** Parts, with a checkpoint after each, and how long one takes. */
  parts: z.number(),
  milliseconds: z.number(),
  /** Attempts that fail before one succeeds. */
  failures: z.number(),
  /** Whether a failure is the last one. */
  isFinal: z.boolean(),
  /** Keeps nothing and heeds no signal, so that it learns of a lost lease by nothing but the refusal of its result. */
  isDeaf: z.boolean(),
  epoch: z.number(),
});
type Plan = Omit<z.infer<typeof payloadSchema>, 'epoch'>;
const checkpointSchema = z.object({ part: z.number() });

class FinalFailure extends Error {}

/** Tasks with an effect in the world, which is a line in the history. */
export function workHandler(note: Note): TaskHandler {
  return {
    type: 'work',
    async run({ id, attempt, payload, checkpoint, keep, signal, yieldWanted }) {
      const { parts, milliseconds, failures, isFinal, isDeaf, epoch } = payloadSchema.parse(payload);
      const begun = checkpoint === null ? 0 : checkpointSchema.parse(checkpoint).part;
      for (let part = begun; part < parts; part += 1) {
        await delay(milliseconds);
        if (isDeaf) continue;
        signal.throwIfAborted();
        if (yieldWanted.aborted) return { kind: 'yielded', checkpoint: { part } };
        await keep({ part: part + 1 });
      }
      if (attempt <= failures) {
        throw isFinal ? new FinalFailure(`attempt ${attempt}, for good`) : new Error(`attempt ${attempt}`);
      }
      note({ kind: 'effect', id, epoch, attempt });
      return { kind: 'done', result: null };
    },
    isFinal: (error) => error instanceof FinalFailure,
  };
}

/** A task by chance. */
export function taskByChance(random: () => number, id: string, key: string | undefined): NamedTask {
  const pick = (bound: number) => Math.floor(random() * bound);
  const chance = (probability: number) => random() < probability;
  const isDeaf = chance(0.5);
  const plan: Plan = {
    parts: isDeaf ? 1 : 1 + pick(3),
    milliseconds: pick(50),
    failures: chance(0.3) ? 1 + pick(3) : 0,
    isFinal: chance(0.2),
    isDeaf,
  };
  return {
    id,
    type: 'work',
    payload: plan,
    tenant: `tenant${pick(3)}`,
    priority: chance(0.2) ? 10 + pick(10) : pick(10),
    maximumAttempts: 1 + pick(6),
    backoff: { initialMilliseconds: pick(80), maximumMilliseconds: 200 },
    ...(chance(0.2) && { notBefore: Date.now() + pick(400) }),
    ...(chance(0.1) && { deadline: Date.now() + pick(600) }),
    ...(key !== undefined && { idempotencyKey: key, tenant: 'keys' }),
  };
}

const inputSchema = z.object({ failing: z.string().nullable() });
const steps = ['a', 'b', 'c', 'd'];

/** Four steps, each with an effect and its undoing in the world; `failing` names one that is broken. */
export function chaosSaga(note: Note): SagaDefinition<z.infer<typeof inputSchema>> {
  const pause = () => delay(Math.random() * 10);
  return {
    name: 'chaos',
    version: 1,
    inputSchema,
    gates: [],
    steps: steps.map((name) => ({
      name,
      resultSchema: z.object({ name: z.string() }),
      async run({ sagaId, input, signal }) {
        await pause();
        signal.throwIfAborted();
        note({ kind: 'did', saga: sagaId, step: name });
        await pause();
        if (input.failing === name) throw new Error('broken');
        return { name };
      },
      async compensate({ sagaId }) {
        await pause();
        note({ kind: 'undid', saga: sagaId, step: name });
        await pause();
      },
    })),
    onFix: async (_, input) => ({ input, restartAt: 'a' }),
  };
}
