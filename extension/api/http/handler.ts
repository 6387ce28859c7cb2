import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { LabError } from '../../contracts/errors.ts';
import { parseTraceparent, traceparentOf } from '../../observability/trace/ids.ts';
import { type Caller, localTenant, type Scope } from '../caller.ts';
import { extraRoutes, rpcPaths } from '../extraRoutes.ts';
import { nothingHidden, type PathHider } from '../hiddenPaths.ts';
import { answerRpc, countRequests, isRpc, mostOfBatch, readRpc } from '../jsonRpc.ts';
import { openApiDocument } from '../openApi.ts';
import type { Operation } from '../operation.ts';
import type { ApiPorts } from '../ports.ts';
import { runOperation } from '../runOperation.ts';
import { parseJson } from '../strictJson.ts';
import type { Credential, Tokens } from '../tokens.ts';
import { requireAccepted } from './accept.ts';
import { checkOrigin, identify } from './access.ts';
import { HttpRefusal, jsonAnswer, nothing, problemAnswer, send, tooMany } from './answers.ts';
import { isJson, isPlain, readBody, textOf, unsupportedMediaType } from './body.ts';
import type { EventStreams } from './eventStream.ts';
import { isFinal } from './finalAnswer.ts';
import { guestExchanges } from './guestExchanges.ts';
import { type Answer, type Idempotency, keyForm, type RequestIdentity } from './idempotency.ts';
import type { ApiLimits } from './limits.ts';
import { rateLimit } from './rateLimit.ts';
import { type Match, queryParams, routesOf } from './routes.ts';

/** A request was answered. */
export interface RequestEnded {
  /** The path's pattern, never what the caller made up. */
  readonly route: string;
  readonly status: number;
  readonly startedTime: number;
  readonly endedTime: number;
  readonly traceId: string;
  readonly spanId: string;
}

export interface HandlerParts {
  readonly operations: readonly Operation[];
  readonly ports: ApiPorts;
  readonly tokens: Tokens;
  readonly limits: ApiLimits;
  readonly idempotency: Idempotency;
  readonly streams: EventStreams;
  readonly hider: PathHider;
  readonly version: string;
  /** UTC milliseconds. */
  readonly clock: () => number;
  readonly newId: () => string;
  readonly isRemote: boolean;
  /** Names of this machine by which it may be called. */
  readonly names: ReadonlySet<string>;
  readonly url: () => string;
  /** Awaited before what may change something. Where it fails, the request does. */
  readonly beforeChange: () => Promise<void>;
  readonly onRequest: (ended: RequestEnded) => void;
  /** Hears what went wrong in the lab itself. */
  readonly onInternal: (error: unknown, traceId: string) => void;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly url: URL;
  readonly traceId: string;
  readonly signal: AbortSignal;
  /** What metrics know the request by. */
  route: string;
  /** How it is answered: as a guest's until it is known whose it is. */
  shown: PathHider;
}

const anyone: Credential = { tenant: '', scopes: new Set() };
/** Of a request that can start nothing. */
const reading: RequestIdentity = { newTaskId: '', origin: '' };
/** Scopes of what changes nothing. */
const looking: ReadonlySet<Scope | null> = new Set([null, 'read', 'scrape']);
const eventsPath = '/v1/events';

