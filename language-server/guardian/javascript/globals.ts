/** A global that strategies may use. */
export interface AllowedGlobal {
  /** May be called, or made with `new`. */
  readonly calls: boolean;
  readonly news: boolean;
  /** Static members that may be used, with what they hold or return. */
  readonly members: ReadonlyMap<string, 'number' | 'other'>;
  /** May be handed on as a function: `values.map(Number)`. */
  readonly isCallback: boolean;
}

function allow(
  uses: { calls?: true; news?: true; isCallback?: true },
  numbers = '',
  others = '',
): AllowedGlobal {
  const members = new Map<string, 'number' | 'other'>();
  for (const name of numbers.split(' ')) if (name) members.set(name, 'number');
  for (const name of others.split(' ')) if (name) members.set(name, 'other');
  return {
    calls: uses.calls ?? false,
    news: uses.news ?? false,
    isCallback: uses.isCallback ?? false,
    members,
  };
}

const typedArray = allow({ news: true }, 'BYTES_PER_ELEMENT', 'from of');
const failure = allow({ calls: true, news: true });

/** The allow-list: pure parts of the language, and of these only what a strategy can need. */
export const allowedGlobals: ReadonlyMap<string, AllowedGlobal> = new Map([
  [
    'Math',
    allow(
      {},
      'abs acos acosh asin asinh atan atan2 atanh cbrt ceil clz32 cos cosh exp expm1 floor fround hypot imul log ' +
        'log10 log1p log2 max min pow round sign sin sinh sqrt tan tanh trunc E LN10 LN2 LOG10E LOG2E PI SQRT1_2 SQRT2',
    ),
  ],
  [
    'Number',
    allow(
      { calls: true, isCallback: true },
      'parseFloat parseInt EPSILON MAX_SAFE_INTEGER MIN_SAFE_INTEGER MAX_VALUE MIN_VALUE NaN POSITIVE_INFINITY ' +
        'NEGATIVE_INFINITY',
      'isFinite isInteger isNaN isSafeInteger',
    ),
  ],
  [
    'Object',
    allow({}, '', 'keys values entries fromEntries freeze isFrozen is hasOwn assign create groupBy'),
  ],
  ['Array', allow({ calls: true, news: true }, '', 'isArray from of')],
  ['Map', allow({ news: true }, '', 'groupBy')],
  ['Set', allow({ news: true })],
  ['JSON', allow({}, '', 'parse stringify')],
  ['String', allow({ calls: true, isCallback: true })],
  ['Boolean', allow({ calls: true, isCallback: true })],
  ['Date', allow({ news: true }, 'UTC')],
  ['Symbol', allow({}, '', 'iterator')],
  ['RegExp', allow({ news: true })],
  ['isFinite', allow({ calls: true, isCallback: true })],
  ['isNaN', allow({ calls: true, isCallback: true })],
  ['parseFloat', allow({ calls: true, isCallback: true })],
  ['parseInt', allow({ calls: true, isCallback: true })],
  ['Error', failure],
  ['TypeError', failure],
  ['RangeError', failure],
  ...[
    'Float64Array',
    'Float32Array',
    'Int8Array',
    'Int16Array',
    'Int32Array',
    'Uint8Array',
    'Uint8ClampedArray',
    'Uint16Array',
    'Uint32Array',
  ].map((name) => [name, typedArray] as const),
]);

/** Globals that are plain values. */
export const constantGlobals = new Set(['undefined', 'NaN', 'Infinity']);

/** The classes of the language that a class of the file may extend. */
export const extendable = new Set(['Error', 'TypeError', 'RangeError']);

/** Known dangers, by the rule that names them; a global that stands nowhere is refused all the same. */
export const refusedGlobals: ReadonlyMap<string, 'SEC003' | 'SEC011' | 'DET001' | 'DET002' | 'DET003'> =
  new Map([
    ['eval', 'SEC003'],
    ['Function', 'SEC003'],
    ['AsyncFunction', 'SEC003'],
    ['GeneratorFunction', 'SEC003'],
    ['Worker', 'SEC011'],
    ['SharedWorker', 'SEC011'],
    ['SharedArrayBuffer', 'SEC011'],
    ['Atomics', 'SEC011'],
    ['WebAssembly', 'SEC011'],
    ['Proxy', 'SEC011'],
    ['Reflect', 'SEC011'],
    ['Promise', 'SEC011'],
    ['crypto', 'DET001'],
    ['performance', 'DET002'],
    ['Temporal', 'DET002'],
    ['Intl', 'DET003'],
  ]);

/** What to use in place of a global that people miss. */
export const replacements: ReadonlyMap<string, string> = new Map([
  ['console', 'Write with log(), which next is given.'],
  ['process', 'Take settings as params; a strategy knows no process.'],
  ['require', "Import from 'strategy-lab' with an import statement; nothing else can be loaded."],
  ['fetch', 'Use the bars that next is given; a strategy has no network.'],
  ['setTimeout', 'Count bars with bar.index; a strategy has no timer.'],
  ['setInterval', 'Count bars with bar.index; a strategy has no timer.'],
  ['globalThis', 'Keep state in what setup returns.'],
  ['window', 'Keep state in what setup returns.'],
  ['arguments', 'Declare the parameters, with ...rest where their number varies.'],
  ['indicators', 'Take it from the context of setup: setup({ indicators }).'],
  ['plot', 'Take it from the context of setup: setup({ plot }).'],
  ['orders', 'Take it from the context of next: next({ orders }).'],
  ['bar', 'Take it from the context of next: next({ bar }).'],
  ['bars', 'Take it from the context: next({ bars }).'],
  ['params', 'Take it from the context: next({ params }).'],
  ['position', 'Take it from the context of next: next({ position }).'],
  ['account', 'Take it from the context of next: next({ account }).'],
  ['log', 'Take it from the context of next: next({ log }).'],
  ['random', 'Take it from the context of next: next({ random }).'],
  ['defineStrategy', "Import it: import { defineStrategy } from 'strategy-lab'."],
  ['crossAbove', "Import it: import { crossAbove } from 'strategy-lab'."],
  ['crossBelow', "Import it: import { crossBelow } from 'strategy-lab'."],
]);
