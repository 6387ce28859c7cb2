import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SagaEvent } from '../../../extension/contracts/saga.ts';
import type { GraphNodeView, SagaSnapshot } from '../../../extension/contracts/sagaPanel.ts';
import { foldSaga } from '../../../extension/orchestrator/saga/reducer.ts';
import { viewSaga } from '../../../extension/orchestrator/saga/view.ts';
import { collapseHistory } from '../../../extension/reports/saga/collapse.ts';
import { sagaHistory } from '../../../extension/reports/saga/history.ts';
import { layOut } from '../../../extension/reports/saga/layout.ts';
import { sagaSnapshot } from '../../../extension/reports/saga/snapshot.ts';
import { histories, historyByChance, toySteps } from '../../orchestrator/saga/histories.ts';
import { words } from './say.ts';

function snapshotOf(events: readonly SagaEvent[], live = true): SagaSnapshot {
  return sagaSnapshot(
    { view: viewSaga(foldSaga(events), live), events, isQueued: false, progress: null, now: 0 },
    words,
  );
}

function overlap(a: GraphNodeView, b: GraphNodeView): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

/** A run that is fixed from its first step on at its last gate, again and again. */
function fixedOften(passes: number): SagaEvent[] {
  const sixStepsAndGate = Array<number>(7).fill(10);
  const fiveCompensationsAndRestart = Array<number>(6).fill(10);
  const pass = [...sixStepsAndGate, 84, ...fiveCompensationsAndRestart];
  return historyByChance(['f'], Array.from({ length: passes }, () => pass).flat());
}

test('every run of every step stands in the graph, each in one place for steps', () => {
  fc.assert(
    fc.property(histories, (events) => {
      const { graph, runs } = snapshotOf(events);
      const shown = graph.nodes
        .filter(({ kind }) => kind !== 'gate' && kind !== 'undo')
        .flatMap((node) => node.runs);
      expect(shown.toSorted()).toEqual(runs.map(({ key }) => key).toSorted());
      expect(runs.filter(({ isCurrent }) => isCurrent).map(({ step }) => step)).toEqual(toySteps);
    }),
    { numRuns: 150 },
  );
});

test('no two places overlap, and all lie in the graph with room for what marks the focus', () => {
  fc.assert(
    fc.property(histories, (events) => {
      const { nodes, width, height, edges } = snapshotOf(events).graph;
      for (const [index, node] of nodes.entries()) {
        expect(nodes.slice(index + 1).filter((other) => overlap(node, other))).toEqual([]);
        expect(Math.min(node.x, node.y)).toBeGreaterThanOrEqual(8);
        expect(width - node.x - node.width).toBeGreaterThanOrEqual(8);
        expect(height - node.y - node.height).toBeGreaterThanOrEqual(8);
      }
      for (const { points } of edges) {
        expect(points.every(({ x, y }) => x >= 0 && y >= 0 && x <= width && y <= height)).toBe(true);
      }
    }),
    { numRuns: 150 },
  );
});

test('equal runs give equal graphs, whatever was laid out before', () => {
  fc.assert(
    fc.property(histories, histories, (events, others) => {
      const first = snapshotOf(events);
      snapshotOf(others);
      expect(snapshotOf(structuredClone(events))).toEqual(first);
    }),
    { numRuns: 40 },
  );
});

test('the runs of a step stand side by side, below those of the step before', () => {
  fc.assert(
    fc.property(histories, (events) => {
      const { nodes } = snapshotOf(events).graph;
      const rows = toySteps.map((step) => [
        ...new Set(
          nodes
            .filter(({ kind, runs }) => kind === 'step' && runs[0]?.startsWith(`${step}#`))
            .map(({ y }) => y),
        ),
      ]);
      expect(rows.every((row) => row.length === 1)).toBe(true);
      expect(rows.flat()).toEqual(rows.flat().toSorted((a, b) => a - b));
    }),
    { numRuns: 100 },
  );
});

test('what counts stands in one column, before all that was superseded', () => {
  fc.assert(
    fc.property(histories, (events) => {
      const { nodes } = snapshotOf(events).graph;
      const steps = nodes.filter(({ kind }) => kind === 'step');
      const columns = new Set(steps.filter(({ isCurrent }) => isCurrent).map(({ x }) => x));
      expect(columns.size).toBe(1);
      for (const { isCurrent, x } of steps) if (!isCurrent) expect(x).toBeGreaterThan([...columns][0] ?? 0);
    }),
    { numRuns: 100 },
  );
});

