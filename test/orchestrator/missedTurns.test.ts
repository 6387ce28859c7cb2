import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { publishedStream } from '../../extension/orchestrator/events/published.ts';
import { missedTurns } from '../../extension/orchestrator/missedTurns.ts';
import { enqueueSaga } from '../../extension/orchestrator/sagaTasks.ts';
import { publishOfSagas } from '../../extension/orchestrator/toldTurns.ts';
import { emptyFolderInMemory, openTestJournal } from '../storage/lab.ts';
import { emptyToy, toyEngine } from './saga/toy.ts';

async function lab() {
  const journal = await openTestJournal(emptyFolderInMemory());
  const toy = emptyToy();
  const engine = toyEngine(journal, toy);
  const publish = publishOfSagas({ journal, clock: Date.now });
  const queue = journal.tasks;
  const look = missedTurns({ queue, engine: () => Promise.resolve(engine), publish });
  const create = () => engine.create({ name: 'toy', input: { text: '' }, gates: [] });
  /** Has the queue bury a turn whose deadline is over. */
  const miss = async (id: string): Promise<string> => {
    const deadline = Date.now() + 20;
    const task = await enqueueSaga(queue, await engine.place(id), { deadline });
    while (Date.now() <= deadline) await delay(5);
    await queue.recover();
    expect(await queue.get(task)).toMatchObject({ state: 'dead', deadReason: 'deadline' });
    return task;
  };
  return { journal, queue, toy, engine, look, create, miss };
}

test('a run that nobody has started before its deadline is cancelled with the reason, and told of once', async () => {
  const { journal, engine, toy, look, create, miss } = await lab();
  const id = await create();
  await miss(id);
  await look();
  await look();
  const { state, cancellation } = await engine.view(id);
  expect({ state, comment: cancellation?.comment }).toEqual({
    state: 'cancelled',
    comment: 'It was not started before its deadline.',
  });
  expect(toy.diary).toEqual([]);
  expect((await journal.read(publishedStream)).map(({ type }) => type)).toEqual(['task.failed']);
});

test('a run that had begun in time, and lost its place, goes on after its deadline', async () => {
  const { queue, engine, toy, look, create } = await lab();
  const id = await create();
  const stop = new AbortController();
  toy.run['a'] = () => Promise.resolve(stop.abort());
  const deadline = Date.now() + 20;
  const task = await enqueueSaga(queue, await engine.place(id), { deadline });
  expect((await engine.run(id, stop.signal)).state).toBe('interrupted');
  while (Date.now() <= deadline) await delay(5);
  await queue.recover();
  await look();
  expect(await queue.get(task)).toMatchObject({ state: 'waiting', deadline: null });
  expect((await engine.view(id)).cancellation).toBeNull();
});

test('a run that somebody has ended or gone on with is left alone', async () => {
  const { engine, look, create, miss } = await lab();
  const id = await create();
  await miss(id);
  await engine.run(id);
  await look();
  expect((await engine.view(id)).state).toBe('completed');
});
