import { describe, expect, it } from 'vitest';
import { intentWidth } from '../../extension/backtest/intents.ts';
import { begin, market, packed, play, realmOf, sourceOf } from './support/realm.ts';

/** What `code`, the body of a function in a strategy's module, answers or throws. */
function attempt(code: string): string {
  const { log, intents, failure } = play(
    sourceOf(
      `let line;
      try { line = 'gave ' + String(probe()); }
      catch (error) { line = 'threw ' + (error instanceof Error ? error.name : typeof error); }
      log(line);`,
      `const probe = () => { ${code} };`,
    ),
  );
  return intents < 0 ? `failed: ${failure.message}` : (log[0] ?? 'said nothing');
}

const missing = 'threw ReferenceError';
const refused = 'threw TypeError';

/** What it is, the code, and what comes of it. */
const attempts: readonly (readonly [string, string, string])[] = [
  // Ways out by name.
  ...[
    'globalThis',
    'window',
    'self',
    'global',
    'process',
    'require',
    'module',
    'Buffer',
    'console',
    'fetch',
    'crypto',
    'performance',
    'setTimeout',
    'setInterval',
    'queueMicrotask',
    'structuredClone',
    'navigator',
    'WebAssembly',
    'SharedArrayBuffer',
    'Atomics',
    'Proxy',
    'Reflect',
    'Intl',
    'Promise',
    'WeakRef',
    'FinalizationRegistry',
    'Iterator',
    'Temporal',
    'eval',
    'Function',
    'escape',
    'strategyLabRealm',
  ].map((name) => [`the name ${name}`, `return ${name};`, missing] as const),

  // Code from text.
  ['a function from text', `return (() => 1).constructor('return 1')();`, refused],
  ['a generator from text', `return (function* () {}).constructor('yield 1')().next().value;`, refused],
  ['an async function from text', `return typeof (async () => 1).constructor('return 1');`, refused],
  ['an async generator from text', `return typeof (async function* () {}).constructor('');`, refused],
  ['a class as a way to Function', `return (class {}).constructor('return this')();`, refused],
  ['a built-in as a way to Function', `return [].map.constructor('return this')();`, refused],
  ['a constructor of constructors', `return Object.constructor.constructor('return 1')();`, refused],
  [
    'a function from text by new',
    `return new (Object.getPrototypeOf(() => 1).constructor)('return 1')();`,
    refused,
  ],

  // The global object.
  ['this of a function', `return (function () { return this; })();`, 'gave undefined'],
  ['this of the module', `return this;`, 'gave undefined'],
  ['this of a callback', `return [1].map(function () { return this; })[0];`, 'gave undefined'],
  [
    'this of a getter of a number',
    `return (1).valueOf.call.call(function () { return this; });`,
    'gave undefined',
  ],
  ['a new global by assignment', `leak = 1; return leak;`, missing],
  ['the caller of a function', `return (function inner() { return inner.caller; })();`, refused],
  ['arguments.callee', `return (function () { return arguments.callee; })();`, refused],

  // Clock and calendar of this machine.
  ['Date.now', `return Date.now();`, refused],
  ['a date of now', `return new Date().getTime();`, refused],
  ['a date as text of now', `return Date();`, refused],
  ['a date from parts of local time', `return new Date(2020, 1).getTime();`, refused],
  ['a date from text', `return new Date('2020-01-01').getTime();`, refused],
  ['Date.parse', `return Date.parse('2020-01-01');`, refused],
  ['local hours', `return new Date(0).getHours();`, refused],
  ['the offset of the time zone', `return new Date(0).getTimezoneOffset();`, refused],
  ['a date as text of local time', `return String(new Date(0));`, 'gave [object Date]'],
  ['a date added to text', `return '' + new Date(5);`, 'gave 5'],
  [
    'the real Date behind a date',
    `return new Date(0).constructor === Date && Date.prototype.constructor === Date;`,
    'gave true',
  ],
  ['the real Date behind a subclass', `return new (class extends Date {})().getTime();`, refused],
  ['a date of UTC milliseconds', `return new Date(86400000).toISOString();`, 'gave 1970-01-02T00:00:00.000Z'],
  ['a date of UTC parts', `return new Date(Date.UTC(2020, 0, 2)).getUTCDay();`, 'gave 4'],

  // Chance and place.
  ['Math.random', `return Math.random();`, refused],
  ['a number by locale', `return (1e6).toLocaleString();`, refused],
  ['a list by locale', `return [1e6].toLocaleString();`, refused],
  ['typed numbers by locale', `return new Float64Array(1).toLocaleString();`, refused],
  ['order by locale', `return 'a'.localeCompare('b');`, refused],
  ['upper case by locale', `return 'i'.toLocaleUpperCase('tr');`, refused],
  ['a date by locale', `return new Date(0).toLocaleDateString();`, refused],

  // Built-ins that engine and driver rely on.
  ...[
    'Object.prototype.hidden',
    'Array.prototype.push',
    'Array.prototype[Symbol.iterator]',
    'Object.getPrototypeOf([][Symbol.iterator]()).next',
    'Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())).map',
    'Object.getPrototypeOf(function* () {}).prototype.next',
    'Object.getPrototypeOf(async () => 1).hidden',
    'Float64Array.prototype.set',
    'Object.getPrototypeOf(Float64Array).prototype.subarray',
    'Float64Array.BYTES_PER_ELEMENT',
    'Object.getPrototypeOf(() => 1).call',
    'Map.prototype.get',
    'WeakSet.prototype.has',
    'String.prototype.slice',
    'RegExp.prototype.exec',
    'Number.isInteger',
    'Number.prototype.toString',
    'Math.max',
    'JSON.parse',
    'JSON.stringify',
    'Symbol.prototype.description',
    'Error.prototype.toString',
    'Error.prepareStackTrace',
    'Error.stackTraceLimit',
    'TypeError.prototype.name',
    'Date.prototype.getTime',
    'Object.freeze',
    'Math.random.hidden',
  ].map((place) => [`a change of ${place}`, `${place} = () => 1; return 'changed';`, refused] as const),
  [
    'a definition on Object.prototype',
    `Object.defineProperty(Object.prototype, 'x', { value: 1 });`,
    refused,
  ],
  ['a new prototype of arrays', `Object.setPrototypeOf(Array.prototype, { x: 1 });`, refused],
  ['a new prototype by name', `Array.prototype.__proto__ = { x: 1 };`, refused],
  ['removal of a built-in', `delete Array.prototype.push;`, refused],
  ['Error.captureStackTrace', `return Error.captureStackTrace;`, 'gave undefined'],
  ['the frames of a stack', `return typeof new Error('x').stack;`, 'gave string'],

  // What is left works.
  [
    'Map, Set, JSON and classes',
    `class A { #x = 1; get x() { return this.#x; } } return new A().x + new Map([[1, 2]]).get(1) + JSON.parse('4') + new Set([1]).size;`,
    'gave 8',
  ],
  [
    'typed arrays, sort, regular expressions',
    `return [3, 1, 2].sort().join('') + new Float64Array(2).length + /b+/.exec('abbc')[0];`,
    'gave 1232bb',
  ],
  [
    'generators and big integers',
    `return [...(function* () { yield 2n ** 70n; })()][0];`,
    `gave ${2n ** 70n}`,
  ],
  ['a symbol in the registry', `return Symbol.for('x') === Symbol.for('x');`, 'gave true'],
];

