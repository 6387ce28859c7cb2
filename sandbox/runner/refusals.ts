import type { Refusal } from '../frames.ts';

/** Most refusals that are told one by one, and most stacks that are looked at: each costs some microseconds. */
export const mostRefusals = 20;
const mostStacks = 1000;
export const longestRefusal = 60;

/**
 * Counts what a strategy is refused, also where it catches the error: an honest one does not ask for what it
 * cannot have, or ends with its first try.
 */
export class Refusals {
  readonly #found = new Map<string, Refusal>();
  #total = 0;

  get total(): number {
    return this.#total;
  }

  get list(): readonly Refusal[] {
    return [...this.#found.values()];
  }

  note(what: string): void {
    this.#total++;
    if (this.#total > mostStacks) return;
    const { line, column } = placeOf(new Error(what));
    const key = `${what} ${line} ${column}`;
    const known = this.#found.get(key);
    if (known !== undefined) known.count++;
    else if (this.#found.size < mostRefusals) {
      this.#found.set(key, { what: what.slice(0, longestRefusal), line, column, count: 1 });
    }
  }
}

/** The uppermost place of the strategy's file in the stack of an error. */
export function placeOf(error: Error): { readonly line: number | null; readonly column: number | null } {
  const place = /strategy\.ts:(\d{1,6}):(\d{1,6})/.exec(String(error.stack).slice(0, 20_000));
  return { line: place === null ? null : Number(place[1]), column: place === null ? null : Number(place[2]) };
}
