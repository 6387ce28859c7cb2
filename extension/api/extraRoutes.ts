import type * as z from 'zod';
import type { Scope } from './caller.ts';
import { rpcAnswerSchema, rpcBodySchema } from './jsonRpc.ts';

/** A body of a request or an answer: its schema, or what of it text is. */
interface Content {
  readonly mediaType: string;
  readonly schema: z.ZodType | { readonly type: 'string' | 'object' };
}

/** Answers of one status. */
export interface DescribedAnswer {
  readonly description: string;
  readonly content?: Content;
}

/** A route whose answer is no JSON of an operation. */
export interface ExtraRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly summary: string;
  readonly scope: Scope | null;
  readonly parameters?: readonly Readonly<Record<string, unknown>>[];
  readonly body?: z.ZodType;
  /** By status; refusals are described besides. */
  readonly answers: Readonly<Record<number, DescribedAnswer>>;
}

const queryOf = (name: string, description: string) => ({
  name,
  in: 'query',
  required: false,
  description,
  schema: { type: 'string' },
});

/** Where JSON-RPC is spoken; at the second of them by the body of an operation too. */
export const rpcPaths: ReadonlySet<string> = new Set(['/rpc', '/v1/run_task']);

export const rpcAnswers: Readonly<Record<number, DescribedAnswer>> = {
  200: {
    description: 'The answer of JSON-RPC, or those of a batch. Errors of a method are answers too.',
    content: { mediaType: 'application/json', schema: rpcAnswerSchema },
  },
  204: { description: 'Notifications alone, which have no answer.' },
};

/** The routes besides those of the operations. */
export const extraRoutes: readonly ExtraRoute[] = [
  {
    method: 'POST',
    path: '/rpc',
    summary: 'JSON-RPC 2.0: any operation by its name, alone or in a batch.',
    scope: 'read',
    body: rpcBodySchema,
    answers: rpcAnswers,
  },
  {
    method: 'GET',
    path: '/v1/events',
    summary:
      'Sends what happens in the lab as server-sent events, from the place in the journal that was reached.',
    scope: 'read',
    parameters: [
      { ...queryOf('Last-Event-ID', 'The id of the last event that was seen.'), in: 'header' },
      queryOf('after', 'As Last-Event-ID.'),
      queryOf('types', 'Types of events, parted by commas, such as saga.* or saga.failed.'),
      queryOf('task_id', 'Only of this task.'),
    ],
    answers: {
      200: {
        description: 'One event a fact of the journal.',
        content: { mediaType: 'text/event-stream', schema: { type: 'string' } },
      },
    },
  },
  {
    method: 'GET',
    path: '/metrics',
    summary: 'Figures of the whole lab, of all tenants, in the text format of Prometheus.',
    scope: 'scrape',
    answers: {
      200: {
        description: 'One line a figure.',
        content: { mediaType: 'text/plain', schema: { type: 'string' } },
      },
    },
  },
  {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This document.',
    scope: 'read',
    answers: {
      200: {
        description: 'OpenAPI 3.1.',
        content: { mediaType: 'application/json', schema: { type: 'object' } },
      },
    },
  },
];
