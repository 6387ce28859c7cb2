import type { SagaEvent, SagaFact, SagaState } from '../../contracts/saga.ts';
import { canonicalJson } from '../../storage/canonicalJson.ts';
import type { SagaDefinition } from './definition.ts';
import { evidenceHash } from './evidenceHash.ts';
import { type Move, nextMoves } from './moves.ts';
import { applySagaEvent, canCancel } from './reducer.ts';
import { delayBeforeRetry } from './retry.ts';
import { currentRun } from './runs.ts';
import { arrange, inSequence } from './stages.ts';
import { earlierSteps } from './view.ts';

/** Where a recorded history and a definition first part. */
export interface Divergence {
  /** Of the event that the definition would not have written. */
  readonly sequence: number;
  readonly type: string;
  readonly why: string;
}

/**
 * Goes through a recorded history as the engine would with the definition, without running a step: null when
 * every event follows from those before it, so that a saga that stands at any of them can go on. A change of a
 * definition that breaks running sagas so shows before it meets them. Pure but for `definition.onFix`.
 */
export async function replayHistory(
  events: readonly SagaEvent[],
  definition: SagaDefinition<unknown>,
): Promise<Divergence | null> {
  let state: SagaState | null = null;
  const results = new Map<number, unknown>();
  for (const event of events) {
    const { sequence, type } = event;
    const why: string | null =
      state === null
        ? startDiffers(event, definition)
        : await differs(event, state, resultsNow(state, results), definition);
    if (why !== null) return { sequence, type, why };
    try {
      state = applySagaEvent(state, event);
    } catch (error) {
      return { sequence, type, why: error instanceof Error ? error.message : String(error) };
    }
    if (event.type === 'saga.step-completed') results.set(sequence, event.data.result);
  }
  return null;
}

function resultsNow(state: SagaState, results: ReadonlyMap<number, unknown>): Record<string, unknown> {
  const now = state.steps.flatMap(({ name }): [string, unknown][] => {
    const sequence = currentRun(state, name)?.resultSequence ?? null;
    return sequence === null ? [] : [[name, results.get(sequence)]];
  });
  return Object.fromEntries(now);
}

function startDiffers(event: SagaEvent, definition: SagaDefinition<unknown>): string | null {
  if (event.type !== 'saga.started') return 'a history begins with saga.started';
  const { name, version, steps, stages, input } = event.data;
  const { compatibleVersions = [], parallel } = definition;
  if (name !== definition.name) return `it is a saga of ${name}, not of ${definition.name}`;
  if (version !== definition.version && !compatibleVersions.includes(version)) {
    return `it began with version ${version}; the definition has ${definition.version}`;
  }
  const own = definition.steps.map((step) => step.name);
  if (!isEqual(steps, own)) return `its steps are ${steps.join(', ')}; the definition has ${own.join(', ')}`;
  const arranged = parallel === undefined ? inSequence(own) : arrange(own, parallel);
  if (!isEqual(stages ?? inSequence(steps), arranged))
    return 'its branches are others than the definition has';
  return misfit('its input', definition.inputSchema.safeParse(input));
}

/** Why the event does not follow from the state; null when it does. */
async function differs(
  event: SagaEvent,
  state: SagaState,
  results: Readonly<Record<string, unknown>>,
  definition: SagaDefinition<unknown>,
): Promise<string | null> {
  switch (event.type) {
    case 'saga.decided':
      return decisionDiffers(event.data, state, results, definition);
    case 'saga.cancel-requested':
      return canCancel(state, event.data.byParent) ? null : 'a saga that stands here cannot be cancelled';
    case 'saga.step-completed':
    case 'saga.step-failed':
    case 'saga.step-retrying':
    case 'saga.step-stopped':
      return outcomeDiffers(event, state, definition);
    case 'saga.compensation-completed':
    case 'saga.compensation-failed':
    case 'saga.interrupted':
    case 'saga.artefact-kept':
    case 'saga.child-started':
    case 'saga.children-awaited':
    case 'saga.sandbox-alert':
    case 'saga.forensics':
      // Of these the state alone says whether they can stand here.
      return null;
    default:
      return moveDiffers(event, state, results, nextMoves(state, definition));
  }
}

