import * as z from 'zod';
import { LabError } from '../../contracts/errors.ts';
import type { Operation } from '../operation.ts';
import { paramsError } from '../runOperation.ts';

export interface Match {
  readonly operation: Operation;
  /** Parameters of the path, decoded. */
  readonly path: Readonly<Record<string, string>>;
}

export interface Routes {
  /** The operation of a method and path; else the methods that the path has, which are none where it has no operation. */
  find(method: string, path: string): Match | { readonly allowed: readonly string[] };
}

/** Finds operations by their places. */
export function routesOf(operations: readonly Operation[]): Routes {
  const routes = operations.map((operation) => ({
    operation,
    form: new RegExp(`^${operation.http.path.replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
  }));
  return {
    find(method, path) {
      const found = routes.flatMap(({ operation, form }) => {
        const match = form.exec(path);
        return match === null ? [] : [{ operation, groups: match.groups ?? {} }];
      });
      const meant = found.find(({ operation }) => operation.http.method === method);
      if (meant === undefined) return { allowed: found.map(({ operation }) => operation.http.method) };
      return { operation: meant.operation, path: decoded(meant.groups) };
    },
  };
}

function decoded(groups: Readonly<Record<string, string>>): Record<string, string> {
  try {
    return Object.fromEntries(
      Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  } catch (cause) {
    throw new LabError('api.format', 'The path is not encoded as addresses are.', {
      action: 'Encode it by percent signs in UTF-8.',
      cause,
    });
  }
}

/** A query as parameters: texts, and numbers and truth values where the schema has them. */
export function queryParams({ params }: Operation, query: URLSearchParams): Record<string, unknown> {
  const names = [...query.keys()];
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw paramsError(`The query has ${twice.slice(0, 60)} twice.`);
  return Object.fromEntries(
    [...query].map(([name, text]) => [
      name,
      typed(text, typeOf(Object.hasOwn(params.shape, name) ? (params.shape[name] as z.ZodType) : undefined)),
    ]),
  );
}

function typeOf(schema: z.ZodType | undefined): unknown {
  return schema === undefined ? 'string' : z.toJSONSchema(schema, { io: 'input' }).type;
}

function typed(text: string, type: unknown): unknown {
  if ((type === 'integer' || type === 'number') && /^-?\d{1,15}(\.\d{1,15})?$/.test(text))
    return Number(text);
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
