import { LabError } from '../../contracts/errors.ts';
import { redact } from '../redact.ts';

const longestText = 2000;
const mostEntries = 50;
const deepest = 4;
const deepestCause = 5;
/** Fields that hold a secret whatever it looks like. */
const secretField =
  /(api[-_]?key|secret|token$|passw(or)?d|passphrase|private[-_]?key|authorization|cookie)/i;
/** Text that people or models wrote can be long and is nobody's business in a log: its length is told. */
const longField = /^(source|code|idea|prompt|completion|content|answer)$/i;

/** `text` without secrets, cut where it is long. */
export function logText(text: string): string {
  // Cut with some room first: what is redacted may be long, and a cut secret is still one.
  const clean = redact(text.slice(0, 4 * longestText));
  return clean.length <= longestText && text.length <= 4 * longestText
    ? clean
    : `${clean.slice(0, longestText)}… (${text.length} characters)`;
}

/** Anything as JSON of bounded size that holds no secret. Never throws. */
export function logValue(value: unknown, depth = 0): unknown {
  switch (typeof value) {
    case 'string':
      return logText(value);
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'boolean':
      return value;
    case 'bigint':
      return String(value);
    case 'object':
      return value === null ? null : logObject(value, depth);
    default:
      return undefined;
  }
}

function logObject(value: object, depth: number): unknown {
  if (value instanceof Error) return errorFacts(value);
  if (value instanceof Date) return Number.isFinite(value.getTime()) ? value.toISOString() : String(value);
  if (ArrayBuffer.isView(value)) return `(${value.byteLength} bytes)`;
  if (depth >= deepest) return Array.isArray(value) ? `(${value.length} entries)` : '(more)';
  if (Array.isArray(value)) {
    const shown = value.slice(0, mostEntries).map((entry) => logValue(entry, depth + 1) ?? null);
    return value.length > mostEntries ? [...shown, `(${value.length - mostEntries} more)`] : shown;
  }
  const entries = Object.entries(value);
  const shown = entries
    .slice(0, mostEntries)
    .map(([name, field]) => [logText(name), fieldValue(name, field, depth)]);
  if (entries.length > mostEntries) shown.push(['…', `(${entries.length - mostEntries} more)`]);
  return Object.fromEntries(shown);
}

function fieldValue(name: string, value: unknown, depth: number): unknown {
  if (secretField.test(name)) return '***';
  if (longField.test(name) && typeof value === 'string') return `(${value.length} characters)`;
  return logValue(value, depth + 1);
}

/** An error with its reason, action, stack and causes. */
export function errorFacts(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return { message: logText(String(error)) };
  const facts = LabError.is(error) ? { reason: error.reason, action: error.action ?? null } : {};
  const cause =
    error.cause === undefined || depth >= deepestCause ? {} : { cause: errorFacts(error.cause, depth + 1) };
  return { message: logText(error.message), ...facts, stack: logText(error.stack ?? ''), ...cause };
}
