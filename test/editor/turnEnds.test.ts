import { expect, test } from 'vitest';
import { TurnEnds } from '../../extension/editor/turnEnds.ts';

test('who waits for a turn hears of its end when it is looked at next, and of nothing before', async () => {
  const ended = new Set<string>();
  const ends = new TurnEnds(async (taskId) => ended.has(taskId));
  let heard = 0;
  const both = [ends.of('task', 'run'), ends.of('task', 'run')].map((end) => end.then(() => heard++));
  await ends.look();
  expect(heard).toBe(0);
  ended.add('task');
  await ends.look();
  await Promise.all(both);
  expect(ends.size).toBe(0);
});

test('a turn that is over already ends at once', async () => {
  const ends = new TurnEnds(async () => true);
  await ends.of('task', 'run');
  expect(ends.size).toBe(0);
});

test('what a turn has failed with reaches who waits for it, and nobody else', async () => {
  const failed = new Set<string>();
  const ends = new TurnEnds(async (taskId) => {
    if (failed.has(taskId)) throw new Error('no such version');
    return false;
  });
  const end = ends.of('task', 'run');
  const other = ends.of('other', 'run');
  failed.add('task');
  await ends.look();
  await expect(end).rejects.toThrow('no such version');
  expect(ends.size).toBe(1);
  failed.add('other');
  await ends.look();
  await expect(other).rejects.toThrow('no such version');
});
