import { expect, test } from 'vitest';
import { emptyFolderInMemory, openTestJournal } from '../../storage/lab.ts';
import { emptyToy, toyEngine } from './toy.ts';

test('a run that waits for its turn in one process is not interrupted for another, which cannot take it', async () => {
  const folder = emptyFolderInMemory();
  const [own, other] = [await openTestJournal(folder), await openTestJournal(folder)];
  const toy = emptyToy();
  const [engine, elsewhere] = [toyEngine(own, toy), toyEngine(other, toy)];
  const id = await engine.create({ name: 'toy', input: { text: '>' }, gates: [] });
  expect((await elsewhere.view(id)).state).toBe('interrupted');

  const release = await engine.hold(id);
  expect((await elsewhere.view(id)).state).toBe('running');
  await expect(elsewhere.hold(id)).rejects.toMatchObject({ reason: 'conflict' });

  expect((await engine.run(id)).state).toBe('completed');
  await release();
  const again = await elsewhere.hold(id);
  await again();
});

test('a turn that was given up leaves the run interrupted, for anyone to resume', async () => {
  const journal = await openTestJournal(emptyFolderInMemory());
  const engine = toyEngine(journal, emptyToy());
  const id = await engine.create({ name: 'toy', input: { text: '>' }, gates: [] });
  const release = await engine.hold(id);
  await release();
  expect((await engine.view(id)).state).toBe('interrupted');
});