describe('a strategy in its realm finds', () => {
  it.each(attempts)('%s', (_, code, outcome) => expect(attempt(code)).toBe(outcome));
});

/** As `attempt`, with `markets` of next and `setup` and `kept`, what was taken in setup, at hand. */
function attemptOnMarkets(code: string): string {
  const { log, intents, failure } = play(
    `import { defineStrategy } from 'strategy-lab';
export default defineStrategy({
  name: 'probe',
  setup(context) {
    const daily = context.timeframe('1d');
    return { setup: context, daily, average: daily.indicators.ema(2, daily.bars.close) };
  },
  next({ log, markets, bars }, kept) {
    if (!kept.daily.isNew) return;
    const { setup, daily, average } = kept;
    const probe = () => { ${code} };
    try { log('gave ' + String(probe())); }
    catch (error) { log('threw ' + (error instanceof Error ? error.name : typeof error)); }
  },
});
`,
    100,
  );
  return intents < 0 ? `failed: ${failure.message}` : (log[0] ?? 'said nothing');
}

/** All that a strategy is given with several markets and timeframes. */
const given = [
  'markets',
  'markets[0]',
  'markets[0].bars',
  'markets[0].orders',
  'markets[0].bar',
  'markets[0].position',
  'setup',
  'setup.markets',
  'setup.markets[0]',
  'setup.markets[0].bars',
  'setup.markets[0].indicators',
  'daily',
  'daily.bars',
  'daily.indicators',
  'daily.bars.close',
  'average',
];

