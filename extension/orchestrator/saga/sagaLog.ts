import { LabError } from '../../contracts/errors.ts';
import { type Journal, type Lease, type StoredEvent, streamNameSchema } from '../../contracts/journal.ts';
import {
  factVersions,
  type SagaEvent,
  type SagaFact,
  type SagaNotice,
  type SagaState,
  sagaFactSchema,
} from '../../contracts/saga.ts';
import type { Durability, NewTask } from '../../contracts/tasks.ts';
import { type DomainEvents, keptEventOf, publishedStream } from '../events/published.ts';
import { enqueuedEvent } from '../events/taskEvents.ts';
import { evidenceHash } from './evidenceHash.ts';
import { isAtRest } from './moves.ts';
import { applySagaEvent } from './reducer.ts';
import { currentRun } from './runs.ts';

/** Kind of the streams that sagas are written to. */
export const sagaKind = 'saga';

/** Name of a saga's stream, and of its lease. */
export function sagaStream(id: string): string {
  return `${sagaKind}/${id}`;
}

export interface SagaLogOptions {
  readonly journal: Journal;
  readonly clock: () => number;
  readonly durability: Durability;
  readonly notify: (notice: SagaNotice) => void;
  readonly domainEvents: DomainEvents;
}

/** What belongs into the same transaction as a fact, since it follows from it without work. */
export type Follow = (state: SagaState) => readonly SagaFact[];

/** The task that has a saga gone on with, put into the queue in the transaction that makes it go on. */
export type Turn = (saga: {
  readonly id: string;
  /** Number of its events after that transaction. */
  readonly sequence: number;
  readonly traceId: string;
}) => NewTask;

const nothing: Follow = () => [];
/** What is written to a saga by those who do not hold its lease. Any other fact tells that it was taken over. */
const fromOutside: ReadonlySet<SagaFact['type']> = new Set([
  'saga.cancel-requested',
  'saga.forensics',
  'saga.sandbox-alert',
]);
/** Others may write in between as often as this before a writer gives up. */
const mostConflicts = 10;

/** One saga's events and their fold. Writes come one after the other. */
export class SagaLog {
  readonly id: string;
  readonly #options: SagaLogOptions;
  #state: SagaState | null = null;
  readonly #events: SagaEvent[] = [];
  /** Results of steps by the sequence of their event. */
  readonly #results = new Map<number, unknown>();
  #writing: Promise<unknown> = Promise.resolve();
  /** Epoch of the lease that was given up when the saga came to rest. */
  #givenUp = 0;

  constructor(id: string, options: SagaLogOptions) {
    this.id = id;
    this.#options = options;
  }

  get state(): SagaState {
    if (this.#state === null) {
      throw new LabError('not-found', `The lab has no run ${this.id}.`, {
        action: 'See strategy-lab status for the ids, and check that this is the right lab.',
      });
    }
    return this.#state;
  }

  /** Whether the lease went in the transaction in which the saga came to rest. */
  hasGivenUp({ epoch }: Lease): boolean {
    return this.#givenUp === epoch;
  }

  /** All events that the state is the fold of. */
  get events(): readonly SagaEvent[] {
    return this.#events;
  }

  /** Takes in what was written since. Throws `not-found` when nothing ever was. */
  async refresh(): Promise<void> {
    return this.#inTurn(() => this.#read());
  }

  /**
   * Takes in what others have written while this one holds the lease. Throws `journal.conflict` when it was
   * taken over meanwhile.
   */
  async look(): Promise<void> {
    return this.#inTurn(() => this.#readOthers());
  }

