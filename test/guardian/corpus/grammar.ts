import fc from 'fast-check';

/** A strategy in parts, so that a test can put something into it. */
export interface Program {
  readonly module: readonly string[];
  readonly params: string;
  readonly setup: readonly string[];
  readonly statements: readonly string[];
}

const names = ['level', 'price', 'change', 'gap', 'цена', 'σ', 'edge_1', 'isWide'];
const single = ['sma', 'ema', 'rsi', 'highest', 'lowest', 'atr'];
const lines = { bollinger: ['upper', 'middle', 'lower'], donchian: ['upper', 'lower'] } as const;
const numbers = ['0.5', '1', '2', '10', '97.25', '1e3', '-3'];
const fields = ['bar.open', 'bar.high', 'bar.low', 'bar.close', 'bar.volume'];

const helpers = [
  'const clamp = (x: number, low: number, high: number): number => Math.min(high, Math.max(low, x));',
  'function mean(values: readonly number[]): number {\n  return values.reduce((a, b) => a + b, 0) / (values.length || 1);\n}',
  'class Band {\n  readonly width: number;\n  constructor(width: number) {\n    this.width = width;\n  }\n  holds(x: number): boolean {\n    return Math.abs(x) <= this.width;\n  }\n}',
  "type Side = 'long' | 'short';\nconst sides: Readonly<Record<Side, number>> = { long: 1, short: -1 };",
];

interface Names {
  readonly series: readonly string[];
  readonly params: readonly string[];
}

function numberOf({ series, params }: Names): fc.Arbitrary<string> {
  const { number } = fc.letrec<{ number: string }>((tie) => ({
    number: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.constantFrom(...numbers, ...fields, 'position.quantity', 'account.equity', 'levels[1]'),
      fc.constantFrom(...series).map((name) => `${name}.value`),
      fc.constantFrom(...series).map((name) => `${name}.previous`),
      fc.tuple(fc.constantFrom(...series), fc.nat(9)).map(([name, ago]) => `${name}.ago(${ago})`),
      fc.constantFrom('1', ...params.map((name) => `params.${name}`)),
      fc
        .tuple(tie('number'), fc.constantFrom('+', '-', '*'), tie('number'))
        .map(([a, sign, b]) => `(${a} ${sign} ${b})`),
      fc
        .tuple(fc.constantFrom('max', 'min'), tie('number'), tie('number'))
        .map(([f, a, b]) => `Math.${f}(${a}, ${b})`),
      fc.tuple(tie('number'), tie('number')).map(([a, b]) => `(${a} > 0 ? ${a} : ${b})`),
      tie('number').map((a) => `Math.abs(${a})`),
      tie('number').map((a) => `Math.sqrt(Math.abs(${a}))`),
      fc.constantFrom('levels[bar.index % levels.length]', 'levels.length', 'Math.max(...levels)'),
      fc.constantFrom("{ up: 1, down: 2 }['up']", '[1, 2, 3].at(-1)!', 'random()').map((a) => `(${a})`),
    ),
  }));
  return number;
}

function conditionOf(known: Names): fc.Arbitrary<string> {
  const number = numberOf(known);
  const { condition } = fc.letrec<{ condition: string }>((tie) => ({
    condition: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      fc
        .tuple(number, fc.constantFrom('<', '>', '<=', '>='), number)
        .map(([a, sign, b]) => `${a} ${sign} ${b}`),
      fc.constantFrom('position.isFlat', 'position.isLong', 'Number.isFinite(bar.close)', 'bar.index > 20'),
      fc
        .tuple(
          fc.constantFrom('crossAbove', 'crossBelow'),
          fc.constantFrom(...known.series),
          fc.constantFrom(...known.series),
        )
        .map(([cross, a, b]) => `${cross}(${a}, ${b})`),
      number.map((a) => `levels.some((each) => each > ${a})`),
      fc
        .tuple(tie('condition'), fc.constantFrom('&&', '||'), tie('condition'))
        .map(([a, sign, b]) => `(${a} ${sign} ${b})`),
      tie('condition').map((a) => `!(${a})`),
    ),
  }));
  return condition;
}

