import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestServer, type TestServer } from './support/server.ts';

let lab: TestServer;
beforeAll(async () => {
  lab = await openTestServer();
});
afterAll(() => lab.close());

const status = { queue_depth: 0, active_workers: 0, latency_p95: null, workers: 2, paused: false };
const ok = (id: unknown, result: unknown = status) => ({ jsonrpc: '2.0', result, id });
const failed = (id: unknown, code: number, more: Record<string, unknown> = {}) => ({
  jsonrpc: '2.0',
  error: {
    code,
    message: expect.stringMatching(/\w/),
    data: {
      reason: expect.any(String),
      action: expect.stringMatching(/\w/),
      trace_id: expect.any(String),
      ...more,
    },
  },
  id,
});
const call = (rest: Record<string, unknown>) => ({ jsonrpc: '2.0', method: 'status', ...rest });

/** What is sent, and what the specification wants for it; undefined for no answer at all. */
const cases: readonly (readonly [name: string, sent: unknown, wanted: unknown])[] = [
  ['a number as id', call({ id: 7 }), ok(7)],
  ['a fraction as id', call({ id: 1.5 }), ok(1.5)],
  ['a text as id', call({ id: 'a' }), ok('a')],
  ['an empty text as id', call({ id: '' }), ok('')],
  ['null as id, which is no notification', call({ id: null }), ok(null)],
  [
    'parameters by name',
    { ...call({ id: 1 }), method: 'list_tasks', params: { limit: 3 } },
    ok(1, { tasks: [] }),
  ],
  [
    'parameters by position',
    { ...call({ id: 1 }), method: 'list_tasks', params: ['completed', 'agent', 3] },
    ok(1, { tasks: [] }),
  ],
  ['no parameters in a list', call({ id: 1, params: [] }), ok(1)],
  ['more than it takes by position', call({ id: 1, params: [1] }), failed(1, -32602, { reason: 'usage' })],
  ['a wrong type by position', { ...call({ id: 1 }), method: 'list_tasks', params: [3] }, failed(1, -32602)],
  ['an unknown name of a parameter', call({ id: 1, params: { nonsense: 1 } }), failed(1, -32602)],
  ['a missing parameter', { ...call({ id: 1 }), method: 'get_task' }, failed(1, -32602)],
  ['a method that is none', { ...call({ id: 'x' }), method: 'nonsense' }, failed('x', -32601)],
  ['a reserved method', { ...call({ id: 1 }), method: 'rpc.discover' }, failed(1, -32601)],
  ['a method of every object', { ...call({ id: 1 }), method: 'constructor' }, failed(1, -32601)],
  [
    'an error of the application',
    { ...call({ id: 1 }), method: 'get_task', params: { task_id: 'none' } },
    failed(1, -32004, { reason: 'not-found' }),
  ],
  ['no version', { method: 'status', id: 1 }, failed(1, -32600)],
  ['another version', { ...call({ id: 1 }), jsonrpc: '1.0' }, failed(1, -32600)],
  ['a version as a number', { ...call({ id: 1 }), jsonrpc: 2 }, failed(1, -32600)],
  ['no method', { jsonrpc: '2.0', id: 1 }, failed(1, -32600)],
  ['a number as method', { ...call({ id: 1 }), method: 1 }, failed(1, -32600)],
  ['a text as parameters', call({ id: 1, params: 'bar' }), failed(1, -32600)],
  ['null as parameters', call({ id: 1, params: null }), failed(1, -32600)],
  ['an object as id', call({ id: {} }), failed(null, -32600)],
  ['a list as id', call({ id: [1] }), failed(null, -32600)],
  ['a truth value as id', call({ id: true }), failed(null, -32600)],
  ['a number', 1, failed(null, -32600)],
  ['null', null, failed(null, -32600)],
  ['an empty batch', [], failed(null, -32600)],
  ['a batch of what is none', [1, 2], [failed(null, -32600), failed(null, -32600)]],
  ['a batch in a batch', [[call({ id: 1 })]], [failed(null, -32600)]],
  ['a notification', call({}), undefined],
  ['a notification of a method that is none', { jsonrpc: '2.0', method: 'nonsense' }, undefined],
  ['a notification whose parameters are wrong', call({ params: { nonsense: 1 } }), undefined],
  ['a batch of notifications', [call({}), call({})], undefined],
  [
    'a mixed batch, in its order',
    [call({ id: 1 }), call({}), { foo: 'boo' }, { ...call({ id: '5' }), method: 'foo.get' }, call({ id: 9 })],
    [ok(1), failed(null, -32600), failed('5', -32601), ok(9)],
  ],
  ['the same id twice', [call({ id: 1 }), call({ id: 1 })], [ok(1), ok(1)]],
  ['a batch that is too large', Array.from({ length: 51 }, (_, id) => call({ id })), failed(null, -32600)],
];

