/** Two values that are not the same, as JSON text; `absent` where there is none. */
export interface Difference {
  /** Fields and indices from the root, such as `trades[3].profit`. */
  readonly path: string;
  readonly recorded: string;
  readonly now: string;
}

const longestText = 200;

/**
 * The first place at which two JSON values differ, in the order of the recorded one; null where they hold
 * the same. Places under a path of `without` are passed over.
 */
export function firstDifference(
  recorded: unknown,
  now: unknown,
  without: ReadonlySet<string> = new Set(),
  path = '',
): Difference | null {
  if (without.has(path)) return null;
  if (Array.isArray(recorded) && Array.isArray(now)) {
    for (let index = 0; index < Math.max(recorded.length, now.length); index++) {
      const found = firstDifference(recorded[index], now[index], without, `${path}[${index}]`);
      if (found !== null) return found;
    }
    return null;
  }
  if (isRecord(recorded) && isRecord(now)) {
    for (const name of new Set([...Object.keys(recorded), ...Object.keys(now)])) {
      const inner = path === '' ? name : `${path}.${name}`;
      const found = firstDifference(recorded[name], now[name], without, inner);
      if (found !== null) return found;
    }
    return null;
  }
  return recorded === now ? null : { path, recorded: textOf(recorded), now: textOf(now) };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  const text = value === undefined ? 'absent' : JSON.stringify(value);
  return text.length <= longestText ? text : `${text.slice(0, longestText)}…`;
}

/** Index of the first value that differs to the bit, also where one column has ended; null for equal columns. */
export function firstDifferentValue(recorded: Float64Array, now: Float64Array): number | null {
  const length = Math.max(recorded.length, now.length);
  for (let index = 0; index < length; index++) {
    if (!Object.is(recorded[index], now[index])) return index;
  }
  return null;
}
