import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestServer, type TestServer } from './support/server.ts';

let lab: TestServer;
beforeAll(async () => {
  lab = await openTestServer();
});
afterAll(() => lab.close());

describe('HEAD', () => {
  test.each(['/v1/status', '/v2/tasks?limit=1', '/v2/tasks/none', '/metrics', '/openapi.json', '/nowhere'])(
    'answers at %s as GET does, without a body',
    async (path) => {
      const [whole, head] = [await lab.call('GET', path), await lab.call('HEAD', path)];
      expect(head.status).toBe(whole.status);
      expect(head.headers.get('content-type')).toBe(whole.headers.get('content-type'));
      expect(Number(head.headers.get('content-length'))).toBeGreaterThan(0);
      expect(head.body).toBeUndefined();
    },
  );

  test('asks for life without a token, and for nothing else', async () => {
    const statusOf = async (path: string) => (await fetch(lab.server.url + path, { method: 'HEAD' })).status;
    expect(await statusOf('/health')).toBe(200);
    expect(await statusOf('/v1/status')).toBe(401);
  });
});

test.each([
  ['DELETE', '/v2/tasks', 'GET, HEAD'],
  ['OPTIONS', '/metrics', 'GET, HEAD'],
  ['PATCH', '/v1/strategy/fix', 'PUT'],
  ['GET', '/rpc', 'POST'],
  ['GET', '/v1/run_task', 'POST'],
  ['HEAD', '/v1/run_task', 'POST'],
  ['HEAD', '/v1/events', 'GET'],
])('%s %s is refused, and %s allowed', async (method, path, allowed) => {
  const reply = await lab.call(method, path);
  expect(reply.status).toBe(405);
  expect(reply.headers.get('allow')).toBe(allowed);
  expect(reply.headers.get('content-type')).toBe('application/problem+json');
  const problem = { status: 405, detail: `This path takes ${allowed}.`, action: `Send it by ${allowed}.` };
  if (method !== 'HEAD') expect(reply.body).toMatchObject(problem);
});
