import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestServer, type TestServer } from './support/server.ts';

let lab: TestServer;
beforeAll(async () => {
  lab = await openTestServer();
});
afterAll(() => lab.close());

test.each([
  ...['application/json', 'application/json; foo=bar', 'application/json;charset=UTF-8;profile="a;b"'],
  ...['application/problem+json; charset="utf-8"', 'Application/JSON-RPC', 'application/json;'],
])('a body of the type %j is taken', async (type) => {
  const reply = await lab.call('POST', '/rpc', {
    text: '{"jsonrpc":"2.0","id":1,"method":"status"}',
    headers: { 'Content-Type': type },
  });
  expect(reply).toMatchObject({ status: 200, body: { id: 1, result: expect.anything() } });
});

test.each([
  ['GET', '/v1/status', 'text/html'],
  ['GET', '/v1/status', 'application/json;q=0, text/*'],
  ['GET', '/v1/status', '*/*, application/json;q=0.0'],
  ['GET', '/health', 'image/png'],
  ['POST', '/rpc', 'application/xml'],
  ['POST', '/v1/control', 'application/xml'],
  ['GET', '/metrics', 'application/json'],
  ['GET', '/v1/events', 'application/json'],
  ['GET', '/openapi.json', 'text/yaml'],
])('%s %s refuses who takes %s alone, before anything is done', async (method, path, accept) => {
  const body = method === 'POST' ? { body: { action: 'pause' } } : {};
  const reply = await lab.call(method, path, { ...body, headers: { Accept: accept } });
  expect(reply).toMatchObject({
    status: 406,
    body: { status: 406, reason: 'api.format', title: 'Not acceptable', action: expect.any(String) },
  });
  expect(reply.headers.get('content-type')).toBe('application/problem+json');
  expect((await lab.call('GET', '/v1/status')).body).toMatchObject({ paused: false });
});

test.each(['*/*', 'application/*', 'application/json', 'text/html, */*;q=0.1', '', 'nonsense'])(
  'who takes %j is answered',
  async (accept) => {
    expect((await lab.call('GET', '/v1/status', { headers: { Accept: accept } })).status).toBe(200);
  },
);
