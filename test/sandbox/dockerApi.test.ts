import { expect, test } from 'vitest';
import { callDocker } from '../../sandbox/dockerApi.ts';
import { failureOf } from './support.ts';

test.each([
  [{ code: 'ENOENT' }, /^Install and start Docker/],
  [{ code: 'ECONNREFUSED' }, /^Install and start Docker/],
  [{ code: 'EACCES' }, /group docker/],
  [{ statusCode: 500 }, /the log of its daemon/],
])('what to do about a daemon that fails with %o is told to whoever asked', async (facts, action) => {
  const call = () => Promise.reject(Object.assign(new Error('no'), facts));
  const failure = await failureOf(callDocker('be reached', call));
  expect(failure).toMatchObject({
    reason: 'sandbox.unavailable',
    message: 'Docker could not be reached: no.',
  });
  expect(failure.action).toMatch(action);
});