describe('JSON-RPC 2.0 to the letter', () => {
  test.each(cases)('%s', async (_name, sent, wanted) => {
    const reply = await lab.rpc(sent);
    expect(reply.body).toEqual(wanted);
    expect(reply.status).toBe(wanted === undefined ? 204 : 200);
  });

  test.each([
    [
      'a batch that breaks off',
      '[{"jsonrpc": "2.0", "method": "status", "id": "1"},{"jsonrpc": "2.0", "method"',
    ],
    ['text', 'foobar'],
    ['nothing', ' '],
    ['a key that is named twice', '{"jsonrpc":"2.0","method":"status","id":1,"id":2}'],
    ['a key that is named twice by an escape', '{"jsonrpc":"2.0","method":"status","id":1,"\\u0069d":2}'],
    ['nesting beyond sense', '['.repeat(100) + ']'.repeat(100)],
  ])('%s is a parse error', async (_name, text) => {
    const reply = await lab.call('POST', '/rpc', { text });
    expect(reply).toMatchObject({ status: 200, body: failed(null, -32700) });
  });

  test.each(['/rpc', '/v1/run_task'])('bytes that are no UTF-8 are a parse error at %s', async (path) => {
    const reply = await lab.callText(path, new Uint8Array([0x5b, 0x22, 0xff, 0x22, 0x5d]));
    expect(JSON.parse(reply)).toEqual(failed(null, -32700, { reason: 'api.format' }));
  });

  const digits = fc.tuple(
    fc.constantFrom('', '-'),
    fc.bigInt({ min: 0n, max: 10n ** 30n }),
    fc.constantFrom('', '.0', '.10', '.000000000000000000000000000001', 'e5', 'E+400', 'e-400'),
  );
  const numbers = fc.oneof(
    digits.map((parts) => parts.join('')),
    fc.constantFrom('9007199254740993', '-0', '1.0', '1e400', '0.1000000000000000055511151231257827'),
  );
  const written = (id: string) =>
    `{"jsonrpc":"2.0", "params":{"id":7}, "\\u0069d" :\n ${id},"method":"none"}`;

  test('a number as id comes back as it was written, however many digits it has', async () => {
    await fc.assert(
      fc.asyncProperty(
        numbers,
        fc.array(fc.constantFrom('1', 'null', '[{"id":8}]', '{}')),
        async (id, before) => {
          const alone = await lab.callText('/rpc', written(id));
          expect(alone).toContain(`,"id":${id}}`);
          const batch = await lab.callText(
            '/rpc',
            `[${[...before, written(id), written('"end"')].join(',')}]`,
          );
          expect(batch).toMatch(/,"id":"end"\}\]$/);
          expect(batch.split('},{').at(-2)).toContain(`,"id":${id}`);
          expect(batch.split(`,"id":${id}`)).toHaveLength(2);
        },
      ),
      { numRuns: 30, examples: [['9007199254740993', ['{}', '[{"id":8}]']]] },
    );
  });

  test('an id of any number is given back with a refusal too', async () => {
    const text = '{"jsonrpc":"1.0","method":"status","id":12345678901234567890}';
    expect(await lab.callText('/rpc', text)).toContain(',"id":12345678901234567890}');
    for (const digits of ['9'.repeat(1001), `0.${'1'.repeat(1000)}`]) {
      const reply = await lab.callText('/rpc', `{"jsonrpc":"2.0","method":"status","id":${digits}}`);
      expect(JSON.parse(reply)).toMatchObject({ error: { code: -32600 }, id: null });
    }
  });

  test('an answer is neither result and error at once, nor without the version', async () => {
    const { body } = await lab.rpc([call({ id: 1 }), { ...call({ id: 2 }), method: 'none' }]);
    for (const answer of body as Record<string, unknown>[]) {
      expect(answer['jsonrpc']).toBe('2.0');
      expect('result' in answer).toBe(!('error' in answer));
    }
  });
});

test('any method is served where tasks are started, beside the bare body', async () => {
  expect((await lab.call('POST', '/v1/run_task', { body: call({ id: 1 }) })).body).toEqual(ok(1));
  expect((await lab.call('POST', '/v1/run_task', { body: [call({ id: 1 })] })).body).toEqual([ok(1)]);
  const bare = await lab.call('POST', '/v1/run_task', { body: { tool: 'none' } });
  expect(bare).toMatchObject({ status: 400, body: { reason: 'usage' } });
  expect(await lab.call('POST', '/v1/run_task', { text: '{' })).toMatchObject({
    status: 400,
    body: failed(null, -32700),
  });
});

test('a notification does its work though nobody hears of it', async () => {
  expect((await lab.rpc({ jsonrpc: '2.0', method: 'control', params: { action: 'pause' } })).status).toBe(
    204,
  );
  expect((await lab.call('GET', '/v1/status')).body).toMatchObject({ paused: true });
});

test('what goes wrong inside is told as such, and nothing of the inside with it', async () => {
  await lab.lab.close();
  const { body } = await lab.rpc({ jsonrpc: '2.0', method: 'list_tasks', id: 1 });
  expect(body).toEqual(failed(1, -32053, { reason: 'journal.unavailable' }));
});
