import type * as z from 'zod';
import { LabError } from '../contracts/errors.ts';
import { allowedBy } from '../contracts/schemaTexts.ts';
import { readNumber } from './options.ts';

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
