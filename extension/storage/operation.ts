import type * as z from 'zod';
import type { Durability } from '../contracts/tasks.ts';

/** What a request came to. */
export interface Outcome {
  readonly value: unknown;
  /** Runs once the outcome is on disk. */
  readonly afterCommit?: () => void;
  /** Then the request is answered with what this is told, and not with `value`. */
  readonly answerLater?: (answer: (value: unknown) => void) => void;
}

/** One kind of request to the journal, parsed before its transaction begins. */
export interface Operation {
  prepare(payload: unknown): { readonly durability: Durability; readonly run: () => Outcome };
}

/** Its durability is what the request says, else `byDefault`. */
export function operation<T extends { readonly durability?: Durability } | object>(
  schema: z.ZodType<T>,
  run: (request: T) => Outcome,
  byDefault: Durability = 'full',
): Operation {
  return {
    prepare: (payload) => {
      const request = schema.parse(payload);
      const durability = 'durability' in request ? request.durability : undefined;
      return { durability: durability ?? byDefault, run: () => run(request) };
    },
  };
}
