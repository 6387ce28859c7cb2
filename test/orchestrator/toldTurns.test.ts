import { describe, expect, test } from 'vitest';
import { LabError } from '../../extension/contracts/errors.ts';
import { publishedStream } from '../../extension/orchestrator/events/published.ts';
import { taskEvents } from '../../extension/orchestrator/events/taskEvents.ts';
import { enqueueSaga, sagaHandler } from '../../extension/orchestrator/sagaTasks.ts';
import { publishOfSagas, toldQueue } from '../../extension/orchestrator/toldTurns.ts';
import { emptyFolderInMemory, openTestJournal } from '../storage/lab.ts';
import { emptyToy, type Toy, toyEngine } from './saga/toy.ts';

async function lab(toy: Toy = emptyToy()) {
  const journal = await openTestJournal(emptyFolderInMemory());
  const clock = () => 1_700_000_000_000;
  const engine = toyEngine(journal, toy, {}, { domainEvents: taskEvents });
  const id = await engine.create({ name: 'toy', input: { text: '' }, gates: [] });
  const saga = await engine.place(id);
  const queue = toldQueue({ journal, clock }, saga);
  const handler = sagaHandler({
    engine: () => Promise.resolve(engine),
    self: 'me',
    publish: publishOfSagas({ journal, clock }),
  });
  const attempt = (checkpoint: unknown = null) => {
    const { signal } = new AbortController();
    const task = { id: 't', type: 'saga', tenant: 'local', priority: 0, attempt: 1, deadline: null };
    const rest = { traceId: '', signal, yieldWanted: signal, keep: () => Promise.resolve() };
    return handler.run({ ...task, ...rest, payload: { sagaId: id }, checkpoint });
  };
  const told = async () =>
    (await journal.read(publishedStream)).map(({ type, data }) => [type, (data as { data: unknown }).data]);
  return { journal, id, saga, queue, attempt, told };
}

test('a turn is told of when it is put into the queue, and not where it waits already', async () => {
  const { id, saga, queue, told } = await lab();
  const tasks = await Promise.all([enqueueSaga(queue, saga, { priority: 3 }), enqueueSaga(queue, saga, {})]);
  expect(tasks[1]).toBe(tasks[0]);
  expect(await enqueueSaga(queue, saga, { priority: 9 })).toBe(tasks[0]);
  expect(await told()).toEqual([['task.enqueued', { taskId: id, type: 'toy', priority: 3 }]]);
});

test('a turn that the queue refuses is not told of', async () => {
  const { journal, saga, queue, told } = await lab();
  await journal.tasks.setLimits('queue', { mostWaiting: 1, mostRunning: null });
  await journal.tasks.enqueue([{ type: 'other', payload: null }]);
  await expect(enqueueSaga(queue, saga, {})).rejects.toMatchObject({ reason: 'queue.full' });
  expect(await told()).toEqual([]);
});

test('a turn that was given up is told of again when it is wished for', async () => {
  const { journal, saga, queue, told } = await lab();
  const task = await enqueueSaga(queue, saga, { priority: 2 });
  const [claimed] = await journal.tasks.claim({ worker: 'test', types: ['saga'] });
  if (claimed === undefined) throw new Error('a task was expected');
  await journal.tasks.fail(claimed, { error: 'It cannot.', retry: false });
  expect(await enqueueSaga(queue, saga, {})).toBe(task);
  expect((await told()).map(([type]) => type)).toEqual(['task.enqueued', 'task.enqueued']);
});

describe('an attempt', () => {
  test('is told of when it begins, and its end with the fact that ends the run', async () => {
    const { id, attempt, told } = await lab();
    await attempt();
    expect(await told()).toEqual([
      ['task.started', { taskId: id, type: 'toy', attempt: 1 }],
      ['task.completed', { taskId: id, type: 'toy', milliseconds: expect.any(Number) }],
    ]);
  });

  test('that fails is told of with its error', async () => {
    const toy = emptyToy();
    toy.run['b'] = () => Promise.reject(new LabError('data.missing', 'There is no b.'));
    const { id, attempt, told } = await lab(toy);
    await attempt();
    const error = { reason: 'data.missing', message: 'There is no b.', action: null, place: null };
    expect((await told()).at(-1)).toEqual(['task.failed', { taskId: id, type: 'toy', error, isFinal: true }]);
  });

  test('at a run that ends its process again and again is told of as the last', async () => {
    const { id, saga, attempt, told } = await lab();
    const crashed = attempt({ by: 'gone', place: saga.sequence, inARow: 4 });
    await expect(crashed).rejects.toThrow('has ended its process 5 times');
    const error = expect.objectContaining({ message: expect.stringContaining('5 times') });
    expect(await told()).toEqual([['task.failed', { taskId: id, type: 'toy', error, isFinal: true }]]);
  });
});
