import type { GraphNodeStatus } from '../../contracts/sagaPanel.ts';
import type { History, HistoryNode } from './history.ts';
import type { HistoryLink } from './trace.ts';

/** Nodes beyond which a graph is neither read nor laid out in good time. */
export const mostNodes = 200;
/** A step with more earlier runs than these shows the newest two of them alone. */
const mostEarlierRuns = 3;
const shownEarlierRuns = 2;
/** Fewest places that one fold leaves between two that are shown. */
const shortestFold = 2;

/** A place of the graph: one of the history, or several in one. */
export interface ShownNode {
  readonly id: string;
  readonly kind: HistoryNode['kind'] | 'earlier' | 'fold';
  readonly status: GraphNodeStatus;
  readonly isCurrent: boolean;
  /** Of the youngest of its members. */
  readonly age: number;
  /** What it stands for, in the history's order; one for the kinds of a history. */
  readonly members: readonly HistoryNode[];
}

export interface ShownGraph {
  readonly nodes: readonly ShownNode[];
  readonly links: readonly HistoryLink[];
}

/**
 * The history as a graph that can be read: many earlier runs of a step become one place, and in a graph
 * that is still too large whole stretches of steps do, but never what runs, waits or failed. Pure.
 */
export function collapseHistory(history: History, most = mostNodes): ShownGraph {
  const attempts: ((node: HistoryNode) => string | null)[] = [
    oldRuns(history, mostEarlierRuns, shownEarlierRuns),
    oldRuns(history, 0, 0),
    stretches(history),
  ];
  let shown: ShownGraph = { nodes: [], links: [] };
  for (const groupOf of attempts) {
    shown = grouped(history, groupOf);
    if (shown.nodes.length <= most) break;
  }
  return shown;
}

/** Groups the runs of a step that are older than the newest `keep` superseded ones, where there are more than `most`. */
function oldRuns(history: History, most: number, keep: number) {
  const earlierRuns = new Map<string, number>();
  for (const { kind, isCurrent, step } of history.nodes) {
    if (kind === 'step' && !isCurrent) earlierRuns.set(step, (earlierRuns.get(step) ?? 0) + 1);
  }
  return ({ step, generation, isCurrent }: HistoryNode): string | null => {
    const count = earlierRuns.get(step) ?? 0;
    return !isCurrent && count > most && generation <= count - keep ? `earlier:${step}` : null;
  };
}

const alive: ReadonlySet<GraphNodeStatus> = new Set(['running', 'waiting', 'interrupted', 'failed']);

/** Groups all steps that lie between two that are at work, that wait or that failed. */
function stretches(history: History) {
  const steps = [...new Set(history.nodes.map(({ step }) => step))];
  const shown = new Set(
    history.nodes
      .filter(({ kind, isCurrent, status }) => kind !== 'undo' && isCurrent && alive.has(status))
      .map(({ step }) => step),
  );
  const groups = new Map<string, string>();
  let stretch: string[] = [];
  const close = () => {
    if (stretch.length >= shortestFold) {
      for (const step of stretch) groups.set(step, `fold:${stretch[0]}..${stretch.at(-1)}`);
    }
    stretch = [];
  };
  for (const step of steps) {
    if (shown.has(step)) close();
    else stretch.push(step);
  }
  close();
  return ({ kind, step, isCurrent }: HistoryNode): string | null => {
    if (kind === 'end') return null;
    return groups.get(step) ?? (isCurrent ? null : `earlier:${step}`);
  };
}

function grouped(history: History, groupOf: (node: HistoryNode) => string | null): ShownGraph {
  const members = new Map<string, HistoryNode[]>();
  const placeOf = new Map<string, string>();
  for (const node of history.nodes) {
    const id = groupOf(node) ?? node.id;
    placeOf.set(node.id, id);
    members.set(id, [...(members.get(id) ?? []), node]);
  }
  const links = new Map<string, HistoryLink>();
  for (const link of history.links) {
    const from = placeOf.get(link.from);
    const to = placeOf.get(link.to);
    if (from === undefined || to === undefined || from === to) continue;
    links.set(`${from} ${to} ${link.kind}`, { from, to, kind: link.kind });
  }
  return {
    nodes: [...members].map(([id, places]) => shownNode(id, places)),
    links: [...links.values()],
  };
}

function shownNode(id: string, members: readonly HistoryNode[]): ShownNode {
  const [first] = members as [HistoryNode];
  if (id === first.id) {
    const { kind, status, isCurrent, age } = first;
    return { id, kind, status, isCurrent, age, members };
  }
  const isCurrent = members.some((member) => member.isCurrent);
  return {
    id,
    kind: id.startsWith('earlier:') ? 'earlier' : 'fold',
    status: statusOfAll(members),
    isCurrent,
    age: Math.min(...members.map(({ age }) => age)),
    members,
  };
}

/** The worst that is so of any of them, else what is so of the last. */
function statusOfAll(members: readonly HistoryNode[]): GraphNodeStatus {
  const statuses = members.map(({ status }) => status);
  for (const worst of ['failed', 'running', 'waiting', 'interrupted'] as const) {
    if (statuses.includes(worst)) return worst;
  }
  const counting = members.filter(({ kind, isCurrent }) => kind === 'step' && isCurrent);
  return counting.at(-1)?.status ?? 'superseded';
}
