import { atTop, inMarkets, inNext } from './build.ts';

/** Strategies that try to get out, each by one trick; the name tells which. */
export const hostile: Readonly<Record<string, string>> = {
  'eval called': inNext("eval('1');"),
  'eval aliased': inNext("const run = eval; run('1');"),
  'eval by comma': inNext("(0, eval)('1');"),
  'Function called': inNext("Function('return this')();"),
  'new Function': inNext("new Function('return process')();"),
  'constructor of a literal': inNext("''.constructor.constructor('return this')();"),
  'constructor in brackets': inNext("levels['constructor']['constructor']('return this')();"),
  'constructor put together': inNext("levels['con' + 'structor']['cons' + 'tructor']('return this')();"),
  'constructor from constants': inNext(
    "const a = 'con'; const b = `#{a}structor`; levels[b][b]('return this')();",
  ),
  'constructor from a template': inNext("const s = 'structor'; (() => {})[`con#{s}`]('return this')();"),
  'constructor with escapes': inNext("levels['\\x63onstructor']['\\u0063onstructor']('x')();"),
  'constructor joined': inNext("const k = ['con', 'structor'].join(''); levels[k][k]('return this')();"),
  'constructor reversed': inNext(
    "const k = 'rotcurtsnoc'.split('').reverse().join(''); levels[k][k]('x')();",
  ),
  'constructor from character codes': inNext(
    "const k = String.fromCharCode(99, 111, 110, 115, 116, 114, 117, 99, 116, 111, 114); levels[k][k]('x')();",
  ),
  'constructor by replace': inNext("const k = 'xonstructor'.replace('x', 'c'); levels[k][k]('x')();"),
  'constructor by slice': inNext("const k = 'xconstructorx'.slice(1, 12); levels[k][k]('x')();"),
  'constructor by letters of other words': inNext(
    "const s = 'constrain tutor'; let k = ''; for (const i of [0, 1, 2, 3, 4, 5]) k += s[i]; levels[k + 'uctor']();",
  ),
  'constructor by base 36': inNext('const k = (1).toString(36) + (24).toString(36); levels[k]();'),
  'constructor from the name of a function': inNext('function abc() {} const k = abc.name; levels[k]();'),
  'constructor by destructuring': inNext("const { constructor: c } = ''; c.constructor('x')();"),
  'constructor by computed destructuring': inNext(
    "const k = 'constr' + 'uctor'; const { [k]: c } = levels; c('x');",
  ),
  'constructor by nested destructuring': inNext(
    "const { constructor: { constructor: F } } = () => {}; F('x')();",
  ),
  'constructor in a parameter': inNext("(({ constructor: c }) => c('x'))(() => {});"),
  'constructor in a default': inNext("((f = (() => {}).constructor) => f('x')())();"),
  'constructor in assignment': inNext("let c; ({ constructor: c } = levels); c('x');"),
  'constructor in a loop head': inNext("for (const { constructor: c } of [levels]) c('x');"),
  'constructor in a catch': inNext("try { levels.map(1); } catch ({ constructor: c }) { c('x'); }"),
  'constructor of a caught error': inNext(
    "try { levels.map(1); } catch (e) { e.constructor.constructor('x')(); }",
  ),
  'constructor of a method': inNext("[].map.constructor('return this')();"),
  'constructor by optional chain': inNext("levels?.constructor?.constructor?.('x')?.();"),
  'constructor of a tagged template': inNext('levels.map.constructor`return this```;'),
  'constructor of an async function': inNext("(async () => {}).constructor('x')();"),
  'constructor of a generator': inNext("(function* () {}).constructor('x')().next();"),
  'constructor by a helper': inNext(
    "pick(pick('', 'constr', 'uctor'), 'constr', 'uctor')('x')();",
    'const pick = (o, a, b) => o[a + b];',
  ),
  'constructor by a class field': inNext(
    "new K().go('uctor');",
    "class K { a = 'constr'; go(b) { return ''[this.a + b]; } }",
  ),
  'constructor by a getter': inNext(
    "const o = { get k() { return ['constr', 'uctor'].join(''); } }; levels[o.k]();",
  ),
  'constructor by toString': inNext("levels[{ toString: () => 'constr'.concat('uctor') }]();"),
  'constructor by an array as key': inNext("levels[['constructor']]('x');"),
  'constructor by a Map': inNext(
    "const m = new Map([[1, 'constr'.concat('uctor')]]); levels[m.get(1)]('x');",
  ),
  'constructor by JSON': inNext("levels[JSON.parse('\"const\\\\u0072uctor\"')]('x');"),
  'constructor by keys of JSON': inNext(
    "for (const k of Object.keys(JSON.parse('{\"const\\\\u0072uctor\":1}'))) levels[k]('x');",
  ),
  'constructor by a regular expression': inNext("levels[/con.*r/.exec('a constructor b')[0]]('x');"),
  'constructor by the source of a regular expression': inNext('levels[/constructor/.source]();'),
  'constructor by spread letters': inNext("const [...l] = 'constructor'; levels[l.join('')]();"),
  'constructor by Object.entries': inNext(
    "for (const [, v] of Object.entries({ a: 'constr'.concat('uctor') })) levels[v]();",
  ),
  'constructor by a sum of brackets': inNext('levels[(![] + [])[1] + (!![] + [])[0]]();'),
  'constructor by reduce': inNext("levels[['con', 'struc', 'tor'].reduce((a, b) => a + b)]();"),
  'constructor by Array.from': inNext("Array.from('abc', (c) => c.constructor)[0].constructor('x')();"),
  'constructor on super': inNext(
    'new K().go();',
    "class A {} class K extends A { go() { return super.constructor('x'); } }",
  ),
  'class that extends a constructor': inNext('new K();', 'class K extends (() => {}).constructor {}'),
  'new.target': inNext('new K();', 'function K() { return new.target; }'),
  '__proto__ read': inNext('levels.__proto__.map = () => [];'),
  '__proto__ in a literal': inNext('const o = { __proto__: levels };'),
  '__proto__ put together': inNext("levels['__pro' + 'to__'].x = 1;"),
  'prototype of an array': atTop('Array.prototype.push = () => 0;'),
  'prototype of an own class': atTop('class A {} A.prototype.x = 1;'),
  'Object.defineProperty': inNext("Object.defineProperty(orders, 'buy', { value: 1 });"),
  'Object.setPrototypeOf': inNext('Object.setPrototypeOf(levels, null);'),
  'Object.getPrototypeOf': inNext("Object.getPrototypeOf(() => {})['x'];"),
  __defineGetter__: inNext("levels.__defineGetter__('x', () => 1);"),
  'Object under another name': inNext("const O = Object; O.defineProperty({}, 'x', {});"),
  'Object taken apart': inNext("const { getOwnPropertyDescriptor: d } = Object; d(levels, 'x');"),
  'Math with a computed member': inNext(
    'const m = Math; const k = bar.time > 0 ? levels[0] : 1; m[`fl#{k}`]();',
  ),
  'Math in an array': inNext('const [m] = [Math]; m.floor(1);'),
  'Math handed on': inNext('go(Math);', 'function go(o) { return Object.keys(o); }'),
  'Math changed': inNext('Math.max = () => 1e9;'),
  'undefined assigned': atTop('undefined = 1;'),
  'orders changed': inNext('orders.buy = () => 1;'),
  'orders deleted': inNext('delete orders.close;'),
  'orders assigned into': inNext('Object.assign(orders, { buy: 1 });'),
  'orders by a made-up name': inNext('orders[`b#{bar.index}`]();'),
  globalThis: inNext('globalThis.process.exit();'),
  'this at the top': atTop('const g = this;'),
  'this in a function': atTop('function g() { return this; } const t = g();'),
  'this in an arrow': inNext('const g = () => this; g().process;'),
  'valueOf with call': inNext('({}).valueOf.call().process;'),
  'concat with call': inNext('[].concat.call()[0];'),
  'apply on a method': inNext('levels.map.apply(undefined, [() => 1]);'),
  process: inNext('process.exit();'),
  require: inNext("require('fs');"),
  'typeof process': inNext("if (typeof process !== 'undefined') log('x');"),
  fetch: inNext("fetch('http://example.com');"),
  setTimeout: inNext("setTimeout('x', 1);"),
  'arguments.callee': inNext('(function () { return arguments.callee.caller; })();'),
  'function.caller': inNext('function f() { return f.caller; } f();'),
  'import of a module': atTop("import fs from 'node:fs';"),
  'import for its effect': atTop("import 'node:fs';"),
  'import of a type': atTop("import type { Stats } from 'node:fs';"),
  'type of an import': atTop("let s: import('node:fs').Stats | undefined;"),
  'import of an unknown name': atTop("import { runner } from 'strategy-lab';"),
  'import of all names': atTop("import * as lab from 'strategy-lab';"),
  'dynamic import': inNext("import('node:fs');"),
  'import.meta': inNext('log(import.meta.url);'),
  'export from': atTop("export { readFile } from 'node:fs';"),
  'export of all': atTop("export * from 'node:fs';"),
  'import =': atTop("import fs = require('fs');"),
  'enum with code': atTop('enum E { A = process.exit() }'),
  'namespace with code': atTop('namespace N { process.exit(); }'),
  Proxy: inNext('new Proxy({}, {});'),
  Reflect: inNext("Reflect.get(levels, 'x');"),
  'Promise by name': inNext('Promise.resolve(1);'),
  'async function': atTop('async function f() {}'),
  'async generator method': atTop('class A { async *f() {} }'),
  'generator that is sent values': inNext(
    'const g = back(); g.next(); g.next(account);',
    'function* back(): any { const sent = yield 1; sent.equity = 1e12; }',
  ),
  'account out of a generator': inNext(
    'for (const one of pass(account)) one.equity = 1e12;',
    'function* pass(x: any) { yield x; }',
  ),
  'position out of two generators': inNext(
    'const [one] = twice(position); one.profit = 1e9;',
    'function* pass(x: any) { yield x; } function* twice(x: any) { yield* pass(x); }',
  ),
  'orders out of generators in a list': inNext(
    'for (const made of levels.map(function* () { yield orders; })) for (const one of made) one.buy = null;',
  ),
  'top-level await': atTop('await 1;'),
  decorator: atTop('const d = () => 1; @d class A {}'),
  SharedArrayBuffer: inNext('new SharedArrayBuffer(8);'),
  WebAssembly: inNext('new WebAssembly.Module(levels);'),
  'Symbol.iterator': inNext('levels[Symbol.iterator]().next();'),
  'Symbol in a literal': inNext("const o = { [Symbol.toPrimitive]: () => 'x' };"),
  'Symbol as a method': atTop('class A { static [Symbol.hasInstance]() { return true; } }'),
  'computed name of a class member': inNext(
    "log('x');",
    "const n = ['constr', 'uctor'].join(''); class A { [n]() {} }",
  ),
  'static block': atTop('class A { static { process.exit(); } }'),
  'stack of an error': inNext('log(new Error().stack);'),
  prepareStackTrace: inNext('Error.prepareStackTrace = () => 1;'),
  'JSON reviver': inNext("JSON.parse('{}', function (k) { return k; });"),
  'escaped identifier': inNext('\\u0065val("1");'),
  'escaped global': inNext('pro\\u0063ess.exit();'),
  'Cyrillic letter in a name': inNext('const оrders2 = 1; log(`#{оrders2}`);'),
  'bidirectional control': inNext("const a = '\u202e' + 1; if (bar.time) log(a);"),
  'zero-width letter': inNext('const a\u200c = 1; if (bar.time) log(`#{a\u200c}`);'),
  'hidden in a comment': inNext('/* \u2066 */ if (bar.time) log("x"); // \u2069'),
  'label and loop': inNext('out: for (;;) { continue out; }'),
  'with statement': inNext('with (orders) { buy(); }'),
  'implicit global': inNext('leak = 1;'),
  'Function by a computed global': inNext("const g = [() => {}]; g[0]['constr' + 'uctor']('x');"),
  'random numbers': inNext('if (Math.random() > 0.5) log("x");'),
  'random by alias': inNext('const { random: r } = Math; if (r() > 0.5) log("x");'),
  clock: inNext('const now = Date.now; if (now() > 0) log("x");'),
  'negative lag': inNext('if (average.ago(-1) > 0) log("x");'),
  'negative lag by a constant': inNext('if (average.ago(-LAG) > 0) log("x");', 'const LAG = 2;'),
  'constructor thrown and caught': inNext(
    "try { throw 'constr'.concat('uctor'); } catch (e) { levels[e]('x'); }",
  ),
  'constructor by a function put on an array': inNext(
    "levels.map = (o, k) => o[k]; levels.map(levels, 'constr'.concat('uctor'))('x');",
  ),
  'constructor by a function among values': inNext(
    "Object.values({ f: (o, k) => o[k] })[0](levels, 'constr'.concat('uctor'))('x');",
  ),
  'constructor by a variable declared twice': inNext(
    "var k = 'map'; var k = 'constr' + 'uctor'; levels[k]('x');",
  ),
  'constructor by a comparison of texts': inNext("levels['a' < 'b' ? 'constr' + 'uctor' : 'map']('x');"),
  'constructor by named groups': inNext("levels[/(?<lag>c.*r)/.exec('a constr' + 'uctor').groups.lag]('x');"),
  'constructor by made entries': inNext(
    "levels[Object.fromEntries([['lag', 'constr'.concat('uctor')]]).lag]('x');",
  ),
  'constructor by letters of a date': inNext('levels[new Date(0).toUTCString().slice(0, 3)]();'),
  'constructor by an assigned copy': inNext(
    "const a = { k: 1 }; Object.assign(a, JSON.parse('{}')); const b = { k: 'constr'.concat('uctor') }; Object.assign(a, b); levels[a.k]();",
  ),
  'constructor in a strategy that is spread': `import { defineStrategy } from 'strategy-lab';
const half = {
  next: (context) => {
    const k = Object.keys(context).map((word) => word.at(0)).join('');
    context.bars[k][k]('x')();
  },
};
export default defineStrategy({ name: 'Spread', setup: () => ({}), ...half });
`,
  'constructor by rest arguments': inNext("((o, ...k) => o[k[0]])(levels, 'constr'.concat('uctor'))('x');"),
  'constructor by a spread call': inNext("((o, k) => o[k])(...[levels, 'constr'.concat('uctor')])('x');"),
  'constructor by a bound function': inNext(
    "const f = (o, k) => o[k]; f.bind(null, levels)('constr'.concat('uctor'))('x');",
  ),
  'constructor by a setter': inNext(
    "const o = { set k(v) { levels[v]('x'); } }; o.k = 'constr'.concat('uctor');",
  ),
  'constructor by a replacer': inNext("'constr'.replace(/r$/, (c) => levels[c]('x'));"),
  'constructor by a comparator': inNext("['constr', 'uctor'].sort((a, b) => levels[a + b]('x'));"),
  'constructor by default values': inNext("(({ k = 'constr'.concat('uctor') } = {}) => levels[k])()('x');"),
  'constructor by nested elements': inNext(
    "const table = [['constr'.concat('uctor')]]; for (const [k] of table) levels[k]('x');",
  ),
  'constructor by a map of maps': inNext(
    "const m = new Map(); m.set(1, ['constr', 'uctor']); for (const [, [a, b]] of m) levels[a + b]('x');",
  ),
  'constructor by a field written elsewhere': inNext(
    "const box = { key: 'map' }; write(box); levels[box.key]('x');",
    "const write = (o) => { o.key = 'constr'.concat('uctor'); };",
  ),
  'constructor by a static member': inNext(
    "levels[K.key]('x');",
    "class K { static key = 'constr'.concat('uctor'); }",
  ),
  'constructor by a tagged template of its own': inNext(
    "const tag = (parts) => levels[parts.join('')]; tag`constr#{''}uctor`;",
  ),
  'toString put on an object': inNext("const o = { a: 1 }; o.toString = () => 'x'.concat('y'); levels[o]();"),
  'Math by a loop': inNext("for (const m of [Math]) m['ran' + 'dom']();"),
  'a global under an exported name': atTop('const { assign: change } = Object; change(Object, {});'),
  'constructor of a market': inMarkets("markets[0].constructor.constructor('return this')();"),
  'constructor of the list of markets': inMarkets("markets['con' + 'structor'].constructor('x')();"),
  'constructor of a market by destructuring': inMarkets('const [{ constructor: c }] = markets; c();'),
  'constructor of a market in a loop': inMarkets("for (const { constructor: c } of markets) c('x')();"),
  'constructor of a market in a callback': inMarkets("markets.map(({ constructor: c }) => c('x')());"),
  'constructor of a nested market': `import { defineStrategy } from 'strategy-lab';
export default defineStrategy({
  name: 'Nested',
  setup: () => ({}),
  next({ markets: [{ orders: { constructor: c } }] }) { c('return this')(); },
});
`,
  '__proto__ of the bars of a timeframe': inMarkets('', "timeframe('1d').bars['__proto__'].x = 1;"),
  'constructor of a timeframe': inMarkets('', "timeframe('1d')['con'.concat('structor')]('x')();"),
  'constructor of the function timeframe': inMarkets('', "timeframe.constructor('return this')();"),
  'prototype of a method of markets': inMarkets("Object.getPrototypeOf(markets.map)['x'];"),
  'call on a method of markets': inMarkets('markets.concat.call()[0];'),
  'apply on a method of markets': inMarkets("markets.map.apply(['a'], [(k) => k]);"),
  'bind on a method of markets': inMarkets('const map = markets.map.bind(state.levels); map((k) => k);'),
  'market replaced': inMarkets('markets[0] = { orders: { buy: () => 1 } };'),
  'market replaced by destructuring': inMarkets('[markets[0]] = [{ symbol: 1 }];'),
  'market put first': inMarkets('markets.unshift({ orders: { buy: () => 1 } });'),
  'market deleted': inMarkets('delete markets[0];'),
  'markets emptied': inMarkets('markets.length = 0;'),
  'markets sorted in place': inMarkets('markets.sort(() => -1);'),
  'markets assigned into': inMarkets('Object.assign(markets, [{}]);'),
  'market assigned into': inMarkets('Object.assign(markets[0], { isFresh: true });'),
  'orders of a market changed': inMarkets('for (const { orders } of markets) orders.buy = () => 1;'),
  'orders of a found market changed': inMarkets(
    'const m = markets.find((one) => one.isFresh); m.orders.buy = 1;',
  ),
  'orders of a filtered market changed': inMarkets(
    'markets.filter((one) => one.isFresh).toSorted(() => 1)[0].orders.buy = 1;',
  ),
  'isNew changed': inMarkets('state.daily.isNew = true;'),
  'orders of a market by a made-up name': inMarkets('markets[0].orders[`b#{bar.index}`]();'),
  'markets by a made-up key': inMarkets("const k = ['constr', 'uctor'].join(''); markets[k]('x');"),
  'constructor by the letters of a symbol': inMarkets(
    "state.levels[markets[0].symbol.slice(0, 3) + 'structor']('x')();",
  ),
  'constructor by symbols that are joined': inMarkets(
    "state.levels[markets.map(({ symbol }) => symbol).join('')]('x')();",
  ),
  'constructor by reduce over markets': inMarkets(
    "const k = markets.reduce((text) => text + 'uctor', 'constr'); state.levels[k]('x')();",
  ),
  'constructor by map over markets': inMarkets(
    "for (const k of markets.map(() => 'constr'.concat('uctor'))) state.levels[k]('x')();",
  ),
  'constructor by entries of markets': inMarkets(
    "for (const [, m] of markets.entries()) m['constr' + 'uctor']('x')();",
  ),
  'constructor by a method of markets as callback': inMarkets(
    "const run = (k) => state.levels[k]('x')(); [run].forEach(markets.map, ['constr'.concat('uctor')]);",
  ),
  'constructor by a method of lists as callback': inNext(
    "const run = (k) => levels[k]('x')(); [run].forEach(levels.map, ['constr'.concat('uctor')]);",
  ),
  'constructor by such a method and a function known otherwise': inNext(
    "const run = (k) => levels[k]; run(0); [run].forEach([].map, ['constr'.concat('uctor')]);",
  ),
  'constructor by Array.from as callback': inNext(
    "const run = (k) => levels[k]('x')(); [run].reduce(Array.from, ['constr'.concat('uctor')]);",
  ),
  'constructor by a mapping of Array.from': inNext(
    "const run = (k) => levels[k]('x')(); Array.from([run], levels.map, ['constr'.concat('uctor')]);",
  ),
  'species of a list': atTop(
    "class Loot extends Array { static get [Symbol.species]() { return Loot['constructor']; } } new Loot(1, 2).map(String);",
  ),
  'private field on what a constructor returns': inNext(
    'new Branded(position); log(String(Branded.read(position)));',
    'class Stamp { constructor(x) { return x; } } class Branded extends Stamp { #own = 5; static read(x) { return x.#own; } }',
  ),
  'prototype by __lookupGetter__': inNext("({}).__lookupGetter__('__proto__').call(log).constructor('x')();"),
  'constructor among descriptors': inNext(
    "Object.values(Object.getOwnPropertyDescriptors(log)).find((one) => one.value)['value']('x');",
  ),
  'global that is only declared': atTop('declare global { var loot: any; } globalThis.loot = 1;'),
  'process that is only declared': inNext(
    'log(process.version);',
    'declare const process: { version: string };',
  ),
  'file as JSON': atTop("import secrets from '/etc/hostname' with { type: 'json' };"),
  'module in a text': atTop("const loot = await import('data:text/javascript,export default 1');"),
  'comment of HTML': atTop('var x = 1; <!-- log'),
  'weak reference': inNext('if (!new WeakRef({}).deref()) orders.close();'),
  'registry of what is gone': inNext('new FinalizationRegistry(() => orders.close()).register({}, 1);'),
  'constructor by a key that turns into text': inNext(
    "log[k]('return 1')();",
    "const k = { toString: () => 'constructor' };",
  ),
  'constructor by String as a callback': inNext(
    "const [k] = [{ toString: () => 'constructor' }].map(String); const o = {}; o[k][k]('return 1')();",
  ),
  'constructor by statics of RegExp': inNext(
    "/con(.*)/.test('constructor'); log['con' + RegExp.$1]('return 1')();",
  ),
  'constructor by the callback of replace': inNext(
    "'constructor'.replace(/.*/, (k) => { log[k]('return 1')(); return ''; });",
  ),
  'constructor out of JSON': inNext(`const [k] = JSON.parse('["const' + 'ructor"]'); log[k]('return 1')();`),
  'class of what makes functions': atTop(
    "class Loot extends (function () {}).constructor { constructor() { super('return 1'); } } new Loot()();",
  ),
  'constructor as the cause of an error': inNext(
    "try { bars.close.ago(-1); } catch (error) { throw new Error('x', { cause: error.constructor.constructor('return 1')() }); }",
  ),
  'next of all iterators': inNext(
    'Object.getPrototypeOf([][Symbol.iterator]()).next = () => ({ done: true });',
  ),
  'constructor yielded to a loop': atTop(
    "class Loot { *[Symbol.iterator]() { yield levels => levels[['constr', 'uctor'].join('')]; } } for (const read of new Loot()) read(() => 0)('return 1')();",
  ),
  'constructor in an iterator that only a pattern calls': atTop(
    "const loot = { [Symbol.iterator]: () => ({ next: () => ({ done: true, value: (() => 0)[['constr', 'uctor'].join('')]('return 1')() }) }) }; const [first] = loot;",
  ),
  'constant that another name changes': inNext(
    "const Side = { Long: 'a' }; const put = Side; put.Long = ['constr', 'uctor'].join(''); log[Side.Long]('return 1')();",
  ),
  'channel for messages': inNext('new MessageChannel().port1.postMessage(structuredClone({}));'),
  'chance by a text in a sort': inNext("[1, 2].sort(() => Math['ran' + 'dom']() - 0.5);"),
  'date from a text': inNext("log(String(new Date('2024-01-31T00:00:00Z').getTime()));"),
  'method of a date replaced': inNext(
    "const d = new Date(bar.time); d.getUTCDay = () => ['constr', 'uctor'].join(''); log[d.getUTCDay()]('return 1')();",
  ),
};
