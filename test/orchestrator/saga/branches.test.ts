import { expect, test } from 'vitest';
import * as z from 'zod';
import { arrange } from '../../../extension/orchestrator/saga/stages.ts';
import { type Diary, pipeline, smallLab, step, untilAborted } from './small.ts';

const branches = [[['left', 'left-end'], ['right']]];

test('branches run at the same time, and what follows them has the results of all', async () => {
  const diary: Diary = [];
  const both = Promise.withResolvers<void>();
  let begun = 0;
  const meet = async () => {
    begun += 1;
    if (begun === 2) both.resolve();
    await both.promise;
  };
  const { engine, journal } = await smallLab(
    pipeline(
      'fan',
      [
        step(diary, 'first'),
        step(diary, 'left', meet),
        step(diary, 'left-end'),
        step(diary, 'right', meet),
        step(diary, 'join', ({ result }) => [result('left-end', z.string()), result('first', z.string())]),
      ],
      { parallel: branches },
    ),
  );
  const id = await engine.create({ name: 'fan', input: {} });
  const view = await engine.run(id);
  expect(view.state).toBe('completed');
  expect(view.stages).toEqual([[['first']], ...branches, [['join']]]);
  expect((await engine.results(id))['join']).toEqual(['left-end', 'first']);
  expect(diary.indexOf('run left-end')).toBeGreaterThan(diary.indexOf('run left'));
  expect(diary.at(-1)).toBe('run join');
  expect(await journal.verifyChain(`saga/${id}`)).toMatchObject({ brokenAt: null });
});

test('a branch that fails stops the others, and all that began is undone, the last begun first', async () => {
  const diary: Diary = [];
  const begun = Promise.withResolvers<void>();
  const { engine } = await smallLab(
    pipeline(
      'fan',
      [
        step(diary, 'first'),
        step(diary, 'left', async () => {
          await begun.promise;
          throw new Error('broken');
        }),
        step(diary, 'left-end'),
        step(diary, 'right', ({ signal }) => {
          begun.resolve();
          return untilAborted(signal);
        }),
      ],
      { parallel: branches },
    ),
  );
  const view = await engine.run(await engine.create({ name: 'fan', input: {} }));
  expect(view).toMatchObject({ state: 'failed', error: { message: 'broken' } });
  expect(diary.slice(-3)).toEqual(['undo right', 'undo left', 'undo first']);
  expect(view.steps.map(({ name, status }) => `${name} ${status}`)).toEqual([
    'first compensated',
    'left failed',
    'left-end pending',
    'right compensated',
  ]);
});

test('a gate within a branch holds back that branch alone, and is asked when nothing else can go on', async () => {
  const diary: Diary = [];
  const { engine } = await smallLab(
    pipeline(
      'fan',
      [
        step(diary, 'first'),
        step(diary, 'left'),
        step(diary, 'left-end'),
        step(diary, 'right'),
        step(diary, 'join'),
      ],
      { parallel: branches, gates: ['left', 'right'] },
    ),
  );
  const id = await engine.create({ name: 'fan', input: {} });
  let view = await engine.run(id);
  expect(view).toMatchObject({ state: 'waiting-for-left', rollbackTargets: ['first'] });
  expect(diary).toEqual(['run first', 'run left', 'run right']);
  await engine.decide(id, { action: 'approve', at: 'left' });
  view = await engine.run(id);
  expect(view.state).toBe('waiting-for-right');
  expect(diary.at(-1)).toBe('run left-end');
  await engine.decide(id, { action: 'rollback', to: 'first' });
  view = await engine.run(id);
  expect(diary.slice(-3)).toEqual(['undo left-end', 'undo right', 'undo left']);
  expect(view.steps.map(({ generation }) => generation)).toEqual([1, 0, 0, 0, 0]);
});

test('groups that are none are refused when the engine is made', async () => {
  for (const parallel of [[[['left'], ['join']]], [[['nobody']]], [[['left-end'], ['first']]]]) {
    expect(() => arrange(['first', 'left', 'left-end', 'right', 'join'], parallel)).toThrow();
    const steps = ['first', 'left', 'left-end', 'right', 'join'].map((name) => step([], name));
    await expect(smallLab(pipeline('fan', steps, { parallel }))).rejects.toThrow();
  }
});
