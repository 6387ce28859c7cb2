import {
  callbackMethods,
  elementMethods,
  listMethods,
  numberMethods,
  numberTextMethods,
  partMethods,
  plainMethods,
  selfMethods,
  textMethods,
} from './members.ts';
import type { Reader, Store } from './store.ts';
import type { Syntax, SyntaxOf } from './tree.ts';
import {
  type Atom,
  dateAtom,
  errorAtom,
  isApiList,
  madeArray,
  madeObject,
  mapAtom,
  nothing,
  numberValue,
  only,
  plainValue,
  regexpAtom,
  setAtom,
  union,
  unknownValue,
  type Value,
} from './values.ts';

/** What calling a global gives, such as `Math.max` or `Number`. */
export function callOfGlobal(
  reader: Reader,
  store: Store,
  path: string,
  call: SyntaxOf<'CallExpression'> | undefined,
  args: readonly Syntax[],
): Value {
  const list = only(call ? store.atoms.array(call) : madeArray);
  const first = args[0] ? reader.evaluate(args[0]) : nothing;
  if (path.startsWith('Math.')) return numberValue;
  switch (path) {
    case 'Number':
    case 'Number.parseFloat':
    case 'Number.parseInt':
    case 'parseFloat':
    case 'parseInt':
    case 'Date.UTC':
      return numberValue;
    case 'Object.keys':
      return store.hasForeignNames ? unknownValue : only(store.atoms.list('keys'));
    case 'Object.entries':
      return store.hasForeignNames ? unknownValue : only(store.atoms.list('keyPairs'));
    case 'Object.freeze':
    case 'Object.assign':
      return first;
    case 'Object.create':
      return only(madeObject);
    case 'Map.groupBy':
      return only(mapAtom);
    case 'Array':
    case 'Array.from':
    case 'Array.of':
      return list;
    case 'String':
      return new Set([...first].map((atom) => store.atoms.joined(store.atoms.text(''), atom)));
    case 'JSON.stringify':
      return only(store.atoms.anyText);
    case 'Error':
    case 'TypeError':
    case 'RangeError':
      return only(errorAtom);
    case 'Object.values':
      return first.size > 0 && [...first].every(isApiList) ? list : unknownValue;
    case 'JSON.parse':
    case 'Object.fromEntries':
    case 'Object.groupBy':
      return unknownValue;
    default:
      return path.endsWith('Array.from') || path.endsWith('Array.of') ? list : plainValue;
  }
}

/** What `new` makes of a global. */
export function newOfGlobal(store: Store, path: string, node: SyntaxOf<'NewExpression'>): Value {
  if (path.endsWith('Array')) return only(store.atoms.array(node));
  if (path.endsWith('Error')) return only(errorAtom);
  const made: Readonly<Record<string, Atom>> = {
    Map: mapAtom,
    Set: setAtom,
    Date: dateAtom,
    RegExp: regexpAtom,
  };
  const atom = Object.hasOwn(made, path) ? made[path] : undefined;
  return atom ? only(atom) : unknownValue;
}

/** What a method of the language's own values gives, by its name. */
export function callOfMethod(
  reader: Reader,
  store: Store,
  base: Value,
  name: string,
  call: SyntaxOf<'CallExpression'>,
): Value {
  const parts: Value[] = [];
  for (const atom of base) parts.push(methodOf(reader, store, atom, name, call));
  return union(...parts);
}

function methodOf(
  reader: Reader,
  store: Store,
  atom: Atom,
  name: string,
  call: SyntaxOf<'CallExpression'>,
): Value {
  if (numberMethods.has(name)) return numberValue;
  if (plainMethods.has(name)) return plainValue;
  if (numberTextMethods.has(name)) return only(store.atoms.numberText);
  switch (atom.kind) {
    case 'text':
      if (partMethods.has(name)) return only(store.atoms.part(atom));
      return only(listMethods.has(name) && name !== 'concat' ? store.atoms.array(call) : store.atoms.anyText);
    case 'number':
    case 'plain':
      return only(call.arguments.length === 0 ? store.atoms.numberText : store.atoms.anyText);
    case 'date':
      if (name === 'valueOf') return numberValue;
      return only(/^to(?:ISOString|JSON)$/.test(name) ? store.atoms.numberText : store.atoms.anyText);
    case 'array':
    case 'list':
    case 'set':
    case 'map':
    case 'regexp':
      return listMethod(reader, store, atom, name, call);
    case 'api':
      return isApiList(atom) ? listMethod(reader, store, atom, name, call) : nothing;
    case 'global':
    case 'export':
    case 'apiMethod':
      return nothing;
    default: {
      const isText = textMethods.has(name) || name === 'toString' || name === 'toJSON';
      if (isText) return only(store.atoms.anyText);
      const known = listMethod(reader, store, madeArray, name, call);
      return partMethods.has(name) || name === 'concat' ? union(known, only(store.atoms.anyText)) : known;
    }
  }
}

function listMethod(
  reader: Reader,
  store: Store,
  atom: Atom,
  name: string,
  call: SyntaxOf<'CallExpression'>,
): Value {
  if (textMethods.has(name) || name === 'toString') return only(store.atoms.anyText);
  if (name === 'valueOf' || selfMethods.has(name)) return only(atom);
  if (isApiList(atom)) {
    if (name === 'keys') return only(store.atoms.list('indices'));
    if (name === 'entries') return only(store.atoms.list('indexPairs', atom));
  }
  const isArray = atom.kind === 'array';
  // Of an unknown object, the keys can be those of a map.
  if (name === 'keys' && isArray) return only(store.atoms.list('indices'), ...(atom.node ? [] : [madeArray]));
  if (name === 'entries' && isArray)
    return only(store.atoms.list('indexPairs'), ...(atom.node ? [] : [mapAtom]));
  if (atom.kind === 'list' && ['filter', 'slice', 'toSorted', 'toReversed'].includes(name)) return only(atom);
  if (name === 'entries') return only(mapAtom);
  if (listMethods.has(name)) return only(store.atoms.array(call));
  if (elementMethods.has(name)) return reader.elements(only(atom.kind === 'map' ? madeArray : atom));
  if (callbackMethods.has(name)) return union(...kept(reader, store, only(atom), call.arguments));
  return unknownValue;
}

/** What a `reduce` can give: what it starts with, what its function returns, or an element. */
export function kept(reader: Reader, store: Store, base: Value, args: readonly Syntax[]): Value[] {
  const [step, start] = args;
  const functions = step ? [...reader.evaluate(step)] : [];
  const returned = functions.map((atom) =>
    atom.kind === 'function' ? store.returned(atom.node).value : unknownValue,
  );
  return [start ? reader.evaluate(start) : reader.elements(base), ...returned];
}
