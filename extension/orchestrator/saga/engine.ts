import type * as z from 'zod';
import { LabError } from '../../contracts/errors.ts';
import type { Journal, Lease } from '../../contracts/journal.ts';
import {
  type Cancellation,
  cancellationSchema,
  type Decision,
  type SagaEvent,
  type SagaFact,
  type SagaNotice,
  type SagaState,
  type SagaView,
  sagaStateSchema,
} from '../../contracts/saga.ts';
import type { ParentPlace } from '../../contracts/sagaPlaces.ts';
import { valueProblem } from '../../contracts/schemaTexts.ts';
import type { Durability } from '../../contracts/tasks.ts';
import { canonicalJson } from '../../storage/canonicalJson.ts';
import type { DomainEvents } from '../events/published.ts';
import { childRuns } from './children.ts';
import { factOfCancellation, factOfDecision, parseDecision } from './decisions.ts';
import type { SagaDefinition } from './definition.ts';
import { Definitions } from './definitions.ts';
import { driveSaga } from './drive.ts';
import { Looks } from './looks.ts';
import { isAtRest, isEnded, nextMoves } from './moves.ts';
import { type Follow, SagaLog, sagaKind, sagaStream, type Turn } from './sagaLog.ts';
import { arrange } from './stages.ts';
import type { Sleep } from './stepWork.ts';
import { systemSleep } from './systemSleep.ts';
import { viewSaga } from './view.ts';

const defaultLeaseMilliseconds = 5000;
const defaultLookMilliseconds = 250;
const mostFresh = 1000;
const none: DomainEvents = () => [];

export interface SagaEngineOptions {
  readonly journal: Journal;
  /** Several versions of a name may stand side by side: sagas finish on theirs. */
  readonly definitions: readonly SagaDefinition<unknown>[];
  /** UTC milliseconds, whole. */
  readonly clock: () => number;
  readonly newId: () => string;
  /** Hears every event once it is on disk, and progress. Must not throw. */
  readonly listener?: (notice: SagaNotice) => void;
  /** The trace of what is at work, for sagas that are started without one; null outside any. */
  readonly currentTrace?: () => string | null;
  /** The events that facts of sagas are besides; none when left out. */
  readonly domainEvents?: DomainEvents;
  /** The sagas that a queue has and somebody works on; none when left out. */
  readonly queued?: () => Promise<ReadonlySet<string>>;
  /** Whether one saga is among these, found at less cost than all; looked up in `queued` when left out. */
  readonly isQueued?: (id: string) => Promise<boolean>;
  /** How long a holder that cannot be seen to be dead keeps a saga after its last renewal. */
  readonly leaseMilliseconds?: number;
  /**
   * What the facts of sagas outlive: a power cut with `full`, as when left out; with `normal` the end of this
   * process alone. A saga whose effects lie outside needs the first.
   */
  readonly durability?: Durability;
  /** Waits for retries and the end of a step's time; the system's own when left out. */
  readonly sleep?: Sleep;
  /** How often a running saga looks whether another process has asked for its end; 250 when left out. */
  readonly lookMilliseconds?: number;
}

export interface StartRequest {
  /** Name of the definition. */
  readonly name: string;
  readonly input: unknown;
  /** Steps to wait after; the definition's own gates when left out. */
  readonly gates?: readonly string[];
  /** Trace that the saga belongs to; that of what is at work, or a new one, when left out. */
  readonly traceId?: string;
  /** Its id, for those who may have to ask twice; a new one when left out. */
  readonly id?: string;
  /** Its first turn; none when left out, for those who run it themselves. */
  readonly turn?: Turn;
}

/**
 * Runs sagas from the journal. All state is there: any engine on the same journal can go on with any
 * saga, after a crash at any instruction, and only one at a time does.
 */
