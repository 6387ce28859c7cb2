import { expect, test } from 'vitest';
import { accepted, ask, claim, effect, type Fact, goodStory, judge, row, type Story } from './goodStory.ts';
import type { FinalTask } from './history.ts';

test('the checker finds nothing in a history that is right', () => {
  expect(judge(goodStory())).toEqual([]);
});

const change = (story: Story, id: string, rest: Partial<FinalTask>) => {
  story.state.tasks = story.state.tasks.map((task) => (task.id === id ? { ...task, ...rest } : task));
};
const without = (story: Story, isGone: (fact: Fact) => boolean) => {
  story.facts.splice(0, story.facts.length, ...story.facts.filter((fact) => !isGone(fact)));
};
const place = (story: Story, kind: Fact['kind'], name: string) =>
  story.facts.findIndex((fact) => fact.kind === kind && Object.values(fact).includes(name));
/** Drops the one event, and closes the hole. */
const withoutEvent = (story: Story, saga: string, type: string, step?: string) => {
  const kept = story.state.events.filter(
    ({ stream, data, ...event }) =>
      stream !== `saga/${saga}` ||
      event.type !== `saga.${type}` ||
      (step !== undefined && data['step'] !== step),
  );
  const lengths = new Map<string, number>();
  story.state.events = kept.map((event) => {
    const sequence = (lengths.get(event.stream) ?? 0) + 1;
    lengths.set(event.stream, sequence);
    return { ...event, sequence };
  });
};

