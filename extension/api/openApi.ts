import * as z from 'zod';
import type { LabErrorReason } from '../contracts/errors.ts';
import { type DescribedAnswer, type ExtraRoute, extraRoutes, rpcAnswers, rpcPaths } from './extraRoutes.ts';
import { rpcAnswerSchema, rpcBodySchema } from './jsonRpc.ts';
import type { Operation } from './operation.ts';
import { problemMediaType, problemSchema, statusOfReason } from './problem.ts';

type Json = Readonly<Record<string, unknown>>;

/** What any operation may refuse with. */
const common: readonly LabErrorReason[] = ['usage', 'api.format', 'api.forbidden', 'api.limit', 'internal'];
const withToken: readonly LabErrorReason[] = ['api.unauthorised'];
const withBody: readonly LabErrorReason[] = ['api.too-large', 'api.repeated', 'conflict'];

/** The interface as an OpenAPI 3.1 document, made from the table of operations that it is run from. */
export function openApiDocument(operations: readonly Operation[], version: string, url: string): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const operation of operations) {
    const { method, path } = operation.http;
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe(operation) };
  }
  for (const route of extraRoutes) {
    const { path, method } = route;
    paths[path] = { ...paths[path], [method.toLowerCase()]: describeExtra(route) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Strategy Lab',
      version,
      description:
        'Every operation is a method of JSON-RPC 2.0 too, by its operationId, at POST /rpc and POST /v1/run_task.',
    },
    servers: [{ url }],
    security: [{ token: [] }],
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: schemaOf(problemSchema, 'output') },
    },
    paths,
  };
}

function describe(operation: Operation): Json {
  const { name, http, summary, scope, params, result, status = 200, errors } = operation;
  const hasBody = http.method !== 'GET';
  const isCalled = rpcPaths.has(http.path);
  const reasons = [...common, ...(scope === null ? [] : withToken), ...(hasBody ? withBody : []), ...errors];
  return {
    operationId: name,
    summary,
    ...(scope === null ? { security: [] } : { 'x-scope': scope }),
    ...(hasBody
      ? {
          parameters: [idempotencyKey],
          requestBody: bodyOf(isCalled ? z.union([params, rpcBodySchema]) : params),
        }
      : { parameters: parametersOf(operation) }),
    responses: {
      ...(isCalled && answersOf(rpcAnswers)),
      ...answersOf({ [status]: { description: 'Done.', content: { mediaType: json, schema: result } } }),
      ...problems([...new Set(reasons)], hasBody, isCalled),
    },
  };
}

function describeExtra({ path, method, summary, scope, parameters = [], body, answers }: ExtraRoute): Json {
  const reasons = [...common, ...(scope === null ? [] : withToken), ...(body === undefined ? [] : withBody)];
  return {
    operationId: path.slice(1).replaceAll(/[/.]/g, '_'),
    summary,
    ...(scope === null && { security: [] }),
    parameters: method === 'GET' ? parameters : [idempotencyKey, ...parameters],
    ...(body !== undefined && { requestBody: bodyOf(body) }),
    responses: { ...answersOf(answers), ...problems(reasons, body !== undefined) },
  };
}

const json = 'application/json';
const notJson = 'The body is no JSON in UTF-8, as its type says.';

function bodyOf(schema: z.ZodType): Json {
  return { required: true, content: { [json]: { schema: schemaOf(schema, 'input') } } };
}

function answersOf(answers: Readonly<Record<number, DescribedAnswer>>): Json {
  return Object.fromEntries(
    Object.entries(answers).map(([status, { description, content }]) => {
      if (content === undefined) return [status, { description }];
      const { mediaType, schema } = content;
      const shape = schema instanceof z.ZodType ? schemaOf(schema, 'output') : schema;
      return [status, { description, content: { [mediaType]: { schema: shape } } }];
    }),
  );
}

const idempotencyKey = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'The same key with the same request is answered alike for 24 hours, and done once.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
};

function parametersOf({ http, params }: Operation): Json[] {
  const { properties = {}, required = [] } = schemaOf(params, 'input') as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: http.path.includes(`{${name}}`) ? 'path' : 'query',
    required: required.includes(name),
    schema,
  }));
}

/**
 * The refusals by status, each with its reasons.
 * @param isCalled whether what is no JSON is refused as a call of JSON-RPC is
 */
function problems(reasons: readonly LabErrorReason[], hasBody: boolean, isCalled = false): Json {
  const unsaid = { 406: 'Accept excludes the type of the answer.', ...(hasBody && { 415: notJson }) };
  const statuses = [...new Set([...reasons.map(statusOfReason), ...Object.keys(unsaid).map(Number)])].sort(
    (a, b) => a - b,
  );
  return Object.fromEntries(
    statuses.map((status) => {
      const own = reasons.filter((reason) => statusOfReason(reason) === status);
      return [
        status,
        {
          description:
            own.length === 0 ? unsaid[status as keyof typeof unsaid] : `Refused: ${own.join(', ')}.`,
          content: {
            [problemMediaType]: { schema: { $ref: '#/components/schemas/Problem' } },
            ...(isCalled && status === 400 && { [json]: { schema: schemaOf(rpcAnswerSchema, 'output') } }),
          },
        },
      ];
    }),
  );
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override({ jsonSchema }) {
      // A later lab may tell more: whoever checks answers by this document must not refuse that.
      if (io === 'output' && jsonSchema.additionalProperties === false)
        delete jsonSchema.additionalProperties;
    },
  });
  return rest;
}
