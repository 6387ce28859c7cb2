import type * as z from 'zod';
import type { LabErrorReason } from '../contracts/errors.ts';
import type { Caller, Scope } from './caller.ts';
import type { ApiPorts } from './ports.ts';

/** Where an operation is found by HTTP. `{name}` in a path is a parameter; what a GET takes else is its query. */
export interface HttpPlace {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
}

/**
 * One thing that a program can ask of the lab. JSON-RPC, REST and the OpenAPI document are all made from it.
 * A date is UTC milliseconds, a duration milliseconds, unless a field's name says otherwise.
 */
export interface Operation<Params extends z.ZodObject = z.ZodObject, Result extends z.ZodType = z.ZodType> {
  /** Method of JSON-RPC. Parameters by position are those of `params` in their order. */
  readonly name: string;
  readonly http: HttpPlace;
  /** What it does, in a sentence. */
  readonly summary: string;
  /** What the caller must be allowed to do; null where nobody is asked who they are. */
  readonly scope: Scope | null;
  readonly params: Params;
  readonly result: Result;
  /** As how many requests it counts where a guest asks, as it reads what the whole lab has; 1 where left out. */
  readonly weight?: number;
  /** HTTP status of success; 200 where left out. */
  readonly status?: 200 | 202;
  /** What it may refuse with, besides what every operation may. */
  readonly errors: readonly LabErrorReason[];
  /** @throws LabError of `errors` */
  run(params: z.output<Params>, caller: Caller, ports: ApiPorts): Promise<z.input<Result>>;
}

/** Keeps the types of an operation's parameters and result together, and forgets them for the table. */
export function operation<Params extends z.ZodObject, Result extends z.ZodType>(
  definition: Operation<Params, Result>,
): Operation {
  return definition as unknown as Operation;
}
