import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { extraRoutes } from '../../extension/api/extraRoutes.ts';
import { openApiDocument } from '../../extension/api/openApi.ts';
import { operations } from '../../extension/api/operations/table.ts';
import { problemSchema } from '../../extension/api/problem.ts';
import { anyJson, type Schema, valuesOf } from './support/arbitrary.ts';
import { openTestServer, type TestServer } from './support/server.ts';

const mediaSchema = z.record(z.string(), z.object({ schema: z.record(z.string(), z.unknown()) }));
const parameterSchema = z.object({
  name: z.string(),
  in: z.enum(['query', 'path', 'header']),
  required: z.boolean(),
  schema: z.record(z.string(), z.unknown()),
});
/** The parts of OpenAPI 3.1 that the lab's document may have. */
const methodSchema = z.strictObject({
  operationId: z.string().regex(/^\w+$/),
  summary: z.string().min(10),
  security: z.array(z.never()).optional(),
  'x-scope': z.string().optional(),
  parameters: z.array(parameterSchema.extend({ description: z.string().optional() }).strict()).optional(),
  requestBody: z.strictObject({ required: z.literal(true), content: mediaSchema }).optional(),
  responses: z.record(
    z.string().regex(/^[245]\d\d$/),
    z.strictObject({ description: z.string().min(3), content: mediaSchema.optional() }),
  ),
});
const documentSchema = z.strictObject({
  openapi: z.literal('3.1.0'),
  info: z.strictObject({ title: z.string(), version: z.string(), description: z.string() }),
  servers: z.array(z.strictObject({ url: z.url() })),
  security: z.array(z.strictObject({ token: z.array(z.never()) })),
  components: z.strictObject({
    securitySchemes: z.strictObject({
      token: z.strictObject({ type: z.literal('http'), scheme: z.literal('bearer') }),
    }),
    schemas: z.record(z.string(), z.record(z.string(), z.unknown())),
  }),
  paths: z.record(z.string().startsWith('/'), z.partialRecord(z.enum(['get', 'post', 'put']), methodSchema)),
});
type Document = z.infer<typeof documentSchema>;

let lab: TestServer;
let document: Document;
beforeAll(async () => {
  lab = await openTestServer();
  document = documentSchema.parse((await lab.call('GET', '/openapi.json')).body);
});
afterAll(() => lab.close());

const methodsOf = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({
      path,
      method: method.toUpperCase(),
      ...described,
    })),
  );

