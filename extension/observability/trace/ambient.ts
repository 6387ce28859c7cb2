import { AsyncLocalStorage } from 'node:async_hooks';
import type { TracePlace } from '../../contracts/observation.ts';
import { spanIdOf, traceparentOf } from './ids.ts';

/** What is at work on a path of asynchronous calls, without being passed along by everyone. */
export interface AmbientTrace {
  readonly current: () => TracePlace | null;
  /** Runs `work` at a place; what it calls, and waits for, is there too. */
  readonly run: <T>(place: TracePlace, work: () => T) => T;
  /** The same for the work on a task of the queue, all of which knows the task's priority. */
  readonly runTask: <T>(place: TracePlace, priority: number, work: () => T) => T;
  /** Priority of the task that is at work; null outside any. */
  readonly priority: () => number | null;
  /** The environment that tells a child process where it belongs: TRACEPARENT, or nothing outside any trace. */
  readonly childEnvironment: () => Readonly<Record<string, string>>;
}

/** `outer` is where this whole process belongs, as who started it has said. */
export function makeAmbientTrace(outer: TracePlace | null = null): AmbientTrace {
  const storage = new AsyncLocalStorage<{ readonly place: TracePlace; readonly priority: number | null }>();
  const current = (): TracePlace | null => storage.getStore()?.place ?? outer;
  const priority = (): number | null => storage.getStore()?.priority ?? null;
  return {
    current,
    run: (place, work) => storage.run({ place, priority: priority() }, work),
    runTask: (place, own, work) => storage.run({ place, priority: own }, work),
    priority,
    childEnvironment() {
      const { traceId, spanId } = current() ?? {};
      if (traceId === undefined || spanId === undefined || spanId === null) return {};
      return { TRACEPARENT: traceparentOf({ traceId, spanId }) };
    },
  };
}

interface TracedStep {
  readonly run: (context: never) => Promise<unknown>;
  readonly compensate?: (context: never) => Promise<void>;
}

interface StepPlace {
  readonly traceId: string;
  readonly idempotencyKey: string;
}

/** The span of a run of a step, by its idempotency key. */
export function stepSpanId({ traceId, idempotencyKey }: StepPlace): string {
  return spanIdOf(traceId, `step ${idempotencyKey}`);
}

/** The span of undoing a run of a step. */
export function undoSpanId({ traceId, idempotencyKey }: StepPlace): string {
  return spanIdOf(traceId, `undo ${idempotencyKey}`);
}

/** The same definition, with the work of each step at the step's place in its trace. */
export function traceSteps<Definition extends { readonly steps: readonly TracedStep[] }>(
  definition: Definition,
  ambient: AmbientTrace,
): Definition {
  const at = <Context extends StepPlace, T>(
    place: (context: StepPlace) => string,
    work: (context: Context) => T,
  ): ((context: Context) => T) => {
    return (context) =>
      ambient.run({ traceId: context.traceId, spanId: place(context) }, () => work(context));
  };
  const steps = definition.steps.map((step) => ({
    ...step,
    run: at(stepSpanId, (context) => step.run(context as never)),
    ...(step.compensate && { compensate: at(undoSpanId, (context) => step.compensate?.(context as never)) }),
  }));
  return { ...definition, steps };
}