export class SagaEngine {
  readonly #options: SagaEngineOptions;
  readonly #definitions: Definitions;
  readonly #notify: (notice: SagaNotice) => void;
  readonly #sleep: Sleep;
  readonly #looks: Looks;
  /** Logs of sagas that were written down here and not run yet: their events need not be read. */
  readonly #fresh = new Map<string, SagaLog>();
  readonly #children = childRuns({
    create: (id, request, parent, traceId) => this.#createChild(id, { ...request, traceId }, parent),
    run: (id, signal) => this.#runToRest(id, signal),
    results: (id) => this.results(id),
    view: (id) => this.view(id),
    cancelForParent: (id) => this.#cancel(id, { comment: null, by: null }, true),
    pause: (signal) => this.#sleep(this.#lookMilliseconds, signal),
  });

  constructor(options: SagaEngineOptions) {
    this.#options = options;
    this.#definitions = new Definitions(options.definitions);
    this.#notify = options.listener ?? (() => {});
    this.#sleep = options.sleep ?? systemSleep(true);
    this.#looks = new Looks(this.#lookMilliseconds, options.sleep ?? systemSleep(false));
  }

  get #lookMilliseconds(): number {
    return this.#options.lookMilliseconds ?? defaultLookMilliseconds;
  }

  /**
   * Writes a new saga down and gives its id; `run` then runs it. Throws `usage` for input that does not fit,
   * `journal.conflict` where a saga has the id already.
   */
  async create(request: StartRequest): Promise<string> {
    const id = request.id ?? this.#options.newId();
    await this.#create(id, request);
    return id;
  }

  /**
   * Runs the saga from where it stands until it waits, ends, or `signal` stops it (then it is
   * `interrupted`, after the steps under way have come to their ends). One that waits or has ended is left
   * as it is; one that waits for others runs these. When it ends, the saga that waits for it goes on. Throws
   * `conflict` while another holder runs it, `saga.version`, `not-found`.
   */
  async run(id: string, signal?: AbortSignal): Promise<SagaView> {
    const view = await this.#runToRest(id, signal);
    if (view.parent !== null && isEnded((await this.#load(id)).state)) {
      await this.run(view.parent.sagaId, signal).catch((error) => {
        // Who runs it now looks itself before it rests.
        if (!LabError.is(error, 'conflict')) throw error;
      });
    }
    return view;
  }

  /**
   * Writes a decision down; `run`, or its `turn` in the queue, then acts on it. Throws `saga.state` when the saga does not wait (any
   * more), waits at another gate, shows other evidence than the decision names, or cannot do that there.
   */
  async decide(id: string, decision: Decision, turn?: Turn): Promise<SagaView> {
    const parsed = parseDecision(decision);
    const log = await this.#load(id);
    const definition = this.#definitions.of(log.state);
    const record = async (at: string | undefined) => {
      const { state } = log;
      const fact = await factOfDecision({ ...parsed, at }, state, log.results(), definition);
      await log.decide(fact, recordsOnly(definition), turn);
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
   * Ends the saga, at any time and whoever runs it: what is under way is stopped, what was done is undone in
   * reverse, and it ends `cancelled`. Where nobody runs it, `run` then does this. Throws `saga.state` when it
   * has ended, or is undone for good already.
   */
  async cancel(id: string, cancellation: Cancellation = {}): Promise<SagaView> {
    const parsed = cancellationSchema.parse(cancellation);
    await this.#cancel(id, parsed, false);
    return this.view(id);
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
    await log.write(() => [fact], null, null);
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

  /** What it is called, how many events it has, and the trace that it belongs to. */
  async place(id: string): Promise<Pick<SagaState, 'id' | 'name' | 'sequence' | 'traceId'>> {
    return (await this.#load(id)).state;
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
    const queued = states.every(isAtRest) ? undefined : this.#options.queued?.();
    // Each view waits for it by itself, unless what it waits for before fails first.
    queued?.catch(() => {});
    return Promise.all(states.map((state) => this.#view(state, queued)));
  }

  async #create(id: string, request: StartRequest, parent?: ParentPlace): Promise<void> {
    const { name, input, gates, traceId, turn } = request;
    const definition = this.#definitions.newest(name);
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
      const problem = valueProblem(definition.inputSchema, parsed.error, input);
      throw new LabError('usage', `The input of ${name} does not fit: ${problem}.`, {
        action: 'Mend that field.',
      });
    }
    const log = this.#log(id);
    const started = {
      name,
      version: definition.version,
      steps,
      gates: chosen,
      // As it will be read back after a crash, to the order of its fields.
      input: JSON.parse(canonicalJson(parsed.data)),
      ...(definition.parallel !== undefined && { stages: arrange(steps, definition.parallel) }),
      ...(parent !== undefined && { parent }),
    };
    await log.start(traceId ?? this.#options.currentTrace?.() ?? this.#options.newId(), started, turn);
    this.#fresh.set(id, log);
    for (const [oldest] of this.#fresh) {
      if (this.#fresh.size <= mostFresh) break;
      this.#fresh.delete(oldest);
    }
  }

  /** A step that is run again finds the saga that it has started. */
  async #createChild(id: string, request: StartRequest, parent: ParentPlace): Promise<void> {
    const existing = this.#log(id);
    try {
      await existing.refresh();
    } catch (error) {
      if (!LabError.is(error, 'not-found')) throw error;
      await this.#create(id, request, parent);
    }
  }

  async #runToRest(id: string, signal: AbortSignal | undefined): Promise<SagaView> {
    // What others have written since is read once the lease is held.
    const log = this.#fresh.get(id) ?? (await this.#load(id));
    this.#fresh.delete(id);
    const definition = this.#definitions.of(log.state);
    const isWaitingForOthers = log.state.waitingOn.length > 0;
    if (isWaitingForOthers && !(await this.#someEnds(log.state.waitingOn, signal)))
      return this.#view(log.state);
    while (nextMoves(log.state, definition).length > 0) {
      await this.#runUnderLease(log, definition, signal);
      const { waitingOn } = log.state;
      // One may have ended between the look at it and the rest.
      if (waitingOn.length === 0 || !(await this.#someHasEnded(waitingOn))) break;
    }
    return this.#view(log.state);
  }

  async #runUnderLease(
    log: SagaLog,
    definition: SagaDefinition<unknown>,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { id } = log;
    const { journal, clock } = this.#options;
    const lease = await this.#acquire(id, sagaStream(id));
    try {
      await log.refresh();
      await driveSaga({
        log,
        definition,
        lease,
        stop: signal ?? new AbortController().signal,
        ports: { journal, clock, sleep: this.#sleep, notify: this.#notify, children: this.#children },
        onLook: (look) => this.#looks.start(id, look),
      });
    } catch (error) {
      if (lease.lost.aborted) throw lease.lost.reason;
      throw LabError.is(error, 'journal.conflict') ? takenOver(id, error) : error;
    } finally {
      this.#looks.stop(id);
      // Where the journal failed, it expires.
      if (!log.hasGivenUp(lease)) await journal.releaseLease(lease).catch(() => {});
    }
  }

  /** Runs the sagas to their rest and tells whether one has ended. */
  async #someEnds(ids: readonly string[], signal: AbortSignal | undefined): Promise<boolean> {
    const runs = await Promise.allSettled(ids.map((id) => this.#runToRest(id, signal)));
    const failed = runs.find((run) => run.status === 'rejected' && !LabError.is(run.reason, 'conflict'));
    if (failed?.status === 'rejected') throw failed.reason;
    return this.#someHasEnded(ids);
  }

  async #someHasEnded(ids: readonly string[]): Promise<boolean> {
    const logs = await Promise.all(ids.map((id) => this.#load(id)));
    return logs.some(({ state }) => isEnded(state));
  }

  async #cancel(id: string, { comment, by }: z.output<typeof cancellationSchema>, byParent: boolean) {
    const log = await this.#load(id);
    for (let isWritten = false; !isWritten; ) {
      const fact = factOfCancellation(log.state, { comment, by, byParent });
      if (fact === null) return;
      try {
        // Nothing follows here: who runs it may be at work.
        await log.write(() => [fact], null, null);
        isWritten = true;
      } catch (error) {
        // Who runs it has written meanwhile.
        if (!LabError.is(error, 'journal.conflict')) throw error;
        await log.refresh();
      }
    }
    this.#looks.now(id);
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
    const { journal, clock, durability = 'full', domainEvents = none } = this.#options;
    return new SagaLog(id, { journal, clock, durability, notify: this.#notify, domainEvents });
  }

  async #load(id: string): Promise<SagaLog> {
    const log = this.#log(id);
    await log.refresh();
    return log;
  }

  async #view(state: SagaState, queued?: Promise<ReadonlySet<string>>): Promise<SagaView> {
    if (isAtRest(state)) return viewSaga(state, false);
    const holder = await this.#options.journal.leaseHolder(sagaStream(state.id));
    if (holder !== null) return viewSaga(state, true);
    // Nobody is at it now; it may be somebody's when its turn comes.
    const { isQueued } = this.#options;
    if (queued === undefined && isQueued !== undefined) return viewSaga(state, await isQueued(state.id));
    const waiting = await (queued ?? this.#options.queued?.());
    return viewSaga(state, waiting?.has(state.id) ?? false);
  }
}

/** What follows from a fact that is written by someone who does not run the saga. */
function recordsOnly(definition: SagaDefinition<unknown>): Follow {
  return (state) => {
    const [move] = nextMoves(state, definition);
    return move?.kind === 'record' ? [move.fact] : [];
  };
}

function takenOver(id: string, cause: LabError): LabError {
  return new LabError('conflict', `Another process has taken over run ${id}: ${cause.message}`, {
    action: 'Leave it to that process; its state shows where it stands.',
    cause,
  });
}
