import fc from 'fast-check';

/** Ways to read a member: plainly, optionally, by a key in any shape, by taking apart. */
const readings: readonly ((object: string, name: string, fresh: string) => string)[] = [
  (object, name) => `(${object}).${name}`,
  (object, name) => `(${object})?.${name}`,
  (object, name) => `(${object})['${name}']`,
  (object, name) => `(${object})?.['${name}']`,
  (object, name) => `(${object})[\`${name}\`]`,
  (object, name) => `(${object})['${name.slice(0, 3)}' + '${name.slice(3)}']`,
  (object, name) => `(${object})[['${name.slice(0, 4)}', '${name.slice(4)}'].join('')]`,
  (object, name) => `(${object})['${[...name].reverse().join('')}'.split('').reverse().join('')]`,
  (object, name, fresh) => `(({ ${name}: ${fresh} }) => ${fresh})(${object})`,
  (object, name, fresh) => `((${fresh}) => (${object})[${fresh}])('${name}')`,
  (object, name, fresh) => `(({ ['${name}']: ${fresh} }) => ${fresh})(${object})`,
];

const values = [
  "''",
  '[]',
  'levels',
  '(() => 1)',
  '/x/',
  '(0)',
  'true',
  'bar',
  'orders.buy',
  'state',
  'levels.map',
];

type Read = (object: string, name: string) => string;

/** Expressions and statements that try to get out; `x` is a name of their own, `read` reads a member somehow. */
export const escapes: Readonly<Record<string, (x: string, read: Read, value: string) => string>> = {
  'constructor of a constructor': (x, read, value) =>
    `const ${x} = ${read(read(value, 'constructor'), 'constructor')}; ${x}('return this')();`,
  'constructor called': (_, read, value) => `${read(value, 'constructor')}('x');`,
  'prototype of a value': (x, read, value) => `const ${x} = ${read(value, '__proto__')};`,
  'prototype of a class': (x, read) => `class ${x} {} const ${x}p = ${read(x, 'prototype')};`,
  'getter by an old name': (_, read, value) => `${read(value, '__lookupGetter__')}('x');`,
  'getter defined by an old name': (_, read, value) => `${read(value, '__defineGetter__')}('x', () => 1);`,
  globalThis: (x) => `const ${x} = globalThis;`,
  'process under another name': (x) => `const ${x} = process; ${x}.exit();`,
  require: () => "require('fs');",
  'typeof module': (x) => `const ${x} = typeof module === 'object' ? module : null;`,
  eval: () => "eval('1');",
  'indirect eval': (x) => `const ${x} = [eval][0]; ${x}('1');`,
  Function: () => "Function('return this')();",
  'new Function': (x) => `const ${x} = new Function('return 1'); ${x}();`,
  'dynamic import': () => "import('node:fs');",
  'import.meta': (x) => `const ${x} = import.meta;`,
  'this of a function': (x) => `function ${x}() { return this; } ${x}();`,
  fetch: () => "fetch('https://example.com');",
  WebSocket: (x) => `const ${x} = new WebSocket('wss://example.com');`,
  WebAssembly: (x) => `const ${x} = WebAssembly;`,
  SharedArrayBuffer: (x) => `const ${x} = new SharedArrayBuffer(8);`,
  Atomics: () => 'Atomics.wait(new Int32Array(4), 0, 0);',
  Proxy: (x) => `const ${x} = new Proxy({}, {});`,
  Reflect: (_, __, value) => `Reflect.ownKeys(${value});`,
  Promise: () => 'Promise.resolve(1).then(() => orders.close());',
  'async function': (x) => `const ${x} = async () => orders.close(); ${x}();`,
  'async generator': (x) => `async function* ${x}() { yield 1; } ${x}();`,
  'generator driven by hand': (x) => `function* ${x}() { yield 1; } ${x}().next();`,
  'what a generator yields': (x) =>
    `function* ${x}() { yield orders; } for (const o of ${x}()) o.buy = null;`,
  'Object.getPrototypeOf': (_, read, value) => `${read('Object', 'getPrototypeOf')}(${value});`,
  'Object.defineProperty': (_, read, value) =>
    `${read('Object', 'defineProperty')}(${value}, 'x', { value: 1 });`,
  'Object.setPrototypeOf': (_, read, value) => `${read('Object', 'setPrototypeOf')}(${value}, null);`,
  'Object.getOwnPropertyDescriptors': (_, read, value) =>
    `${read('Object', 'getOwnPropertyDescriptors')}(${value});`,
  'arguments.callee': (x) => `(function () { const ${x} = arguments.callee; })();`,
  'stack of an error': (x) => `try { levels.map(1 as never); } catch (${x}) { log(${x}.stack); }`,
  'Error.captureStackTrace': (x, read) => `${read('Error', 'captureStackTrace')}({ ${x}: 1 });`,
  'Symbol.iterator': () => 'levels[Symbol.iterator]();',
  setTimeout: () => "setTimeout('1', 0);",
  queueMicrotask: () => 'queueMicrotask(() => orders.close());',
  'call of a built-in': (_, read) => `${read('levels.map', 'call')}(levels, (each: number) => each);`,
  'apply of a built-in': (_, read) => `${read('levels.concat', 'apply')}();`,
  'new.target': (x) => `function ${x}() { return new.target; } ${x}();`,
  'orders changed': (x) => `const ${x} = orders; ${x}.buy = () => 1;`,
  'orders deleted': () => 'delete orders.close;',
  'orders assigned into': () => 'Object.assign(orders, { buy: () => 1 });',
  'Math changed': () => 'Math.max = () => 1e9;',
  'reviver of JSON': () => "JSON.parse('[1]', (key, value) => value);",
  debugger: () => 'debugger;',
  'escaped name': () => "\\u0065val('1');",
};

