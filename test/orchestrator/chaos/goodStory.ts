import { problemsOf } from './checker.ts';
import type { FinalEvent, FinalState, FinalTask, HistoryRecord } from './history.ts';

export type Fact = HistoryRecord extends infer R
  ? R extends HistoryRecord
    ? Omit<R, 'by' | 'pid'>
    : never
  : never;

export interface Story {
  readonly facts: Fact[];
  readonly state: {
    -readonly [Name in keyof FinalState]: FinalState[Name] extends readonly (infer T)[] ? T[] : number;
  };
}

const wish = (id: string, key: string | null = null) => ({
  id,
  tenant: 'x',
  key,
  maximumAttempts: 2,
  hasDeadline: false,
});
export const row = (id: string, rest: Partial<FinalTask>): FinalTask => ({
  id,
  tenant: 'x',
  priority: 0,
  type: 'work',
  state: 'done',
  epoch: 1,
  attempts: 1,
  key: null,
  result: null,
  error: null,
  deadReason: null,
  ...rest,
});
export const ask = (
  call: string,
  how: 'complete' | 'fail' | 'yield' | 'checkpoint',
  id: string,
  epoch: number,
  part = 0,
) => ({ kind: 'asked', call, how, id, epoch, part, error: how === 'fail' ? 'broken' : null }) as const;
export const claim = (id: string, epoch: number, part = 0) => ({ kind: 'claimed', id, epoch, part }) as const;
export const effect = (id: string, epoch: number) => ({ kind: 'effect', id, epoch, attempt: epoch }) as const;
export const accepted = (call: string) => ({ kind: 'accepted', call }) as const;

/**
 * Right as it is. Task `a`: kept a checkpoint, was lost, done by a second worker, while the first was refused; `b`:
 * failed for good; `c`: cancelled at work; `d`: one of two wishes with a key. Saga `s` is complete, `u` was cancelled
 * and undone.
 */
export function goodStory(): Story {
  const events = (saga: string, types: readonly string[]): FinalEvent[] =>
    types.map((text, index) => {
      const [type = '', step] = text.split(' ');
      return { stream: `saga/${saga}`, sequence: index + 1, type: `saga.${type}`, data: { step } };
    });
  const facts: Fact[] = [
    { kind: 'leads', epoch: 1 },
    { kind: 'wished', call: 'w1', tasks: [wish('a'), wish('b')] },
    { kind: 'acknowledged', call: 'w1', answers: ['a', 'b'].map((id) => ({ id, isNew: true })) },
    { kind: 'wished', call: 'w2', tasks: [wish('c'), wish('d', 'k')] },
    { kind: 'acknowledged', call: 'w2', answers: ['c', 'd'].map((id) => ({ id, isNew: true })) },
    { kind: 'wished', call: 'w3', tasks: [wish('e', 'k')] },
    { kind: 'acknowledged', call: 'w3', answers: [{ id: 'd', isNew: false }] },
    { kind: 'wished', call: 'never answered', tasks: [wish('f'), wish('g')] },
    claim('a', 1),
    ask('a1', 'checkpoint', 'a', 1, 1),
    accepted('a1'),
    effect('a', 1),
    claim('a', 3, 1),
    ask('a2', 'complete', 'a', 1),
    { kind: 'refused', call: 'a2', reason: 'task.stale' },
    effect('a', 3),
    ask('a3', 'complete', 'a', 3),
    accepted('a3'),
    claim('b', 1),
    ask('b1', 'fail', 'b', 1),
    accepted('b1'),
    claim('c', 1),
    { kind: 'cancel-asked', id: 'c' },
    { kind: 'cancelled', id: 'c' },
    claim('d', 1),
    effect('d', 1),
    ask('d1', 'complete', 'd', 1),
    accepted('d1'),
    { kind: 'leads', epoch: 2 },
    { kind: 'saga-acknowledged', saga: 's', failing: null },
    ...['a', 'b', 'c', 'd'].map((step) => ({ kind: 'did', saga: 's', step }) as const),
    { kind: 'saga-acknowledged', saga: 'u', failing: null },
    { kind: 'did', saga: 'u', step: 'a' },
    { kind: 'did', saga: 'u', step: 'b' },
    { kind: 'saga-cancelled', saga: 'u' },
    { kind: 'undid', saga: 'u', step: 'b' },
    { kind: 'undid', saga: 'u', step: 'a' },
  ];
  const line = { tenant: 'x', priority: 0, type: 'work' };
  return {
    facts,
    state: {
      tasks: [
        row('a', { epoch: 3, attempts: 2, result: '{"call":"a3"}' }),
        row('b', { state: 'dead', error: 'broken', deadReason: 'failed' }),
        row('c', { state: 'cancelled', epoch: 2 }),
        row('d', { key: 'k', result: '{"call":"d1"}' }),
      ],
      counts: [
        { ...line, state: 'done', count: 2 },
        { ...line, state: 'dead', count: 1 },
        { ...line, state: 'cancelled', count: 1 },
        { ...line, state: 'waiting', count: 0 },
      ],
      events: [
        ...events('s', [
          'started',
          ...['a', 'b', 'c', 'd'].flatMap((step) => [`step-started ${step}`, `step-completed ${step}`]),
          'completed',
        ]),
        ...events('u', [
          'started',
          'step-started a',
          'step-completed a',
          'step-started b',
          'cancel-requested',
          ...['b', 'a'].flatMap((step) => [`compensation-started ${step}`, `compensation-completed ${step}`]),
          'cancelled',
        ]),
      ],
      leftEntries: 0,
    },
  };
}

export function judge({ facts, state }: Story): string[] {
  return problemsOf(
    facts.map((fact): HistoryRecord => ({ ...fact, by: 'somebody', pid: 1 })),
    state,
  );
}
