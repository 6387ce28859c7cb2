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
  failed: 'stateFailed',
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
  return say('milliseconds', formatNumber(milliseconds, milliseconds < 10 ? 1 : 0));
}

export function countText(value: number | null, say: DashboardSay): string {
  return value === null ? say('notAvailable') : formatNumber(value, 0);
}

export function bytesText(bytes: number | null, say: DashboardSay): string {
  return bytes === null ? say('notAvailable') : formatBytes(bytes);
}
