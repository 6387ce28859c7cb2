import { describe, expect, test } from 'vitest';
import { type Diary, pipeline, smallEngine, smallLab, step, untilAborted } from './small.ts';

describe('cancelling', () => {
  test('stops the step that runs, undoes it and all before it, and ends cancelled with who and why', async () => {
    const diary: Diary = [];
    const begun = Promise.withResolvers<void>();
    const { engine } = await smallLab(
      pipeline('p', [
        step(diary, 'a'),
        step(diary, 'b', ({ signal }) => {
          begun.resolve();
          return untilAborted(signal);
        }),
        step(diary, 'c'),
      ]),
    );
    const id = await engine.create({ name: 'p', input: {} });
    const running = engine.run(id);
    await begun.promise;
    await engine.cancel(id, { by: 'Ada', comment: 'No more need.' });
    const view = await running;
    expect(view).toMatchObject({
      state: 'cancelled',
      canCancel: false,
      cancellation: { by: 'Ada', comment: 'No more need.' },
    });
    expect(diary).toEqual(['run a', 'run b', 'undo b', 'undo a']);
  });

  test('reaches a saga that another process runs', async () => {
    const diary: Diary = [];
    const begun = Promise.withResolvers<void>();
    const definition = pipeline('p', [
      step(diary, 'a', ({ signal }) => {
        begun.resolve();
        return untilAborted(signal);
      }),
    ]);
    const { engine, journal } = await smallLab(definition);
    const id = await engine.create({ name: 'p', input: {} });
    const running = engine.run(id);
    await begun.promise;
    await smallEngine(journal, [definition]).engine.cancel(id);
    expect((await running).state).toBe('cancelled');
    expect(diary).toEqual(['run a', 'undo a']);
  });

  test('is possible at a gate and while nobody runs it; then the next run undoes it', async () => {
    const diary: Diary = [];
    const { engine } = await smallLab(pipeline('p', [step(diary, 'a'), step(diary, 'b')], { gates: ['a'] }));
    const waiting = await engine.create({ name: 'p', input: {} });
    await engine.run(waiting);
    expect((await engine.cancel(waiting)).waitingFor).toBeNull();
    expect((await engine.run(waiting)).state).toBe('cancelled');
    const fresh = await engine.create({ name: 'p', input: {} });
    await engine.cancel(fresh);
    expect((await engine.run(fresh)).state).toBe('cancelled');
    expect(diary).toEqual(['run a', 'undo a']);
  });

  test('undoes what a step did before its process died', async () => {
    const { engine, journal } = await smallLab(pipeline('p', [step([], 'a')]));
    const id = await engine.create({ name: 'p', input: {} });
    const hash = await journal.putArtefact('made');
    const artefact = { name: 'made', mediaType: 'text/plain', hash, bytes: 4 };
    const place = { step: 'a', generation: 1 };
    const event = (type: string, data: object) => ({ type, version: 1, time: 1, traceId: 't', data });
    await journal.append({
      stream: `saga/${id}`,
      events: [
        event('saga.step-started', { ...place, attempt: 1, idempotencyKey: 'key' }),
        event('saga.artefact-kept', { ...place, artefact }),
      ],
    });
    const undone: string[] = [];
    const after = smallEngine(journal, [
      pipeline('p', [
        step([], 'a', undefined, {
          compensate: async ({ artefacts }) => {
            undone.push(...artefacts.map(({ name }) => name));
          },
        }),
      ]),
    ]);
    await after.engine.cancel(id);
    expect((await after.engine.run(id)).state).toBe('cancelled');
    expect(undone).toEqual(['made']);
  });

  test('is refused for what has ended or is undone already, with the state', async () => {
    const { engine } = await smallLab(pipeline('p', [step([], 'a')], { gates: ['a'] }));
    const id = await engine.create({ name: 'p', input: {} });
    await engine.run(id);
    await engine.decide(id, { action: 'reject' });
    await expect(engine.cancel(id)).rejects.toMatchObject({ reason: 'saga.state' });
    await engine.run(id);
    await expect(engine.cancel(id)).rejects.toMatchObject({
      reason: 'saga.state',
      message: expect.stringContaining('rejected'),
    });
    await expect(engine.cancel('nobody')).rejects.toMatchObject({ reason: 'not-found' });
  });
});

