import * as z from 'zod';
import { LabError } from '../../../../extension/contracts/errors.ts';
import type { Stages } from '../../../../extension/contracts/sagaPlaces.ts';
import type {
  SagaDefinition,
  SagaStep,
  StepContext,
} from '../../../../extension/orchestrator/saga/definition.ts';
import type { Effects } from './effects.ts';
import type { MemoryProcess } from './memoryJournal.ts';
import type { Scheduler } from './scheduler.ts';

/** How one step of a plan behaves; the same in each process and at each attempt but where it says so. */
export interface StepPlan {
  readonly name: string;
  /** Attempts at a run of it that fail in a way that is tried again. */
  readonly transientFailures: number;
  /** The generation whose run fails for good; 0 for none. */
  readonly failingGeneration: number;
  /** Its first attempt takes longer than it may. */
  readonly isSlow: boolean;
  readonly compensates: boolean;
  readonly cannotBeUndone: boolean;
  /** Sagas that it starts. */
  readonly children: number;
}

export interface Plan {
  readonly name: string;
  readonly steps: readonly StepPlan[];
  readonly stages: Stages;
  readonly gates: readonly string[];
}

export const retries = 2;
const timeout = 400;

/** A pipeline by chance: up to four stages of up to three branches, with all that can go wrong. */
export function planByChance(scheduler: Scheduler, name: string, mayStart: boolean): Plan {
  const steps: StepPlan[] = [];
  const isCalm = scheduler.chance(0.4);
  const makeStep = (): string => {
    const step = `s${steps.length}`;
    const isBad = (probability: number) => !isCalm && scheduler.chance(probability);
    steps.push({
      name: step,
      transientFailures: isBad(0.25) ? 1 + scheduler.pick(retries + 1) : 0,
      failingGeneration: isBad(0.07) ? 1 + scheduler.pick(2) : 0,
      isSlow: isBad(0.08),
      compensates: scheduler.chance(0.8),
      cannotBeUndone: isBad(0.08),
      children: mayStart && scheduler.chance(0.15) ? 1 + scheduler.pick(2) : 0,
    });
    return step;
  };
  const count = 1 + scheduler.pick(mayStart ? 4 : 2);
  const stages = Array.from({ length: count }, () => {
    const branches = scheduler.chance(0.5) ? 1 : 2 + scheduler.pick(2);
    return Array.from({ length: branches }, () =>
      Array.from({ length: branches === 1 ? 1 : 1 + scheduler.pick(2) }, makeStep),
    );
  });
  const gates = steps.map((step) => step.name).filter(() => scheduler.chance(0.2));
  return { name, steps, stages, gates };
}

const resultSchema = z.object({ key: z.string() });
const inputSchema = z.object({ fixes: z.number() });

/** The definition of a plan as one process has it: its effects happen while that lives. */
export function definitionOf(
  plan: Plan,
  world: { readonly effects: Effects; readonly scheduler: Scheduler; readonly process: MemoryProcess },
): SagaDefinition<z.infer<typeof inputSchema>> {
  const { effects, scheduler, process } = world;
  const takeTime = (milliseconds: number) => process.call(() => undefined, milliseconds);
  const run = async (step: StepPlan, context: StepContext<unknown>) => {
    const { idempotencyKey: key, attempt, signal, putArtefact, runChild } = context;
    if (scheduler.chance(0.2)) await putArtefact('note', 'text/plain', key);
    await takeTime(step.isSlow && attempt === 1 ? timeout * 3 : 60);
    signal.throwIfAborted();
    await process.call(() => effects.do(key, scheduler.time));
    if (scheduler.chance(0.3)) await takeTime(60);
    const generation = Number(key.split('/').at(-1));
    if (attempt <= step.transientFailures) throw new LabError('exchange.unavailable', 'Not now.');
    if (generation === step.failingGeneration) throw new Error('broken');
    const children = Array.from({ length: step.children }, (_, index) =>
      runChild({ key: `${index}`, name: `child${index}`, input: { fixes: 0 } }),
    );
    await Promise.all(children);
    return { key };
  };
  return {
    name: plan.name,
    version: 1,
    inputSchema,
    gates: plan.gates,
    parallel: plan.stages.filter((branches) => branches.length > 1),
    steps: plan.steps.map(
      (step): SagaStep<z.infer<typeof inputSchema>> => ({
        name: step.name,
        resultSchema,
        retry: { on: ['exchange.unavailable', 'saga.timeout'], retries, firstDelay: 50 },
        ...(step.children === 0 && { timeout }),
        run: (context) => run(step, context),
        ...(step.compensates && {
          compensate: async ({ idempotencyKey }) => {
            if (step.cannotBeUndone) throw new Error('it stays');
            await process.call(() => effects.undo(idempotencyKey, scheduler.time));
            if (scheduler.chance(0.3)) await takeTime(40);
          },
        }),
      }),
    ),
    onFix: async (patch) => {
      const { restartAt, fixes } = z.object({ restartAt: z.string(), fixes: z.number() }).parse(patch);
      return { input: { fixes }, restartAt };
    },
  };
}
