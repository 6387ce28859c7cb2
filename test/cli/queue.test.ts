import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { serve } from '../api/support/served.ts';
import { call, newFolder } from './program.ts';

let folder: Awaited<ReturnType<typeof newFolder>>;
beforeEach(async () => {
  folder = await newFolder();
});
afterEach(() => folder.remove());

const lab = (...args: string[]) => call(args, { folder: folder.path });
const json = async (...args: string[]) => JSON.parse((await lab(...args, '--json')).stdout);

async function served() {
  const opened = await serve(folder.path);
  onTestFinished(() => void opened.end('SIGTERM'));
  const state = async (id: string) =>
    ((await opened.call('GET', `/v2/tasks/${id}`)).body as { state: string }).state;
  return { ...opened, state };
}

test('a run that is left to the queue is begun by a program that works on the lab', async () => {
  const answer = await json('run', '--priority', '12');
  expect(answer).toEqual({
    ...{ id: expect.any(String), state: 'queued' },
    ...{ priority: 12, notBefore: null, deadline: null },
  });
  expect((await json('status')).runs).toMatchObject([{ id: answer.id, state: 'queued' }]);
  const { state, call: ask } = await served();
  await expect.poll(() => state(answer.id), { timeout: 30_000 }).toBe('waiting-for-review');
  expect((await ask('GET', `/v2/tasks/${answer.id}`)).body).toMatchObject({ priority: 12 });
});

test('a run waits for its time with the priority that it is given meanwhile', async () => {
  const begun = Date.now();
  const hour = 3_600_000;
  const { id, notBefore, deadline } = await json('run', '--delay', '1h', '--deadline', '90m');
  expect(notBefore).toBeGreaterThanOrEqual(begun + hour);
  expect(deadline - notBefore).toBe(hour / 2);
  expect(await json('resume')).toEqual({ resumed: [] });
  expect(await json('show', id)).toMatchObject({ state: 'queued' });
  expect(await json('priority', id, '20')).toEqual({ id, priority: 20 });
  const { state, call: ask } = await served();
  expect(await state(id)).toBe('queued');
  const task = (await ask('GET', `/v2/tasks/${id}`)).body;
  expect(task).toMatchObject({ priority: 20, not_before: notBefore, deadline });
  expect((await lab('priority', id, '3')).stdout).toBe(`Run ${id} waits with priority 3.\n`);
});

test('a priority for what does not wait, for a run that is none, or that is none itself, is refused and says why', async () => {
  const { id } = await json('run');
  const error = async (...args: string[]) => (await json('priority', ...args)).error;
  expect(await error(id, '3')).toEqual({
    reason: 'saga.state',
    message: `Run ${id} does not wait for its turn: it is waiting-for-review.`,
    action: 'Give a priority to a run that waits.',
    place: null,
  });
  expect(await error('nobody', '3')).toMatchObject({ reason: 'not-found' });
  expect(await error(id, '101')).toMatchObject({
    message: 'The priority takes a whole number from 0 to 100, was "101".',
  });
  expect((await json('status')).runs).toHaveLength(1);
});
