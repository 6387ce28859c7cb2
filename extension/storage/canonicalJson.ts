import { LabError } from '../contracts/errors.ts';

/**
 * JSON text that is equal for equal values: keys in UTF-16 order, no white space (RFC 8785).
 * An undefined property is left out, as in JSON. Throws `usage` on what JSON cannot carry.
 */
export function canonicalJson(value: unknown): string {
  return write(value, '$');
}

function write(value: unknown, path: string): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) {
    return `[${value.map((item, index) => write(item, `${path}[${index}]`)).join(',')}]`;
  }
  if (isPlainObject(value)) {
    const members = Object.keys(value)
      .sort()
      .filter((key) => value[key] !== undefined)
      .map((key) => `${JSON.stringify(key)}:${write(value[key], `${path}.${key}`)}`);
    return `{${members.join(',')}}`;
  }
  const found = typeof value === 'number' ? String(value) : Object.prototype.toString.call(value);
  throw new LabError('usage', `The value at ${path} cannot be kept as JSON: ${found}.`, {
    action: 'Use null, booleans, finite numbers, strings, arrays and plain objects only.',
  });
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
