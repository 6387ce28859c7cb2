/** Which characters a part of a pattern matches: a bit for each ASCII character, and one for all others. */
type Letters = bigint;

interface Item {
  readonly letters: Letters;
  /** Alternatives of a group; nothing for a single character. */
  readonly branches: readonly (readonly Item[])[] | undefined;
  readonly least: number;
  readonly isUnbounded: boolean;
}

const others = 128n;
const none: Letters = 0n;
const every: Letters = (1n << (others + 1n)) - 1n;
const deepest = 40;
const longestPattern = 300;

function lettersOf(form: RegExp): Letters {
  let letters = none;
  for (let code = 0; code < 128; code += 1)
    if (form.test(String.fromCharCode(code))) letters |= 1n << BigInt(code);
  return letters;
}

const classes: Readonly<Record<string, Letters>> = {
  d: lettersOf(/\d/),
  w: lettersOf(/\w/),
  s: lettersOf(/\s/) | (1n << others),
};

function not(letters: Letters): Letters {
  return (every ^ letters) | (1n << others);
}

function either(a: Letters, b: Letters): Letters {
  return a | b;
}

function overlap(a: Letters, b: Letters): boolean {
  return (a & b) !== none;
}

/** The letters from one code to another, both included. */
function between(from: number, to: number): Letters {
  let letters = to >= 128 ? 1n << others : none;
  for (let code = from; code <= Math.min(to, 127); code += 1) letters |= 1n << BigInt(code);
  return letters;
}

function one(character: string): Letters {
  const code = character.charCodeAt(0);
  return between(code, code);
}

/** Reads a pattern that is known to be valid, as far as its cost depends on it. */
class PatternReader {
  readonly #pattern: string;
  #position = 0;
  #depth = 0;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  branches(): Item[][] {
    const branches: Item[][] = [[]];
    while (this.#position < this.#pattern.length && this.#peek() !== ')') {
      if (this.#take('|')) branches.push([]);
      else {
        const item = this.#item();
        if (item) branches.at(-1)?.push(item);
      }
    }
    return branches;
  }

  #peek(): string {
    return this.#pattern[this.#position] ?? '';
  }

  #take(text: string): boolean {
    if (!this.#pattern.startsWith(text, this.#position)) return false;
    this.#position += text.length;
    return true;
  }

  #match(form: RegExp): string | undefined {
    form.lastIndex = this.#position;
    const found = form.exec(this.#pattern)?.[0];
    if (found !== undefined) this.#position += found.length;
    return found;
  }

  #item(): Item | undefined {
    if (this.#take('^') || this.#take('$') || this.#match(/\\[bB]/y)) return undefined;
    let letters = every;
    let branches: Item[][] | undefined;
    let isLook = false;
    const opening = this.#match(/\((?:\?(?:<[=!]|[=!]|:|<[^>]*>|[\w-]*:))?/y);
    if (opening !== undefined) {
      isLook = /[=!]$/.test(opening);
      this.#depth += 1;
      if (this.#depth > deepest) throw new RangeError('The pattern is nested too deeply.');
      branches = this.branches();
      this.#depth -= 1;
      this.#take(')');
      letters = branches.flat().reduce((all, item) => either(all, item.letters), none);
    } else if (this.#peek() === '[') letters = this.#class();
    else letters = this.#character();
    const [least, isUnbounded] = this.#quantifier();
    return isLook ? undefined : { letters, branches, least, isUnbounded };
  }

  #quantifier(): [number, boolean] {
    const text = this.#match(/(?:[*+?]|\{\d+(?:,\d*)?\})\??/y);
    if (text === undefined) return [1, false];
    if (text.startsWith('*')) return [0, true];
    if (text.startsWith('+')) return [1, true];
    if (text.startsWith('?')) return [0, false];
    const [, low = '0', comma, high = ''] = /^\{(\d+)(,?)(\d*)/.exec(text) ?? [];
    // A long bounded repetition costs as much as an unbounded one.
    return [Number(low), comma === ',' ? high === '' || Number(high) > 20 : Number(low) > 1000];
  }

  #character(): Letters {
    const sequence = this.#match(
      /\\(?:[pP]\{[^}]*\}|u\{[^}]*\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|c[A-Za-z]|k<[^>]*>|\d+|[\s\S])/y,
    );
    if (sequence !== undefined) return escaped(sequence);
    const character = this.#peek();
    this.#position += 1;
    return character === '.' ? every : one(character);
  }

  #class(): Letters {
    this.#position += 1;
    const isNegated = this.#take('^');
    let letters = none;
    while (this.#position < this.#pattern.length && !this.#take(']')) {
      if (this.#peek() === '[') {
        letters = either(letters, this.#class());
        continue;
      }
      const range = this.#match(/[^\\\]]-[^\\\]]/y);
      if (range === undefined) letters = either(letters, this.#classCharacter());
      else {
        letters = either(letters, between(range.charCodeAt(0), range.charCodeAt(2)));
      }
    }
    return isNegated ? not(letters) : letters;
  }

  #classCharacter(): Letters {
    if (this.#peek() !== '.') return this.#character();
    this.#position += 1;
    return one('.');
  }
}