/** Answers requests: who may, what, how often, and then the operation. Never rejects. */
export function requestHandler(parts: HandlerParts) {
  const { operations, ports, tokens, limits, idempotency, streams, isRemote, names } = parts;
  const routes = routesOf(operations);
  const monotonic = (): number => performance.now();
  const byCaller = rateLimit(limits.requestsPerSecond, limits.burst, monotonic);
  const probes = rateLimit(limits.probesPerSecond, 2 * limits.probesPerSecond, monotonic);
  const failures = rateLimit(limits.failuresPerSecond, 4 * limits.failuresPerSecond, monotonic);

  const enter = guestExchanges(limits);

  const addressOf = ({ request }: Exchange): string => request.socket.remoteAddress ?? '';
  const charge = (limit: typeof byCaller, caller: string, count = 1): void => {
    const seconds = limit.take(caller, count);
    if (seconds !== null) throw tooMany(seconds);
  };

  /** Charges what an operation weighs besides the request itself; the refusal where that is too much. */
  const overWeight = ({ weight = 1 }: Operation, tenant: string): HttpRefusal | null => {
    if (weight === 1 || tenant === localTenant) return null;
    const seconds = byCaller.take(tenant, weight - 1);
    return seconds === null ? null : tooMany(seconds);
  };

  const authenticate = (exchange: Exchange): Credential => {
    let credential: Credential;
    try {
      credential = identify(exchange.request, tokens);
    } catch (error) {
      charge(failures, addressOf(exchange));
      if (!LabError.is(error)) throw error;
      throw new HttpRefusal(error, { headers: { 'WWW-Authenticate': 'Bearer realm="strategy-lab"' } });
    }
    if (credential.tenant === localTenant) exchange.shown = nothingHidden;
    const { tenant } = credential;
    charge(byCaller, tenant);
    if (tenant === localTenant) return credential;
    // Streams have a bound of their own besides.
    enter(exchange.url.pathname === eventsPath ? `${tenant} ${eventsPath}` : tenant, exchange.response);
    return credential;
  };

  const callerOf = (
    { traceId, signal }: Exchange,
    credential: Credential,
    identity: RequestIdentity,
    isRepeatable = false,
  ): Caller => ({
    ...credential,
    ...identity,
    traceId,
    isRepeatable,
    signal,
  });

  /** Answers a request with a body, once only where it has an idempotency key. */
  async function answerBody(exchange: Exchange, credential: Credential, match: Match | null): Promise<void> {
    const { request, response, url, traceId } = exchange;
    if (!isJson(request)) {
      const error = new LabError('api.format', 'The body is not of the type application/json in UTF-8.', {
        action: 'Send "Content-Type: application/json".',
      });
      throw new HttpRefusal(error, { status: unsupportedMediaType });
    }
    if (!isPlain(request)) {
      const error = new LabError('api.format', 'The body is compressed.', { action: 'Send it as it is.' });
      throw new HttpRefusal(error, { status: unsupportedMediaType });
    }
    const body = await readBody(request, limits.bodyBytes);
    const requests = Math.ceil(body.byteLength / limits.bytesOfRequest);
    // The first was charged with the request itself.
    if (requests > 1) charge(byCaller, credential.tenant, requests - 1);
    const key = request.headers['idempotency-key'];
    const work = (identity: RequestIdentity): Promise<Answer> => {
      const caller = callerOf(exchange, credential, identity, key !== undefined);
      return rpcPaths.has(url.pathname)
        ? answerCalls(body, match, exchange, caller)
        : answerOperation(match as Match, parseJson(textOf(body)), exchange, caller);
    };
    if (key === undefined)
      return send(response, await work({ newTaskId: parts.newId(), origin: randomUUID() }));
    if (typeof key !== 'string' || !keyForm.test(key)) {
      throw new LabError(
        'api.format',
        'Idempotency-Key takes 1 to 200 characters of ASCII, without spaces.',
        {
          action: 'Send for example a random UUID.',
        },
      );
    }
    // It writes the key down.
    await parts.beforeChange();
    // One character a byte: bytes that are no UTF-8 would all read alike.
    const content = [request.method ?? '', `${url.pathname}${url.search}`, body.toString('latin1')];
    const { isRepeated, ...answer } = await idempotency.answer(
      { tenant: credential.tenant, key, content, traceId },
      work,
      (answer) => !exchange.signal.aborted && isFinal(answer),
    );
    send(response, answer, isRepeated ? { 'Idempotency-Replayed': 'true' } : {});
  }

  /** A body of JSON-RPC, or a bare one where the path is an operation's own. */
  async function answerCalls(
    body: Buffer,
    match: Match | null,
    exchange: Exchange,
    caller: Caller,
  ): Promise<Answer> {
    const { traceId } = exchange;
    const read = readRpc(() => textOf(body), traceId);
    if ('answer' in read) return jsonAnswer(match === null ? 200 : 400, read.answer);
    const { calls } = read;
    const { value: document } = calls;
    if (match !== null && !isRpc(document)) return answerOperation(match, document, exchange, caller);
    const count = countRequests(document);
    if (count > 1) charge(byCaller, caller.tenant, Math.min(count, mostOfBatch) - 1);
    let called = 0;
    const run = async (operation: Operation, params: unknown): Promise<unknown> => {
      called += 1;
      const refusal = overWeight(operation, caller.tenant);
      if (refusal !== null) throw refusal.cause;
      // Each of a batch starts a task of its own, and the same one when the batch comes again.
      const newTaskId = called === 1 ? caller.newTaskId : `${caller.newTaskId}-${called}`;
      const origin = `${caller.origin}-${called}`;
      return runFor(exchange, operation, params, { ...caller, newTaskId, origin });
    };
    const answer = await answerRpc(calls, { operations, run, traceId });
    return answer === undefined ? nothing : jsonAnswer(200, answer);
  }

  async function answerOperation(
    { operation, path }: Match,
    params: unknown,
    exchange: Exchange,
    caller: Caller,
  ): Promise<Answer> {
    const refusal = overWeight(operation, caller.tenant);
    if (refusal !== null) throw refusal;
    try {
      const all = Object.keys(path).length === 0 ? params : { ...(params as object), ...path };
      return jsonAnswer(operation.status ?? 200, await runFor(exchange, operation, all, caller));
    } catch (error) {
      return problemAnswer(error, exchange.traceId);
    }
  }

  /** Runs an operation; answer and error are as the caller may be told them. */
  async function runFor(
    { shown, traceId }: Exchange,
    operation: Operation,
    params: unknown,
    caller: Caller,
  ): Promise<unknown> {
    try {
      if (!looking.has(operation.scope)) await parts.beforeChange();
      return shown.value(await runOperation(operation, params, caller, ports));
    } catch (error) {
      if (!LabError.is(error) || error.reason === 'internal') parts.onInternal(error, traceId);
      throw shown.error(error);
    }
  }

  async function answerExtra(exchange: Exchange, credential: Credential): Promise<void> {
    const { request, response, url } = exchange;
    switch (url.pathname) {
      case '/rpc':
        return answerBody(exchange, credential, null);
      case eventsPath:
        return streams.open(request, response, url.searchParams, callerOf(exchange, credential, reading));
      case '/metrics': {
        const { contentType, text } = await ports.metrics();
        return send(response, { status: 200, contentType, body: text });
      }
      default:
        return send(response, jsonAnswer(200, openApiDocument(operations, parts.version, parts.url())));
    }
  }

  async function answer(exchange: Exchange): Promise<void> {
    const { request, response, url } = exchange;
    checkOrigin(request, names, isRemote);
    // HEAD asks for what GET does, without its body. A stream of events has no end to wait for.
    const isHead = request.method === 'HEAD' && url.pathname !== eventsPath;
    const method = isHead ? 'GET' : (request.method ?? '');
    const extra = extraRoutes.filter(({ path }) => path === url.pathname);
    const found = routes.find(method, url.pathname);
    const isPublic = 'operation' in found && found.operation.scope === null;
    if (isPublic) charge(probes, addressOf(exchange));
    const credential = isPublic ? anyone : authenticate(exchange);
    const own = extra.find((route) => route.method === method);
    if (own !== undefined) {
      exchange.route = own.path;
      requireScope(own.scope, credential);
      requireAccepted(request.headers.accept, own.answers[200]?.content?.mediaType ?? 'application/json');
      return answerExtra(exchange, credential);
    }
    if (!('operation' in found)) {
      const allowed = [...extra.map((route) => route.method), ...found.allowed];
      throw noRoute(allowed.includes('GET') && url.pathname !== eventsPath ? [...allowed, 'HEAD'] : allowed);
    }
    const { operation } = found;
    exchange.route = operation.http.path;
    requireAccepted(request.headers.accept, 'application/json');
    if (method !== 'GET') return answerBody(exchange, credential, found);
    const params = queryParams(operation, url.searchParams);
    if (Object.keys(params).some((name) => name in found.path)) {
      throw new LabError('usage', 'The query names what the path has.', {
        action: 'Leave it out of the query.',
      });
    }
    const caller = callerOf(exchange, credential, reading);
    send(response, await answerOperation(found, params, exchange, caller));
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const startedTime = parts.clock();
    const parent = parseTraceparent(request.headers['traceparent'] as string | undefined);
    const traceId = parent?.traceId ?? randomHex();
    const spanId = randomHex().slice(16);
    const gone = new AbortController();
    const timer = setTimeout(() => gone.abort(), limits.answerMilliseconds);
    response.setHeader('traceparent', traceparentOf({ traceId, spanId }));
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Cache-Control', 'no-store');
    const url = new URL(`http://lab${request.url?.startsWith('/') === true ? request.url : '/'}`);
    const { signal } = gone;
    const { hider: shown } = parts;
    const exchange: Exchange = { request, response, url, traceId, signal, route: 'none', shown };
    response.on('close', () => {
      clearTimeout(timer);
      // Whoever has had the whole answer stops nothing any more.
      if (!response.writableFinished) gone.abort();
      const { route } = exchange;
      const status = response.statusCode;
      parts.onRequest({ route, status, startedTime, endedTime: parts.clock(), traceId, spanId });
    });
    try {
      await answer(exchange);
    } catch (error) {
      if (!(error instanceof HttpRefusal) && (!LabError.is(error) || error.reason === 'internal')) {
        parts.onInternal(error, traceId);
      }
      const headers = error instanceof HttpRefusal ? error.headers : {};
      // What is left of a body that was turned away is not read.
      const ending: Record<string, string> = request.complete ? {} : { Connection: 'close' };
      send(response, problemAnswer(exchange.shown.error(error), traceId), { ...headers, ...ending });
    }
  };
}

/** 32 hex digits. Of a UUID because these are drawn ahead, many at a time. */
function randomHex(): string {
  return randomUUID().replaceAll('-', '');
}

function requireScope(scope: Scope | null, { scopes, tenant }: Credential): void {
  if (scope === null || scopes.has(scope)) return;
  throw new LabError('api.forbidden', `The token of ${tenant} may not ${scope}.`, {
    action: `Use the token of ${localTenant}.`,
  });
}

function noRoute(allowed: readonly string[]): Error {
  if (allowed.length === 0) {
    return new LabError('not-found', 'There is nothing at this path.', { action: 'See /openapi.json.' });
  }
  const methods = [...new Set(allowed)].join(', ');
  const error = new LabError('usage', `This path takes ${methods}.`, { action: `Send it by ${methods}.` });
  return new HttpRefusal(error, { status: 405, headers: { Allow: methods } });
}
