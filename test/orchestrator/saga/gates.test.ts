import { describe, expect, test } from 'vitest';
import type { Decision } from '../../../extension/contracts/saga.ts';
import { emptyFolderInMemory, openTestJournal } from '../../storage/lab.ts';
import { emptyToy, toyEngine } from './toy.ts';

const steps = ['a', 'b', 'c', 'd', 'e', 'f'];
/** `c` has no compensation. */
const undone = (from: number, to: number) =>
  steps
    .slice(from, to + 1)
    .reverse()
    .filter((step) => step !== 'c')
    .map((step) => `undo ${step}`);

async function setUp() {
  const journal = await openTestJournal(emptyFolderInMemory());
  const toy = emptyToy();
  const engine = toyEngine(journal, toy);
  return {
    journal,
    engine,
    toy,
    /** A new saga with a gate after every step that waits at `gate`; the diary is empty then. */
    async waitingAt(gate: string): Promise<string> {
      const id = await engine.create({ name: 'toy', input: { text: '>' }, gates: steps });
      let view = await engine.run(id);
      while (view.waitingFor !== gate) {
        await engine.decide(id, { action: 'approve' });
        view = await engine.run(id);
      }
      toy.diary.length = 0;
      return id;
    },
    async approveToTheEnd(id: string) {
      for (;;) {
        const view = await engine.run(id);
        if (view.waitingFor === null) return view;
        await engine.decide(id, { action: 'approve', at: view.waitingFor });
      }
    },
  };
}

describe.each(steps)('at the gate after %s', (gate) => {
  const index = steps.indexOf(gate);

  test('approve goes on with the next step, and remembers who said so and why', async () => {
    const { engine, toy, waitingAt } = await setUp();
    const id = await waitingAt(gate);
    await engine.decide(id, { action: 'approve', comment: 'looks right', by: 'Ada' });
    const view = await engine.run(id);
    expect(view.state).toBe(index === 5 ? 'completed' : `waiting-for-${steps[index + 1]}`);
    expect(toy.diary).toEqual(index === 5 ? [] : [`run ${steps[index + 1]}`]);
    expect(view.decisions.at(-1)).toMatchObject({
      step: gate,
      action: 'approve',
      comment: 'looks right',
      by: 'Ada',
    });
  });

  test('reject undoes all steps in reverse and ends the saga', async () => {
    const { engine, toy, waitingAt } = await setUp();
    const id = await waitingAt(gate);
    await engine.decide(id, { action: 'reject', comment: 'no edge' });
    const view = await engine.run(id);
    expect(view.state).toBe('rejected');
    expect(toy.diary).toEqual(undone(0, index));
    expect(view.steps.filter(({ status }) => status === 'waiting')).toEqual([]);
  });

  test('rollback to each earlier step undoes what came after it, waits there, and runs the rest anew', async () => {
    const { engine, journal, toy, waitingAt, approveToTheEnd } = await setUp();
    for (const [target, to] of steps.slice(0, index).entries()) {
      const id = await waitingAt(gate);
      const history = await journal.read(`saga/${id}`);
      await engine.decide(id, { action: 'rollback', to });
      const view = await engine.run(id);
      expect(view.state).toBe(`waiting-for-${to}`);
      expect(toy.diary).toEqual(undone(target + 1, index));
      expect(view.steps[target]?.status).toBe('waiting');
      expect(view.steps.slice(target + 1).map(({ status }) => status)).toEqual(
        Array(5 - target).fill('pending'),
      );
      expect(view.steps[index]?.earlier).toHaveLength(1);
      expect((await journal.read(`saga/${id}`)).slice(0, history.length)).toEqual(history);

      toy.diary.length = 0;
      expect((await approveToTheEnd(id)).state).toBe('completed');
      expect(toy.diary).toEqual(steps.slice(target + 1).map((step) => `run ${step}`));
      expect(await engine.results(id)).toMatchObject({
        [to]: { key: `${id}/${to}/1` },
        f: { text: '>abcdef', key: `${id}/f/${index === 5 ? 2 : 1}` },
      });
    }
  });

  test('fix undoes the steps from the one it begins again at, and runs them anew on the new input', async () => {
    const { engine, journal, toy, waitingAt, approveToTheEnd } = await setUp();
    for (const [target, restartAt] of steps.slice(0, index + 1).entries()) {
      const id = await waitingAt(gate);
      const history = await journal.read(`saga/${id}`);
      await engine.decide(id, { action: 'fix', patch: { text: 'new ', restartAt } });
      const view = await engine.run(id);
      expect(view.state).toBe(`waiting-for-${restartAt}`);
      expect(toy.diary).toEqual([...undone(target, index), `run ${restartAt}`]);
      expect(view.input).toEqual({ text: 'new ' });
      expect(view.steps[target]).toMatchObject({
        generation: 2,
        status: 'waiting',
        earlier: [{ generation: 1 }],
      });
      expect((await journal.read(`saga/${id}`)).slice(0, history.length)).toEqual(history);

      expect((await approveToTheEnd(id)).state).toBe('completed');
      const text = `${target === 0 ? 'new ' : '>'}abcdef`;
      expect((await engine.results(id))['f']).toEqual({ text, key: `${id}/f/${index === 5 ? 2 : 1}` });
    }
  });
});

