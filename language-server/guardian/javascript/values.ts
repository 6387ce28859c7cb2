import { dangerousKeys } from './members.ts';
import { type ApiListType, type ApiType, elementOf } from './strategyApi.ts';
import type { ClassSyntax, FunctionSyntax, SyntaxOf } from './tree.ts';

/** What the elements of a list made by the language are. */
export type ListOf = 'indices' | 'indexPairs' | 'keys' | 'keyPairs';

/** An expression that makes a list. */
export type ListSyntax = SyntaxOf<'ArrayExpression' | 'NewExpression' | 'CallExpression'>;

/** An object of the strategy API; `isHigher` is true for what belongs to a higher timeframe. */
export interface ApiAtom {
  readonly kind: 'api';
  readonly type: ApiType;
  readonly isHigher: boolean;
}

/** One kind of thing that an expression can hold. */
export type Atom =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'number'; readonly from: 'code' | 'price' | 'average' }
  /** true, false, null, undefined. */
  | { readonly kind: 'plain' }
  /** A text; in the pattern `any` stands for every text and `harmless` for one of harmless letters. */
  | { readonly kind: 'text'; readonly pattern: string }
  /** The name of a property that some object of the file has. */
  | { readonly kind: 'key' }
  | { readonly kind: 'global'; readonly path: string }
  | { readonly kind: 'export'; readonly name: string }
  | ApiAtom
  | {
      readonly kind: 'apiMethod';
      readonly owner: ApiType;
      readonly name: string;
      readonly isHigher: boolean;
    }
  | { readonly kind: 'function'; readonly node: FunctionSyntax }
  | { readonly kind: 'class'; readonly node: ClassSyntax }
  | { readonly kind: 'object'; readonly node: SyntaxOf<'ObjectExpression'> | undefined }
  | { readonly kind: 'instance'; readonly node: ClassSyntax }
  /** A list, by the expression that makes it where that is known. */
  | { readonly kind: 'array'; readonly node: ListSyntax | undefined }
  /** `source` is the list of the API whose elements stand second in the pairs. */
  | { readonly kind: 'list'; readonly of: ListOf; readonly source: ApiAtom | undefined }
  | { readonly kind: 'pair'; readonly first: 'index' | 'key'; readonly source: ApiAtom | undefined }
  | { readonly kind: 'map' | 'set' | 'date' | 'error' | 'regexp' }
  | { readonly kind: 'strategy'; readonly node: SyntaxOf<'CallExpression'> };

/** The things an expression can hold; empty where nothing reaches it. */
export type Value = ReadonlySet<Atom>;

const markers = /[\ue000\ue001]/u;
const anyText = '\ue000';
const harmlessText = '\ue001';
const longestPattern = 120;
const mostAtoms = 40;

export const unknown: Atom = { kind: 'unknown' };
export const plain: Atom = { kind: 'plain' };
export const ownKey: Atom = { kind: 'key' };
export const numberAtom: Atom = { kind: 'number', from: 'code' };
export const priceAtom: Atom = { kind: 'number', from: 'price' };
export const averageAtom: Atom = { kind: 'number', from: 'average' };
export const mapAtom: Atom = { kind: 'map' };
export const setAtom: Atom = { kind: 'set' };
export const dateAtom: Atom = { kind: 'date' };
export const errorAtom: Atom = { kind: 'error' };
export const regexpAtom: Atom = { kind: 'regexp' };
export const madeArray: Atom = { kind: 'array', node: undefined };
export const madeObject: Atom = { kind: 'object', node: undefined };

export function only(...atoms: Atom[]): Value {
  return new Set(atoms);
}

export const nothing: Value = new Set();
export const unknownValue = only(unknown);
export const numberValue = only(numberAtom);
export const plainValue = only(plain);

/** Atoms that mean the same are the same object, so that sets can hold them. */
export class Atoms {
  readonly #made = new Map<unknown, Map<string, Atom>>();

