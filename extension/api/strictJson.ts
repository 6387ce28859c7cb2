import { LabError } from '../contracts/errors.ts';

const deepest = 64;

/**
 * JSON text as its value. What JSON.parse lets through silently is refused: an object that names a key twice, of
 * which one value would be lost, and nesting that no honest request has.
 * @throws LabError `api.format`
 */
export function parseJson(text: string): unknown {
  return parseCalls(text).value;
}

export interface ParsedCalls {
  readonly value: unknown;
  /**
   * The numbers that are the member `id` of the document, or of the objects in the list that it is, as they were
   * written: by the place of their object among these objects, from 0.
   */
  readonly idTexts: ReadonlyMap<number, string>;
}

/** As `parseJson`, with what a number loses that no double can hold. @throws LabError `api.format` */
export function parseCalls(text: string): ParsedCalls {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new LabError('api.format', 'The body is no JSON.', { action: 'Send one JSON document.', cause });
  }
  return { value, idTexts: scan(text) };
}

/** Looks over text that is known to be JSON. */
function scan(text: string): ReadonlyMap<number, string> {
  // Of each open object its keys; null for an array.
  const open: (Set<string> | null)[] = [];
  const idTexts = new Map<number, string>();
  const number = /\s*(-?\d[\d.eE+-]*)/y;
  let objects = 0;
  const tokens = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;
  let last = '';
  const isCall = (): boolean => open.length === 1 || (open.length === 2 && open[0] === null);
  for (const match of text.matchAll(tokens)) {
    const [token] = match;
    if (token === '{') {
      open.push(new Set());
      if (isCall()) objects += 1;
    } else if (token === '[') open.push(null);
    else if (token === '}' || token === ']') open.pop();
    else if (token === ':') {
      const key = last.includes('\\') ? (JSON.parse(last) as string) : last.slice(1, -1);
      const keys = open.at(-1);
      if (keys?.has(key) === true) {
        throw new LabError('api.format', `The body has an object that names ${JSON.stringify(key)} twice.`, {
          action: 'Name each key once.',
        });
      }
      keys?.add(key);
      if (key === 'id' && isCall()) {
        number.lastIndex = match.index + 1;
        const [, digits] = number.exec(text) ?? [];
        if (digits !== undefined) idTexts.set(objects - 1, digits);
      }
    }
    if (open.length > deepest) {
      throw new LabError('api.format', `The body is nested more than ${deepest} levels deep.`, {
        action: 'Send a flatter document.',
      });
    }
    last = token;
  }
  return idTexts;
}
