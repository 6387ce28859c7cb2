/** Part of an idea, as indexes into its text; `end` is not included. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Match extends Span {
  /** What the pattern's groups caught, from 1 on; undefined where a group took no part. */
  readonly groups: readonly (string | undefined)[];
  readonly text: string;
}

const open = 0;
/** Read as a value or a rule. */
const read = 1;
/** Known to belong to what was read, without a value of its own. */
const known = 2;
/** Seen and refused: no reader may take it, and it is reported as not understood. */
const blocked = 3;

const look = {
  dash: /[\u2010-\u2015\u2212]/gu,
  quote: /[\u2018\u2019\u02bc]/gu,
  /** Control, format (bidirectional and zero-width among them), private and unpaired characters. */
  unprintable: /(?!\n)[\p{C}\p{Zl}\p{Zp}]/gu,
  space: /(?!\n)\s/gu,
} as const;

/** One unit for one unit, so that an index means the same place in both texts. */
function lower(text: string): string {
  return Array.from({ length: text.length }, (_, i) => {
    const unit = text.charAt(i).toLowerCase();
    return unit.length === 1 ? unit.replace('ё', 'е') : text.charAt(i);
  }).join('');
}

/**
 * A pattern that matches whole words, in any script, without regard to what stands around a sign such
 * as `<`. A number is not cut out of a longer one.
 */
export function term(source: string): RegExp {
  const start = '(?<![\\p{L}\\p{N}](?=[\\p{L}\\p{N}])|\\d[.,](?=\\d))';
  return new RegExp(`${start}(?:${source})(?!(?<=[\\p{L}\\p{N}])[\\p{L}\\p{N}])`, 'gu');
}

/** Source of a pattern for one of the words, standing alone; a digit may follow, as in `ema20`. */
export function word(source: string): string {
  return `(?<!\\p{L})(?:${source})(?!\\p{L})`;
}

/** An idea's text, with a note of which parts were understood. The idea is data and nothing else. */
export class IdeaText {
  /** Clean text as written, for quoting. */
  readonly clean: string;
  /** The same in lower case and without `ё`, for matching. */
  readonly text: string;
  readonly #state: Uint8Array;

  constructor(idea: string) {
    this.clean = idea
      .normalize('NFC')
      .replace(/\r\n?/gu, '\n')
      .replace(look.unprintable, ' ')
      .replace(look.dash, '-')
      .replace(look.quote, "'")
      .replace(look.space, ' ');
    this.text = lower(this.clean);
    this.#state = new Uint8Array(this.text.length);
  }

  /** The first match no part of which was read or refused before, and marks it as read. */
  take(pattern: RegExp, accept: (match: Match) => boolean = () => true): Match | null {
    for (const match of this.matches(pattern)) {
      if (this.#isFree(match) && accept(match)) {
        this.#mark(match, read);
        return match;
      }
    }
    return null;
  }

  /** All matches, read or not. */
  matches(pattern: RegExp): Match[] {
    return Array.from(this.text.matchAll(pattern), (found) => ({
      start: found.index,
      end: found.index + found[0].length,
      text: found[0],
      groups: found.slice(1),
    }));
  }

  has(pattern: RegExp): boolean {
    return this.text.search(pattern) >= 0;
  }

  /** Keeps every match from being read. */
  block(pattern: RegExp): void {
    for (const match of this.matches(pattern)) this.#mark(match, blocked);
  }

  /** Marks words that belong to what was read. */
  know(pattern: RegExp): void {
    for (const match of this.matches(pattern)) {
      for (let i = match.start; i < match.end; i++) {
        if (this.#state[i] === open) this.#state[i] = known;
      }
    }
  }

  wasRead({ start, end }: Span): boolean {
    return this.#state.subarray(start, end).includes(read);
  }

  /** True when every unit of the span was read or is known. */
  isUnderstood({ start, end }: Span): boolean {
    return this.#state.subarray(start, end).every((state) => state === read || state === known);
  }

  #isFree({ start, end }: Span): boolean {
    return this.#state.subarray(start, end).every((state) => state === open || state === known);
  }

  #mark({ start, end }: Span, state: number): void {
    this.#state.fill(state, start, end);
  }
}
