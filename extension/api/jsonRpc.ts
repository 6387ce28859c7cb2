import * as z from 'zod';
import { LabError } from '../contracts/errors.ts';
import type { Operation } from './operation.ts';
import { shownError, statusOfReason } from './problem.ts';
import { issuesOf, paramsError } from './runOperation.ts';
import { type ParsedCalls, parseCalls } from './strictJson.ts';

/* JSON-RPC 2.0, by https://www.jsonrpc.org/specification (2013). */

/** Most requests of one batch. */
export const mostOfBatch = 50;

export const errorCodes = {
  parse: -32700,
  request: -32600,
  method: -32601,
  params: -32602,
  internal: -32603,
} as const;

const longestId = 1000;
const idSchema = z.union([z.string().max(longestId), z.number(), z.null()]);
/** Stands for a number in what is made into JSON, as it was written. */
interface NumberText {
  readonly rawJSON: string;
}
type Id = z.infer<typeof idSchema> | NumberText;

/** Of ES2026, which TypeScript does not know yet. */
const { rawJSON } = JSON as unknown as { readonly rawJSON: (text: string) => NumberText };

const requestSchema = z.object({
  jsonrpc: z.literal('2.0'),
  method: z.string().max(200),
  params: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]).optional(),
  id: idSchema.optional(),
});

/** What may be sent: one request, or several in a batch. */
export const rpcBodySchema = z.union([requestSchema, z.array(requestSchema).min(1).max(mostOfBatch)]);

const answer = { jsonrpc: z.literal('2.0'), id: idSchema };
const errorDataSchema = z.object({ reason: z.string(), action: z.string().nullable(), trace_id: z.string() });
const answerSchema = z.union([
  z.object({ ...answer, result: z.unknown() }),
  z.object({
    ...answer,
    error: z.object({ code: z.number().int(), message: z.string(), data: errorDataSchema.optional() }),
  }),
]);
/** What is answered: to a batch a list, without the notifications. */
export const rpcAnswerSchema = z.union([answerSchema, z.array(answerSchema)]);

/** What an error says besides its code and message. */
type ErrorData = z.infer<typeof errorDataSchema>;

export interface RpcAnswer {
  readonly jsonrpc: '2.0';
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: ErrorData };
  readonly id: Id;
}

export interface RpcPorts {
  readonly operations: readonly Operation[];
  /** Runs an operation with parameters by name. Throws as `runOperation`. */
  readonly run: (operation: Operation, params: unknown) => Promise<unknown>;
  readonly traceId: string;
}

/** Whether a document speaks JSON-RPC, and is not the body of a REST request. */
export function isRpc(document: unknown): boolean {
  if (Array.isArray(document)) return true;
  return typeof document === 'object' && document !== null && ('jsonrpc' in document || 'method' in document);
}

/** How many requests a document holds. */
export function countRequests(document: unknown): number {
  return Array.isArray(document) ? Math.max(1, document.length) : 1;
}

/** What was sent as a document, or the answer that says that it is none. @param text throws as `parseCalls` */
export function readRpc(text: () => string, traceId: string): { calls: ParsedCalls } | { answer: RpcAnswer } {
  try {
    return { calls: parseCalls(text()) };
  } catch (error) {
    if (!LabError.is(error)) throw error;
    return { answer: refusal(null, errorCodes.parse, error, traceId) };
  }
}

/** Answers a document; undefined where it holds notifications alone, which nobody hears of. */
export async function answerRpc(
  { value: document, idTexts }: ParsedCalls,
  ports: RpcPorts,
): Promise<RpcAnswer | RpcAnswer[] | undefined> {
  if (!Array.isArray(document)) return answerOne(document, idTexts.get(0), ports);
  if (document.length === 0 || document.length > mostOfBatch) {
    const message =
      document.length === 0 ? 'A batch has a request at least.' : `A batch has ${document.length} requests.`;
    const action = `Send 1 to ${mostOfBatch} requests in a batch.`;
    return refusal(null, errorCodes.request, new LabError('usage', message, { action }), ports.traceId);
  }
  const answers: RpcAnswer[] = [];
  // One after the other: whoever sends them together may count on their order.
  let objects = 0;
  for (const request of document) {
    const answer = await answerOne(request, idTexts.get(objects), ports);
    if (isObject(request)) objects += 1;
    if (answer !== undefined) answers.push(answer);
  }
  return answers.length === 0 ? undefined : answers;
}

