import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type RequestOptions, request } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rateLimit } from '../../extension/api/http/rateLimit.ts';
import { openTokens } from '../../extension/api/tokens.ts';
import { openTestServer, type TestServer } from './support/server.ts';

let lab: TestServer;
beforeAll(async () => {
  lab = await openTestServer({
    hasScraper: true,
    limits: { bodyBytes: 2000, headMilliseconds: 300, bodyMilliseconds: 400, failuresPerSecond: 100 },
  });
});
afterAll(() => lab.close());

/** A request with headers that fetch would not send. */
function raw(path: string, options: RequestOptions = {}): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const sent = request(`${lab.server.url}${path}`, options, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('who may call', () => {
  test.each([
    '/v1/status',
    '/metrics',
    '/openapi.json',
    '/v1/events',
    '/api/v2/health',
    '/v2/tasks',
    '/no/such',
  ])('%s wants a token, and says how it is sent', async (path) => {
    const reply = await fetch(`${lab.server.url}${path}`);
    expect(reply.status).toBe(401);
    expect(reply.headers.get('www-authenticate')).toBe('Bearer realm="strategy-lab"');
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
    expect(await reply.json()).toMatchObject({
      status: 401,
      reason: 'api.unauthorised',
      action: expect.any(String),
    });
  });

  test.each([
    ['another token', 'Bearer AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'],
    ['a part of it', 'PART'],
    ['another scheme', 'Basic YTpi'],
    ['nothing behind the scheme', 'Bearer '],
    ['a long one', `Bearer ${'A'.repeat(5000)}`],
  ])('%s is none', async (_name, header) => {
    const Authorization = header === 'PART' ? `Bearer ${(await lab.token()).slice(0, 42)}` : header;
    expect((await lab.call('GET', '/v1/status', { headers: { Authorization } })).status).toBe(401);
  });

  test('a scraper reads the metrics and nothing else, whoever has its file; a guest does not read them', async () => {
    const folder = `${lab.folder}/scraped`;
    const tokens = await openTokens(folder, ['ann'], { hasScraper: true });
    const file = tokens.scrapeTokenFile ?? '';
    expect((await stat(file)).mode & 0o777).toBe(0o644);
    // Nobody else on the machine gets to the file.
    expect((await stat(dirname(file))).mode & 0o777).toBe(0o700);
    const token = (await readFile(file, 'utf8')).trim();
    const headers = {
      Authorization: `Bearer ${(await readFile(lab.server.scrapeTokenFile ?? '', 'utf8')).trim()}`,
    };
    const metrics = async () => (await lab.call('GET', '/metrics', { headers })).body;
    // What happens from the first moment on is measured.
    await expect.poll(metrics).toContain('lease_changes_total{change="acquired"} 1');
    for (const path of ['/v1/status', '/v1/events', '/openapi.json', '/v2/tasks', '/api/v2/health']) {
      expect((await lab.call('GET', path, { headers })).status, path).toBe(403);
    }
    const order = { method: 'run_task', params: {}, id: 1, jsonrpc: '2.0' };
    expect((await lab.rpc(order, { headers })).status).toBe(403);
    expect(tokens.identify(token)?.scopes).toEqual(new Set(['scrape']));
    expect((await openTokens(folder, ['ann'], { hasScraper: true })).identify(token)).not.toBeNull();
    expect((await openTokens(folder, ['ann'])).identify(token)).toBeNull();
    const guest = tokens.identify((await readFile(tokens.files['ann'] ?? '', 'utf8')).trim());
    expect(guest?.scopes.has('scrape')).toBe(false);
    await expect(openTokens(folder, ['@metrics'])).rejects.toMatchObject({ reason: 'usage' });
  });

  test('the token has 256 bits, is readable by its owner alone, stays over a restart, and is new once removed', async () => {
    const { tokenFile } = lab.server;
    const first = await lab.token();
    expect(Buffer.from(first, 'base64url')).toHaveLength(32);
    expect((await stat(tokenFile)).mode & 0o777).toBe(0o600);
    const folder = `${lab.folder}/.strategy-lab`;
    const again = await openTokens(folder);
    expect(again.identify(first)?.tenant).toBe('local');
    expect(again.identify(`${first} `)).toBeNull();
    const place = `${lab.folder}/other`;
    const { tokenFile: other } = await openTokens(place, ['ann']);
    const removed = (await readFile(other, 'utf8')).trim();
    await rm(other);
    const renewed = await openTokens(place, ['ann']);
    expect(renewed.identify(removed)).toBeNull();
    expect(renewed.identify((await readFile(renewed.files['ann'] ?? '', 'utf8')).trim())).toMatchObject({
      tenant: 'ann',
      scopes: new Set(['read', 'run', 'decide']),
    });
    await writeFile(other, 'short\n');
    await expect(openTokens(place)).rejects.toMatchObject({ reason: 'journal.unavailable' });
  });

  test.each([
    'evil.example',
    'evil.example:80',
    'localhost.evil.example',
    '10.0.0.1',
    '127.0.0.1.evil.example',
  ])('a name that was bound to this machine is no name of it: %j', async (host) => {
    expect((await raw('/health', { headers: { Host: host } })).status).toBe(403);
  });

  test.each(['localhost', '127.0.0.1:1', '[::1]:80', 'LOCALHOST:5'])('%s is this machine', async (Host) => {
    expect((await raw('/health', { headers: { Host } })).status).toBe(200);
  });

  test.each(['http://evil.example', 'null', 'https://localhost', 'file://'])(
    'a web page of %s may not call, with the token neither',
    async (Origin) => {
      const reply = await lab.call('GET', '/v1/status', { headers: { Origin } });
      expect(reply).toMatchObject({ status: 403, body: { reason: 'api.forbidden' } });
      expect(reply.headers.get('access-control-allow-origin')).toBeNull();
    },
  );

  test('a page asks in vain whether it might', async () => {
    const reply = await lab.call('OPTIONS', '/v1/run_task', {
      headers: { Origin: 'http://evil.example', 'Access-Control-Request-Method': 'POST' },
    });
    expect(reply.status).toBe(403);
    expect(reply.headers.get('access-control-allow-methods')).toBeNull();
  });
});

describe('what is turned away', () => {
  test.each([
    ...['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', ''],
    ...['text/plain; x=application/json', 'application/json; charset=latin1', 'application/json-seq'],
  ])('a body of the type %j, which a web page could send unasked', async (type) => {
    const reply = await lab.call('POST', '/v1/control', {
      text: '{"action":"pause"}',
      headers: { 'Content-Type': type },
    });
    expect(reply).toMatchObject({ status: 415, body: { reason: 'api.format', status: 415 } });
  });

  test('a body that is too large, told or untold', async () => {
    const told = await lab.call('POST', '/v1/control', { text: `{"action":"${'x'.repeat(3000)}"}` });
    expect(told).toMatchObject({ status: 413, body: { reason: 'api.too-large' } });
    const chunks = new ReadableStream({
      start(controller) {
        for (let part = 0; part < 5; part++) controller.enqueue(new TextEncoder().encode('x'.repeat(1000)));
        controller.close();
      },
    });
    const untold = await fetch(`${lab.server.url}/v1/control`, {
      method: 'POST',
      body: chunks,
      headers: { Authorization: `Bearer ${await lab.token()}`, 'Content-Type': 'application/json' },
      duplex: 'half',
    } as RequestInit);
    expect(untold.status).toBe(413);
  });

  test('bytes that are no UTF-8, a key named twice, and what is no JSON', async () => {
    const send = async (body: string | Uint8Array<ArrayBuffer>) => {
      const headers = { Authorization: `Bearer ${await lab.token()}`, 'Content-Type': 'application/json' };
      const reply = await fetch(`${lab.server.url}/v1/control`, { method: 'POST', body, headers });
      return `${reply.status} ${((await reply.json()) as { reason: string }).reason}`;
    };
    expect(await send(new Uint8Array([0x22, 0xff, 0x22]))).toBe('400 api.format');
    expect(await send('{"action":"resume","action":"pause"}')).toBe('400 api.format');
    expect(await send('action=pause')).toBe('400 api.format');
    expect(await send('[]')).toBe('400 usage');
    expect(await send('{"__proto__":{"action":"resume"}}')).toBe('400 usage');
  });

  test.each([
    ['GET', '/nowhere', 404],
    ['GET', '/v2/tasks/a/b', 404],
    ['GET', '/v2/tasks/%ff', 400],
    ['GET', '/v2/tasks/none?task_id=other', 400],
    ['GET', '/v2/tasks?limit=1&limit=2', 400],
    ['GET', '/v2/tasks?limit=0', 400],
    ['GET', '/v2/tasks?limit=1e3', 400],
    ['GET', '/v2/tasks?nonsense=1', 400],
    ['GET', '/v1/events?after=-1', 400],
    ['GET', '/v1/events?nonsense=1', 400],
  ])('%s %s is answered with %i and what is wrong', async (method, path, status) => {
    const reply = await lab.call(method, path);
    expect(reply.status).toBe(status);
    expect(reply.headers.get('content-type')).toBe('application/problem+json');
    expect(reply.body).toMatchObject({
      status,
      detail: expect.stringMatching(/\.$/),
      action: expect.any(String),
    });
  });

  test.each([
    ['a head that never ends', 'GET /health HTTP/1.1\r\nHost: localhost\r\n', 408],
    [
      'a header that is none',
      'POST /rpc HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\nX-Token\r\n\r\n',
      400,
    ],
    [
      'a body that never comes',
      'POST /rpc HTTP/1.1\r\nHost: localhost\r\nTOKEN\r\nContent-Length: 9\r\n\r\n{',
      408,
    ],
    [
      'two lengths',
      'POST /rpc HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}',
      400,
    ],
    [
      'two hosts',
      'GET /health HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\nConnection: close\r\n\r\n',
      400,
    ],
    [
      'two tokens',
      'GET /v1/status HTTP/1.1\r\nHost: localhost\r\nTOKEN\r\nTOKEN\r\nConnection: close\r\n\r\n',
      400,
    ],
    ['a head without bound', `GET /health HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}`, 431],
    ['what is no HTTP', 'hello\r\n\r\n', 400],
    ['a request for no host', 'GET /health HTTP/1.1\r\nConnection: close\r\n\r\n', 403],
  ])('%s', async (_name, text, status) => {
    const socket = connect(lab.server.port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      answer += part;
    });
    const headers = `Authorization: Bearer ${await lab.token()}\r\nContent-Type: application/json`;
    socket.write(text.replaceAll('TOKEN', headers));
    await new Promise((resolve) => socket.on('close', resolve));
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(answer).toContain('application/problem+json');
  });

  test('requests in one packet are answered in their order, and what comes behind them spoils none of the answers', async () => {
    const head = `Host: localhost\r\nAuthorization: Bearer ${await lab.token()}\r\n`;
    const call = (id: number) => {
      const body = `{"jsonrpc":"2.0","method":"list_tasks","id":${id}}`;
      return `POST /rpc HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    };
    const socket = connect(lab.server.port, '127.0.0.1');
    let answer = '';
    socket.setEncoding('utf8').on('data', (part: string) => {
      answer += part;
    });
    socket.write(`${call(1)}${call(2)}${call(3)}GARBAGE\r\n\r\n`);
    await new Promise((resolve) => socket.on('close', resolve));
    expect(
      [...answer.matchAll(/HTTP\/1.1 (\d+)|"id":(\d)\}/gm)].map(([, status, id]) => status ?? id),
    ).toEqual(['200', '1', '200', '2', '200', '3']);
  });

  test('a body that is compressed, or says so', async () => {
    const text = '{"action":"pause"}';
    const headers = { 'Content-Encoding': 'gzip' };
    const reply = await lab.call('POST', '/v1/control', { text, headers });
    expect(reply).toMatchObject({ status: 415, body: { detail: 'The body is compressed.' } });
    const plain = { 'Content-Encoding': 'identity' };
    expect(
      (await lab.call('POST', '/v1/control', { text: '{"action":"resume"}', headers: plain })).status,
    ).toBe(200);
  });

  test('a caller who goes away before the body has come harms nobody', async () => {
    const socket = connect(lab.server.port, '127.0.0.1');
    const head = `POST /rpc HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${await lab.token()}\r\n`;
    socket.write(`${head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"json`);
    socket.end();
    await new Promise((resolve) => socket.resume().on('close', resolve));
    expect((await lab.call('GET', '/v1/status')).status).toBe(200);
    expect(lab.problems).toEqual([]);
  });
});

test('a trace that the caller names is taken on and given back; any other begins a new one', async () => {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
  const told = await lab.call('GET', '/v1/status', {
    headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
  });
  expect(told.headers.get('traceparent')).toMatch(
    new RegExp(`^00-${traceId}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`),
  );
  for (const traceparent of ['00-00000000000000000000000000000000-00f067aa0ba902b7-01', 'nonsense']) {
    const other = await lab.call('GET', '/v1/status', { headers: { traceparent } });
    expect(other.headers.get('traceparent')).toMatch(/^00-(?!0{32})[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  }
  const body = { tool: 'reasoning', prompt: 'buy at RSI 30, sell at 70' };
  const headers = { traceparent: `00-${traceId}-00f067aa0ba902b7-01` };
  expect((await lab.call('POST', '/v1/run_task', { body, headers })).body).toMatchObject({
    trace_id: traceId,
  });
});

describe('how often', () => {
  test('a bucket fills with time, lets a burst through, and tells how long to wait', () => {
    let now = 0;
    const limit = rateLimit(10, 5, () => now);
    expect(Array.from({ length: 5 }, () => limit.take('a'))).toEqual([null, null, null, null, null]);
    expect(limit.take('a')).toBeCloseTo(0.1, 9);
    expect(limit.take('b')).toBeNull();
    now += 99;
    expect(limit.take('a')).not.toBeNull();
    now += 1;
    expect(limit.take('a')).toBeNull();
    expect(limit.take('a')).not.toBeNull();
    now += 500;
    // What is larger than any burst goes through once all is there, and is paid for afterwards.
    expect(limit.take('a', 8)).toBeNull();
    now += 300;
    expect(limit.take('a')).not.toBeNull();
  });

  test('callers who make up names forget nobody who still owes', () => {
    const limit = rateLimit(1, 1, () => 0);
    limit.take('debtor');
    for (let name = 0; name < 9000; name++) limit.take(`made-up-${name}`);
    expect(limit.take('debtor')).not.toBeNull();
  });

  test('each caller has a limit of its own, a batch counts as many as it holds, and 429 says when to come again', async () => {
    const busy = await openTestServer({
      tenants: ['ann', 'bob'],
      limits: { requestsPerSecond: 0.001, burst: 6, failuresPerSecond: 0.001 },
    });
    try {
      const batch = Array.from({ length: 4 }, (_, id) => ({ jsonrpc: '2.0', method: 'status', id }));
      expect((await busy.rpc(batch)).status).toBe(200);
      expect((await busy.call('GET', '/v1/status')).status).toBe(200);
      expect((await busy.rpc(batch)).status).toBe(429);
      const over = await busy.call('GET', '/v1/status');
      expect(over).toMatchObject({ status: 429, body: { reason: 'api.limit' } });
      expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);
      expect((await busy.call('GET', '/v1/status', { tenant: 'ann' })).status).toBe(200);
      expect((await busy.call('GET', '/health')).status).toBe(200);
      const large = { text: `["${'x'.repeat(200_000)}"]`, tenant: 'bob' };
      expect((await busy.call('POST', '/rpc', large)).status).toBe(429);
      expect((await busy.call('GET', '/v1/status', { tenant: 'bob' })).status).toBe(200);
      const wrong = { headers: { Authorization: 'Bearer nonsense' } };
      expect((await busy.call('GET', '/v1/status', wrong)).status).toBe(401);
      expect((await busy.call('GET', '/v1/status', wrong)).status).toBe(429);
    } finally {
      await busy.close();
    }
  });
});
