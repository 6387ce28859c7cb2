/**
 * Makes a realm deterministic and powerless before a strategy sees it: globals by an allow-list, no clock,
 * no local time, no random numbers, no locale, and every built-in frozen. The container is the boundary;
 * this is depth behind it, and the same in every engine.
 */

import type { Refusals } from './refusals.ts';

const allowedGlobals = new Set([
  'undefined',
  'NaN',
  'Infinity',
  'Object',
  'Array',
  'Number',
  'String',
  'Boolean',
  'Symbol',
  'BigInt',
  'Math',
  'JSON',
  'Date',
  'RegExp',
  'Map',
  'Set',
  'WeakMap',
  'WeakSet',
  'Error',
  'TypeError',
  'RangeError',
  'SyntaxError',
  'ReferenceError',
  'EvalError',
  'URIError',
  'AggregateError',
  'ArrayBuffer',
  'DataView',
  'Float64Array',
  'Float32Array',
  'Int32Array',
  'Uint32Array',
  'Int16Array',
  'Uint16Array',
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'isFinite',
  'isNaN',
  'parseFloat',
  'parseInt',
]);

/** Names that lead out of a sandbox: they are missing, as all others, and asking for one is noted. */
const watchedGlobals = (
  'process require module global globalThis window self Buffer fetch XMLHttpRequest WebSocket crypto ' +
  'performance navigator setTimeout setInterval setImmediate queueMicrotask WebAssembly SharedArrayBuffer ' +
  'Atomics Proxy Reflect eval Function Deno Bun Worker importScripts'
).split(' ');

// Held here, because their names are taken from the realm.
const root: object = globalThis;
const { construct, deleteProperty, get, getOwnPropertyDescriptor, getPrototypeOf, ownKeys, set } = Reflect;

const allowedDateMethods =
  /^(constructor|getTime|valueOf|toISOString|toJSON|getUTC[A-Za-z]+|setUTC[A-Za-z]+|setTime)$/;

function replaceDate(refusals: Refusals): void {
  const refuseClock = (): never => {
    refusals.note('the clock');
    throw new TypeError('there is no clock here: use bar.time, in UTC milliseconds');
  };
  const RealDate = Date;
  const prototype = RealDate.prototype;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    if (!allowedDateMethods.test(name)) deleteProperty(prototype, name);
  }
  // Its default turns a date into text of the local time zone.
  deleteProperty(prototype, Symbol.toPrimitive);
  function LabDate(this: unknown, ...values: unknown[]): Date {
    if (new.target === undefined) return refuseClock();
    const [value] = values;
    if (values.length !== 1 || (typeof value !== 'number' && !(value instanceof RealDate))) {
      throw new TypeError('Date takes one number, UTC milliseconds; make one from parts with Date.UTC');
    }
    return construct(RealDate, [Number(value)], new.target) as Date;
  }
  LabDate.prototype = prototype;
  LabDate.UTC = RealDate.UTC;
  LabDate.now = refuseClock;
  Object.defineProperty(prototype, 'constructor', { value: LabDate });
  Object.defineProperty(root, 'Date', { value: LabDate, configurable: true });
}

/** Function and its kin, which a function's `constructor` leads to: not every engine has a switch for them. */
function replaceFunctionConstructors(refusals: Refusals): void {
  function refuseCode(): never {
    refusals.note('code from text');
    throw new TypeError('code cannot be made from text here');
  }
  for (const sample of [() => {}, function* () {}, async () => {}, async function* () {}]) {
    Object.defineProperty(getPrototypeOf(sample), 'constructor', { value: refuseCode });
  }
}

function removeHostDifferences(refusals: Refusals): void {
  Math.random = () => {
    refusals.note('Math.random');
    throw new TypeError('Math.random cannot be replayed: use random() of the context given to next');
  };
  for (const type of [Object, Array, Number, String, BigInt, Date]) {
    const prototype: object = type.prototype;
    for (const name of Object.getOwnPropertyNames(prototype)) {
      if (name.startsWith('toLocale') || name === 'localeCompare') deleteProperty(prototype, name);
    }
  }
  deleteProperty(Object.getPrototypeOf(Float64Array.prototype) as object, 'toLocaleString');
  deleteProperty(Error, 'captureStackTrace');
}

/** Freezes everything that can be reached from `roots` by properties, accessors and prototypes. */
function freezeAll(roots: readonly unknown[]): void {
  const seen = new Set<unknown>();
  const waiting = [...roots];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) {
      continue;
    }
    seen.add(value);
    for (const key of ownKeys(value)) {
      const property = getOwnPropertyDescriptor(value, key);
      waiting.push(property?.value, property?.get, property?.set);
    }
    waiting.push(getPrototypeOf(value));
    Object.freeze(value);
  }
}

/** Hidden built-ins that no global names, reached through what syntax makes. */
function hiddenIntrinsics(): unknown[] {
  return [
    function* () {},
    async () => {},
    async function* () {},
    [][Symbol.iterator](),
    new Map()[Symbol.iterator](),
    new Set()[Symbol.iterator](),
    ''[Symbol.iterator](),
    ''.matchAll(/x/g),
    /x/,
    () => {},
    (async () => {})(),
  ];
}

function watchMissing(refusals: Refusals): void {
  for (const name of watchedGlobals) {
    const refuse = (): never => {
      refusals.note(name);
      throw new ReferenceError(`${name} is not defined`);
    };
    Object.defineProperty(root, name, { get: refuse, configurable: true });
  }
}

/** Hardens the realm that this code runs in; once, before anything else. */
export function hardenRealm(refusals: Refusals): void {
  for (const key of ownKeys(root)) {
    if (typeof key === 'string' && allowedGlobals.has(key)) continue;
    if (!deleteProperty(root, key)) {
      set(root, key, undefined);
    }
  }
  replaceDate(refusals);
  replaceFunctionConstructors(refusals);
  removeHostDifferences(refusals);
  const values = ownKeys(root).map((key) => get(root, key) as unknown);
  watchMissing(refusals);
  freezeAll([...values, ...hiddenIntrinsics()]);
  Object.freeze(root);
}