/** Places in which an escape hides. */
const nests: readonly ((x: string, code: string) => { readonly next: string; readonly module: string })[] = [
  (_, code) => ({ next: `{ ${code} }`, module: '' }),
  (_, code) => ({ next: `if (bar.close > 1) { ${code} }`, module: '' }),
  (_, code) => ({ next: `levels.forEach((each) => { if (each > 5) { ${code} } });`, module: '' }),
  (_, code) => ({ next: `(() => { ${code} })();`, module: '' }),
  (x, code) => ({ next: `const ${x}f = () => { ${code} }; if (position.isFlat) ${x}f();`, module: '' }),
  (_, code) => ({ next: `for (let i = 0; i < 1; i++) { ${code} }`, module: '' }),
  (_, code) => ({ next: `switch (bar.index) { case 3: { ${code} } }`, module: '' }),
  (_, code) => ({ next: `try { ${code} } catch { orders.close(); }`, module: '' }),
  (x, code) => ({ next: `class ${x}K { go() { ${code} } } new ${x}K().go();`, module: '' }),
  (x, code) => ({
    next: `${x}Helper(levels, bar, orders, log, position, state);`,
    module: `function ${x}Helper(levels: any, bar: any, orders: any, log: any, position: any, state: any) { ${code} }`,
  }),
];

/** An escape of any shape, in any nest, by its name. */
export const hidden = fc
  .record({
    name: fc.constantFrom(...Object.keys(escapes)),
    x: fc.constantFrom('probe', 'helper2', 'значение', 'a$', '_q'),
    reading: fc.constantFrom(...readings),
    value: fc.constantFrom(...values),
    nest: fc.constantFrom(...nests),
  })
  .map(({ name, x, reading, value, nest }) => {
    let count = 0;
    const read: Read = (object, member) => {
      count += 1;
      return reading(object, member, `${x}${count}`);
    };
    return { name, ...nest(x, escapes[name]?.(x, read, value) ?? '') };
  });