describe('the document', () => {
  test('covers every route, and no other', () => {
    const wanted = [...operations.map(({ http }) => http), ...extraRoutes];
    const told = methodsOf(document).map(({ method, path }) => `${method} ${path}`);
    expect(told.sort()).toEqual(wanted.map(({ method, path }) => `${method} ${path}`).sort());
    const ids = methodsOf(document).map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('has the paths that other programs count on', () => {
    const told = methodsOf(document).map(({ method, path }) => `${method} ${path}`);
    expect(told).toEqual(
      expect.arrayContaining([
        'POST /v1/run_task',
        'GET /v1/status',
        'GET /v1/analytics',
        'POST /v1/inject',
        'POST /v1/control',
        'POST /v1/route',
        'POST /v1/add_agent',
        'GET /v1/get_log',
        'POST /v1/sandbox_exec',
        'POST /v1/feedback',
        'GET /v1/logs',
        'PUT /v1/strategy/fix',
        'POST /v1/strategy/approve',
        'POST /v2/run_task',
        'GET /api/v2/health',
        'GET /health',
        'GET /metrics',
        'GET /v1/events',
      ]),
    );
  });

  test('names every parameter of a path, and refers to nothing that is not there', () => {
    for (const { path, parameters = [] } of methodsOf(document)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      expect(parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)).toEqual(
        named,
      );
    }
    const text = JSON.stringify(document);
    for (const [, name = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)) {
      expect(document.components.schemas).toHaveProperty(name);
    }
    expect(text).not.toContain('"$ref":"#/$defs');
  });
});

test('an answer with a field that a later lab tells besides fits what stands in the document today', async () => {
  for (const path of ['/v1/status', '/api/v2/health', '/v2/tasks']) {
    const { body, status } = await lab.call('GET', path);
    const content = document.paths[path]?.get?.responses[status]?.content;
    const described = z.fromJSONSchema(content?.['application/json']?.schema ?? {});
    expect(described.safeParse(body).error).toBeUndefined();
    expect(described.safeParse({ ...(body as object), later: { told: 1 } }).error).toBeUndefined();
    expect(described.safeParse({}).success).toBe(false);
  }
});

describe('JSON-RPC in the document', () => {
  const request = { jsonrpc: '2.0', method: 'status', id: 1 };
  const rest = { tool: 'reasoning', prompt: 'RSI below 30 buy', context: { timeframe: '4h' } };
  const run = { jsonrpc: '2.0', method: 'run_task', params: rest, id: 'a' };

  test.each([
    ['/rpc', request, 200],
    ['/rpc', [request, { ...request, id: null, method: 'none' }, { ...request, params: [1] }], 200],
    ['/rpc', { jsonrpc: '2.0', method: 'status' }, 204],
    ['/v1/run_task', run, 200],
    ['/v1/run_task', [run, { jsonrpc: '2.0', method: 'status' }], 200],
    ['/v1/run_task', { jsonrpc: '2.0', method: 'status', params: {} }, 204],
    ['/v1/run_task', rest, 202],
  ])('at %s what is sent, such as %j, and its answer fit what stands there', async (path, body, status) => {
    const described = document.paths[path]?.post;
    const sent = z.fromJSONSchema(described?.requestBody?.content['application/json']?.schema ?? {});
    expect(sent.safeParse(body).error).toBeUndefined();
    const reply = await lab.call('POST', path, { body });
    expect(reply.status).toBe(status);
    const answer = described?.responses[status];
    expect(answer).toBeDefined();
    const schema = answer?.content?.['application/json']?.schema;
    expect(schema === undefined).toBe(status === 204);
    if (schema !== undefined) expect(z.fromJSONSchema(schema).safeParse(reply.body).error).toBeUndefined();
  });

  test('what is neither a body nor a call does not fit', () => {
    for (const path of ['/rpc', '/v1/run_task']) {
      const described = document.paths[path]?.post?.requestBody?.content['application/json']?.schema ?? {};
      const sent = z.fromJSONSchema(described);
      for (const body of [[], 1, { jsonrpc: '1.0', method: 'status' }, { ...rest, nonsense: 1 }]) {
        expect(sent.safeParse(body).success, `${path} ${JSON.stringify(body)}`).toBe(false);
      }
    }
  });

  test('every refusal of any path stands in the document', async () => {
    const big = { headers: {}, text: `"${'x'.repeat(1_000_001)}"` };
    for (const { path, method, responses } of methodsOf(document)) {
      const at = path.replaceAll(/\{\w+\}/g, 'none');
      const isPublic = path === '/health';
      const refusals = [
        ...(isPublic ? [] : [await lab.call(method, at, { headers: { Authorization: 'Bearer none' } })]),
        await lab.call(method, at, { headers: { Origin: 'http://elsewhere.example' } }),
        await lab.call(method, at, { headers: { Accept: 'image/png' } }),
        ...(method === 'GET'
          ? [await lab.call(method, `${at}?nonsense=1`)]
          : [
              await lab.call(method, at, big),
              await lab.call(method, at, { text: '{' }),
              await lab.call(method, at, { text: '{}', headers: { 'Content-Type': 'text/plain' } }),
              await lab.call(method, at, { text: '{}', headers: { 'Idempotency-Key': 'a b' } }),
            ]),
      ];
      for (const { status, headers } of refusals) {
        const described = responses[status]?.content?.[headers.get('content-type') ?? ''];
        const isTold = status < 400 || described !== undefined;
        expect(isTold, `${method} ${path} ${status} ${headers.get('content-type')}`).toBe(true);
      }
    }
  });
});

/*
 * Version 1 is frozen: what is stored may get optional parameters and further fields of a result. Anything else
 * would break a program that was written against it, and belongs into the next version.
 */
const frozenFile = join(import.meta.dirname, 'v1.json');
const frozenSchema = z.record(
  z.string(),
  z.object({ params: z.record(z.string(), z.unknown()), result: z.record(z.string(), z.unknown()) }),
);

function shapes(): z.infer<typeof frozenSchema> {
  return Object.fromEntries(
    operations
      .filter(({ http }) => http.path.startsWith('/v1/'))
      .map(({ http, params, result }) => [
        `${http.method} ${http.path}`,
        { params: z.toJSONSchema(params, { io: 'input' }), result: z.toJSONSchema(result, { io: 'output' }) },
      ]),
  );
}

/** Where a schema of today is not what the frozen one promised. `isInput`: new fields must be optional. */
function breaks(frozen: unknown, today: unknown, isInput: boolean, place: string): string[] {
  if (typeof frozen !== 'object' || frozen === null || Array.isArray(frozen)) {
    return JSON.stringify(frozen) === JSON.stringify(today) ? [] : [place];
  }
  if (typeof today !== 'object' || today === null || Array.isArray(today)) return [place];
  const then = frozen as Record<string, unknown>;
  const now = today as Record<string, unknown>;
  return [...new Set([...Object.keys(then), ...Object.keys(now)])].flatMap((key) => {
    const inner = `${place}.${key}`;
    if (key === 'properties') {
      const before = then[key] as Record<string, unknown>;
      const after = now[key] as Record<string, unknown>;
      return Object.entries(before).flatMap(([name, schema]) =>
        name in after
          ? breaks(schema, after[name], isInput, `${inner}.${name}`)
          : [`${inner}.${name} is gone`],
      );
    }
    if (key === 'required') {
      const [before, after] = [(then[key] ?? []) as string[], (now[key] ?? []) as string[]];
      return isInput
        ? after.filter((name) => !before.includes(name)).map((name) => `${inner}.${name} is new`)
        : before.filter((name) => !after.includes(name)).map((name) => `${inner}.${name} is gone`);
    }
    return breaks(then[key], now[key], isInput, inner);
  });
}

describe('version 1 is frozen', () => {
  test('every path, parameter and field that was promised is as it was', async () => {
    if (process.env['STRATEGY_LAB_FREEZE'] === '1') {
      await writeFile(frozenFile, `${JSON.stringify(shapes(), null, 2)}\n`);
    }
    const frozen = frozenSchema.parse(JSON.parse(await readFile(frozenFile, 'utf8')));
    const today = shapes();
    const broken = Object.entries(frozen).flatMap(([place, { params, result }]) => [
      ...breaks(params, today[place]?.params, true, `${place} params`),
      ...breaks(result, today[place]?.result, false, `${place} result`),
    ]);
    expect(broken).toEqual([]);
  });

  test('an optional parameter and a further field are no break; all else is', () => {
    const schema = (properties: object, required: string[]) => ({ type: 'object', properties, required });
    const [text, number] = [{ type: 'string' }, { type: 'number' }];
    const frozen = schema({ a: text }, ['a']);
    const found = (today: object, isInput = true) => breaks(frozen, today, isInput, 'x').length;
    expect(found(schema({ a: text, b: number }, ['a']))).toBe(0);
    expect(found(schema({ a: text, b: number }, ['a', 'b']), false)).toBe(0);
    expect(found(schema({ a: text, b: number }, ['a', 'b']))).toBe(1);
    expect(found(schema({ a: number }, ['a']))).toBe(1);
    expect(found(schema({ b: text }, []))).toBe(1);
    expect(found(schema({ a: text }, []), false)).toBe(1);
    expect(found(schema({ a: { ...text, maxLength: 3 } }, ['a']))).toBe(1);
  });
});

describe('requests made from the document', () => {
  const described = openApiDocument(operations, '0', 'http://localhost');
  const all = methodsOf(documentSchema.parse(described)).filter(
    ({ path }) => !extraRoutes.some((route) => route.path === path),
  );
  const runs = 25;

  const bodyOf = (method: (typeof all)[number]): fc.Arbitrary<unknown> =>
    valuesOf((method.requestBody?.content['application/json']?.schema ?? {}) as Schema);
  const queryOf = ({ parameters = [] }: (typeof all)[number]): fc.Arbitrary<Record<string, unknown>> => {
    const own = parameters.filter((parameter) => parameter.in !== 'header');
    return fc.record(Object.fromEntries(own.map(({ name, schema }) => [name, valuesOf(schema as Schema)])), {
      requiredKeys: own.filter(({ required }) => required).map(({ name }) => name),
      noNullPrototype: true,
    }) as fc.Arbitrary<Record<string, unknown>>;
  };
  const pathWith = (path: string, values: Readonly<Record<string, unknown>>): string => {
    const query = new URLSearchParams();
    let filled = path;
    for (const [name, value] of Object.entries(values)) {
      if (filled.includes(`{${name}}`))
        filled = filled.replace(`{${name}}`, encodeURIComponent(String(value)));
      else query.set(name, String(value));
    }
    return query.size === 0 ? filled : `${filled}?${query}`;
  };
  /** Below 500; what is refused says so as a problem. */
  const expectSound = ({ status, headers, body }: Awaited<ReturnType<TestServer['call']>>): void => {
    expect(status, JSON.stringify(body)).toBeLessThan(500);
    if (status < 400) return;
    expect(headers.get('content-type')).toBe('application/problem+json');
    expect(problemSchema.parse(body).status).toBe(status);
  };

  beforeAll(async () => {
    // What fits starts tasks: they wait, so that the test is of the interface alone.
    await lab.call('POST', '/v1/control', { body: { action: 'pause' } });
  });

  test.each(
    all.filter(({ method }) => method !== 'GET').map((method) => [method.operationId, method] as const),
  )('%s: what fits is never an error of the lab, and its status is a described one', async (name, method) => {
    // Nobody waits here for what is held back.
    const more = name === 'sandbox_exec' ? { timeout_ms: 0 } : {};
    await fc.assert(
      fc.asyncProperty(bodyOf(method), async (fitting) => {
        const body = { ...(fitting as object), ...more };
        const reply = await lab.call(method.method, method.path, { body });
        expectSound(reply);
        expect(Object.keys(method.responses)).toContain(String(reply.status));
      }),
      { numRuns: runs },
    );
  });

  test.each(
    all.filter(({ method }) => method === 'GET').map((method) => [method.operationId, method] as const),
  )(
    '%s: what fits is never an error of the lab, and its status is a described one',
    async (_name, method) => {
      await fc.assert(
        fc.asyncProperty(queryOf(method), async (values) => {
          const reply = await lab.call('GET', pathWith(method.path, values));
          expectSound(reply);
          expect(Object.keys(method.responses)).toContain(String(reply.status));
        }),
        { numRuns: runs },
      );
    },
  );

  test.each(
    all.filter(({ method }) => method !== 'GET').map((method) => [method.operationId, method] as const),
  )('%s: what does not fit is refused as a problem', async (name, method) => {
    const operation = operations.find((candidate) => candidate.name === name);
    const isWrong = (body: unknown) => operation?.params.safeParse(body).success === false;
    const spoiled = fc
      .tuple(bodyOf(method), fc.string({ minLength: 1, maxLength: 20 }), anyJson)
      .map(([body, key, value]) => ({ ...(body as object), [key]: value }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyJson, spoiled).filter(isWrong), async (body) => {
        // Where methods are called too, these say that they are no bodies.
        if (name === 'run_task' && (Array.isArray(body) || Object(body).method || Object(body).jsonrpc))
          return;
        const reply = await lab.call(method.method, method.path, { text: JSON.stringify(body) });
        expect(reply.status).toBe(400);
        expectSound(reply);
      }),
      { numRuns: runs },
    );
  });

  test('any text at all as a body, and any JSON as a call, is answered', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        expect((await lab.call('POST', '/rpc', { text })).status).toBeLessThan(500);
        expectSound(await lab.call('POST', '/v1/control', { text }));
      }),
      { numRuns: 50 },
    );
    await fc.assert(
      fc.asyncProperty(
        anyJson,
        fc.constantFrom(...operations.map(({ name }) => name)),
        async (params, method) => {
          const { status, body } = await lab.rpc({ jsonrpc: '2.0', method, params, id: 1 });
          expect(status).toBe(200);
          expect(Object(body)).toMatchObject({ jsonrpc: '2.0' });
          expect(Object(body).error?.code).not.toBe(-32603);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('nothing went wrong inside', () => {
    expect(lab.problems).toEqual([]);
  });
});
