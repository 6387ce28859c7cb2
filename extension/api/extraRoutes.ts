import type { Scope } from './caller.ts';

/** A route whose answer is no JSON of an operation. */
export interface ExtraRoute {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly summary: string;
  readonly scope: Scope | null;
  /** What OpenAPI says of it besides. */
  readonly description: Readonly<Record<string, unknown>>;
}

const text = (mediaType: string, description: string) => ({
  responses: { 200: { description, content: { [mediaType]: { schema: { type: 'string' } } } } },
});

const queryOf = (name: string, description: string) => ({
  name,
  in: 'query',
  required: false,
  description,
  schema: { type: 'string' },
});

const rpcAnswers = {
  200: {
    description: 'The answer, or those of a batch. Errors of a method are answers too.',
    content: { 'application/json': { schema: {} } },
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
    description: {
      requestBody: { required: true, content: { 'application/json': { schema: {} } } },
      responses: rpcAnswers,
    },
  },
  {
    method: 'GET',
    path: '/v1/events',
    summary:
      'Sends what happens in the lab as server-sent events, from the place in the journal that was reached.',
    scope: 'read',
    description: {
      parameters: [
        { ...queryOf('Last-Event-ID', 'The id of the last event that was seen.'), in: 'header' },
        queryOf('after', 'As Last-Event-ID.'),
        queryOf('types', 'Types of events, parted by commas, such as saga.* or saga.failed.'),
        queryOf('task_id', 'Only of this task.'),
      ],
      ...text('text/event-stream', 'One event a fact of the journal.'),
    },
  },
  {
    method: 'GET',
    path: '/metrics',
    summary: 'Figures of the whole lab, of all tenants, in the text format of Prometheus.',
    scope: 'scrape',
    description: text('text/plain', 'One line a figure.'),
  },
  {
    method: 'GET',
    path: '/openapi.json',
    summary: 'This document.',
    scope: 'read',
    description: {
      responses: {
        200: { description: 'OpenAPI 3.1.', content: { 'application/json': { schema: { type: 'object' } } } },
      },
    },
  },
];