describe('what a strategy is given of markets and timeframes', () => {
  it.each(given)('%s can be neither changed nor extended', (place) => {
    const changes = [
      `Object.keys(o).length > 0 ? o[Object.keys(o)[0]] = 1 : (o.bar = 1)`,
      `o.added = 1`,
      `Object.defineProperty(o, 'added', { value: 1 })`,
      `Object.setPrototypeOf(o, {})`,
      `o.__proto__ = {}`,
      `Object.getPrototypeOf(o).added = 1`,
    ];
    for (const change of changes)
      expect([change, attemptOnMarkets(`const o = ${place}; ${change};`)]).toEqual([change, refused]);
  });

  it.each([
    ...given,
    'setup.timeframe',
    'setup.markets[0].timeframe',
    'daily.indicators.sma',
    'markets[0].orders.buy',
    'markets[0].orders.isOpen',
    'markets.map',
    `Object.getOwnPropertyDescriptor(daily, 'isNew').get`,
    `Object.getOwnPropertyDescriptor(markets[0], 'isFresh').get`,
  ])('%s leads to no code from text and to no constructor of the engine', (place) => {
    expect(
      attemptOnMarkets(`const { constructor } = ${place}; return constructor.constructor('return 1')();`),
    ).toBe(refused);
    expect(
      attemptOnMarkets(
        `const { constructor } = ${place}; return [Object, Array, Object.getPrototypeOf(() => 1).constructor].includes(constructor);`,
      ),
    ).toBe('gave true');
  });

  it.each([
    ['a market put in', `markets.push({});`, refused],
    ['a market replaced', `markets[0] = {};`, refused],
    ['a market replaced by a pattern', `[markets[0]] = [{}];`, refused],
    ['a market removed', `delete markets[0];`, refused],
    ['markets emptied', `markets.length = 0;`, refused],
    ['markets filled', `markets.fill({});`, refused],
    [
      'a copy of the list',
      `const own = [...markets]; own[0] = 5; return markets[0] === own[0];`,
      'gave false',
    ],
    ['freshness', `markets[0].isFresh = true;`, refused],
    ['newness', `daily.isNew = false;`, refused],
    ['the bars of a timeframe by __proto__', `daily.bars['__proto__'].close = 1;`, refused],
    ['an order function', `markets[0].orders.buy = () => 1;`, refused],
    ['a value of a bar', `markets[0].bar.close = 1;`, refused],
    ['a value of a series', `average.value = 1;`, refused],
    [
      'a bar read of another object',
      `return Object.getOwnPropertyDescriptor(Object.getPrototypeOf(markets[0].bar), 'close').get.call({});`,
      refused,
    ],
    ['a series to come', `return daily.bars.close.ago(-1);`, 'threw RangeError'],
    [
      'a method of the list with another one',
      `return markets.map.call([1, 2], (x) => x * 2).join();`,
      'gave 2,4',
    ],
  ])('%s', (_, code, outcome) => expect(attemptOnMarkets(code)).toBe(outcome));

  it.each([
    ['a timeframe', `setup.timeframe('1w');`],
    ['a timeframe of a market', `setup.markets[0].timeframe('1w');`],
    ['an indicator of a timeframe', `daily.indicators.sma(5);`],
    ['an indicator of a market', `setup.markets[0].indicators.sma(5);`],
  ])('%s cannot be made once setup is over', (_, code) => expect(attemptOnMarkets(code)).toBe('threw Error'));

  it.each([
    `'__proto__'`,
    `'constructor'`,
    `'toString'`,
    `'1D'`,
    `'1m'`,
    `'1h'`,
    `'90m'`,
    `''`,
    'undefined',
    '60',
    'null',
    `['1d']`,
    `{ toString: () => '1d' }`,
  ])('there is no timeframe %s', (name) => {
    const source = sourceOf('').replace('() => null', `({ timeframe }) => timeframe(${name})`);
    const realm = realmOf(source);
    realm.load();
    expect(begin(realm)).toMatchObject({
      ok: false,
      phase: 'setup',
      message: expect.stringContaining('timeframe'),
    });
  });
});

