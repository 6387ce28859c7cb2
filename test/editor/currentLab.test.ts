import { expect, test } from 'vitest';
import { LabError } from '../../extension/contracts/errors.ts';
import { currentLab } from '../../extension/editor/currentLab.ts';
import type { Lab } from '../../extension/lab.ts';

function source<T>() {
  const listeners = new Set<(value: T) => void>();
  const event = (listener: (value: T) => void) => {
    listeners.add(listener);
    return { dispose: () => void listeners.delete(listener) };
  };
  const fire = (value: T) => {
    for (const listener of listeners) listener(value);
  };
  return { event, listeners, fire };
}

/** A window that counts how often its lab was asked for. */
function window() {
  const [died, changedRun] = [source<unknown>(), source<string>()];
  let asked = 0;
  const host = {
    lab: async () => {
      asked += 1;
      return {} as Lab;
    },
    onDidDie: died.event,
    onDidChangeRun: changedRun.event,
  };
  const current = currentLab(host, () => new LabError('journal.unavailable', 'The lab is lost.'));
  return { current, died, changedRun, asked: () => asked };
}

test('who only looks is refused a lab that has died and opens none, however often it asks', async () => {
  const { current, died, changedRun, asked } = window();
  await current.look();
  died.fire(new Error('the disk is gone'));
  changedRun.fire('a run that its last words were about');
  for (let times = 0; times < 3; times += 1) {
    await expect(current.look()).rejects.toMatchObject({ reason: 'journal.unavailable' });
  }
  expect(asked()).toBe(1);
});

test('who changes something opens it again, and so does the window; from then on it can be looked at', async () => {
  const { current, died, changedRun, asked } = window();
  died.fire(undefined);
  await current.open();
  await current.look();
  expect(asked()).toBe(2);
  died.fire(undefined);
  await expect(current.look()).rejects.toThrow();
  changedRun.fire('');
  await current.look();
  expect(asked()).toBe(3);
});

test('it listens no more once it is disposed of', () => {
  const { current, died, changedRun } = window();
  current.dispose();
  expect([died.listeners.size, changedRun.listeners.size]).toEqual([0, 0]);
});
