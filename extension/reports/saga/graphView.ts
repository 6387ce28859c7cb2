import { formatSeconds } from '../../../webviews/saga/format.ts';
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
  const isCurrent = new Map(nodes.map((node) => [node.id, node.isCurrent]));
  const edges = shown.links.map(
    ({ from, to, kind }, index): GraphEdgeView => ({
      id: `${from} ${to} ${kind}`,
      from,
      to,
      kind,
      isCurrent: isCurrent.get(from) === true && isCurrent.get(to) === true,
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
    title: titleOf(node, run, words),
    aside:
      kind !== 'step' || run === undefined || run.seconds === null
        ? ''
        : words.say('asideSeconds', formatSeconds(run.seconds)),
    line: lineOf(node, run, words),
    label: labelOf(node, run, words),
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

function titleOf(node: ShownNode, run: Run, words: Words): string {
  const { say, stepTitle } = words;
  const { step, generation } = firstOf(node);
  switch (node.kind) {
    case 'step':
      return run === undefined || run.generations === 1
        ? stepTitle(step)
        : say('titleRun', stepTitle(step), generation);
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

function labelOf(node: ShownNode, run: Run, words: Words): string {
  const { say, stepTitle } = words;
  const status = statusText(node.status, say);
  const { step, generation } = firstOf(node);
  switch (node.kind) {
    case 'step': {
      const parts = [say('labelStep', stepTitle(step), generation, run?.generations ?? generation, status)];
      if (run !== undefined) {
        if (run.error !== null) parts.push(run.error.message);
        else if (run.outcome !== null) parts.push(run.outcome);
        if (run.seconds !== null) parts.push(say('labelSeconds', formatSeconds(run.seconds)));
        if (run.attempts > 1) parts.push(say('labelAttempts', run.attempts));
      }
      if (!node.isCurrent) parts.push(say('labelSuperseded'));
      return sentences(parts);
    }
    case 'gate':
      return sentences([say('labelGate', stepTitle(step), generation, status)]);
    case 'undo':
      return sentences([say('labelUndo', stepTitle(step), generation, status)]);
    case 'end':
      return sentences([say('labelEnd', status)]);
    default:
      return sentences([titleOf(node, run, words), lineOf(node, run, words)].filter((part) => part !== ''));
  }
}

/** Parts as sentences, each with one full stop at its end. */
export function sentences(parts: readonly string[]): string {
  return parts.map((part) => (/[.!?…]$/.test(part) ? part : `${part}.`)).join(' ');
}

function runsIn({ members }: ShownNode): number {
  return members.filter(({ kind }) => kind === 'step').length;
}
