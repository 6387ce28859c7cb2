import type { DashboardSnapshot } from '../../extension/contracts/dashboard.ts';
import { type Child, element } from '../shared/dom.ts';
import { formatMoney, formatNumber, formatPercent } from '../shared/format.ts';
import { formatMoment } from '../shared/measures.ts';
import {
  bytesText,
  countText,
  type DashboardSay,
  durationText,
  partName,
  partStateTexts,
  stateTexts,
} from './words.ts';

interface Column {
  readonly name: string;
  readonly isNumber?: boolean;
}

type Cell = string | HTMLElement;

/** A table whose first cell of each row names it. */
function table(label: string, columns: readonly Column[], rows: readonly (readonly Cell[])[]): HTMLElement {
  const kind = (index: number): string => (columns[index]?.isNumber === true ? 'number' : '');
  const head = columns.map(({ name }, index) => element('th', { scope: 'col', class: kind(index) }, name));
  const body = rows.map((cells) =>
    element(
      'tr',
      {},
      ...cells.map((cell, index) =>
        index === 0 ? element('th', { scope: 'row' }, cell) : element('td', { class: kind(index) }, cell),
      ),
    ),
  );
  return element(
    'table',
    { 'aria-label': label },
    element('thead', {}, element('tr', {}, ...head)),
    element('tbody', {}, ...body),
  );
}

function none(text: string): HTMLElement {
  return element('p', { class: 'muted' }, text);
}

export function sagasTable(sagas: DashboardSnapshot['sagas'], say: DashboardSay): Child[] {
  if (sagas.length === 0) return [none(say('sagasNone'))];
  const total = sagas.reduce((sum, { count }) => sum + count, 0);
  const rows = sagas.map(({ state, count }) => {
    const bar = element('progress', {
      class: `share ${state}`,
      value: count,
      max: total,
      'aria-hidden': 'true',
    });
    return [say(stateTexts[state]), formatNumber(count, 0), bar];
  });
  const columns = [
    { name: say('sagaState') },
    { name: say('sagaCount'), isNumber: true },
    { name: say('flowShare') },
  ];
  return [table(say('sagasTitle'), columns, rows)];
}

const signs = { ok: '✓', degraded: '!', down: '✕', absent: '–' } as const;

export function healthTable(parts: DashboardSnapshot['health']['parts'], say: DashboardSay): Child[] {
  const columns = [
    { name: say('part') },
    { name: say('state') },
    { name: say('latencyHead'), isNumber: true },
    { name: say('finding') },
  ];
  const rows = parts.map(({ part, state, detail, action, latency_ms }) => [
    partName(part, say),
    element(
      'span',
      { class: `part ${state}` },
      element('span', { class: 'sign', 'aria-hidden': 'true' }, signs[state]),
      say(partStateTexts[state]),
    ),
    state === 'absent' ? '' : durationText(latency_ms / 1000, say),
    element('span', {}, action === null ? detail : `${detail} ${action}`),
  ]);
  return [table(say('healthTitle'), columns, rows)];
}

const agentStates = { active: 'agentActive', paused: 'agentPaused', error: 'agentError' } as const;

export function agentsTable(agents: DashboardSnapshot['agents'], say: DashboardSay): Child[] {
  if (agents.length === 0) return [none(say('agentsNone'))];
  const columns = [
    { name: say('agent') },
    { name: say('state') },
    { name: say('agentAnswers'), isNumber: true },
    { name: say('agentP95'), isNumber: true },
    { name: say('agentConfidence'), isNumber: true },
    { name: say('agentTrades'), isNumber: true },
    { name: say('agentWinRate'), isNumber: true },
    { name: say('agentProfit'), isNumber: true },
    { name: say('agentLast') },
  ];
  const or = (value: number | null, write: (value: number) => string): string =>
    value === null ? say('notAvailable') : write(value);
  const rows = agents.map((agent) => [
    agent.name,
    say(agentStates[agent.status]),
    countText(agent.answers, say),
    durationText(agent.p95Seconds, say),
    or(agent.averageConfidence, (value) => formatNumber(value, 2)),
    countText(agent.totalTrades, say),
    or(agent.winRate, (value) => formatPercent(value, 1)),
    or(agent.profit, formatMoney),
    or(agent.lastTime, formatMoment),
  ]);
  return [table(say('agentsTitle'), columns, rows)];
}

export function venuesTable(venues: DashboardSnapshot['venues'], say: DashboardSay): Child[] {
  if (venues.length === 0) return [none(say('venuesNone'))];
  const columns = [
    { name: say('venue') },
    { name: say('venueLatency'), isNumber: true },
    { name: say('venueLag'), isNumber: true },
    { name: say('venueTime') },
  ];
  const rows = venues.map(({ venue, latencySeconds, lagSeconds, time }) => [
    venue,
    durationText(latencySeconds, say),
    durationText(lagSeconds, say),
    formatMoment(time),
  ]);
  return [table(say('venuesTitle'), columns, rows)];
}

export type SystemView = Pick<DashboardSnapshot, 'sandbox' | 'system'>;

export function systemList({ sandbox, system }: SystemView, say: DashboardSay): Child[] {
  const facts = [
    [say('sandboxActive'), countText(sandbox.active, say)],
    [say('sandboxPooled'), countText(sandbox.pooled, say)],
    [say('sandboxStart'), durationText(sandbox.medianStartSeconds, say)],
    [say('sandboxAttempts'), countText(sandbox.attempts, say)],
    [say('memory'), bytesText(system.memoryBytes, say)],
    [say('diskFree'), bytesText(system.diskFreeBytes, say)],
    [say('eventLoop'), durationText(system.eventLoopDelaySeconds, say)],
  ] as const;
  return [
    element(
      'dl',
      { class: 'facts' },
      ...facts.map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))),
    ),
  ];
}

const shownSamples = 60;

export function historyTable(history: DashboardSnapshot['history'], say: DashboardSay): Child[] {
  if (history.length < 2) return [none(say('historyNone'))];
  const columns = [
    { name: say('historyTime') },
    { name: say('queueDepth'), isNumber: true },
    { name: say('activeWorkers'), isNumber: true },
    { name: say('latency'), isNumber: true },
    { name: say('throughput'), isNumber: true },
  ];
  const shown = history.slice(-shownSamples).toReversed();
  const rows = shown.map(({ time, queueDepth, activeWorkers, latencyP95, throughput }) => [
    formatMoment(time),
    countText(queueDepth, say),
    countText(activeWorkers, say),
    durationText(latencyP95, say),
    countText(throughput, say),
  ]);
  return [
    element('p', { class: 'muted' }, say('historyShown', shown.length, history.length)),
    table(say('historyTitle'), columns, rows),
  ];
}