  /** Results of the steps that have one now, by step. */
  results(): Record<string, unknown> {
    return resultsOf(this.state, this.#results);
  }

  /** The first fact of a new saga. Throws `journal.conflict` when the saga exists. */
  async start(
    traceId: string,
    data: Extract<SagaFact, { type: 'saga.started' }>['data'],
    turn?: Turn,
  ): Promise<void> {
    await this.#inTurn(() => this.#append(traceId, [{ type: 'saga.started', data }], nothing, null, turn));
  }

  /** Writes a person's decision down, as `write` does without a lease. */
  async decide(fact: SagaFact, follow: Follow | null, turn?: Turn): Promise<void> {
    await this.#inTurn(() => this.#append(this.state.traceId, [fact], follow ?? nothing, null, turn));
  }

  /**
   * Writes the facts that `make` finds in the state, and what follows from them, as one transaction with the
   * state after them, and tells all that was written before another write has its turn. Under a lease, which a saga that comes to rest gives up in
   * the same transaction. Where another has written meanwhile, as a person who cancels may at any time,
   * `make` is asked again. Throws `journal.conflict` when the lease was lost.
   */
  async write(
    make: (state: SagaState) => readonly SagaFact[],
    follow: Follow | null,
    lease: Lease | null,
    onWritten: (facts: readonly SagaFact[]) => void = () => {},
  ): Promise<void> {
    return this.#inTurn(async () => {
      for (let conflicts = 0; ; conflicts += 1) {
        const { sequence } = this.state;
        try {
          onWritten(await this.#append(this.state.traceId, make(this.state), follow ?? nothing, lease));
          return;
        } catch (error) {
          if (!LabError.is(error, 'journal.conflict') || lease === null) throw error;
          await this.#readOthers();
          if (this.state.sequence === sequence || conflicts === mostConflicts) throw error;
        }
      }
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#writing.then(work);
    this.#writing = turn.catch(() => {});
    return turn;
  }

  async #read(): Promise<void> {
    const stream = sagaStream(this.id);
    if (streamNameSchema.safeParse(stream).success) {
      const from = (this.#state?.sequence ?? 0) + 1;
      for (const stored of await this.#options.journal.read(stream, from)) {
        const event = parseEvent(this.id, stored);
        this.#take(event, applySagaEvent(this.#state, event));
      }
    }
    void this.state;
  }

  async #readOthers(): Promise<void> {
    const { sequence } = this.state;
    await this.#read();
    const foreign = this.#events.slice(sequence).find(({ type }) => !fromOutside.has(type));
    if (foreign === undefined) return;
    throw new LabError('journal.conflict', `Another process has written ${foreign.type}.`, {
      action: 'Leave it to that process.',
    });
  }

  async #append(
    traceId: string,
    facts: readonly SagaFact[],
    follow: Follow,
    lease: Lease | null,
    turn?: Turn,
  ): Promise<readonly SagaFact[]> {
    const { journal, clock, durability, notify, domainEvents } = this.#options;
    const before = this.#state?.sequence ?? 0;
    const written: { event: SagaEvent; state: SagaState }[] = [];
    const results = new Map<number, unknown>();
    let state = this.#state;
    const take = (fact: SagaFact) => {
      const sequence = before + written.length + 1;
      let event: SagaEvent = { ...fact, sagaId: this.id, sequence, time: clock(), traceId };
      let after = applySagaEvent(state, event);
      if (event.type === 'saga.step-completed') results.set(sequence, event.data.result);
      if (event.type === 'saga.gate-reached' || event.type === 'saga.rolled-back') {
        // The hash of what stands there, once what was undone no longer counts.
        const evidence = evidenceHash(after, resultsOf(after, new Map([...this.#results, ...results])));
        event = { ...event, data: { ...event.data, evidence } } as SagaEvent;
        after = { ...after, evidence };
      }
      state = after;
      written.push({ event, state });
    };
    for (const fact of facts) take(fact);
    // What nothing came before may follow from the state as it is.
    for (let more = state === null ? [] : follow(state); more.length > 0; ) {
      for (const fact of more) take(fact);
      more = follow(state as SagaState);
    }
    if (written.length === 0) return [];
    const task = turn?.({ id: this.id, sequence: before + written.length, traceId });
    const of = { id: this.id, traceId };
    const also = written.flatMap(({ event, state: after }) =>
      domainEvents(event, after).map((more) => keptEventOf(of, more, event.time)),
    );
    if (task !== undefined) also.push(keptEventOf(of, enqueuedEvent(state as SagaState, task), clock()));
    await journal.append({
      stream: sagaStream(this.id),
      expectedSequence: before,
      ...(lease !== null && {
        lease: { name: lease.name, epoch: lease.epoch, release: state !== null && isAtRest(state) },
      }),
      events: written.map(({ event: { type, time, data } }) => ({
        type,
        version: versionOf(type),
        time,
        traceId,
        data,
      })),
      ...(also.length > 0 && { also: { stream: publishedStream, events: also } }),
      snapshot: state,
      durability,
      artefacts: facts.flatMap(hashesIn),
      ...(task !== undefined && { tasks: [task] }),
    });
    if (lease !== null && state !== null && isAtRest(state)) this.#givenUp = lease.epoch;
    for (const { event, state: after } of written) {
      this.#take(event, after);
      notify({ kind: 'event', sagaId: this.id, event, state: after });
    }
    return written.map(({ event }) => event);
  }

  #take(event: SagaEvent, after: SagaState): void {
    this.#state = after;
    this.#events.push(event);
    if (event.type === 'saga.step-completed') this.#results.set(event.sequence, event.data.result);
  }
}

function resultsOf(state: SagaState, bySequence: ReadonlyMap<number, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    state.steps.flatMap(({ name }) => {
      const sequence = currentRun(state, name)?.resultSequence ?? null;
      return sequence === null ? [] : [[name, bySequence.get(sequence)]];
    }),
  );
}

function hashesIn(fact: SagaFact): string[] {
  if ('artefacts' in fact.data) return fact.data.artefacts.map(({ hash }) => hash);
  return fact.type === 'saga.artefact-kept' ? [fact.data.artefact.hash] : [];
}

function versionOf(type: SagaFact['type']): number {
  return factVersions[type] ?? 1;
}

/** A stored event as a saga's. Throws `saga.version` for one that a newer program wrote. */
export function parseEvent(sagaId: string, stored: StoredEvent): SagaEvent {
  const { type, version, sequence, time, traceId, data } = stored;
  const fact = sagaFactSchema.safeParse({ type, data });
  if (!fact.success || version > versionOf(fact.data.type)) {
    throw new LabError(
      'saga.version',
      `Event ${sequence} of run ${sagaId} is a ${type} of version ${version}, which this program does not know.`,
      { action: 'Update Strategy Lab to the version that wrote it.' },
    );
  }
  return { ...fact.data, sagaId, sequence, time, traceId };
}