  #once(about: unknown, kind: string, make: () => Atom): Atom {
    let kinds = this.#made.get(about);
    if (!kinds) {
      kinds = new Map();
      this.#made.set(about, kinds);
    }
    const atom = kinds.get(kind) ?? make();
    kinds.set(kind, atom);
    return atom;
  }

  text(content: string): Atom {
    return this.#pattern(markers.test(content) ? anyText : content);
  }

  #pattern(pattern: string): Atom {
    return this.#once(pattern, 'text', () => ({ kind: 'text', pattern }));
  }

  get anyText(): Atom {
    return this.#pattern(anyText);
  }

  /** A text that numbers and dates are written with. */
  get numberText(): Atom {
    return this.#pattern(harmlessText);
  }

  joined(a: Atom, b: Atom): Atom {
    // Beside any text, harmless letters say nothing more.
    const pattern = (patternOf(a) + patternOf(b)).replace(/[\ue000\ue001]+/gu, (marks) =>
      marks.includes(anyText) ? anyText : harmlessText,
    );
    const parts = pattern.split(/[\ue000\ue001]/u).length;
    return this.#pattern(pattern.length > longestPattern || parts > 6 ? anyText : pattern);
  }

  /** A part of the text. */
  part(text: Atom): Atom {
    return patternOf(text) === harmlessText ? this.numberText : this.anyText;
  }

  global(path: string): Atom {
    return this.#once(path, 'global', () => ({ kind: 'global', path }));
  }

  export(name: string): Atom {
    return this.#once(name, 'export', () => ({ kind: 'export', name }));
  }

  api(type: ApiType, isHigher = false): Atom {
    return this.#once(type, isHigher ? 'higher api' : 'api', () => ({ kind: 'api', type, isHigher }));
  }

  apiMethod(owner: ApiType, name: string, isHigher = false): Atom {
    const kind = `${isHigher ? 'higher method' : 'method'} ${name}`;
    return this.#once(owner, kind, () => ({ kind: 'apiMethod', owner, name, isHigher }));
  }

  list(of: ListOf, source?: ApiAtom): Atom {
    return this.#once(source ?? of, `list ${of}`, () => ({ kind: 'list', of, source }));
  }

  pair(first: 'index' | 'key', source?: ApiAtom): Atom {
    return this.#once(source ?? first, `pair ${first}`, () => ({ kind: 'pair', first, source }));
  }

  function(node: FunctionSyntax): Atom {
    return this.#once(node, 'function', () => ({ kind: 'function', node }));
  }

  class(node: ClassSyntax): Atom {
    return this.#once(node, 'class', () => ({ kind: 'class', node }));
  }

  instance(node: ClassSyntax): Atom {
    return this.#once(node, 'instance', () => ({ kind: 'instance', node }));
  }

  object(node: SyntaxOf<'ObjectExpression'>): Atom {
    return this.#once(node, 'object', () => ({ kind: 'object', node }));
  }

  array(node: ListSyntax): Atom {
    return this.#once(node, 'array', () => ({ kind: 'array', node }));
  }

  strategy(node: SyntaxOf<'CallExpression'>): Atom {
    return this.#once(node, 'strategy', () => ({ kind: 'strategy', node }));
  }
}

/** True where a value can be of one of these kinds. */
export function hasKind(value: Value, ...kinds: Atom['kind'][]): boolean {
  return [...value].some(({ kind }) => kinds.includes(kind));
}

/** True for a list that the API gives. */
export function isApiList(atom: Atom): atom is ApiAtom & { readonly type: ApiListType } {
  return atom.kind === 'api' && elementOf(atom.type) !== undefined;
}

function patternOf(atom: Atom): string {
  if (atom.kind === 'text') return atom.pattern;
  return atom.kind === 'number' || atom.kind === 'plain' ? harmlessText : anyText;
}

/** True for a text that is known to the letter. */
export function isWritten(atom: Atom & { readonly kind: 'text' }): boolean {
  return !markers.test(atom.pattern);
}

/** A place that values reach; it only grows. */
export class Slot {
  readonly #atoms = new Set<Atom>();

  get value(): Value {
    return this.#atoms;
  }

  /** Adds what reaches the place, and says whether that was new. */
  add(value: Value): boolean {
    const before = this.#atoms.size;
    for (const atom of value) {
      // A function that got lost would look as though nobody called it.
      if (this.#atoms.size < mostAtoms || atom.kind === 'function') this.#atoms.add(atom);
      else this.#atoms.add(unknown);
    }
    return this.#atoms.size > before;
  }
}

export function union(...values: readonly Value[]): Value {
  let first: Value = nothing;
  let all: Set<Atom> | undefined;
  for (const value of values) {
    if (value.size === 0 || value === first) continue;
    if (first.size === 0) {
      first = value;
      continue;
    }
    all ??= new Set(first);
    for (const atom of value) all.add(atom);
  }
  return all ?? first;
}

/** True where a text of this pattern can be the name of a dangerous member. */
function canBeDangerous(pattern: string): boolean {
  if (!markers.test(pattern)) return dangerousKeys.includes(pattern);
  const source = pattern
    .replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
    .replaceAll(anyText, '[^]*')
    .replaceAll(harmlessText, '[-+0-9.:TZeENaIfinityulsrd]*');
  const matcher = new RegExp(`^${source}$`);
  return dangerousKeys.some((key) => matcher.test(key));
}

/**
 * True where no key of this value can name a dangerous member. `hasOwnTexts` says that objects of the file
 * may turn into texts of their own making.
 */
export function isSafeKey(value: Value, hasOwnTexts: boolean): boolean {
  if (value.size === 0) return false;
  for (const atom of value) {
    switch (atom.kind) {
      case 'number':
      case 'plain':
      case 'key':
      case 'date':
      case 'map':
      case 'set':
        break;
      case 'text':
        if (canBeDangerous(atom.pattern)) return false;
        break;
      case 'object':
      case 'instance':
        if (hasOwnTexts) return false;
        break;
      default:
        return false;
    }
  }
  return true;
}
