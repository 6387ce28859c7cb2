import { z } from 'zod';
import { LabError } from '../../contracts/errors.ts';
import type { Journal, Lease } from '../../contracts/journal.ts';
import {
  type Decision,
  decisionSchema,
  type SagaEvent,
  type SagaFact,
  type SagaNotice,
  type SagaState,
  type SagaView,
  sagaStateSchema,
} from '../../contracts/saga.ts';
import { factOfDecision } from './decisions.ts';
import type { SagaDefinition, SagaStep } from './definition.ts';
import { isAtRest, type Move, nextMove } from './moves.ts';
import { SagaLog, sagaKind, sagaStream } from './sagaLog.ts';
import { compensateStep, idempotencyKey, runStep } from './stepWork.ts';
import { viewSaga } from './view.ts';

const defaultLeaseMilliseconds = 5000;

export interface SagaEngineOptions {
  readonly journal: Journal;
  readonly definitions: readonly SagaDefinition<unknown>[];
  /** UTC milliseconds, whole. */
  readonly clock: () => number;
  readonly newId: () => string;
  /** Hears every event once it is on disk, and progress. Must not throw. */
  readonly listener?: (notice: SagaNotice) => void;
  /** How long a holder that cannot be seen to be dead keeps a saga after its last renewal. */
  readonly leaseMilliseconds?: number;
}

export interface StartRequest {
  /** Name of the definition. */
  readonly name: string;
  readonly input: unknown;
  /** Steps to wait after; the definition's own gates when left out. */
  readonly gates?: readonly string[];
  /** Trace that the saga belongs to; a new one when left out. */
  readonly traceId?: string;
  /** Its id, for those who may have to ask twice; a new one when left out. */
  readonly id?: string;
}

/**
 * Runs sagas from the journal. All state is there: any engine on the same journal can go on with any
 * saga, after a crash at any instruction, and only one at a time does.
 */
export class SagaEngine {
  readonly #options: SagaEngineOptions;
  readonly #notify: (notice: SagaNotice) => void;

  constructor(options: SagaEngineOptions) {
    this.#options = options;
    this.#notify = options.listener ?? (() => {});
  }