function statementOf(known: Names): fc.Arbitrary<string> {
  const number = numberOf(known);
  const condition = conditionOf(known);
  const percent = fc.integer({ min: 1, max: 100 });
  const { statement } = fc.letrec<{ statement: string }>((tie) => ({
    statement: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      fc
        .tuple(fc.constantFrom('buy', 'sell'), percent, fc.integer({ min: 1, max: 20 }))
        .map(
          ([side, size, stop]) =>
            `if (position.isFlat) orders.${side}({ percent: ${size}, stopLossPercent: ${stop} });`,
        ),
      condition.map((when) => `if (${when}) orders.close();`),
      fc
        .tuple(fc.constantFrom(...names), number, condition)
        .map(
          ([name, a, when]) =>
            `{\n      const ${name} = ${a};\n      if (${name} > 1 && ${when}) log(\`${name} \${${name}.toFixed(2)}\`);\n    }`,
        ),
      fc
        .tuple(condition, tie('statement'), tie('statement'))
        .map(([when, a, b]) => `if (${when}) {\n      ${a}\n    } else {\n      ${b}\n    }`),
      fc
        .tuple(number, number)
        .map(
          ([a, b]) =>
            `{\n      let sum = 0;\n      for (let i = 0; i < 4; i++) sum += ${a} * i;\n      if (sum > ${b}) orders.close();\n    }`,
        ),
      number.map((a) => `for (const each of levels) if (each > ${a}) orders.close();`),
      number.map(
        (a) =>
          `{\n      const { open, close: last } = bar;\n      if (last - open > ${a}) orders.close();\n    }`,
      ),
      fc.constant('state.closes.push(bar.close);\n    if (state.closes.length > 20) state.closes.shift();'),
      fc.constant(
        'switch (new Date(bar.time).getUTCDay()) {\n      case 1:\n        orders.close();\n        break;\n    }',
      ),
    ),
  }));
  return statement;
}

/** Honest strategies of all sizes: they use the strategy API as its declarations say, and nothing else. */
export const programs: fc.Arbitrary<Program> = fc
  .record({
    indicators: fc.array(fc.tuple(fc.constantFrom(...single), fc.integer({ min: 2, max: 30 })), {
      minLength: 1,
      maxLength: 3,
    }),
    banded: fc.option(fc.constantFrom(...(Object.keys(lines) as (keyof typeof lines)[]))),
    params: fc.uniqueArray(fc.constantFrom('fast', 'slow', 'size', 'edge'), { maxLength: 3 }),
    module: fc.subarray(helpers),
  })
  .chain(({ indicators, banded, params, module }) => {
    const series = indicators.map((_, i) => `state.s${i}`);
    const setup = indicators.map(([name, period], i) => `s${i}: indicators.${name}(${period}),`);
    if (banded !== null) {
      setup.push(`band: indicators.${banded}(20),`);
      series.push(...lines[banded].map((line) => `state.band.${line}`));
    }
    const known = { series: [...series, 'bars.close'], params };
    return fc.array(statementOf(known), { minLength: 1, maxLength: 8 }).map((statements) => ({
      module,
      params: params.map((name) => `${name}: { type: 'number', default: 2, min: 1, max: 9 },`).join(' '),
      setup,
      statements,
    }));
  });

/** The source of a program, with statements of its module and of `next` put in where they are asked for. */
export function render(
  program: Program,
  put: { readonly at: number; readonly next: string; readonly module: string } | undefined = undefined,
): string {
  const statements = [...program.statements];
  if (put) statements.splice(put.at % (statements.length + 1), 0, put.next);
  return `import { crossAbove, crossBelow, defineStrategy } from 'strategy-lab';

${[...program.module, put?.module ?? ''].join('\n')}

export default defineStrategy({
  name: 'Generated',
  params: { ${program.params} },
  setup: ({ indicators }) => ({
    ${program.setup.join('\n    ')}
    closes: [] as number[],
    levels: [1, 100, 250],
  }),
  next({ params, bar, bars, position, account, orders, random, log }, state) {
    const { levels } = state;
    ${statements.join('\n    ')}
  },
});
`;
}
