import { expect, test } from 'vitest';
import type { SagaSnapshot } from '../../../extension/contracts/sagaPanel.ts';
import { resultsByRun } from '../../../extension/reports/saga/results.ts';
import { sagaSnapshot } from '../../../extension/reports/saga/snapshot.ts';
import { words } from './say.ts';
import { fixedRolledBackRejected } from './toyRuns.ts';

/** What a snapshot tells, as text. */
function transcript({ run, graph, runs, decisions, notUndone, events, gate, can }: SagaSnapshot): string {
  const time = (value: number) => new Date(value).toISOString().slice(11, 23);
  return [
    `${run.title}: ${run.state}`,
    run.summary,
    '',
    'Places',
    ...graph.nodes.map(({ id, title, aside, line, isCurrent, note }) =>
      [`${isCurrent ? ' ' : '~'} ${id.padEnd(12)}`, title, aside, line, `(${note})`]
        .filter((part) => part !== '')
        .join(' | '),
    ),
    '',
    'Links',
    ...graph.edges.map(
      ({ from, to, kind, isCurrent }) => `${isCurrent ? ' ' : '~'} ${from} -${kind}-> ${to}`,
    ),
    '',
    'Runs',
    ...runs.map(({ key, status, attempts, seconds, tokens, outcome, evidence, undo }) =>
      `  ${key} ${status}, attempts ${attempts}, ${seconds} s, tokens ${tokens.short}; ${outcome}; ${evidence
        .map(({ name, change }) => `${name} ${change}`)
        .join(', ')}; ${undo?.text ?? 'nothing undone'} ${undo?.problem?.message ?? ''}`.trimEnd(),
    ),
    '',
    'Decisions',
    ...decisions.map(({ text, by, time: when, comment }) => `  ${time(when)} ${text} | ${by} | ${comment}`),
    '',
    'Not undone',
    ...notUndone.map(({ title, message, action }) => `  ${title}: ${message} ${action}`),
    '',
    'Events',
    ...events.map(({ time: when, text }) => `  ${time(when)} ${text}`),
    '',
    `Gate ${JSON.stringify(gate)}, ${JSON.stringify(can)}`,
    '',
  ].join('\n');
}

test('a run that was fixed, rolled back and rejected is told whole, with what could not be undone', async () => {
  const { engine, id } = await fixedRolledBackRejected();
  const snapshot = sagaSnapshot(
    { ...(await engine.history(id)), isQueued: false, progress: null, now: 0 },
    words,
  );
  await expect(transcript(snapshot)).toMatchFileSnapshot('fixedRolledBackRejected.txt');
});

test('what came of an earlier pass is told by that pass alone', async () => {
  const { engine, id } = await fixedRolledBackRejected();
  const { events } = await engine.history(id);
  const byRun = resultsByRun(['a', 'b', 'c', 'd', 'e', 'f'], events);
  const runsBeside = (key: string) =>
    Object.entries(byRun.get(key) ?? {}).map(([step, result]) => {
      const { key: of } = result as { key: string };
      return `${step}#${of.split('/')[2]}`;
    });
  expect(runsBeside('c#1').toSorted()).toEqual(['a#1', 'b#1', 'c#1', 'd#1', 'e#1']);
  expect(runsBeside('d#2').toSorted()).toEqual(['a#1', 'b#2', 'c#2', 'd#2', 'e#2']);
  expect(runsBeside('c#2').toSorted()).toEqual(['a#1', 'b#2', 'c#2', 'd#3', 'e#3']);
});