describe('a strategy that throws', () => {
  const thrown: readonly (readonly [string, string, string])[] = [
    ['an error', `throw new Error('boom');`, 'boom'],
    ['text', `throw 'boom';`, 'boom'],
    ['null', `throw null;`, 'null'],
    ['undefined', `throw undefined;`, 'undefined'],
    ['a symbol', `throw Symbol('boom');`, 'Symbol(boom)'],
    ['a big integer', `throw 5n;`, '5'],
    ['an object without prototype', `throw Object.create(null);`, 'a value that cannot be shown'],
    ['an object that throws when read', `throw { toString() { throw 1; } };`, 'a value that cannot be shown'],
    [
      'an error that throws for its message',
      `throw Object.defineProperty(new Error('x'), 'message', { get() { throw 1; } });`,
      'a value that cannot be shown',
    ],
    [
      'an error that throws for its name',
      `throw Object.defineProperty(new Error('x'), 'name', { get() { throw 1; } });`,
      'a value that cannot be shown',
    ],
    [
      'an error that throws for its stack',
      `throw Object.defineProperty(new Error('boom'), 'stack', { get() { throw 1; } });`,
      'boom',
    ],
    ['a message of a million letters', `throw new Error('x'.repeat(1e6));`, 'x'.repeat(1000)],
    [
      'by endless recursion',
      `const deeper = () => deeper() + 1; deeper();`,
      'Maximum call stack size exceeded',
    ],
    [
      'a function that looks like an error',
      `throw Object.assign(() => 1, { message: 'm', stack: 's' });`,
      '() => 1',
    ],
  ];
  it.each(thrown)('%s fails in next, readably', (_, code, message) => {
    const { intents, failure } = play(sourceOf(`if (bar.index === 3) { ${code} }`), 10);
    expect(intents).toBe(-1);
    expect(failure).toMatchObject({ ok: false, phase: 'next', message, bar: 3, time: market.time[3] });
  });

  it('an error is reported with line and column of the source, in the first line too', () => {
    const { failure } = play(sourceOf(`throw new Error('here');`));
    expect(failure).toMatchObject({ line: 7, column: 11 });
  });

  it('an order that cannot be taken is told apart', () => {
    expect(play(sourceOf(`orders.buy({ units: -1 });`)).failure).toMatchObject({ isOrder: true, line: 7 });
    expect(play(sourceOf(`throw new Error('x');`)).failure).toMatchObject({ isOrder: false });
  });

  it('in its module or setup says so', () => {
    const realm = realmOf(`throw new Error('early'); export default 1;`);
    expect(JSON.parse(realm.load())).toMatchObject({ ok: false, phase: 'module', message: 'early', line: 1 });
    const late = realmOf(
      `import { defineStrategy } from 'strategy-lab';
export default defineStrategy({ name: 'x', setup({ indicators }) { indicators.sma(0); }, next() {} });`,
    );
    expect(JSON.parse(late.load())).toMatchObject({ ok: true, description: { name: 'x', params: {} } });
    expect(begin(late)).toMatchObject({ ok: false, phase: 'setup', line: 2, bar: null });
  });

  it('an async next, or a generator, is refused', () => {
    const header = `import { defineStrategy } from 'strategy-lab';\n`;
    for (const next of ['async () => {}', 'function* () {}']) {
      const source = `${header}export default defineStrategy({ name: 'x', setup: () => 1, next: ${next} });`;
      expect(play(source).failure).toMatchObject({ phase: 'next', bar: 0 });
    }
  });
});

