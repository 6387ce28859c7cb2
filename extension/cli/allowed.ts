import { z } from 'zod';
import { LabError } from '../contracts/errors.ts';
import { readNumber } from './options.ts';

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
  return schema.type === 'array' ? 'a list' : schema.type === 'object' ? 'fields by their names' : 'a text';
}

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

/** @param help the verb whose help tells more */
export function refusal(option: string, text: string, allowed: string, help: string): LabError {
  return new LabError('usage', `${option} takes ${allowed}, was "${text}".`, {
    action: `See strategy-lab ${help} --help.`,
  });
}

/**
 * The number of an option that a schema bounds.
 * @throws LabError `usage` naming the option, the value and what is allowed
 */
export function parseBounded(text: string, option: string, schema: z.ZodType, help: string): number {
  // A field with a default would take what is absent, and what is no number is not.
  const parsed = schema.safeParse(readNumber(text) ?? text);
  if (parsed.success) return parsed.data as number;
  throw refusal(option, text, allowedBy(schema, parsed.error), help);
}

/** What a schema takes, with the rule of its own that a value broke. */
export function allowedBy(schema: z.ZodType, { issues }: z.ZodError): string {
  const [issue] = issues;
  return `${allowedText(schema)}${issue?.code === 'custom' ? `, ${issue.message}` : ''}`;
}