const bad: readonly [name: string, spoil: (story: Story) => void, found: string][] = [
  [
    'an acknowledged task is lost',
    ({ state }) => void state.tasks.splice(0, 1),
    'task a was acknowledged and is lost',
  ],
  [
    'a task never ends',
    (story) => change(story, 'd', { state: 'running', result: null }),
    'task d did not end: it is running',
  ],
  [
    'a task nobody asked for',
    ({ state }) => void state.tasks.push(row('z', { state: 'cancelled' })),
    'task z was made up: nobody asked for it',
  ],
  [
    'half a batch',
    ({ state }) => void state.tasks.push(row('f', { state: 'cancelled' })),
    'the batch never answered was cut in two',
  ],
  [
    'a key makes two tasks',
    ({ state }) => void state.tasks.push(row('e', { key: 'k', state: 'cancelled' })),
    'the key x k made 2 tasks',
  ],
  [
    'a key is answered with another task',
    (story) => {
      story.facts[place(story, 'acknowledged', 'w3')] = {
        kind: 'acknowledged',
        call: 'w3',
        answers: [{ id: 'a', isNew: false }],
      };
    },
    'the key k was answered with a and stands for d',
  ],
  [
    'a task is new twice',
    (story) =>
      void story.facts.push({ kind: 'acknowledged', call: 'w3', answers: [{ id: 'd', isNew: true }] }),
    'task d was new 2 times',
  ],
  [
    'a late result is taken',
    (story) => {
      story.facts[place(story, 'refused', 'a2')] = accepted('a2');
    },
    'task a took a complete of epoch 1 after epoch 3 had begun',
  ],
  [
    'a late result replaces the right one',
    (story) => change(story, 'a', { result: '{"call":"a2"}' }),
    'task a has the result of epoch 1, not 3',
  ],
  [
    'a task is completed twice',
    (story) => void story.facts.push(ask('d2', 'complete', 'd', 1), accepted('d2')),
    'task d was completed twice',
  ],
  [
    'a failure and a result of one epoch',
    (story) => void story.facts.push(ask('d2', 'fail', 'd', 1), accepted('d2')),
    'epoch 1 of task d was settled 2 times',
  ],
  [
    'one epoch for two workers',
    (story) => void story.facts.push(claim('d', 1)),
    'epoch 1 of task d was given out 2 times',
  ],
  ['an epoch is forgotten', (story) => void story.facts.push(claim('d', 7)), 'task d forgot epoch 7'],
  [
    'a result without work',
    (story) => without(story, (fact) => fact.kind === 'effect' && fact.id === 'd'),
    'task d has a result and no effect',
  ],
  [
    'a result out of nowhere',
    (story) => change(story, 'd', { result: '{"call":"?"}' }),
    'task d has a result that no worker gave',
  ],
  [
    'a refused result is the result',
    (story) => void story.facts.push({ kind: 'refused', call: 'd1', reason: 'task.stale' }),
    'task d has a result that was refused',
  ],
  [
    'too many attempts',
    (story) => void story.facts.splice(place(story, 'claimed', 'a'), 0, claim('a', 2), claim('a', 0)),
    'task a was tried 4 times',
  ],
  [
    'a death of no failure',
    (story) => change(story, 'b', { error: 'another' }),
    'task b is dead of a failure nobody told',
  ],
  [
    'given up too early',
    (story) => change(story, 'b', { deadReason: 'lost' }),
    'task b was given up after 1 of 2 attempts',
  ],
  [
    'a deadline that was none',
    (story) => change(story, 'b', { deadReason: 'deadline' }),
    'task b missed a deadline it had not',
  ],
  [
    'a checkpoint is lost',
    (story) => {
      story.facts[story.facts.findIndex((fact) => fact.kind === 'claimed' && fact.epoch === 3)] = claim(
        'a',
        3,
        0,
      );
    },
    'epoch 3 of task a began at part 0, which is not 1 to 1',
  ],
  [
    'a cancelled task is done',
    (story) => change(story, 'c', { state: 'done', result: '{"call":"d1"}' }),
    'task c was cancelled and is done',
  ],
  [
    'a cancelled task runs again',
    (story) => void story.facts.push(claim('c', 2), effect('c', 2)),
    'task c ran in epoch 2, after it was cancelled',
  ],
  [
    'a cancelled task takes a result',
    (story) => void story.facts.push(ask('c1', 'complete', 'c', 1), accepted('c1')),
    'task c took a complete after it was cancelled',
  ],
  [
    'cancelled by nobody',
    (story) => without(story, ({ kind }) => kind === 'cancel-asked' || kind === 'cancelled'),
    'task c was cancelled by nobody',
  ],
  [
    'wrong counts',
    ({ state }) => {
      state.counts = state.counts.map((line) => (line.state === 'done' ? { ...line, count: 3 } : line));
    },
    'the queue counts 3 of x 0 work done: there are 2',
  ],
  [
    'an entry is left',
    ({ state }) => {
      state.leftEntries = 1;
    },
    '1 entries of tasks at work are left',
  ],
  [
    'two leaders at once',
    (story) => void story.facts.push({ kind: 'leads', epoch: 2 }),
    '2 processes led in epoch 2',
  ],
  ['a saga is lost', (story) => withoutSaga(story, 's'), 'saga s was acknowledged and is lost'],
  ['an event is lost', ({ state }) => void state.events.splice(2, 1), 'saga s: its events have holes'],
  [
    'a saga does not end',
    (story) => withoutEvent(story, 's', 'completed'),
    'saga s: it did not end: its last event is saga.step-completed',
  ],
  [
    'a step is done twice',
    (story) => {
      const twice = { stream: 'saga/s', sequence: 11, type: 'saga.step-completed', data: { step: 'd' } };
      story.state.events.splice(10, 0, twice);
    },
    'saga s: step d was done twice',
  ],
  [
    'the effect of a step is lost',
    (story) => without(story, (fact) => fact.kind === 'did' && fact.saga === 's' && fact.step === 'c'),
    'saga s: the effect of c is lost',
  ],
  [
    'a complete saga is undone',
    (story) => void story.facts.push({ kind: 'undid', saga: 's', step: 'c' }),
    'saga s: the effect of c was undone in a completed saga',
  ],
  [
    'an effect is not undone',
    (story) => without(story, (fact) => fact.kind === 'undid' && fact.step === 'a'),
    'saga u: the effect of a was not undone',
  ],
  [
    'undoing that is not complete',
    (story) => {
      withoutEvent(story, 'u', 'compensation-started', 'a');
      withoutEvent(story, 'u', 'compensation-completed', 'a');
    },
    'saga u: the undoing of a is not complete',
  ],
  [
    'undone in the wrong order in the world',
    (story) => void story.facts.push(...story.facts.splice(place(story, 'undid', 'b'), 1)),
    'saga u: it was undone in the order a,b',
  ],
  [
    'undone in the wrong order in the journal',
    (story) => {
      story.state.events = story.state.events.map((event) =>
        event.stream === 'saga/u' && event.type.startsWith('saga.compensation')
          ? { ...event, data: { step: event.data['step'] === 'a' ? 'b' : 'a' } }
          : event,
      );
    },
    'saga u: step b was undone out of order',
  ],
  [
    'a step begins after the cancellation',
    (story) => {
      const late = { stream: 'saga/u', sequence: 6, type: 'saga.step-started', data: { step: 'b' } };
      story.state.events.splice(story.state.events.length - 5, 0, late);
    },
    'saga u: step b began after the saga was to be undone',
  ],
  [
    'a cancelled saga completes',
    (story) => void story.facts.push({ kind: 'saga-cancelled', saga: 's' }),
    'saga s: cancelled, it ended saga.completed',
  ],
  [
    'a broken saga completes',
    (story) => void story.facts.push({ kind: 'saga-acknowledged', saga: 's', failing: 'b' }),
    'saga s: a saga with a broken step completed',
  ],
];

function withoutSaga(story: Story, saga: string): void {
  story.state.events = story.state.events.filter(({ stream }) => stream !== `saga/${saga}`);
}

test.each(bad)('the checker finds: %s', (_, spoil, found) => {
  const story = goodStory();
  spoil(story);
  expect(judge(story)).toContain(found);
});
