import type { DashboardSnapshot, SagaStateName } from '../../extension/contracts/dashboard.ts';
import { formatNumber } from '../shared/format.ts';
import { formatBytes, formatSeconds } from '../shared/measures.ts';
import type { Say } from '../shared/texts.ts';
import type { dashboardTexts } from './texts.ts';

export type DashboardSay = Say<typeof dashboardTexts>;
type TextKey = keyof typeof dashboardTexts;
type Part = DashboardSnapshot['health']['parts'][number];

export const stateTexts: Readonly<Record<SagaStateName, TextKey>> = {
  running: 'stateRunning',
  waiting: 'stateWaiting',
  undoing: 'stateUndoing',
  interrupted: 'stateInterrupted',
  completed: 'stateCompleted',
  rejected: 'stateRejected',
  cancelled: 'stateCancelled',
  failed: 'stateFailed',
};

/** Short names of the pipeline's steps: they stand side by side. */
export const flowStepTexts: Readonly<Record<string, TextKey>> = {
  reason: 'flowReason',
  code: 'flowCode',
  guard: 'flowGuard',
  sandbox: 'flowSandbox',
  optimise: 'flowOptimise',
  backtest: 'flowBacktest',
  review: 'flowReview',
  deploy: 'flowDeploy',
  monitor: 'flowMonitor',
};

export const partStateTexts: Readonly<Record<Part['state'], TextKey>> = {
  ok: 'partOk',
  degraded: 'partDegraded',
  down: 'partDown',
  absent: 'partAbsent',
};

export const healthTexts: Readonly<Record<DashboardSnapshot['health']['status'], TextKey>> = {
  ok: 'healthOk',
  degraded: 'healthDegraded',
  down: 'healthDown',
};

const partNames: Readonly<Record<string, TextKey>> = {
  journal: 'partJournal',
  sandbox: 'partSandbox',
  disk: 'partDisk',
  docker: 'partDocker',
  'data-feeds': 'partDataFeeds',
  exchanges: 'partExchanges',
  models: 'partModels',
  queue: 'partQueue',
  workers: 'partWorkers',
  redis: 'partRedis',
  'event-loop': 'partEventLoop',
};

/** The name of a part for people; one that this page does not know keeps its own. */
export function partName(part: string, say: DashboardSay): string {
  const key = partNames[part];
  return key === undefined ? part : say(key);
}

/** A duration as people read it: milliseconds below a second. Null is not available. */
export function durationText(seconds: number | null, say: DashboardSay): string {
  if (seconds === null) return say('notAvailable');
  if (Math.abs(seconds) >= 1) return say('seconds', formatSeconds(Math.abs(seconds)));
  const milliseconds = Math.abs(seconds) * 1000;
  if (milliseconds > 0 && milliseconds < 0.05) return say('milliseconds', '<0.1');
  return say('milliseconds', formatNumber(milliseconds, milliseconds < 10 ? 1 : 0));
}

/** How long something has gone on: its two largest units. */
export function elapsedText(milliseconds: number, say: DashboardSay): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (minutes === 0) return say('elapsedSeconds', seconds);
  if (hours === 0) return say('elapsedMinutes', minutes, seconds % 60);
  return hours < 24
    ? say('elapsedHours', hours, minutes % 60)
    : say('elapsedDays', Math.floor(hours / 24), hours % 24);
}

export function countText(value: number | null, say: DashboardSay): string {
  return value === null ? say('notAvailable') : formatNumber(value, 0);
}

export function bytesText(bytes: number | null, say: DashboardSay): string {
  return bytes === null ? say('notAvailable') : formatBytes(bytes);
}
