import type * as z from 'zod';
import { LabError } from '../../contracts/errors.ts';
import type { Journal } from '../../contracts/journal.ts';
import type { ArtefactReference, ErrorRecord, SagaFact, SagaNotice, StepRun } from '../../contracts/saga.ts';
import { valueProblem } from '../../contracts/schemaTexts.ts';
import { canonicalJson } from '../../storage/canonicalJson.ts';
import { type ChildRuns, ChildWaits, undoChildren } from './children.ts';
import type { SagaStep } from './definition.ts';
import { recordError } from './errorRecord.ts';
import { currentRun, type RunPlace } from './runs.ts';
import type { SagaLog } from './sagaLog.ts';

/** A result is rewritten with nothing and read with everything: what is larger is an artefact. */
const maximumResultLength = 1_000_000;
/** How long a step whose signal was aborted has to come to its end, in milliseconds. */
const graceMilliseconds = 10_000;

/** Resolves after so many milliseconds, or at once when `signal` is aborted. Never rejects. */
export type Sleep = (milliseconds: number, signal: AbortSignal) => Promise<void>;

export interface WorkPorts {
  readonly journal: Journal;
  readonly clock: () => number;
  readonly sleep: Sleep;
  readonly notify: (notice: SagaNotice) => void;
  /** Writes a fact of the step at work down, under the lease of who works on it. */
  readonly write: (fact: SagaFact) => Promise<void>;
  readonly children: ChildRuns;
}

/** One run of one step of a saga. */
export interface StepPlace {
  readonly log: SagaLog;
  readonly step: SagaStep<unknown>;
  readonly generation: number;
}

/** Who may end a step before its time. */
export interface StepSignals {
  /** Aborted for either of these reasons. */
  readonly signal: AbortSignal;
  /** Nobody is to go on here: the saga is interrupted, or another process has it. Then there is no outcome. */
  readonly isStopped: () => boolean;
  /** The saga is undone meanwhile. */
  readonly isUndone: () => boolean;
}

/** What a run of a step came to. */
export type StepOutcome =
  | {
      readonly kind: 'completed';
      readonly result: unknown;
      readonly artefacts: readonly ArtefactReference[];
    }
  | {
      readonly kind: 'failed';
      readonly error: ErrorRecord;
      readonly artefacts: readonly ArtefactReference[];
    }
  /** It waits for these sagas. */
  | { readonly kind: 'parked'; readonly sagaIds: readonly string[] };

export function idempotencyKey(sagaId: string, { step, generation }: RunPlace): string {
  return `${sagaId}/${step}/${generation}`;
}

/**
 * Runs the step and gives what it came to. Throws what is no outcome of it: an error of the journal, and
 * any error once it was told to stop.
 */
export async function runStep(
  place: StepPlace,
  attempt: number,
  { signal: outer, isStopped, isUndone }: StepSignals,
  ports: WorkPorts,
): Promise<StepOutcome> {
  const { log, step, generation } = place;
  const runPlace = { step: step.name, generation };
  const artefacts: ArtefactReference[] = [];
  const parked = new Set<string>();
  const over = new Over(ports.sleep);
  const timedOut = step.timeout === undefined ? null : limitTime(step, step.timeout, over);
  const signal = timedOut === null ? outer : AbortSignal.any([outer, timedOut]);
  const failed = new AbortController();
  // A step that is left behind writes nothing any more.
  const write = async (fact: SagaFact) => {
    if (over.isOver) throw new LabError('cancelled', `Step ${step.name} has ended.`);
    await ports.write(fact);
  };
  // One after the other: each is written behind the one before.
  let alerts: Promise<void> = Promise.resolve();
  const children = new Set<Promise<unknown>>();
  const childFailures: unknown[] = [];
  const work = async (): Promise<unknown> => {
    const returned = await step.run({
      ...commonContext(place, signal, ports),
      attempt,
      progress: (fraction, text) => {
        const bounded = Math.min(1, Math.max(0, fraction));
        const told = { step: step.name, fraction: bounded, text, time: ports.clock() };
        ports.notify({ kind: 'progress', sagaId: log.id, traceId: log.state.traceId, ...told });
      },
      alert: (alert) => {
        alerts = alerts.then(() => write({ type: 'saga.sandbox-alert', data: { ...runPlace, alert } }));
        return alerts;
      },
      alerts: () => log.state.alerts,
      putArtefact: async (name, mediaType, content) => {
        const hash = await ports.journal.putArtefact(content);
        const bytes = typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength;
        const artefact = { name, mediaType, hash, bytes };
        artefacts.push(artefact);
        // Who undoes the step after a crash must know of it.
        if (step.compensate !== undefined && !isKept(place, artefact)) {
          await write({ type: 'saga.artefact-kept', data: { ...runPlace, artefact } });
        }
        return artefact;
      },
      runChild: (request) => {
        const own = AbortSignal.any([signal, failed.signal]);
        const child = ports.children.run(request, { ...runPlace, log, signal: own, write, parked });
        const settled = child.catch((error) => {
          if (!(error instanceof ChildWaits)) childFailures.push(error);
        });
        children.add(settled);
        return child;
      },
    });
    await alerts;
    return returned;
  };
  try {
    const returned = await withinGrace(work(), signal, over);
    await Promise.all(children);
    if (parked.size > 0) throw new ChildWaits();
    return { kind: 'completed', result: checkResult(step, returned), artefacts };
  } catch (error) {
    const waits = error instanceof ChildWaits;
    // Of sagas that it has started, the others stop when it failed, and come to their rest when it waits.
    if (!waits) failed.abort(error);
    await Promise.all(children);
    if (isStopped() || isOfJournal(error)) throw error;
    const [cause = error] = waits ? childFailures : [];
    if (isOfJournal(cause)) throw cause;
    if (cause instanceof ChildWaits && !signal.aborted) return { kind: 'parked', sagaIds: [...parked] };
    const final = timedOut?.aborted && !isUndone() ? timedOut.reason : cause;
    return { kind: 'failed', error: recordError(final), artefacts };
  } finally {
    over.end();
  }
}