/** @param idText of a number that is the id, as it was written */
async function answerOne(
  document: unknown,
  idText: string | undefined,
  ports: RpcPorts,
): Promise<RpcAnswer | undefined> {
  const { traceId } = ports;
  // What no double holds is given back as it came, as no other answer would be to this request.
  const text = isObject(document) && isChanged(idText) ? idText : undefined;
  const exact = text !== undefined && text.length <= longestId ? rawJSON(text) : undefined;
  // Parsed in its place: a number that will do, or a text that is too long.
  const readable = text === undefined ? document : { ...(document as object), id: exact ? 0 : text };
  const parsed = requestSchema.safeParse(readable);
  if (!parsed.success) {
    const message = `This is no request of JSON-RPC 2.0: ${issuesOf(parsed.error)}.`;
    const action = 'Send {"jsonrpc": "2.0", "method": "...", "params": {...}, "id": 1}.';
    const error = new LabError('usage', message, { action });
    return refusal(exact ?? idOf(readable), errorCodes.request, error, traceId);
  }
  const { method, params, id } = parsed.data;
  const answer = await callMethod(method, params, exact ?? id ?? null, ports);
  // A request without an id is a notification, which has no answer whatever becomes of it.
  return id === undefined ? undefined : answer;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a number is written otherwise once it was read. */
function isChanged(text: string | undefined): text is string {
  return text !== undefined && JSON.stringify(Number(text)) !== text;
}

async function callMethod(
  method: string,
  params: z.infer<typeof requestSchema>['params'],
  id: Id,
  { operations, run, traceId }: RpcPorts,
): Promise<RpcAnswer> {
  const operation = operations.find(({ name }) => name === method);
  if (operation === undefined) {
    const error = new LabError('not-found', `There is no method ${method}.`, {
      action: `Choose one of ${operations.map(({ name }) => name).join(', ')}.`,
    });
    return refusal(id, errorCodes.method, error, traceId);
  }
  try {
    return { jsonrpc: '2.0', result: await run(operation, byName(operation, params ?? {})), id };
  } catch (error) {
    const shown = shownError(error);
    return refusal(id, codeOf(shown), shown, traceId);
  }
}

/** Parameters by position are those of the schema in their order; the last ones may be left out. */
function byName({ name, params: schema }: Operation, params: unknown): unknown {
  if (!Array.isArray(params)) return params;
  const names = Object.keys(schema.shape);
  if (params.length > names.length) {
    throw paramsError(`${name} takes ${names.length} parameters, was given ${params.length}.`);
  }
  return Object.fromEntries(params.map((value, place) => [names[place], value]));
}

/** Errors of the application have a code of their own for each HTTP status: -32004 is 404. */
export function codeOf(error: LabError): number {
  if (error.reason === 'usage') return errorCodes.params;
  const status = statusOfReason(error.reason);
  return status === 500 ? errorCodes.internal : -32000 - (status % 100) - (status >= 500 ? 50 : 0);
}

function refusal(id: Id, code: number, { message, reason, action }: LabError, traceId: string): RpcAnswer {
  return {
    jsonrpc: '2.0',
    error: { code, message, data: { reason, action: action ?? null, trace_id: traceId } },
    id,
  };
}

/** The id of what is no request, where it has one that could be told. */
function idOf(document: unknown): Id {
  if (!isObject(document)) return null;
  return idSchema.safeParse('id' in document ? document.id : null).data ?? null;
}
