import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sagaFromPanelSchema, sagaToPanelSchema } from '../../../extension/contracts/sagaPanel.ts';
import { foldSaga } from '../../../extension/orchestrator/saga/reducer.ts';
import { viewSaga } from '../../../extension/orchestrator/saga/view.ts';
import { sagaSnapshot } from '../../../extension/reports/saga/snapshot.ts';
import { histories } from '../../orchestrator/saga/histories.ts';
import { fixedTwice, rejectedWithRemains } from './sampleRuns.ts';
import { words } from './say.ts';

const overTheWire = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

test('whatever happened to a run, the page takes what the host sends of it, whole', () => {
  fc.assert(
    fc.property(histories, fc.boolean(), fc.boolean(), (events, isLive, isQueued) => {
      const view = viewSaga(foldSaga(events), isLive);
      const snapshot = sagaSnapshot({ view, events, isQueued, progress: null, now: 1 }, words);
      expect(sagaToPanelSchema.parse(overTheWire(snapshot))).toEqual(snapshot);
    }),
    { numRuns: 60 },
  );
});

test('and so it is with real results and evidence', async () => {
  for (const run of [await fixedTwice(), await rejectedWithRemains()]) {
    const snapshot = await run.snapshot();
    expect(sagaToPanelSchema.parse(overTheWire(snapshot))).toEqual(snapshot);
  }
});

test('the host takes no message that it does not know, or that is too large to be meant', () => {
  const hash = 'a'.repeat(64);
  const gate = { request: 1, at: 'review', comment: null };
  const taken: unknown[] = [
    { type: 'approve', ...gate },
    { type: 'fixIdea', ...gate, idea: 'x'.repeat(4000) },
    { type: 'rollback', ...gate, to: 'code' },
    { type: 'openEvidence', request: 1, run: 'code#1', hash },
  ];
  const refused: unknown[] = [
    { type: 'approve', ...gate, request: -1 },
    { type: 'approve', request: 1, comment: null },
    { type: 'approve', ...gate, comment: 'x'.repeat(10_001) },
    { type: 'fixIdea', ...gate, idea: '' },
    { type: 'fixIdea', ...gate, idea: 'x'.repeat(4001) },
    { type: 'fixFile', ...gate, at: '../review' },
    { type: 'rollback', ...gate },
    { type: 'openEvidence', request: 1, run: 'code#1', hash: '../../etc/passwd' },
    { type: 'openEvidence', request: 1, run: 'x'.repeat(101), hash },
    { type: 'run', request: 1, command: 'rm' },
    null,
    'approve',
  ];
  expect(taken.filter((message) => !sagaFromPanelSchema.safeParse(message).success)).toEqual([]);
  expect(refused.filter((message) => sagaFromPanelSchema.safeParse(message).success)).toEqual([]);
});