test('each link runs from its place to its place, and leads around the others', () => {
  fc.assert(
    fc.property(histories, (events) => {
      const { nodes, edges } = snapshotOf(events).graph;
      const touches = ({ x, y }: { x: number; y: number }, id: string) => {
        const node = nodes.find((candidate) => candidate.id === id);
        if (node === undefined) return false;
        const [dx, dy] = [Math.abs(x - node.x - node.width / 2), Math.abs(y - node.y - node.height / 2)];
        return dx <= node.width / 2 + 1 && dy <= node.height / 2 + 1;
      };
      for (const { from, to, points } of edges) {
        expect(touches(points[0] ?? { x: -1, y: -1 }, from)).toBe(true);
        expect(touches(points.at(-1) ?? { x: -1, y: -1 }, to)).toBe(true);
        const inner = nodes.filter(({ id }) => id !== from && id !== to);
        expect(points.slice(1, -1).filter((point) => inner.some(({ id }) => touches(point, id)))).toEqual([]);
      }
    }),
    { numRuns: 100 },
  );
});

test('compensations follow one another as they happened', () => {
  fc.assert(
    fc.property(histories, (events) => {
      const view = viewSaga(foldSaga(events), true);
      const { links } = sagaHistory(view, events);
      const chained = links.filter(({ kind }) => kind === 'undo').map(({ to }) => to);
      expect(chained).toEqual(view.compensations.map(({ step, generation }) => `undo:${step}#${generation}`));
      for (const [index, { from }] of links.filter(({ kind }) => kind === 'undo').entries()) {
        if (from.startsWith('undo:')) expect(from).toBe(chained[index - 1]);
      }
    }),
    { numRuns: 150 },
  );
});

test('every fix and every rollback leads back to where it began again', () => {
  fc.assert(
    fc.property(histories, (events) => {
      const { links } = sagaHistory(viewSaga(foldSaga(events), true), events);
      const targets = (kind: string) =>
        links.filter((link) => link.kind === kind).map(({ to }) => to.replace('gate:', '').split('#')[0]);
      const told = (type: string) =>
        events.flatMap((event) =>
          event.type === type
            ? ['from' in event.data ? event.data.from : 'to' in event.data ? event.data.to : '']
            : [],
        );
      expect(targets('fix')).toEqual(told('saga.restarted'));
      expect(targets('rollback')).toEqual(told('saga.rolled-back'));
    }),
    { numRuns: 150 },
  );
});

test('a run that was fixed very often shows the newest runs and the rest as one place a step', () => {
  const { graph, runs } = snapshotOf(fixedOften(60));
  expect(runs.length).toBeGreaterThan(200);
  expect(graph.nodes.length).toBeLessThan(200);
  const collapsed = graph.nodes.filter(({ kind }) => kind === 'earlier');
  expect(collapsed.length).toBeGreaterThan(0);
  for (const { id, runs: members } of collapsed) {
    expect(members.length).toBeGreaterThan(1);
    expect(members.every((key) => key.startsWith(id.replace('earlier:', '')))).toBe(true);
  }
});

test('a graph beyond its bound keeps what waits, runs or failed, and folds the rest', () => {
  fc.assert(
    fc.property(histories, (events) => {
      const view = viewSaga(foldSaga(events), true);
      const history = sagaHistory(view, events);
      const folded = collapseHistory(history, 6);
      // At most the place at work with its gate and its undoing, the stretches around it, what was before, the end.
      expect(folded.nodes.length).toBeLessThanOrEqual(8);
      const members = folded.nodes.flatMap((node) => node.members);
      expect(new Set(members)).toEqual(new Set(history.nodes));
      const atWork = history.nodes.find(
        ({ kind, status }) => kind === 'step' && ['running', 'failed'].includes(status),
      );
      if (atWork !== undefined) expect(folded.nodes.map(({ id }) => id)).toContain(atWork.id);
      const hasEnded = history.nodes.some(({ kind }) => kind === 'end');
      expect(folded.nodes.some(({ id }) => id === 'end')).toBe(hasEnded);
      layOut(folded);
    }),
    { numRuns: 100 },
  );
});