describe('what is no strategy', () => {
  const header = `import { defineStrategy } from 'strategy-lab';\n`;
  const shapes: readonly (readonly [string, string])[] = [
    ['a plain object', `export default { name: 'x', setup() {}, next() {} };`],
    ['a number', `export default 5;`],
    ['null', `export default null;`],
    [
      'a strategy without name',
      `${header}export default defineStrategy({ name: ' ', setup() {}, next() {} });`,
    ],
    ['a strategy without setup', `${header}export default defineStrategy({ name: 'x', next() {} });`],
    ['a strategy without next', `${header}export default defineStrategy({ name: 'x', setup() {} });`],
    ['nothing given to defineStrategy', `${header}export default defineStrategy();`],
    [
      'a look-alike of a strategy',
      `${header}export default Object.create(defineStrategy({ name: 'x', setup() {}, next() {} }));`,
    ],
  ];
  it.each(shapes)('%s is refused when it is loaded', (_, source) => {
    expect(JSON.parse(realmOf(source).load())).toMatchObject({ ok: false, phase: 'module' });
  });
});

describe('the log', () => {
  it('takes anything, cuts long lines and keeps its first bytes only', () => {
    const { log } = play(
      sourceOf(
        `log(5); log(null); log({}); log(Symbol('s')); log({ toString() { throw 1; } }); log('x'.repeat(1e6));`,
      ),
    );
    expect(log).toEqual([
      '5',
      'null',
      '[object Object]',
      'Symbol(s)',
      'a value that cannot be shown',
      'x'.repeat(1000),
    ]);
  });

  it('is bounded, empty lines included, and counts what it drops', () => {
    for (const [line, kept] of [
      ['', 100],
      ['123456789', 10],
    ] as const) {
      const realm = realmOf(sourceOf(`for (let n = 0; n < 50; n++) log('${line}');`));
      realm.load();
      begin(realm, {}, 100);
      realm.feed(packed(market, 0, 10));
      expect(JSON.parse(realm.log())).toHaveLength(kept);
      expect(realm.logDropped()).toBe(500 - kept);
    }
  });
});

it('two sets of one strategy share nothing', () => {
  const source = sourceOf(
    `count++; seen.push(bar.index); Object.assign(box, { count }); log(count + '/' + seen.length + '/' + box.count);`,
    'let count = 0; const seen = []; const box = {};',
  );
  const realms = [realmOf(source), realmOf(source)];
  for (const realm of realms) {
    realm.load();
    begin(realm);
  }
  for (let round = 0; round < 3; round++) {
    for (const realm of realms) realm.feed(packed(market, round, round + 1));
  }
  for (const realm of realms) expect(JSON.parse(realm.log())).toEqual(['1/1/1', '2/2/2', '3/3/3']);
});

it('the patched arrays of a strategy do not reach the driver', () => {
  const { intents } = play(
    sourceOf(
      `orders.buy({ percent: 1 });`,
      `class Mine extends Float64Array { set() { throw 1; } get length() { return 1e9; } }
      Object.assign(new Mine(3), { constructor: 1 });`,
    ),
    5,
  );
  expect(intents).toBe(5);
});

it('a strategy that fills its stack while it orders cannot make engine and host disagree in silence', () => {
  const realm = realmOf(
    sourceOf(
      `let given = 0;
      const dive = () => { try { dive(); } catch { try { orders.buy({ percent: 1 }); given++; } catch {} } };
      dive();`,
    ),
  );
  realm.load();
  begin(realm);
  const intents = realm.feed(packed(market, 0, 3));
  // Either the run failed, or each order is there whole.
  const rows = intents < 0 ? new Float64Array(0) : realm.intents(intents * intentWidth);
  expect([...rows].every((value) => Number.isFinite(value))).toBe(true);
});