/** Undoes the run and gives the fact it came to. Throws as `runStep` does. */
export async function compensateStep(
  place: StepPlace,
  run: StepRun,
  stop: AbortSignal,
  ports: WorkPorts,
): Promise<SagaFact> {
  const data = { step: place.step.name, generation: place.generation };
  const artefacts = allArtefacts(run);
  try {
    // What it has started later is undone first; where that fails, the rest is undone all the same.
    const errors = await undoChildren(run.children, ports.children, stop);
    await place.step.compensate?.({ ...commonContext(place, stop, ports), artefacts });
    if (errors.length > 0) throw errors[0];
    return { type: 'saga.compensation-completed', data };
  } catch (error) {
    if (stop.aborted || isOfJournal(error)) throw error;
    return { type: 'saga.compensation-failed', data: { ...data, error: recordError(error) } };
  }
}

/** The evidence of all attempts at a run of a step, each once. */
export function allArtefacts({ kept, artefacts }: StepRun): ArtefactReference[] {
  const isNew = (artefact: ArtefactReference) => !artefacts.some((other) => isSame(other, artefact));
  return [...kept.filter(isNew), ...artefacts];
}

function isKept({ log, step }: StepPlace, artefact: ArtefactReference): boolean {
  return currentRun(log.state, step.name)?.kept.some((other) => isSame(other, artefact)) ?? false;
}

function isSame(a: ArtefactReference, b: ArtefactReference): boolean {
  return a.name === b.name && a.hash === b.hash;
}

function isOfJournal(error: unknown): boolean {
  return LabError.is(error) && error.reason.startsWith('journal.');
}

/** The end of a step, for those who wait beside it. */
class Over {
  isOver = false;
  readonly #sleep: Sleep;
  /** Made by those who need one: most steps end before anyone waits. */
  readonly #waits: AbortController[] = [];

  constructor(sleep: Sleep) {
    this.#sleep = sleep;
  }

  end(): void {
    this.isOver = true;
    for (const wait of this.#waits) wait.abort();
  }

  /** Calls back after so many milliseconds unless the step has ended by then. */
  async after(milliseconds: number, happen: () => void): Promise<void> {
    const wait = new AbortController();
    this.#waits.push(wait);
    await this.#sleep(milliseconds, wait.signal);
    if (!this.isOver) happen();
  }
}

/** A signal that is aborted when the step has had its time. */
function limitTime({ name }: SagaStep<unknown>, milliseconds: number, over: Over): AbortSignal {
  const timedOut = new AbortController();
  void over.after(milliseconds, () =>
    timedOut.abort(
      new LabError('saga.timeout', `Step ${name} was not done after ${milliseconds} ms.`, {
        action: 'Try again, or look at what it waited for.',
      }),
    ),
  );
  return timedOut.signal;
}

/** What the work comes to; where it does not heed the signal, it is left behind when the grace is over. */
async function withinGrace(work: Promise<unknown>, signal: AbortSignal, over: Over): Promise<unknown> {
  const leftBehind = Promise.withResolvers<never>();
  const begin = () => void over.after(graceMilliseconds, () => leftBehind.reject(signal.reason));
  if (signal.aborted) begin();
  else signal.addEventListener('abort', begin, { once: true });
  try {
    return await Promise.race([work, leftBehind.promise]);
  } finally {
    signal.removeEventListener('abort', begin);
  }
}

function commonContext(
  { log, step, generation }: StepPlace,
  signal: AbortSignal,
  { journal, clock }: WorkPorts,
) {
  const results = log.results();
  return {
    sagaId: log.id,
    traceId: log.state.traceId,
    input: log.state.input,
    idempotencyKey: idempotencyKey(log.id, { step: step.name, generation }),
    signal,
    clock,
    result: <T>(name: string, schema: z.ZodType<T>): T => {
      const parsed = schema.safeParse(results[name]);
      if (parsed.success) return parsed.data;
      throw new LabError(
        'internal',
        `Step ${step.name} cannot use the result of ${name}: ${parsed.error.message}`,
      );
    },
    getArtefact: (hash: string) => journal.getArtefact(hash),
  };
}

function checkResult(step: SagaStep<unknown>, returned: unknown): unknown {
  const parsed = step.resultSchema.safeParse(returned);
  if (!parsed.success) {
    const problem = valueProblem(step.resultSchema, parsed.error, returned);
    throw new LabError(
      'internal',
      `Step ${step.name} returned what its result schema does not allow: ${problem}.`,
    );
  }
  const kept = canonicalJson(parsed.data ?? null);
  const { length } = kept;
  if (length > maximumResultLength) {
    throw new LabError(
      'internal',
      `The result of step ${step.name} has ${length} characters where ${maximumResultLength} are allowed.`,
      { action: 'Keep the large part as an artefact and return its reference.' },
    );
  }
  // As it will be read back after a crash, to the order of its fields.
  return JSON.parse(kept);
}
