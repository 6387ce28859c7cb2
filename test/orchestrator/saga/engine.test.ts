import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { LabError } from '../../../extension/contracts/errors.ts';
import { sagaStateSchema } from '../../../extension/contracts/saga.ts';
import type { SagaStep } from '../../../extension/orchestrator/saga/definition.ts';
import { SagaEngine } from '../../../extension/orchestrator/saga/engine.ts';
import { foldSaga } from '../../../extension/orchestrator/saga/reducer.ts';
import { parseEvent } from '../../../extension/orchestrator/saga/sagaLog.ts';
import { emptyFolderInMemory, openTestJournal } from '../../storage/lab.ts';
import { emptyToy, toyEngine } from './toy.ts';

async function setUp(gates: string[] = []) {
  const journal = await openTestJournal(emptyFolderInMemory());
  const toy = emptyToy();
  const engine = toyEngine(journal, toy);
  const id = await engine.create({ name: 'toy', input: { text: '>' }, gates, traceId: 'trace-7' });
  return { journal, toy, engine, id };
}

describe('a saga without gates', () => {
  test('runs each step once, in order, with the results before it, and completes', async () => {
    const { engine, toy, id } = await setUp();
    const view = await engine.run(id);
    expect(view.state).toBe('completed');
    expect(toy.diary).toEqual(['run a', 'run b', 'run c', 'run d', 'run e', 'run f']);
    expect((await engine.results(id))['f']).toEqual({ text: '>abcdef', key: `${id}/f/1` });
    expect(view.steps.map(({ status, attempts }) => [status, attempts])).toEqual(Array(6).fill(['done', 1]));
    expect((await engine.run(id)).state).toBe('completed');
    expect(toy.diary).toHaveLength(6);
  });

  test('keeps each fact with the trace id and its evidence, and its snapshot is the fold of its events', async () => {
    const { engine, journal, id } = await setUp();
    const view = await engine.run(id);
    const stored = await journal.read(`saga/${id}`);
    expect(new Set(stored.map(({ traceId }) => traceId))).toEqual(new Set(['trace-7']));
    const [snapshot] = await journal.snapshots('saga');
    expect(sagaStateSchema.parse(snapshot?.data)).toEqual(
      foldSaga(stored.map((event) => parseEvent(id, event))),
    );
    expect(await journal.verifyChain(`saga/${id}`)).toMatchObject({ brokenAt: null });
    for (const step of view.steps) {
      const [artefact] = step.artefacts;
      const content = await journal.getArtefact(artefact?.hash ?? '');
      expect(new TextDecoder().decode(content)).toBe(`evidence of ${id}/${step.name}/1`);
      expect(artefact?.bytes).toBe(content.byteLength);
    }
  });

  test('writes the result, its evidence and the end as one transaction', async () => {
    const { engine, journal, id } = await setUp();
    const batches: string[][] = [];
    const append = journal.append.bind(journal);
    journal.append = (request) => {
      batches.push(request.events.map(({ type }) => type));
      return append(request);
    };
    await engine.run(id);
    expect(batches.at(-1)).toEqual(['saga.step-completed', 'saga.completed']);
    expect(await journal.leaseHolder(`saga/${id}`)).toBeNull();
  });

  test('tells progress, bounded', async () => {
    const { engine, toy, id } = await setUp();
    toy.run['b'] = ({ progress }) => {
      progress(0.5, 'half');
      progress(7, 'more');
    };
    await engine.run(id);
    expect(toy.diary).toContain('progress b 0.5 half');
    expect(toy.diary).toContain('progress b 1 more');
  });
});

test('the history of a saga is its view and the events that make it, from the first to the last', async () => {
  const { engine, journal, id } = await setUp(['b']);
  await engine.run(id);
  const { view, events } = await engine.history(id);
  expect(view).toEqual(await engine.view(id));
  expect(events).toEqual((await journal.read(`saga/${id}`)).map((event) => parseEvent(id, event)));
});