describe('a decision is refused with the state and what is possible', () => {
  const refused = (state: string, action: string) => ({
    reason: 'saga.state',
    message: expect.stringContaining(state),
    action: expect.stringContaining(action),
  });

  test('when the saga has ended, is not at a gate, or waits at another', async () => {
    const { engine, waitingAt } = await setUp();
    const ended = await waitingAt('b');
    await engine.decide(ended, { action: 'reject' });
    await expect(engine.decide(ended, { action: 'reject' })).rejects.toMatchObject(
      refused('undoing', 'Resume it'),
    );
    await engine.run(ended);
    await expect(engine.decide(ended, { action: 'approve' })).rejects.toMatchObject(
      refused('rejected', 'new run'),
    );

    const other = await waitingAt('c');
    const possible = 'Possible at c are approve, fix, reject, or rollback to a, b.';
    const impossible: Decision[] = [
      { action: 'approve', at: 'b' },
      { action: 'rollback', to: 'c' },
      { action: 'rollback', to: 'd' },
      { action: 'rollback', to: 'x' },
    ];
    for (const decision of impossible) {
      await expect(engine.decide(other, decision)).rejects.toMatchObject(refused('waiting-for-c', possible));
    }
    expect((await engine.view(other)).state).toBe('waiting-for-c');
  });

  test('when it is the second one at the same gate, however close they are', async () => {
    const { engine, waitingAt } = await setUp();
    const id = await waitingAt('c');
    const outcomes = await Promise.allSettled([
      engine.decide(id, { action: 'approve' }),
      engine.decide(id, { action: 'reject' }),
      engine.decide(id, { action: 'approve' }),
    ]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { reason: 'saga.state' } },
      { reason: { reason: 'saga.state' } },
    ]);
    expect((await engine.view(id)).decisions).toHaveLength(3);
  });

  test('when another one took the saga to the next gate meanwhile: it was not meant for that', async () => {
    const { engine, journal, toy, waitingAt } = await setUp();
    const id = await waitingAt('c');
    const slow = toyEngine(journal, toy, {
      onFix: async (_, input) => {
        if ((await engine.view(id)).waitingFor === 'c') {
          await engine.decide(id, { action: 'approve' });
          await engine.run(id);
        }
        return { input, restartAt: 'a' };
      },
    });
    await expect(slow.decide(id, { action: 'fix', patch: {} })).rejects.toMatchObject(
      refused('waiting-for-d', 'at d'),
    );
    expect((await engine.view(id)).state).toBe('waiting-for-d');
  });

  test('when the patch of a fix cannot be used, and the saga still waits', async () => {
    const { engine, waitingAt } = await setUp();
    const id = await waitingAt('c');
    await expect(engine.decide(id, { action: 'fix', patch: { text: 1 } })).rejects.toThrow();
    await expect(
      engine.decide(id, { action: 'fix', patch: { text: '', restartAt: 'd' } }),
    ).rejects.toMatchObject({ reason: 'internal' });
    expect((await engine.view(id)).state).toBe('waiting-for-c');
  });
});

test('the definition says where to wait when nobody else does', async () => {
  const { engine } = await setUp();
  const id = await engine.create({ name: 'toy', input: { text: '' } });
  const view = await engine.run(id);
  expect(view.state).toBe('waiting-for-e');
  expect(view.actions).toEqual(['approve', 'fix', 'reject', 'rollback']);
  expect(view.rollbackTargets).toEqual(['a', 'b', 'c', 'd']);
});
