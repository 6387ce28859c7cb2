import { describe, expect, test } from 'vitest';
import { type Diary, pipeline, smallEngine, smallLab, step, untilAborted } from './small.ts';

const child = (diary: Diary, gates: string[] = []) =>
  pipeline('child', [step(diary, 'x', ({ input }) => input), step(diary, 'y')], { gates });

const parentOf = (diary: Diary, keys: readonly string[], afterwards = 'after') =>
  pipeline('parent', [
    step(diary, 'start', async ({ runChild }) => {
      const outcomes = await Promise.all(keys.map((key) => runChild({ key, name: 'child', input: key })));
      return outcomes.map(({ results }) => results['x']);
    }),
    step(diary, afterwards, () => {
      if (afterwards === 'fails') throw new Error('broken');
    }),
  ]);

describe('a step that starts sagas', () => {
  test('runs them side by side with ids and journals of their own, in its trace, and has their results', async () => {
    const diary: Diary = [];
    const { engine } = await smallLab(parentOf(diary, ['one', 'two']), child(diary));
    const id = await engine.create({ name: 'parent', input: {}, traceId: 'trace-7' });
    const view = await engine.run(id);
    expect(view.state).toBe('completed');
    expect((await engine.results(id))['start']).toEqual(['one', 'two']);
    const children = view.steps[0]?.children ?? [];
    expect(children.map(({ key, name }) => [key, name])).toEqual([
      ['one', 'child'],
      ['two', 'child'],
    ]);
    for (const { key, sagaId } of children) {
      expect(await engine.view(sagaId)).toMatchObject({
        state: 'completed',
        traceId: 'trace-7',
        parent: { sagaId: id, step: 'start', generation: 1, key },
      });
    }
  });

  test('waits with them for a person, and goes on when the last of them has its decision', async () => {
    const diary: Diary = [];
    const { engine } = await smallLab(parentOf(diary, ['one', 'two']), child(diary, ['x']));
    const id = await engine.create({ name: 'parent', input: {} });
    let view = await engine.run(id);
    expect(view).toMatchObject({ state: 'waiting-for-runs', waitingFor: null, actions: [] });
    const [one = '', two = ''] = view.waitingOn;
    expect(diary.filter((line) => line === 'run x')).toHaveLength(2);
    await expect(engine.decide(id, { action: 'approve' })).rejects.toMatchObject({
      reason: 'saga.state',
      action: expect.stringContaining(one),
    });
    await engine.decide(one, { action: 'approve' });
    await engine.run(one);
    view = await engine.view(id);
    expect([view.state, view.waitingOn]).toEqual(['waiting-for-runs', [two]]);
    await engine.decide(two, { action: 'approve' });
    await engine.run(two);
    expect((await engine.view(id)).state).toBe('completed');
    expect(diary.filter((line) => line === 'run x')).toHaveLength(2);
  });

  test('finds what it has started when it is run again: no saga is started twice', async () => {
    const diary: Diary = [];
    let isFirst = true;
    const parent = pipeline('parent', [
      step(diary, 'start', async ({ runChild }) => {
        await runChild({ key: 'one', name: 'child', input: 'one' });
        if (isFirst) {
          isFirst = false;
          stop.abort();
          stop.signal.throwIfAborted();
        }
      }),
    ]);
    const stop = new AbortController();
    const { engine } = await smallLab(parent, child(diary));
    const id = await engine.create({ name: 'parent', input: {} });
    expect((await engine.run(id, stop.signal)).state).toBe('interrupted');
    expect((await engine.run(id)).state).toBe('completed');
    expect(diary.filter((line) => line === 'run x')).toHaveLength(1);
    expect(await engine.list()).toHaveLength(2);
  });

  test('fails when one of them does, with its reason; the others are stopped and undone', async () => {
    const diary: Diary = [];
    const begun = Promise.withResolvers<void>();
    const { engine } = await smallLab(
      pipeline('parent', [
        step(diary, 'start', ({ runChild }) =>
          Promise.all([
            runChild({ key: 'bad', name: 'bad', input: {} }),
            runChild({ key: 'slow', name: 'slow', input: {} }),
          ]),
        ),
      ]),
      pipeline('bad', [
        step(diary, 'bad', async () => {
          await begun.promise;
          throw new Error('no market');
        }),
      ]),
      pipeline('slow', [
        step(diary, 'slow', ({ signal }) => {
          begun.resolve();
          return untilAborted(signal);
        }),
      ]),
    );
    const view = await engine.run(await engine.create({ name: 'parent', input: {} }));
    expect(view).toMatchObject({
      state: 'failed',
      error: { reason: 'saga.child', message: expect.stringContaining('no market') },
    });
    const states = await Promise.all(
      (view.steps[0]?.children ?? []).map(({ sagaId }) => engine.view(sagaId)),
    );
    expect(states.map(({ state }) => state)).toEqual(['failed', 'cancelled']);
    expect(diary).toContain('undo slow');
  });

  test('is undone with them: complete ones too, the last first, before the step itself', async () => {
    const diary: Diary = [];
    const { engine } = await smallLab(parentOf(diary, ['one'], 'fails'), child(diary));
    const view = await engine.run(await engine.create({ name: 'parent', input: {} }));
    expect(view.state).toBe('failed');
    expect(diary.slice(-4)).toEqual(['undo fails', 'undo y', 'undo x', 'undo start']);
    const [only] = view.steps[0]?.children ?? [];
    expect(await engine.view(only?.sagaId ?? '')).toMatchObject({ state: 'cancelled' });
  });

  test('cancels them with itself while they wait for a person', async () => {
    const diary: Diary = [];
    const { engine } = await smallLab(parentOf(diary, ['one']), child(diary, ['x']));
    const id = await engine.create({ name: 'parent', input: {} });
    const { waitingOn } = await engine.run(id);
    await engine.cancel(id, { by: 'Ada' });
    expect((await engine.run(id)).state).toBe('cancelled');
    expect((await engine.view(waitingOn[0] ?? '')).state).toBe('cancelled');
    expect(diary.slice(-2)).toEqual(['undo x', 'undo start']);
  });

  test('reports what they could not undo', async () => {
    const diary: Diary = [];
    const stubborn = pipeline('child', [
      step(diary, 'x', undefined, {
        compensate: async () => {
          throw new Error('it stays');
        },
      }),
    ]);
    const { engine } = await smallLab(parentOf(diary, ['one'], 'fails'), stubborn);
    const view = await engine.run(await engine.create({ name: 'parent', input: {} }));
    expect(view.notUndone).toMatchObject([
      { step: 'start', error: { reason: 'saga.child', message: expect.stringContaining('it stays') } },
    ]);
    // The rest is undone all the same.
    expect(diary.slice(-2)).toEqual(['undo fails', 'undo start']);
  });

  test('is not undone by a person who cancels a complete saga of it', async () => {
    const { engine, journal } = await smallLab(parentOf([], ['one']), child([]));
    const view = await engine.run(await engine.create({ name: 'parent', input: {} }));
    const [only] = view.steps[0]?.children ?? [];
    const other = smallEngine(journal, [parentOf([], ['one']), child([])]).engine;
    await expect(other.cancel(only?.sagaId ?? '')).rejects.toMatchObject({ reason: 'saga.state' });
  });
});