describe('a step that fails', () => {
  test('is undone first, then the steps before it in reverse; the reason and the evidence stay', async () => {
    const { engine, journal, toy, id } = await setUp();
    toy.run['d'] = () => {
      throw new LabError('data.missing', 'There is no file x.', { action: 'Make it.', place: { file: 'x' } });
    };
    const view = await engine.run(id);
    expect(toy.diary.slice(4)).toEqual(['undo d', 'undo b', 'undo a']);
    expect(view.state).toBe('failed');
    expect(view.error).toEqual({
      reason: 'data.missing',
      message: 'There is no file x.',
      action: 'Make it.',
      place: { file: 'x' },
    });
    expect(view.steps.map(({ status }) => status)).toEqual([
      'compensated',
      'compensated',
      'done',
      'failed',
      'pending',
      'pending',
    ]);
    expect(view.compensations.map(({ step, status }) => `${step} ${status}`)).toEqual([
      'd completed',
      'b completed',
      'a completed',
    ]);
    const evidence = await journal.getArtefact(view.steps[3]?.artefacts[0]?.hash ?? '');
    expect(new TextDecoder().decode(evidence)).toBe(`evidence of ${id}/d/1`);
    expect((await engine.run(id)).state).toBe('failed');
  });

  test('whose result does not fit its schema, or is too large, has failed', async () => {
    const faults: [unknown, z.ZodType, string][] = [
      [{ text: 1 }, z.object({ text: z.string() }), 'text'],
      ['x'.repeat(1_000_001), z.string(), '1000000'],
      [{ when: new Date(0) }, z.unknown(), '$.when'],
    ];
    for (const [value, resultSchema, named] of faults) {
      const journal = await openTestJournal(emptyFolderInMemory());
      const steps = [{ name: 'a', resultSchema, run: async () => value }];
      const engine = toyEngine(journal, emptyToy(), { gates: [], steps });
      const view = await engine.run(await engine.create({ name: 'toy', input: { text: '' } }));
      expect(view).toMatchObject({ state: 'failed', error: { message: expect.stringContaining(named) } });
    }
  });

  test('a compensation that fails is reported and does not stop the others', async () => {
    const { engine, toy, id } = await setUp();
    toy.run['f'] = () => {
      throw new Error('broken');
    };
    toy.undo['d'] = () => {
      throw new LabError('sandbox.unavailable', 'The container is still there.');
    };
    const view = await engine.run(id);
    expect(toy.diary.slice(6)).toEqual(['undo f', 'undo e', 'undo d', 'undo b', 'undo a']);
    expect(view.state).toBe('failed');
    expect(view.compensations.filter(({ status }) => status === 'failed')).toMatchObject([
      { step: 'd', error: { reason: 'sandbox.unavailable', message: 'The container is still there.' } },
    ]);
    expect(view.steps[3]?.status).toBe('done');
  });

  test('is not one whose evidence the journal could not take: that stops the saga and undoes nothing', async () => {
    const { engine, journal, toy, id } = await setUp();
    const put = journal.putArtefact.bind(journal);
    toy.run['a'] = () => {
      journal.putArtefact = async () => {
        throw new LabError('journal.unavailable', 'The disk is full.');
      };
    };
    await expect(engine.run(id)).rejects.toMatchObject({ reason: 'journal.unavailable' });
    journal.putArtefact = put;
    expect((await engine.view(id)).state).toBe('interrupted');
    expect((await engine.run(id)).state).toBe('completed');
    expect(toy.diary.filter((line) => line.startsWith('undo'))).toEqual([]);
  });

  test('each compensation is written down before it runs', async () => {
    const { engine, journal, toy, id } = await setUp();
    const written: (string | undefined)[] = [];
    toy.run['b'] = () => {
      throw new Error('broken');
    };
    for (const step of ['a', 'b']) {
      toy.undo[step] = async () => {
        written.push((await journal.read(`saga/${id}`)).at(-1)?.type);
      };
    }
    await engine.run(id);
    expect(written).toEqual(['saga.compensation-started', 'saga.compensation-started']);
  });
});

describe('stopping', () => {
  test('interrupts at a step, undoes nothing, and the next run goes on with that step and its key', async () => {
    const { engine, toy, id } = await setUp();
    const stop = new AbortController();
    const keys: string[] = [];
    toy.run['c'] = ({ signal, idempotencyKey, attempt }) => {
      keys.push(`${idempotencyKey} attempt ${attempt}`);
      if (attempt === 1) stop.abort();
      signal.throwIfAborted();
    };
    expect((await engine.run(id, stop.signal)).state).toBe('interrupted');
    expect((await engine.run(id)).state).toBe('completed');
    expect(keys).toEqual([`${id}/c/1 attempt 1`, `${id}/c/1 attempt 2`]);
    expect(toy.diary).toEqual(['run a', 'run b', 'run c', 'run c', 'run d', 'run e', 'run f']);
  });

  test('keeps the result of a step that came to its end all the same', async () => {
    const { engine, toy, id } = await setUp();
    const stop = new AbortController();
    toy.run['c'] = () => stop.abort();
    const view = await engine.run(id, stop.signal);
    expect([view.state, view.steps[2]?.status, view.steps[3]?.status]).toEqual([
      'interrupted',
      'done',
      'pending',
    ]);
  });

  test('in the midst of undoing goes on undoing at the next run', async () => {
    const { engine, toy, id } = await setUp();
    const stop = new AbortController();
    toy.run['d'] = () => {
      throw new Error('broken');
    };
    toy.undo['b'] = ({ signal }) => {
      if (!stop.signal.aborted) stop.abort();
      signal.throwIfAborted();
    };
    expect((await engine.run(id, stop.signal)).state).toBe('interrupted');
    const view = await engine.run(id);
    expect(toy.diary.slice(4)).toEqual(['undo d', 'undo b', 'undo b', 'undo a']);
    expect(view).toMatchObject({ state: 'failed', error: { message: 'broken' } });
  });
});

