import * as z from 'zod';
import type { Journal } from '../../../extension/contracts/journal.ts';
import type { SagaNotice } from '../../../extension/contracts/saga.ts';
import type {
  CompensationContext,
  SagaDefinition,
  StepContext,
} from '../../../extension/orchestrator/saga/definition.ts';
import { SagaEngine, type SagaEngineOptions } from '../../../extension/orchestrator/saga/engine.ts';

export const toyInputSchema = z.object({ text: z.string() });
export type ToyInput = z.infer<typeof toyInputSchema>;

const resultSchema = z.object({ text: z.string(), key: z.string() });

/** What a test lets the steps do; by name, and in `diary` what they did. */
export interface Toy {
  readonly diary: string[];
  readonly run: Record<string, (context: StepContext<ToyInput>) => Promise<void> | void>;
  readonly undo: Record<string, (context: CompensationContext<ToyInput>) => Promise<void> | void>;
}

export function emptyToy(): Toy {
  return { diary: [], run: {}, undo: {} };
}

/** Steps `a` to `f`: each keeps an artefact and appends its name to the text of the one before. `c` has nothing to undo. */
export function toyDefinition(toy: Toy): SagaDefinition<ToyInput> {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  return {
    name: 'toy',
    version: 2,
    compatibleVersions: [1],
    inputSchema: toyInputSchema,
    gates: ['e'],
    steps: names.map((name, index) => {
      const before = names[index - 1];
      return {
        name,
        resultSchema,
        run: async (context) => {
          toy.diary.push(`run ${name}`);
          await context.putArtefact(`${name}.txt`, 'text/plain', `evidence of ${context.idempotencyKey}`);
          await toy.run[name]?.(context);
          const text = before === undefined ? context.input.text : context.result(before, resultSchema).text;
          return { text: text + name, key: context.idempotencyKey };
        },
        ...(name !== 'c' && {
          compensate: async (context) => {
            toy.diary.push(`undo ${name}`);
            await toy.undo[name]?.(context);
          },
        }),
      };
    }),
    onFix: async (patch) => {
      const { text, restartAt } = z.object({ text: z.string(), restartAt: z.string() }).parse(patch);
      return { input: { text }, restartAt };
    },
  };
}

/** An engine for the toy; its clock ticks once a look, its ids count. */
export function toyEngine(
  journal: Journal,
  toy: Toy,
  change: Partial<SagaDefinition<ToyInput>> = {},
  more: Pick<SagaEngineOptions, 'queued' | 'domainEvents'> = {},
): SagaEngine {
  let time = 1_700_000_000_000;
  let ids = 0;
  return new SagaEngine({
    ...more,
    journal,
    definitions: [{ ...toyDefinition(toy), ...change }],
    clock: () => {
      time += 1;
      return time;
    },
    newId: () => {
      ids += 1;
      return `id${ids}`;
    },
    listener: (notice: SagaNotice) => {
      if (notice.kind === 'progress')
        toy.diary.push(`progress ${notice.step} ${notice.fraction} ${notice.text}`);
    },
  });
}
