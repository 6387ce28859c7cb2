import { formatSeconds } from '../../../webviews/shared/measures.ts';
import type { GraphEdgeView, GraphNodeView, GraphView, SagaSnapshot } from '../../contracts/sagaPanel.ts';
import { collapseHistory, mostNodes, type ShownNode } from './collapse.ts';
import type { History } from './history.ts';
import { type GraphLayout, layOut } from './layout.ts';
import type { Words } from './say.ts';
import { runKey } from './trace.ts';
import { statusText } from './wording.ts';

export type RunsByKey = ReadonlyMap<string, SagaSnapshot['runs'][number]>;

/** The history as a graph with words and places, its nodes in reading order. Pure. */
export function viewGraph(history: History, runs: RunsByKey, words: Words, most = mostNodes): GraphView {
  const shown = collapseHistory(history, most);
  const { width, height, boxes, routes } = layOut(shown);
  const nodes = shown.nodes.map((node) => viewNode(node, boxes, runs, words));
  nodes.sort((a, b) => a.y + a.height / 2 - (b.y + b.height / 2) || a.x - b.x);
  const counts = new Set(
    nodes.filter((node) => node.isCurrent && node.status !== 'not-reached').map(({ id }) => id),
  );
  const edges = shown.links.map(
    ({ from, to, kind }, index): GraphEdgeView => ({
      id: `${from} ${to} ${kind}`,
      from,
      to,
      kind,
      isCurrent: counts.has(from) && counts.has(to),
      points: [...(routes[index] ?? [])],
    }),
  );
  return { width, height, nodes, edges };
}

function viewNode(
  node: ShownNode,
  boxes: GraphLayout['boxes'],
  runs: RunsByKey,
  words: Words,
): GraphNodeView {
  const { id, kind, status, isCurrent, members } = node;
  const box = boxes.get(id) ?? { x: 0, y: 0, width: 0, height: 0 };
  const keys = members.filter((member) => member.kind === 'step' || kind === 'undo' || kind === 'gate');
  const run = runs.get(runKeyOf(node));
  const isRunning = kind === 'step' && status === 'running';
  return {
    id,
    kind,
    status,
    isCurrent,
    ...box,
    title: titleOf(node, words),
    aside: asideOf(node, run, words),
    line: lineOf(node, run, words),
    note: noteOf(node, run, words),
    runs: [...new Set(keys.map(({ step, generation }) => runKey(step, generation)))],
    decisions: members.flatMap(({ decisions }) => decisions),
    runningSince: isRunning ? (run?.startedTime ?? null) : null,
  };
}

type Run = SagaSnapshot['runs'][number] | undefined;

function firstOf({ members }: ShownNode) {
  return members[0] ?? { step: '', generation: 1 };
}

function runKeyOf(node: ShownNode): string {
  const { step, generation } = firstOf(node);
  return runKey(step, generation);
}

function titleOf(node: ShownNode, { say, stepTitle }: Words): string {
  const { step } = firstOf(node);
  switch (node.kind) {
    case 'step':
      return stepTitle(step);
    case 'gate':
      return say('titleGate');
    case 'undo':
      return say('titleUndo', stepTitle(step));
    case 'end':
      return statusText(node.status, say);
    case 'earlier':
      return say('titleEarlier', stepTitle(step), runsIn(node));
    case 'fold':
      return say('titleFold', stepTitle(step), stepTitle(node.members.at(-1)?.step ?? step));
  }
}

/** Which run of the step it is, where there are several, and how long it took. */
function asideOf({ kind }: ShownNode, run: Run, { say }: Words): string {
  if (kind !== 'step' || run === undefined) return '';
  const { generation, generations, seconds } = run;
  if (seconds === null) return generations === 1 ? '' : say('asideRun', generation);
  const text = formatSeconds(seconds);
  return generations === 1 ? say('asideSeconds', text) : say('asideRunSeconds', generation, text);
}

function lineOf(node: ShownNode, run: Run, words: Words): string {
  const { say } = words;
  const status = statusText(node.status, say);
  switch (node.kind) {
    case 'step': {
      const more = run?.error?.message ?? run?.outcome ?? null;
      return more === null ? status : say('lineOutcome', status, more);
    }
    case 'fold':
      return say('lineFold', new Set(node.members.map(({ step }) => step)).size, status);
    case 'end':
    case 'earlier':
      return '';
    default:
      return status;
  }
}

function noteOf(node: ShownNode, run: Run, { say, stepTitle }: Words): string {
  const { step, generation } = firstOf(node);
  switch (node.kind) {
    case 'step': {
      const parts = [say('noteStep', generation, run?.generations ?? generation)];
      if (run !== undefined && run.attempts > 1) parts.push(say('noteAttempts', run.attempts));
      if (!node.isCurrent) parts.push(say('noteSuperseded'));
      return sentences(parts);
    }
    case 'gate':
      return sentences([say('noteGate', stepTitle(step), generation)]);
    case 'undo':
      return sentences([say('noteUndo', generation)]);
    case 'end':
      return sentences([say('noteEnd')]);
    default:
      return '';
  }
}

/** Parts as sentences, each with one full stop at its end. */
export function sentences(parts: readonly string[]): string {
  return parts.map((part) => (/[.!?…]$/.test(part) ? part : `${part}.`)).join(' ');
}

function runsIn({ members }: ShownNode): number {
  return members.filter(({ kind }) => kind === 'step').length;
}
