import type { Lease } from '../../contracts/journal.ts';
import type { SagaFact, SagaState, StepRun } from '../../contracts/saga.ts';
import type { SagaDefinition } from './definition.ts';
import { stepOf } from './definitions.ts';
import { isAtRest, nextMoves } from './moves.ts';
import { delayBeforeRetry, type RetryPolicy } from './retry.ts';
import { currentRun, type RunPlace } from './runs.ts';
import type { Follow, SagaLog } from './sagaLog.ts';
import { compensateStep, idempotencyKey, runStep, type StepOutcome, type WorkPorts } from './stepWork.ts';

export interface DriveOptions {
  readonly log: SagaLog;
  readonly definition: SagaDefinition<unknown>;
  readonly lease: Lease;
  /** Interrupts the saga. */
  readonly stop: AbortSignal;
  readonly ports: Omit<WorkPorts, 'write'>;
  /** Takes a function that makes it look whether another has asked for the saga's end. */
  readonly onLook: (look: () => void) => void;
}

/**
 * Runs a saga under its lease until it waits, ends or is stopped. Steps whose turn it is run at the same
 * time; what they come to is written one after the other, each with what follows from it. Throws what the
 * journal throws, and the lease's reason when it was lost.
 */
export async function driveSaga(options: DriveOptions): Promise<void> {
  const drive = new Drive(options);
  try {
    await drive.toRest();
  } finally {
    drive.close();
  }
}

class Drive {
  readonly #options: DriveOptions;
  /** From the beginning of a work until what came of it is on disk. */
  readonly #works = new Set<Promise<void>>();
  /** Steps that are run or undone now. */
  readonly #atWork = new Set<string>();
  /** Steps that wait for sagas, and for which. */
  readonly #parked = new Map<string, readonly string[]>();
  /** Steps that wait for their next attempt. */
  readonly #delayed = new Map<string, Promise<void>>();
  /** Ends everything: it was stopped, the lease was lost, or the journal failed. */
  readonly #halt = new AbortController();
  /** Ends the steps under way: also when the saga is undone. */
  #work = new AbortController();
  #isUndone = false;
  #failure: { readonly error: unknown } | null = null;
  #looked = Promise.withResolvers<void>();

