/** Members that lead from a value to code or to what all code shares; refused on every object. */
export const refusedMembers: ReadonlyMap<string, 'SEC003' | 'SEC004'> = new Map([
  ['constructor', 'SEC003'],
  ['getPrototypeOf', 'SEC003'],
  ['caller', 'SEC003'],
  ['callee', 'SEC003'],
  ['arguments', 'SEC003'],
  ['captureStackTrace', 'SEC003'],
  ['prepareStackTrace', 'SEC003'],
  ['stackTraceLimit', 'SEC003'],
  ['getOwnPropertyDescriptor', 'SEC003'],
  ['getOwnPropertyDescriptors', 'SEC003'],
  ['getOwnPropertyNames', 'SEC003'],
  ['getOwnPropertySymbols', 'SEC003'],
  ['fromAsync', 'SEC003'],
  ['__proto__', 'SEC004'],
  ['prototype', 'SEC004'],
  ['setPrototypeOf', 'SEC004'],
  ['defineProperty', 'SEC004'],
  ['defineProperties', 'SEC004'],
  ['__defineGetter__', 'SEC004'],
  ['__defineSetter__', 'SEC004'],
  ['__lookupGetter__', 'SEC004'],
  ['__lookupSetter__', 'SEC004'],
]);

/** Refused unless the file itself defines a member of that name. */
export const suspectMembers = new Set(['eval', 'Function', 'stack', 'call', 'apply', 'bind']);

/** Names that a computed key must not be able to become. */
export const dangerousKeys: readonly string[] = [...refusedMembers.keys(), ...suspectMembers];

export const numberMethods = new Set(
  (
    'indexOf lastIndexOf findIndex findLastIndex push unshift charCodeAt codePointAt search getTime ' +
    'getUTCFullYear getUTCMonth getUTCDate getUTCDay getUTCHours getUTCMinutes getUTCSeconds getUTCMilliseconds ' +
    'setUTCFullYear setUTCMonth setUTCDate setUTCHours setUTCMinutes setUTCSeconds setUTCMilliseconds setTime'
  ).split(' '),
);

export const plainMethods = new Set(
  (
    'includes some every startsWith endsWith has delete test forEach clear hasOwnProperty isPrototypeOf ' +
    'propertyIsEnumerable isSubsetOf isSupersetOf isDisjointFrom'
  ).split(' '),
);

export const textMethods = new Set(
  (
    'join charAt substring substr replace replaceAll trim trimStart trimEnd toLowerCase toUpperCase padStart padEnd ' +
    'repeat normalize toISOString toUTCString toJSON'
  ).split(' '),
);

/** Methods that give a part of a text, and no letter that was not in it. */
export const partMethods = new Set([
  'slice',
  'substring',
  'substr',
  'charAt',
  'at',
  'trim',
  'trimStart',
  'trimEnd',
]);

export const numberTextMethods = new Set(['toFixed', 'toPrecision', 'toExponential']);

export const elementMethods = new Set(['pop', 'shift', 'at', 'find', 'findLast', 'get', 'next']);

/** Methods that give the list they are called on. */
export const selfMethods = new Set(['sort', 'reverse', 'fill', 'copyWithin', 'set', 'add']);

export const listMethods = new Set(
  (
    'map filter slice concat splice sort reverse flat flatMap fill toSorted toReversed toSpliced with copyWithin ' +
    'keys values entries split match matchAll exec subarray set add union intersection difference ' +
    'symmetricDifference take drop toArray'
  ).split(' '),
);

/** What a method hands to the function that it calls: an element, its index or key, the list, what was kept. */
export type Handed = 'element' | 'index' | 'list' | 'kept';

function hand(names: string, handed: readonly Handed[]): [string, readonly Handed[]][] {
  return names.split(' ').map((name) => [name, handed]);
}

/** Methods that call a function. */
export const callbackMethods: ReadonlyMap<string, readonly Handed[]> = new Map([
  ...hand('map filter forEach some every find findIndex findLast findLastIndex flatMap', [
    'element',
    'index',
    'list',
  ]),
  ...hand('reduce reduceRight', ['kept', 'element', 'index', 'list']),
  ...hand('sort toSorted', ['element', 'element']),
]);

/** Methods that change the object they are called on. */
export const changingMethods = new Set(
  'push unshift pop shift splice sort reverse fill copyWithin set add delete clear setTime'.split(' '),
);

/** Every method of the language's own values that a strategy may use. */
export const languageMethods: ReadonlySet<string> = new Set([
  ...numberMethods,
  ...plainMethods,
  ...textMethods,
  ...numberTextMethods,
  ...elementMethods,
  ...listMethods,
  ...callbackMethods.keys(),
  'toString',
  'valueOf',
]);

const fields =
  'length size name message value done index input groups lastIndex source flags global byteLength cause';

/** Every member of the language's own values that a strategy may use. */
export const languageMembers: ReadonlySet<string> = new Set([...languageMethods, ...fields.split(' ')]);
