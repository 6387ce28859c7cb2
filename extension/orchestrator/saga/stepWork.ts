import { z } from 'zod';
import { LabError } from '../../contracts/errors.ts';
import type { Journal } from '../../contracts/journal.ts';
import type { ArtefactReference, ErrorRecord, SagaFact, SagaNotice, StepRun } from '../../contracts/saga.ts';
import { canonicalJson } from '../../storage/canonicalJson.ts';
import type { SagaStep } from './definition.ts';
import { recordError } from './errorRecord.ts';
import type { SagaLog } from './sagaLog.ts';

/** A result is rewritten with nothing and read with everything: what is larger is an artefact. */
const maximumResultLength = 1_000_000;

export interface WorkPorts {
  readonly journal: Journal;
  readonly clock: () => number;
  readonly notify: (notice: SagaNotice) => void;
  /** Writes a fact of the step at work down, under the lease of who works on it. */
  readonly write: (fact: SagaFact) => Promise<void>;
}

/** One run of one step of a saga. */
export interface StepPlace {
  readonly log: SagaLog;
  readonly step: SagaStep<unknown>;
  readonly generation: number;
}

export function idempotencyKey({ log, step, generation }: StepPlace): string {
  return `${log.id}/${step.name}/${generation}`;
}

/**
 * Runs the step and gives the fact it came to: completed or failed. Throws what is no outcome of the
 * step: an error of the journal, and any error once `signal` is aborted.
 */
export async function runStep(
  place: StepPlace,
  attempt: number,
  signal: AbortSignal,
  ports: WorkPorts,
): Promise<SagaFact> {
  const { log, step, generation } = place;
  const { traceId } = log.state;
  const artefacts: ArtefactReference[] = [];
  // One after the other: each is written behind the one before.
  let alerts: Promise<void> = Promise.resolve();
  try {
    const returned = await step.run({
      ...commonContext(place, signal, ports),
      attempt,
      progress: (fraction, text) => {
        const bounded = Math.min(1, Math.max(0, fraction));
        const time = ports.clock();
        ports.notify({
          kind: 'progress',
          sagaId: log.id,
          traceId,
          step: step.name,
          fraction: bounded,
          text,
          time,
        });
      },
      alert: (alert) => {
        const data = { step: step.name, generation, alert };
        alerts = alerts.then(() => ports.write({ type: 'saga.sandbox-alert', data }));
        return alerts;
      },
      alerts: () => log.state.alerts,
      putArtefact: async (name, mediaType, content) => {
        const hash = await ports.journal.putArtefact(content);
        const bytes = typeof content === 'string' ? Buffer.byteLength(content) : content.byteLength;
        const reference = { name, mediaType, hash, bytes };
        artefacts.push(reference);
        return reference;
      },
    });
    const result = checkResult(step, returned);
    await alerts;
    return { type: 'saga.step-completed', data: { step: step.name, generation, result, artefacts } };
  } catch (error) {
    const record = outcomeOf(error, signal);
    return { type: 'saga.step-failed', data: { step: step.name, generation, error: record, artefacts } };
  }
}

/** Undoes the run and gives the fact it came to. Throws as `runStep` does. */
export async function compensateStep(
  place: StepPlace,
  { artefacts }: StepRun,
  signal: AbortSignal,
  ports: WorkPorts,
): Promise<SagaFact> {
  const data = { step: place.step.name, generation: place.generation };
  try {
    await place.step.compensate?.({ ...commonContext(place, signal, ports), artefacts });
    return { type: 'saga.compensation-completed', data };
  } catch (error) {
    return { type: 'saga.compensation-failed', data: { ...data, error: outcomeOf(error, signal) } };
  }
}

function commonContext(place: StepPlace, signal: AbortSignal, { journal, clock }: WorkPorts) {
  const { log } = place;
  const results = log.results();
  return {
    sagaId: log.id,
    traceId: log.state.traceId,
    input: log.state.input,
    idempotencyKey: idempotencyKey(place),
    signal,
    clock,
    result: <T>(step: string, schema: z.ZodType<T>): T => {
      const parsed = schema.safeParse(results[step]);
      if (parsed.success) return parsed.data;
      throw new LabError(
        'internal',
        `Step ${place.step.name} cannot use the result of ${step}: ${parsed.error.message}`,
      );
    },
    getArtefact: (hash: string) => journal.getArtefact(hash),
  };
}

function checkResult(step: SagaStep<unknown>, returned: unknown): unknown {
  const parsed = step.resultSchema.safeParse(returned);
  if (!parsed.success) {
    throw new LabError(
      'internal',
      `Step ${step.name} returned what its result schema does not allow: ${z.prettifyError(parsed.error)}`,
    );
  }
  const result = parsed.data ?? null;
  const { length } = canonicalJson(result);
  if (length > maximumResultLength) {
    throw new LabError(
      'internal',
      `The result of step ${step.name} has ${length} characters where ${maximumResultLength} are allowed.`,
      { action: 'Keep the large part as an artefact and return its reference.' },
    );
  }
  return result;
}

function outcomeOf(error: unknown, signal: AbortSignal): ErrorRecord {
  if (signal.aborted) throw error;
  if (LabError.is(error) && error.reason.startsWith('journal.')) throw error;
  return recordError(error);
}