  constructor(options: DriveOptions) {
    this.#options = options;
    options.onLook(() => this.#looked.resolve());
    // Plain controllers and listeners: signals that are made of others cost more than a short step.
    for (const signal of [options.stop, options.lease.lost]) {
      if (signal.aborted) this.#halted(signal.reason);
      else signal.addEventListener('abort', this.#onHalt);
    }
  }

  close(): void {
    for (const signal of [this.#options.stop, this.#options.lease.lost]) {
      signal.removeEventListener('abort', this.#onHalt);
    }
  }

  readonly #onHalt = (event: Event): void => this.#halted((event.target as AbortSignal).reason);

  #halted(reason: unknown): void {
    this.#halt.abort(reason);
    this.#work.abort(reason);
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
    this.#halted(error);
  }

  get #isHalted(): boolean {
    return this.#halt.signal.aborted;
  }

  async toRest(): Promise<void> {
    const { log, lease, stop } = this.#options;
    for (;;) {
      await this.#guarded(() => this.#write(() => []));
      if (this.#works.size > 0 || this.#delayed.size > 0) await this.#somethingHappens();
      else if (this.#isHalted || this.#parked.size === 0 || isAtRest(log.state)) break;
      else await this.#guarded(() => this.#awaitChildren());
    }
    if (lease.lost.aborted) throw lease.lost.reason;
    if (this.#failure !== null && !stop.aborted) throw this.#failure.error;
    if (stop.aborted && !isAtRest(log.state)) {
      await log.write(() => [{ type: 'saga.interrupted', data: {} }], null, lease);
    }
  }

  /** Nothing can go on before one of the sagas does that steps wait for. */
  #awaitChildren(): Promise<void> {
    const sagaIds = [...this.#parked.values()].flat();
    // Someone may ask for the saga's end in this moment.
    return this.#write(({ undo }) =>
      undo === null ? [{ type: 'saga.children-awaited', data: { sagaIds } }] : [],
    );
  }

  /** A work has ended, a wait is over, or it is time to look what others have written. */
  async #somethingHappens(): Promise<void> {
    const looked = this.#looked.promise.then(() => true);
    const others = [...this.#works, ...this.#delayed.values()].map((work) => work.then(() => false));
    if (!(await Promise.race([looked, ...others]))) return;
    this.#looked = Promise.withResolvers();
    await this.#guarded(() => this.#options.log.look());
    this.#endWhatIsUndone();
  }

  #endWhatIsUndone(): void {
    if (this.#isUndone || this.#options.log.state.undo === null) return;
    this.#isUndone = true;
    this.#work.abort(runIsUndone);
  }

  /** What the journal fails at ends everything. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    if (this.#isHalted) return;
    try {
      await work();
    } catch (error) {
      this.#fail(error);
    }
  }

  #write(make: (state: SagaState) => readonly SagaFact[]): Promise<void> {
    const { log, lease } = this.#options;
    return log.write(make, this.#follow, lease, (written) => this.#beginAll(written));
  }

  #beginAll(written: readonly SagaFact[]): void {
    for (const fact of written) {
      if (fact.type === 'saga.step-started') this.#begin(fact.data, fact.data.attempt);
      else if (fact.type === 'saga.compensation-started') this.#beginUndo(fact.data);
      else if (fact.type === 'saga.restarted' || fact.type === 'saga.rolled-back') {
        this.#isUndone = false;
        this.#work = new AbortController();
        if (this.#isHalted) this.#work.abort(this.#halt.signal.reason);
      }
    }
    this.#endWhatIsUndone();
  }

  readonly #follow: Follow = (state) => {
    const { definition, ports, log } = this.#options;
    const begun = state.steps.map(({ name }) => name).filter((name) => isBegun(name, log.state, state));
    const atWork = new Set([...this.#atWork, ...begun]);
    const moves = nextMoves(state, definition, { atWork, parked: new Set(this.#parked.keys()) });
    const [first] = moves;
    if (first?.kind === 'record') return [first.fact];
    if (this.#isHalted) return [];
    return moves.flatMap((move): SagaFact[] => {
      if (move.kind === 'record') return [];
      if (move.kind === 'compensate') {
        const data = { step: move.step, generation: move.run.generation };
        return [{ type: 'saga.compensation-started', data }];
      }
      const { step, generation, attempt, notBefore } = move;
      const wait = notBefore === null ? 0 : notBefore - ports.clock();
      if (wait > 0) {
        this.#delay(step, wait);
        return [];
      }
      const key = idempotencyKey(log.id, move);
      return [{ type: 'saga.step-started', data: { step, generation, attempt, idempotencyKey: key } }];
    });
  };

  #delay(step: string, milliseconds: number): void {
    if (this.#delayed.has(step)) return;
    const over = this.#options.ports.sleep(milliseconds, this.#work.signal).then(() => {
      this.#delayed.delete(step);
    });
    this.#delayed.set(step, over);
  }

  #begin(place: RunPlace, attempt: number): void {
    const { log, definition, ports } = this.#options;
    const { signal } = this.#work;
    const signals = {
      signal,
      isStopped: () => this.#isHalted,
      isUndone: () => signal.aborted && !this.#isHalted,
    };
    this.#take(place, async () => {
      const step = stepOf(definition, log.state, place.step);
      const work = { log, step, generation: place.generation };
      const outcome = await runStep(work, attempt, signals, this.#ports());
      return (state) => {
        if (outcome.kind !== 'parked') return factsOf(outcome, place, state, step.retry, ports.clock);
        this.#parked.set(place.step, outcome.sagaIds);
        return [];
      };
    });
  }

  #beginUndo(place: RunPlace): void {
    const { log, definition } = this.#options;
    this.#take(place, async () => {
      const step = stepOf(definition, log.state, place.step);
      const run = currentRun(log.state, place.step) as StepRun;
      const work = { log, step, generation: place.generation };
      const fact = await compensateStep(work, run, this.#halt.signal, this.#ports());
      return () => [fact];
    });
  }

  /** Does a step's work and writes down what came of it. */
  #take({ step }: RunPlace, work: () => Promise<(state: SagaState) => readonly SagaFact[]>): void {
    this.#atWork.add(step);
    const done = work()
      .then((make) => {
        // What another has taken over is written by no one else.
        if (this.#failure !== null) throw this.#failure.error;
        return this.#write((state) => {
          // Not before the write has its turn: one that comes first would begin the step again.
          this.#atWork.delete(step);
          return make(state);
        });
      })
      .catch((error) => this.#fail(error))
      .finally(() => this.#works.delete(done));
    this.#works.add(done);
  }

  #ports(): WorkPorts {
    const { log, lease, ports } = this.#options;
    return {
      ...ports,
      write: (fact) => log.write(() => [fact], null, lease),
    };
  }
}

const runIsUndone = new Error('The run is undone.');

/** Whether a step was begun, or its undoing, between two states. */
function isBegun(step: string, before: SagaState, after: SagaState): boolean {
  const run = currentRun(after, step);
  if (run === null) return false;
  if (run.compensation?.status === 'started' && run.compensation.sequence > before.sequence) return true;
  const earlier = currentRun(before, step);
  return (
    run.status === 'running' && (earlier?.generation !== run.generation || earlier.attempts !== run.attempts)
  );
}

function factsOf(
  outcome: Exclude<StepOutcome, { kind: 'parked' }>,
  { step, generation }: RunPlace,
  state: SagaState,
  policy: RetryPolicy | undefined,
  clock: () => number,
): readonly SagaFact[] {
  const data = { step, generation, artefacts: [...outcome.artefacts] };
  if (state.undo !== null) return [{ type: 'saga.step-stopped', data }];
  if (outcome.kind === 'completed') {
    return [{ type: 'saga.step-completed', data: { ...data, result: outcome.result } }];
  }
  const { error } = outcome;
  const failures = currentRun(state, step)?.failures ?? 0;
  const delay = delayBeforeRetry(policy, error.reason, failures);
  return delay === null
    ? [{ type: 'saga.step-failed', data: { ...data, error } }]
    : [{ type: 'saga.step-retrying', data: { ...data, error, dueTime: clock() + delay } }];
}
