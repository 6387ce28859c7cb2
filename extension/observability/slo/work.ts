import type { SagaEvent } from '../../contracts/saga.ts';
import { providerSecondsOf } from './providerTime.ts';

/** One attempt at a piece of work. */
export interface Attempt {
  readonly startedTime: number;
  /** Its end; of a crash the last sign of life before it. */
  readonly endedTime: number;
  /** `stopped`: on request, to go on later. `crashed`: its process went away. `running`: goes on now. */
  readonly outcome: 'completed' | 'failed' | 'stopped' | 'crashed' | 'running';
  /** Why it failed. */
  readonly reason: string | null;
}

/** A piece of work and what came of it, as the record has it. */
export interface WorkRecord {
  readonly name: string;
  readonly attempts: readonly Attempt[];
  /** How often its result was written down. */
  readonly completions: number;
  /** Whether its result must be on record: what comes after it has happened. */
  readonly isDue: boolean;
  /** What models took of its last attempt; null where that is not on record. */
  readonly providerSeconds: number | null;
}

export interface UndoRecord {
  readonly endedTime: number;
  readonly hasFailed: boolean;
}

/** What the record has of some work, for `sloReport`. */
export interface WorkHistory {
  readonly work: readonly WorkRecord[];
  readonly undone: readonly UndoRecord[];
}

interface OpenWork {
  readonly name: string;
  readonly attempts: Attempt[];
  completions: number;
  isDue: boolean;
  providerSeconds: number | null;
  /** Begin of the attempt that has no end yet. */
  openSince: number | null;
}

/**
 * The work of one saga, from all its events in order. `isLive`: a process works on it now. A step begun again
 * without an end before was ended by a crash, unless the saga was stopped in between.
 */
export function workOfSaga(events: readonly SagaEvent[], isLive: boolean): WorkHistory {
  const works = new Map<string, OpenWork>();
  const undone: UndoRecord[] = [];
  /** The last event before the one at hand: the last sign of life. */
  let lastTime = events[0]?.time ?? 0;
  /** The same while branches that a crash ended are begun again one after the other. */
  let lastSign: number | null = null;
  const closeOpen = (outcome: Attempt['outcome'], endedTime: number): void => {
    for (const work of works.values()) close(work, outcome, endedTime, null);
  };
  for (const event of events) {
    const { time } = event;
    switch (event.type) {
      case 'saga.step-started': {
        const { step, generation } = event.data;
        const work = workOf(works, step, generation);
        if (work.openSince !== null) lastSign ??= lastTime;
        close(work, 'crashed', lastSign ?? lastTime, null);
        work.openSince = time;
        break;
      }
      case 'saga.step-completed': {
        const work = workOf(works, event.data.step, event.data.generation);
        work.completions += 1;
        work.providerSeconds = providerSecondsOf(event.data.result);
        close(work, 'completed', time, null);
        break;
      }
      case 'saga.step-failed': {
        const work = workOf(works, event.data.step, event.data.generation);
        close(work, 'failed', time, event.data.error.reason);
        break;
      }
      case 'saga.step-retrying': {
        const work = workOf(works, event.data.step, event.data.generation);
        close(work, 'failed', time, event.data.error.reason);
        break;
      }
      case 'saga.step-stopped':
        close(workOf(works, event.data.step, event.data.generation), 'stopped', time, null);
        break;
      case 'saga.interrupted':
      case 'saga.children-awaited':
        closeOpen('stopped', time);
        break;
      case 'saga.compensation-completed':
      case 'saga.compensation-failed':
        undone.push({ endedTime: time, hasFailed: event.type === 'saga.compensation-failed' });
        break;
      case 'saga.completed':
        // A saga that completed has a result of every step's current run.
        for (const work of newestRuns(works)) work.isDue = true;
        break;
      default:
    }
    if (event.type !== 'saga.step-started') lastSign = null;
    lastTime = time;
  }
  closeOpen(isLive ? 'running' : 'crashed', lastTime);
  return { work: [...works.values()], undone };
}

function workOf(works: Map<string, OpenWork>, step: string, generation: number): OpenWork {
  const key = `${step} ${generation}`;
  const known = works.get(key);
  if (known !== undefined) return known;
  const work: OpenWork = {
    name: step,
    attempts: [],
    completions: 0,
    isDue: false,
    providerSeconds: 0,
    openSince: null,
  };
  works.set(key, work);
  return work;
}

function close(work: OpenWork, outcome: Attempt['outcome'], endedTime: number, reason: string | null): void {
  if (work.openSince === null) return;
  work.attempts.push({ startedTime: work.openSince, endedTime, outcome, reason });
  work.openSince = null;
}

/** Of each step its last run: later runs come later in the map. */
function newestRuns(works: ReadonlyMap<string, OpenWork>): readonly OpenWork[] {
  return [...new Map([...works.values()].map((work) => [work.name, work])).values()];
}