function escaped(sequence: string): Letters {
  const kind = sequence[1] ?? '';
  const known = classes[kind.toLowerCase()];
  if (known) return kind === kind.toLowerCase() ? known : not(known);
  if (kind === 'n' || kind === 'r' || kind === 't' || kind === 'f' || kind === 'v')
    return classes['s'] ?? every;
  if (/[a-zA-Z0-9]/.test(kind)) return every;
  return one(kind);
}

function canBeEmpty(item: Item): boolean {
  return item.least === 0 || (item.branches?.some((branch) => branch.every(canBeEmpty)) ?? false);
}

/** What can stand first in a sequence. */
function firstOf(items: readonly Item[]): Letters {
  let letters = none;
  for (const item of items) {
    const own = item.branches ? item.branches.map(firstOf).reduce(either, none) : item.letters;
    letters = either(letters, own);
    if (!canBeEmpty(item)) break;
  }
  return letters;
}

function isAmbiguous(items: readonly Item[], after: readonly Item[], isRepeated: boolean): boolean {
  return items.some((item, index) => {
    const rest = [...items.slice(index + 1), ...after];
    if (item.isUnbounded) {
      // Two repetitions side by side that can match the same text share it in every possible way.
      for (const next of rest) {
        const isRun = isLetterRun(item) && isLetterRun(next);
        if (next.isUnbounded && isRun && overlap(item.letters, next.letters)) return true;
        if (!canBeEmpty(next)) break;
      }
      const isLast = items.slice(index + 1).every(canBeEmpty);
      if (isRepeated && isLast && overlap(item.letters, firstOf(items))) return true;
    }
    if (!item.branches) return false;
    const repeats = item.isUnbounded;
    if (repeats && sharesLetters(item.branches)) return true;
    return item.branches.some((branch) =>
      isAmbiguous(branch, repeats ? [] : rest, repeats || (isRepeated && items.length === 1)),
    );
  });
}

/** True for what matches every sequence of its letters. */
function isLetterRun({ branches }: Item): boolean {
  return branches?.every((branch) => branch.length === 1) ?? true;
}

/** Alternatives under a repetition that can match the same short text. */
function sharesLetters(branches: readonly (readonly Item[])[]): boolean {
  return branches.some((branch, index) =>
    branches.slice(index + 1).some((other) => {
      const isShort = (items: readonly Item[]): boolean =>
        items.length <= 1 || items.some(({ isUnbounded }) => isUnbounded);
      return (isShort(branch) || isShort(other)) && overlap(firstOf(branch), firstOf(other));
    }),
  );
}

/**
 * True where matching can take more than linear time for each start: nested repetitions, repeated alternatives
 * or neighbouring repetitions that can match the same text.
 */
export function isSuperLinear(pattern: string): boolean {
  if (pattern.length > longestPattern) return true;
  try {
    return new PatternReader(pattern).branches().some((branch) => isAmbiguous(branch, [], false));
  } catch {
    return true;
  }
}
