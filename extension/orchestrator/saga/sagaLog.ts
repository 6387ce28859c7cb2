import { LabError } from '../../contracts/errors.ts';
import { type Journal, type Lease, type StoredEvent, streamNameSchema } from '../../contracts/journal.ts';
import {
  type SagaEvent,
  type SagaFact,
  type SagaNotice,
  type SagaState,
  sagaFactSchema,
} from '../../contracts/saga.ts';
import type { SagaDefinition } from './definition.ts';
import { isAtRest, nextMove } from './moves.ts';
import { applySagaEvent, currentRun } from './reducer.ts';

/** Kind of the streams that sagas are written to. */
export const sagaKind = 'saga';
const factVersion = 1;

/** Name of a saga's stream, and of its lease. */
export function sagaStream(id: string): string {
  return `${sagaKind}/${id}`;
}

export interface SagaLogOptions {
  readonly journal: Journal;
  readonly clock: () => number;
  readonly notify: (notice: SagaNotice) => void;
}

/** One saga's events and their fold. */
export class SagaLog {
  readonly id: string;
  readonly #options: SagaLogOptions;
  #state: SagaState | null = null;
  readonly #events: SagaEvent[] = [];
  /** Results of steps by the sequence of their event. */
  readonly #results = new Map<number, unknown>();

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

  /** All events that the state is the fold of. */
  get events(): readonly SagaEvent[] {
    return this.#events;
  }

  /** Takes in what was written since. Throws `not-found` when nothing ever was. */
  async refresh(): Promise<void> {
    const stream = sagaStream(this.id);
    if (streamNameSchema.safeParse(stream).success) {
      const from = (this.#state?.sequence ?? 0) + 1;
      for (const stored of await this.#options.journal.read(stream, from))
        this.#take(parseEvent(this.id, stored));
    }
    void this.state;
  }

  /** Results of the steps that have one now, by step. */
  results(): Record<string, unknown> {
    return Object.fromEntries(
      this.state.steps.flatMap(({ name }) => {
        const sequence = currentRun(this.state, name)?.resultSequence ?? null;
        return sequence === null ? [] : [[name, this.#results.get(sequence)]];
      }),
    );
  }

  /** The first fact of a new saga. Throws `journal.conflict` when the saga exists. */
  async start(traceId: string, data: Extract<SagaFact, { type: 'saga.started' }>['data']): Promise<void> {
    await this.#append(traceId, null, [{ type: 'saga.started', data }], null);
  }

  /**
   * Writes facts, and with them those that follow without work, as one transaction with the state
   * after them. Under a lease, which a saga that comes to rest gives up in the same transaction. Without a
   * definition nothing follows.
   */
  async write(
    facts: readonly SagaFact[],
    definition: SagaDefinition<unknown> | null,
    lease: Lease | null,
  ): Promise<void> {
    await this.#append(this.state.traceId, definition, facts, lease);
  }

  async #append(
    traceId: string,
    definition: SagaDefinition<unknown> | null,
    facts: readonly SagaFact[],
    lease: Lease | null,
  ): Promise<void> {
    const { journal, clock, notify } = this.#options;
    const before = this.#state?.sequence ?? 0;
    const queue = [...facts];
    const written: { event: SagaEvent; state: SagaState }[] = [];
    let state = this.#state;
    for (let fact = queue.shift(); fact !== undefined; fact = queue.shift()) {
      const sequence = before + written.length + 1;
      const event = { ...fact, sagaId: this.id, sequence, time: clock(), traceId };
      state = applySagaEvent(state, event);
      written.push({ event, state });
      const move = queue.length === 0 && definition !== null ? nextMove(state, definition) : null;
      if (move?.kind === 'record') queue.push(move.fact);
    }
    await journal.append({
      stream: sagaStream(this.id),
      expectedSequence: before,
      ...(lease !== null && {
        lease: { name: lease.name, epoch: lease.epoch, release: state !== null && isAtRest(state) },
      }),
      events: written.map(({ event: { type, time, data } }) => ({
        type,
        version: factVersion,
        time,
        traceId,
        data,
      })),
      snapshot: state,
      artefacts: facts.flatMap((fact) =>
        'artefacts' in fact.data ? fact.data.artefacts.map(({ hash }) => hash) : [],
      ),
    });
    for (const { event, state: after } of written) {
      this.#take(event);
      notify({ kind: 'event', sagaId: this.id, event, state: after });
    }
  }

  #take(event: SagaEvent): void {
    this.#state = applySagaEvent(this.#state, event);
    this.#events.push(event);
    if (event.type === 'saga.step-completed') this.#results.set(event.sequence, event.data.result);
  }
}

/** A stored event as a saga's. Throws `saga.version` for one that a newer program wrote. */
export function parseEvent(sagaId: string, stored: StoredEvent): SagaEvent {
  const { type, version, sequence, time, traceId, data } = stored;
  const fact = sagaFactSchema.safeParse({ type, data });
  if (version !== factVersion || !fact.success) {
    throw new LabError(
      'saga.version',
      `Event ${sequence} of run ${sagaId} is a ${type} of version ${version}, which this program does not know.`,
      { action: 'Update Strategy Lab to the version that wrote it.' },
    );
  }
  return { ...fact.data, sagaId, sequence, time, traceId };
}