/** What the engine writes by itself must be what the state asks for. */
function moveDiffers(
  event: SagaEvent,
  state: SagaState,
  results: Readonly<Record<string, unknown>>,
  moves: readonly Move[],
): string | null {
  const [first] = moves;
  const wanted = moves.map(described).join(' or ') || 'nothing';
  if (event.type === 'saga.step-started') {
    const { step, generation, attempt } = event.data;
    const isAsked = moves.some(
      (move) =>
        move.kind === 'run' &&
        move.step === step &&
        move.generation === generation &&
        move.attempt === attempt &&
        event.time >= (move.notBefore ?? 0),
    );
    return isAsked ? null : `the definition has ${wanted} next`;
  }
  if (event.type === 'saga.compensation-started') {
    const isAsked = first?.kind === 'compensate' && first.step === event.data.step;
    return isAsked ? null : `the definition has ${wanted} next`;
  }
  if (first?.kind !== 'record') return `the definition has ${wanted} next`;
  // The hash of a gate's evidence came with a later version of the fact.
  const { evidence, ...data } = event.data as { readonly evidence?: string };
  if (first.fact.type !== event.type || !isEqual(first.fact.data, data))
    return `the definition has ${wanted} next`;
  if (evidence === undefined || event.type !== 'saga.gate-reached') return null;
  return evidence === evidenceHash(state, results) ? null : 'the evidence at the gate has another hash';
}

function described(move: Move): string {
  if (move.kind === 'record') return move.fact.type;
  return move.kind === 'run' ? `step ${move.step}` : `the undoing of ${move.step}`;
}

type Outcome = Extract<
  SagaEvent,
  { type: 'saga.step-completed' | 'saga.step-failed' | 'saga.step-retrying' | 'saga.step-stopped' }
>;

function outcomeDiffers(
  event: Outcome,
  state: SagaState,
  definition: SagaDefinition<unknown>,
): string | null {
  const { step: name } = event.data;
  const step = definition.steps.find((candidate) => candidate.name === name);
  if (step === undefined) return `the definition has no step ${name}`;
  if (event.type === 'saga.step-completed') {
    return misfit(`the result of ${name}`, step.resultSchema.safeParse(event.data.result));
  }
  if (event.type === 'saga.step-stopped') return state.undo === null ? `nothing stops ${name}` : null;
  const failures = currentRun(state, name)?.failures ?? 0;
  const isRetried = delayBeforeRetry(step.retry, event.data.error.reason, failures) !== null;
  if (isRetried === (event.type === 'saga.step-retrying')) return null;
  return `the definition has ${name} ${isRetried ? '' : 'not '}tried again after ${event.data.error.reason}`;
}

async function decisionDiffers(
  data: Extract<SagaFact, { type: 'saga.decided' }>['data'],
  state: SagaState,
  results: Readonly<Record<string, unknown>>,
  definition: SagaDefinition<unknown>,
): Promise<string | null> {
  if (data.action === 'rollback' && !earlierSteps(state).includes(data.to)) {
    return `a rollback to ${data.to} is not possible here`;
  }
  if (data.action !== 'fix') return null;
  try {
    const { input, restartAt } = await definition.onFix(data.patch, state.input, results);
    if (restartAt !== data.restartAt) return `the fix begins again at ${restartAt}, not at ${data.restartAt}`;
    return isEqual(input, data.input) ? null : 'the fix makes another input';
  } catch (error) {
    return `the fix is refused: ${error instanceof Error ? error.message : String(error)}`;
  }
}

interface Parsed {
  readonly success: boolean;
  readonly error?: { readonly message: string } | undefined;
}

function misfit(what: string, { success, error }: Parsed): string | null {
  return success ? null : `${what} does not fit its schema: ${error?.message ?? ''}`;
}

function isEqual(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}