describe('what could not be undone', () => {
  test('is reported with the step, the reason and the evidence of what stands', async () => {
    const { engine } = await smallLab(
      pipeline('p', [
        step([], 'a', ({ putArtefact }) => putArtefact('order', 'text/plain', 'order 7'), {
          compensate: async () => {
            throw new Error('The broker does not answer.');
          },
        }),
        step([], 'b', () => {
          throw new Error('broken');
        }),
      ]),
    );
    const view = await engine.run(await engine.create({ name: 'p', input: {} }));
    expect(view.notUndone).toMatchObject([
      {
        step: 'a',
        generation: 1,
        error: { message: 'The broker does not answer.' },
        artefacts: [{ name: 'order' }],
      },
    ]);
  });
});

describe('the evidence at a gate', () => {
  const lab = () =>
    smallLab(pipeline('p', [step([], 'a', ({ input }) => input), step([], 'b')], { gates: ['a', 'b'] }));

  test('is equal for equal content, and another for another result or input', async () => {
    const { engine } = await lab();
    const evidenceOf = async (input: unknown) =>
      (await engine.run(await engine.create({ name: 'p', input }))).evidence;
    expect(await evidenceOf({ text: 'x' })).toMatch(/^[0-9a-f]{64}$/);
    expect(await evidenceOf({ text: 'x' })).toBe(await evidenceOf({ text: 'x' }));
    expect(await evidenceOf({ text: 'x' })).not.toBe(await evidenceOf({ text: 'y' }));
  });

  test('that a decision names must be what the gate shows; what was seen stays with the decision', async () => {
    const { engine } = await lab();
    const id = await engine.create({ name: 'p', input: { text: 'x' } });
    const seen = (await engine.run(id)).evidence ?? '';
    await engine.decide(id, { action: 'fix', patch: { text: 'y' }, evidence: seen, by: 'Ada' });
    const now = (await engine.run(id)).evidence ?? '';
    expect(now).not.toBe(seen);
    await expect(engine.decide(id, { action: 'approve', evidence: seen })).rejects.toMatchObject({
      reason: 'saga.state',
      message: expect.stringContaining('other evidence'),
    });
    await engine.decide(id, { action: 'approve', by: 'Grace' });
    const view = await engine.run(id);
    expect(view.decisions.map(({ by, evidence }) => [by, evidence])).toEqual([
      ['Ada', seen],
      ['Grace', now],
    ]);
    // Back at the gate after a rollback stands what stood there.
    await engine.decide(id, { action: 'rollback', to: 'a' });
    expect((await engine.run(id)).evidence).toBe(now);
  });
});

describe('versions of a definition', () => {
  test('stand side by side: a saga ends on the one that it began with, a new one takes the newest', async () => {
    const diary: Diary = [];
    const old = pipeline('p', [step(diary, 'a'), step(diary, 'old')], { gates: ['a'] });
    const { engine, journal } = await smallLab(old);
    const begun = await engine.create({ name: 'p', input: {} });
    await engine.run(begun);
    const next = pipeline('p', [step(diary, 'a'), step(diary, 'new')], { version: 2 });
    const later = smallEngine(journal, [next, old]).engine;
    await later.decide(begun, { action: 'approve' });
    expect((await later.run(begun)).steps.map(({ name }) => name)).toEqual(['a', 'old']);
    expect(diary).toEqual(['run a', 'run old']);
    await later.run(await later.create({ name: 'p', input: {} }));
    expect(diary.slice(2)).toEqual(['run a', 'run new']);
    expect(() => smallEngine(journal, [old, old])).toThrow('same name and version');
  });
});