  /**
   * Writes a new saga down and gives its id; `run` then runs it. Throws `usage` for input that does not fit,
   * `journal.conflict` where a saga has the id already.
   */
  async create({ name, input, gates, traceId, id }: StartRequest): Promise<string> {
    const definition = this.#definition(name);
    const steps = definition.steps.map((step) => step.name);
    const chosen = [...(gates ?? definition.gates)];
    const unknown = chosen.find((gate) => !steps.includes(gate));
    if (unknown !== undefined) {
      throw new LabError('usage', `There is no step ${unknown} to wait after.`, {
        action: `Choose gates among ${steps.join(', ')}.`,
      });
    }
    const parsed = definition.inputSchema.safeParse(input);
    if (!parsed.success) {
      throw new LabError('usage', `The input of ${name} does not fit: ${z.prettifyError(parsed.error)}`, {
        action: 'Mend the named fields.',
      });
    }
    const log = this.#log(id ?? this.#options.newId());
    await log.start(traceId ?? this.#options.newId(), {
      name,
      version: definition.version,
      steps,
      gates: chosen,
      input: parsed.data,
    });
    return log.id;
  }

  /**
   * Runs the saga from where it stands until it waits, ends, or `signal` stops it (then it is
   * `interrupted`, after the step under way has come to its end). One that waits or has ended is left
   * as it is. Throws `conflict` while another holder runs it, `saga.version`, `not-found`.
   */
  async run(id: string, signal?: AbortSignal): Promise<SagaView> {
    const log = await this.#load(id);
    const definition = this.#definitionFor(log.state);
    if (nextMove(log.state, definition) !== null) {
      const lease = await this.#acquire(id, sagaStream(id));
      try {
        await log.refresh();
        await this.#advance(log, definition, lease, signal);
      } finally {
        // A saga that came to rest has given it up already; where the journal failed, it expires.
        await this.#options.journal.releaseLease(lease).catch(() => {});
      }
    }
    return this.#view(log.state);
  }

  /**
   * Writes a decision down; `run` then acts on it. Throws `saga.state` when the saga does not wait (any
   * more), waits at another gate, or cannot do that there.
   */
  async decide(id: string, decision: Decision): Promise<SagaView> {
    const parsed = parseDecision(decision);
    const log = await this.#load(id);
    const definition = this.#definitionFor(log.state);
    const record = async (at: string | undefined) => {
      const fact = await factOfDecision({ ...parsed, at }, log.state, log.results(), definition);
      await log.write([fact], definition, null);
    };
    const gate = log.state.waitingFor ?? undefined;
    try {
      await record(parsed.at);
    } catch (error) {
      if (!LabError.is(error, 'journal.conflict')) throw error;
      // Another was first. This decision was meant for the gate as it was, not for what comes after.
      await log.refresh();
      await record(gate);
    }
    return this.#view(log.state);
  }

  /**
   * Says to every process on the journal that this one will run the saga when its turn comes, until the
   * answered function is called. Throws `conflict` where another has said so.
   */
  async hold(id: string): Promise<() => Promise<void>> {
    const lease = await this.#acquire(id, turnName(id));
    return () => this.#options.journal.releaseLease(lease).catch(() => {});
  }

  /**
   * Adds what was found out about a saga at rest, which stays as it stands. Throws `conflict` while it is
   * worked on, `not-found`.
   */
  async note(
    id: string,
    fact: Extract<SagaFact, { type: 'saga.forensics' | 'saga.sandbox-alert' }>,
  ): Promise<SagaView> {
    const log = await this.#load(id);
    if (!isAtRest(log.state)) {
      throw new LabError('conflict', `Run ${id} is still at work.`, {
        action: 'Wait until it has come to rest, or stop it.',
      });
    }
    await log.write([fact], null, null);
    return this.#view(log.state);
  }

  async view(id: string): Promise<SagaView> {
    return this.#view((await this.#load(id)).state);
  }

  /** The saga with all events that it is made of, both at one moment. */
  async history(id: string): Promise<{ view: SagaView; events: readonly SagaEvent[] }> {
    const log = await this.#load(id);
    return { view: await this.#view(log.state), events: log.events };
  }

  /** Results of the steps that have one now, by step. */
  async results(id: string): Promise<Record<string, unknown>> {
    return (await this.#load(id)).results();
  }

  /** All sagas, the newest first. */
  async list(): Promise<SagaView[]> {
    const snapshots = await this.#options.journal.snapshots(sagaKind);
    const states = snapshots.map(({ data }) => sagaStateSchema.parse(data));
    states.sort((a, b) => b.startedTime - a.startedTime);
    return Promise.all(states.map((state) => this.#view(state)));
  }

  /** Makes one move after the other until none is left or `stop` is aborted. */
  async #advance(
    log: SagaLog,
    definition: SagaDefinition<unknown>,
    lease: Lease,
    stop: AbortSignal | undefined,
  ): Promise<void> {
    const signal = stop === undefined ? lease.lost : AbortSignal.any([stop, lease.lost]);
    for (let move = nextMove(log.state, definition); move !== null; move = nextMove(log.state, definition)) {
      try {
        signal.throwIfAborted();
        await this.#make(move, log, definition, lease, signal);
      } catch (error) {
        if (lease.lost.aborted) throw lease.lost.reason;
        if (!signal.aborted) throw LabError.is(error, 'journal.conflict') ? takenOver(log.id, error) : error;
        await log.write([{ type: 'saga.interrupted', data: {} }], definition, lease);
        return;
      }
    }
  }

  async #make(
    move: Move,
    log: SagaLog,
    definition: SagaDefinition<unknown>,
    lease: Lease,
    signal: AbortSignal,
  ): Promise<void> {
    const write = (fact: SagaFact) => log.write([fact], definition, lease);
    if (move.kind === 'record') return write(move.fact);
    const { journal, clock } = this.#options;
    const ports = { journal, clock, notify: this.#notify, write };
    const step = stepOf(definition, log.state, move.step);
    const data = { step: move.step, generation: move.kind === 'run' ? move.generation : move.run.generation };
    const place = { log, step, generation: data.generation };
    if (move.kind === 'run') {
      const { attempt } = move;
      const started = { ...data, attempt, idempotencyKey: idempotencyKey(place) };
      await write({ type: 'saga.step-started', data: started });
      return write(await runStep(place, attempt, signal, ports));
    }
    await write({ type: 'saga.compensation-started', data });
    return write(await compensateStep(place, move.run, signal, ports));
  }

  async #acquire(id: string, name: string): Promise<Lease> {
    const milliseconds = this.#options.leaseMilliseconds ?? defaultLeaseMilliseconds;
    const outcome = await this.#options.journal.acquireLease(name, milliseconds);
    if (outcome.held) return outcome.lease;
    const { pid, host } = outcome.holder;
    throw new LabError('conflict', `Run ${id} is being worked on by process ${pid} on ${host}.`, {
      action: 'Wait until that process is done with it, or stop the process.',
    });
  }

  #log(id: string): SagaLog {
    const { journal, clock } = this.#options;
    return new SagaLog(id, { journal, clock, notify: this.#notify });
  }

  async #load(id: string): Promise<SagaLog> {
    const log = this.#log(id);
    await log.refresh();
    return log;
  }

  async #view(state: SagaState): Promise<SagaView> {
    return viewSaga(state, !isAtRest(state) && (await this.#isLive(state.id)));
  }

  /** Whether a process works on the saga, or will when its turn comes. */
  async #isLive(id: string): Promise<boolean> {
    const { journal } = this.#options;
    const holders = await Promise.all(
      [sagaStream(id), turnName(id)].map((name) => journal.leaseHolder(name)),
    );
    return holders.some((holder) => holder !== null);
  }

  #definition(name: string): SagaDefinition<unknown> {
    const { definitions } = this.#options;
    const found = definitions.find((definition) => definition.name === name);
    if (found !== undefined) return found;
    throw new LabError('not-found', `This program has no pipeline named ${name}.`, {
      action: `Choose one of ${definitions.map((definition) => definition.name).join(', ')}.`,
    });
  }

  /** The definition that may go on with the saga. Throws `saga.version` when there is none. */
  #definitionFor(state: SagaState): SagaDefinition<unknown> {
    const definition = this.#definition(state.name);
    const { version, compatibleVersions = [] } = definition;
    if (version === state.version || compatibleVersions.includes(state.version)) return definition;
    throw new LabError(
      'saga.version',
      `Run ${state.id} began with version ${state.version} of ${state.name}; this program has version ${version}.`,
      { action: 'Go on with the program that began it, or start a new run.' },
    );
  }
}

/** Name of the lease of who will run the saga. */
function turnName(id: string): string {
  return `turn/${id}`;
}

function parseDecision(decision: Decision) {
  const parsed = decisionSchema.safeParse(decision);
  if (parsed.success) return parsed.data;
  throw new LabError('usage', `This is no decision on a run: ${z.prettifyError(parsed.error)}`, {
    action: 'Choose approve, fix with a patch, reject, or rollback to a step.',
  });
}

function stepOf(definition: SagaDefinition<unknown>, state: SagaState, name: string): SagaStep<unknown> {
  const step = definition.steps.find((candidate) => candidate.name === name);
  if (step !== undefined) return step;
  throw new LabError(
    'saga.version',
    `The steps of ${state.name} no longer have ${name}, which run ${state.id} needs.`,
    {
      action: 'Go on with the program that began it, or start a new run.',
    },
  );
}

function takenOver(id: string, cause: LabError): LabError {
  return new LabError('conflict', `Another process has taken over run ${id}: ${cause.message}`, {
    action: 'Leave it to that process; its state shows where it stands.',
    cause,
  });
}
