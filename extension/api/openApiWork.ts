import type { Finding } from '../contracts/guardian.ts';
import type { IsolationLevel } from '../contracts/isolation.ts';
import type { SagaView } from '../contracts/saga.ts';
import type { StrategyLanguage } from '../contracts/strategyLanguage.ts';
import type { CandleStore } from '../market/store/store.ts';
import type { SagaEngine } from '../orchestrator/saga/engine.ts';
import type { LabJournal } from '../storage/openJournal.ts';
import type { OutputFolder } from '../storage/outputFolder.ts';
import type { ApiPorts } from './ports.ts';
import { agentRegistry } from './work/agents.ts';
import { eventPort } from './work/events.ts';
import type { GuestLimits } from './work/guestLimits.ts';
import { startRequestOf } from './work/startRequests.ts';
import { statisticsOf } from './work/statistics.ts';
import { taskRecords } from './work/taskRecords.ts';
import { taskPort } from './work/tasks.ts';
import { type RunTasks, WorkQueue } from './work/workQueue.ts';

/** What the work of the interface is made of. */
export interface WorkParts {
  readonly clock: () => number;
  readonly sagas: () => Promise<SagaEngine>;
  readonly journal: () => Promise<LabJournal>;
  readonly candles: CandleStore;
  readonly strategies: OutputFolder;
  readonly guard: (source: string, language: StrategyLanguage) => readonly Finding[];
  /** Lowest isolation that will do for strategies that callers send. */
  readonly minimumLevel: IsolationLevel;
  readonly tasks: RunTasks;
  readonly guests: GuestLimits;
}

export type ApiWork = Pick<ApiPorts, 'tasks' | 'work' | 'agents' | 'events' | 'guard'> & {
  /** To be called when this process has written an event. */
  readonly wake: () => void;
};

/** A list of many runs is long: those who ask often share one. */
const listMilliseconds = 2000;
const lookMilliseconds = 1000;

/** Makes the ports of the interface that do the lab's work. */
export function openApiWork(parts: WorkParts): ApiWork {
  const { clock, sagas, journal, candles, strategies, guard, minimumLevel } = parts;
  const records = taskRecords(journal, clock);
  const queue = new WorkQueue(parts.tasks, parts.guests);
  const { wake, ...events } = eventPort({
    journal: async () => (await journal()).events,
    records,
    lookMilliseconds,
  });
  let listed: { readonly time: number; readonly views: Promise<SagaView[]> } | undefined;
  const recentViews = (): Promise<SagaView[]> => {
    const now = performance.now();
    if (listed === undefined || now - listed.time > listMilliseconds) {
      const views = sagas().then((engine) => engine.list());
      views.catch(() => {
        listed = undefined;
      });
      listed = { time: now, views };
    }
    return listed.views;
  };
  return {
    tasks: taskPort({
      sagas,
      records,
      queue,
      clock,
      minimumLevel,
      startRequestOf: (request, tenant) =>
        startRequestOf(request, tenant, { candles, strategies, guard, minimumLevel }),
    }),
    work: {
      reading: () => queue.reading(),
      statistics: async () => statisticsOf(await recentViews(), clock(), await queue.utilisation()),
      scale: (wanted) => queue.scale(wanted),
      pause: () => queue.pause(),
      resume: () => queue.resume(),
    },
    agents: agentRegistry(journal, clock),
    events,
    guard,
    wake,
  };
}
