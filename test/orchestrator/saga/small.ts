import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { SagaNotice } from '../../../extension/contracts/saga.ts';
import type {
  SagaDefinition,
  SagaStep,
  StepContext,
} from '../../../extension/orchestrator/saga/definition.ts';
import { SagaEngine } from '../../../extension/orchestrator/saga/engine.ts';
import type { LabJournal } from '../../../extension/storage/openJournal.ts';
import { emptyFolderInMemory, openTestJournal } from '../../storage/lab.ts';

export type SmallStep = SagaStep<unknown>;

/** What the steps of a small pipeline did, in order. */
export type Diary = string[];

/** A step that writes into the diary what it does; `run` may do more. */
export function step(
  diary: Diary,
  name: string,
  run: (context: StepContext<unknown>) => unknown = () => name,
  more: Partial<SmallStep> = {},
): SmallStep {
  return {
    name,
    resultSchema: z.unknown(),
    run: async (context) => {
      diary.push(`run ${name}`);
      return (await run(context)) ?? null;
    },
    compensate: async () => {
      diary.push(`undo ${name}`);
    },
    ...more,
  };
}

export function pipeline(
  name: string,
  steps: readonly SmallStep[],
  more: Partial<SagaDefinition<unknown>> = {},
): SagaDefinition<unknown> {
  return {
    name,
    version: 1,
    inputSchema: z.unknown(),
    gates: [],
    steps,
    onFix: async (patch) => ({ input: patch, restartAt: steps[0]?.name ?? '' }),
    ...more,
  };
}

/** An engine whose time stands still but for waits: these end at once, and are what the clock then shows. */
export function smallEngine(journal: LabJournal, definitions: readonly SagaDefinition<unknown>[]) {
  let time = 1_700_000_000_000;
  const waits: number[] = [];
  let hear: (notice: SagaNotice) => void = () => {};
  const engine = new SagaEngine({
    journal,
    definitions,
    clock: () => time,
    newId: randomUUID,
    listener: (notice) => hear(notice),
    lookMilliseconds: lookMark,
    sleep: async (milliseconds, signal) => {
      if (milliseconds === lookMark) {
        await delay(5, undefined, { signal }).catch(() => {});
        return;
      }
      waits.push(milliseconds);
      await delay(2, undefined, { signal }).catch(() => {});
      if (!signal.aborted) time += milliseconds;
    },
  });
  return {
    engine,
    waits,
    advance: (milliseconds: number) => {
      time += milliseconds;
    },
    onNotice: (listener: typeof hear) => {
      hear = listener;
    },
  };
}

/** Tells a wait to look for what others wrote from those of the saga. */
const lookMark = 120;

export async function smallLab(...definitions: SagaDefinition<unknown>[]) {
  const journal = await openTestJournal(emptyFolderInMemory());
  return { journal, ...smallEngine(journal, definitions) };
}

/** Never resolves; rejects when the signal is aborted. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
