import * as z from 'zod';

/** The parts of a JSON Schema that say which single values it takes. */
interface ValueSchema {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly ValueSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** What a schema takes, in words: `a whole number from 1 to 10000`. */
export function allowedText(schema: z.ZodType): string {
  return textOf(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as ValueSchema);
}

function textOf(schema: ValueSchema): string {
  if (schema.anyOf !== undefined)
    return schema.anyOf
      .filter(({ type }) => type !== 'null')
      .map(textOf)
      .join(' or ');
  if (schema.enum !== undefined) return `one of ${schema.enum.join(', ')}`;
  if (schema.const !== undefined) return String(schema.const);
  if (schema.type === 'integer') return `a whole number${boundsText(schema)}`;
  if (schema.type === 'number') return `a number${boundsText(schema)}`;
  return otherKinds[schema.type ?? ''] ?? 'a text';
}

const otherKinds: Readonly<Record<string, string>> = {
  array: 'a list',
  object: 'fields by their names',
  boolean: 'true or false',
};

function boundsText({ minimum, maximum, exclusiveMinimum, exclusiveMaximum }: ValueSchema): string {
  // Where no bound is set, the schema has that of whole numbers as such.
  const least = isBound(minimum) ? minimum : undefined;
  const most = isBound(maximum) ? maximum : undefined;
  if (least !== undefined && most !== undefined) return ` from ${least} to ${most}`;
  const lower =
    exclusiveMinimum !== undefined
      ? ` above ${exclusiveMinimum}`
      : least === undefined
        ? ''
        : ` from ${least} on`;
  const upper =
    exclusiveMaximum !== undefined
      ? ` below ${exclusiveMaximum}`
      : most === undefined
        ? ''
        : ` up to ${most}`;
  return lower !== '' && upper !== '' ? `${lower} and${upper}` : `${lower}${upper}`;
}

function isBound(value: number | undefined): value is number {
  return value !== undefined && Math.abs(value) < Number.MAX_SAFE_INTEGER;
}

/** What a schema takes, with the rule of its own that a value broke. */
export function allowedBy(schema: z.ZodType, { issues }: z.ZodError): string {
  const [issue] = issues;
  return `${allowedText(schema)}${issue?.code === 'custom' ? `, ${issue.message}` : ''}`;
}

/** What is wrong with a value, in words: the field, what it takes and what it was. */
export function valueProblem(schema: z.ZodType, error: z.ZodError, value: unknown): string {
  const [issue] = error.issues;
  const path = issue?.path ?? [];
  if (issue?.code === 'unrecognized_keys') return `there is no "${issue.keys.join('", "')}"`;
  if (path.length === 0) return issue?.code === 'custom' ? issue.message : `it takes ${allowedText(schema)}`;
  const name = path.join('.');
  const text = shortText(path.reduce<unknown>((inner, key) => Object(inner)[key], value));
  if (issue?.code === 'custom') return `${issue.message} (${name} is ${text})`;
  const field = path.reduce<z.ZodType | undefined>(fieldOf, schema);
  return `${name} takes ${field === undefined ? 'another value' : allowedBy(field, error)}, was ${text}`;
}

const mostValueText = 100;

/** A value as it is written, and only its beginning where that is long. */
function shortText(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > mostValueText ? `${text.slice(0, mostValueText)} …` : text;
}

function fieldOf(schema: unknown, key: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodNullable || schema instanceof z.ZodOptional) {
    return fieldOf(schema.unwrap(), key);
  }
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const fields = schema.options.flatMap((option) => fieldOf(option, key) ?? []);
    return fields.length > 1 ? z.union(fields) : fields[0];
  }
  return schema instanceof z.ZodObject ? schema.shape[String(key)] : undefined;
}
