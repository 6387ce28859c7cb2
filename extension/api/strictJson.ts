import { LabError } from '../contracts/errors.ts';

const deepest = 64;

/**
 * JSON text as its value. What JSON.parse lets through silently is refused: an object that names a key twice, of
 * which one value would be lost, and nesting that no honest request has.
 * @throws LabError `api.format`
 */
export function parseJson(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LabError('api.format', 'The body is no JSON.', { action: 'Send one JSON document.', cause });
  }
  checkKeys(text);
  return value;
}

/** Looks over text that is known to be JSON. */
function checkKeys(text: string): void {
  // Of each open object its keys; null for an array.
  const open: (Set<string> | null)[] = [];
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;
  let last = '';
  for (const [token] of text.matchAll(tokens)) {
    if (token === '{') open.push(new Set());
    else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const key = JSON.parse(last) as string;
      const keys = open.at(-1);
      if (keys?.has(key) === true) {
        throw new LabError('api.format', `The body has an object that names ${JSON.stringify(key)} twice.`, {
          action: 'Name each key once.',
        });
      }
      keys?.add(key);
    }
    if (open.length > deepest) {
      throw new LabError('api.format', `The body is nested more than ${deepest} levels deep.`, {
        action: 'Send a flatter document.',
      });
    }
    last = token;
  }
}