describe('what cannot be run', () => {
  test('an unknown saga, an input that does not fit and an unknown gate are refused', async () => {
    const { engine } = await setUp();
    await expect(engine.run('nobody')).rejects.toMatchObject({ reason: 'not-found' });
    await expect(engine.view('no such/id')).rejects.toMatchObject({ reason: 'not-found' });
    await expect(engine.create({ name: 'toy', input: { text: 1 } })).rejects.toMatchObject({
      reason: 'usage',
      message: 'The input of toy does not fit: text takes a text, was 1.',
      action: 'Mend that field.',
    });
    await expect(engine.create({ name: 'other', input: {} })).rejects.toMatchObject({ reason: 'not-found' });
    await expect(engine.create({ name: 'toy', input: { text: '' }, gates: ['x'] })).rejects.toMatchObject({
      reason: 'usage',
      action: expect.stringContaining('a, b, c, d, e, f'),
    });
  });

  test('a saga of another version goes on only where the definition says so', async () => {
    const { journal, engine, id } = await setUp();
    const version = (definition: number, compatibleVersions: number[]) =>
      toyEngine(journal, emptyToy(), { version: definition, compatibleVersions });
    await expect(version(3, []).run(id)).rejects.toMatchObject({ reason: 'saga.version' });
    await expect(version(3, [1]).decide(id, { action: 'approve' })).rejects.toMatchObject({
      reason: 'saga.version',
    });
    expect((await version(3, [2]).run(id)).state).toBe('completed');
    expect((await engine.view(id)).state).toBe('completed');
  });

  test('an event of a newer program is refused, not guessed at', async () => {
    const { journal, engine, id } = await setUp();
    const event = { type: 'saga.paused', version: 1, time: 1, traceId: 't', data: {} };
    await journal.append({ stream: `saga/${id}`, events: [event] });
    await expect(engine.run(id)).rejects.toMatchObject({ reason: 'saga.version' });
  });
});

test('a step sees its input and the results before it to the letter as it does after a crash', async () => {
  const journal = await openTestJournal(emptyFolderInMemory());
  const schema = z.object({ z: z.number(), extra: z.record(z.string(), z.number()) });
  const seen: string[] = [];
  const step = (name: string, run: SagaStep<unknown>['run']): SagaStep<unknown> => ({
    name,
    resultSchema: schema,
    run,
  });
  const engine = () =>
    new SagaEngine({
      journal,
      definitions: [
        {
          name: 'letters',
          version: 1,
          inputSchema: schema,
          gates: ['second'],
          steps: [
            step('first', () => Promise.resolve({ z: 1, extra: { b: 1, a: 2 } })),
            step('second', ({ input, result }) => {
              seen.push(JSON.stringify([input, result('first', z.unknown())]));
              return Promise.resolve({ z: 1, extra: {} });
            }),
          ],
          onFix: () => Promise.reject(new Error('nobody fixes')),
        },
      ],
      clock: Date.now,
      newId: () => 'letters',
    });
  const first = engine();
  const id = await first.create({ name: 'letters', input: { z: 1, extra: { d: 1, c: 2 } } });
  await first.run(id);
  await engine().decide(id, { action: 'rollback', to: 'first' });
  await engine().run(id);
  await engine().decide(id, { action: 'approve' });
  await engine().run(id);
  expect(seen).toHaveLength(2);
  expect(seen[1]).toBe(seen[0]);
});

test('all sagas are listed, the newest first', async () => {
  const { engine, id } = await setUp(['a']);
  await engine.run(id);
  const second = await engine.create({ name: 'toy', input: { text: '' } });
  expect((await engine.list()).map((saga) => [saga.id, saga.state])).toEqual([
    [second, 'interrupted'],
    [id, 'waiting-for-a'],
  ]);
});
