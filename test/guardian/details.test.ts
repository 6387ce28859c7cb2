import { describe, expect, test } from 'vitest';
import { guard } from '../../language-server/guardian/guard.ts';
import { atTop, inNext } from './corpus/build.ts';

/** Rules of all findings, each once, in order. */
function rules(source: string): string[] {
  return [...new Set(guard(source, { author: 'agent' }).map(({ rule }) => rule))];
}

describe('in next', () => {
  test.each([
    ['if (Date.parse("2020") > bar.time) orders.close();', 'DET003'],
    ['if (Date() > "a") orders.close();', 'DET002'],
    ['if (new Date().getUTCHours() > 3) orders.close();', 'DET002'],
    ['const D = Date; if (new D().getUTCHours() > 3) orders.close();', 'DET002'],
    ['if (new Date(bar.index, 1).getUTCHours() > 3) orders.close();', 'DET003'],
    ['if (new Date("May 4").getUTCHours() > 3) orders.close();', 'DET003'],
    ['if ("a".localeCompare("b") > 0) orders.close();', 'DET003'],
    ['if (bar.close.toLocaleString() > "3") orders.close();', 'DET003'],
    ['if (fast[-1] > 3) orders.close();', 'LA001'],
    ['if (bar.index === bars.close.length - 1) orders.close();', 'LA010'],
    ['if (bar.isLast) orders.close();', 'LA010'],
    ['if (bar.index > 20000) orders.close();', 'LA010'],
    ['const { index } = bar; if (20000 < index) orders.close();', 'LA010'],
    ['if (levels.frobnicate) orders.close();', 'SEC001'],
    ['if (Math.frobnicate(1)) orders.close();', 'SEC001'],
    ['if (Object("a")) orders.close();', 'SEC001'],
    ['if (new Number(1)) orders.close();', 'SEC001'],
    ['if (Map()) orders.close();', 'SEC001'],
    ['const o = Object.create(levels);', 'SEC004'],
    ['const o = { constructor: 1 };', 'SEC003'],
    ['const o = { __proto__: null };', 'SEC004'],
    ['if (new RegExp("(a+)+").test("a")) orders.close();', 'RES002'],
    ['orders.buy({ cash: Math.pow(2, losses) });', 'RSK002'],
    ['debugger;', 'SEC011'],
    ['for await (const level of levels) log(level);', 'SYN001'],
    ['with (levels) {}', 'SYN001'],
  ])('%s gives %s', (code, rule) => expect(rules(inNext(code))).toContain(rule));

  test.each([
    'const D = Object.create(null); D.a = 1;',
    'if (new Date(bar.time).toISOString() > "x") orders.close();',
    'if (new Date("2020-01-01T00:00:00Z").getTime() > bar.time) log("x");'.replace(
      '2020-01-01T00:00:00Z',
      '+002020',
    ),
    'const clock = { getHours: () => 3 }; if (clock.getHours() > 2) orders.close();',
    'if (bar.index < 20000) orders.close();',
    'const text = String(bar.close); if (Number(text) > 1) orders.close();',
    'const numbers = ["1", "2"].map(Number).filter(Boolean); if (numbers.every(Number.isFinite)) orders.close();',
    'if (Math.max.apply(null, levels) > bar.close) orders.close();',
    'const { floor, PI } = Math; if (floor(PI) > bar.close) orders.close();',
    'const sum = (a, b) => a + b; if (sum.call(null, 1, 2) > bar.close) orders.close();',
    'const error = new RangeError("x", { cause: 1 }); if (error instanceof Error) log(error.message);',
  ])('%s gives no error of security', (code) =>
    expect(rules(inNext(code)).filter((rule) => rule.startsWith('SEC') || rule.startsWith('API'))).toEqual(
      [],
    ),
  );
});

describe('at the top', () => {
  test.each([
    [`const table = [${Array.from({ length: 60 }, (_, i) => i / 7).join(', ')}];`, 'LA009'],
    ['class Own extends Map {}', 'SEC003'],
    ['const make = () => 1; class Own extends make {}', 'SEC003'],
    ["import {} from 'strategy-lab';", 'SEC002'],
    ["import { crossAbove } from 'strategy-lab' with { type: 'json' };", 'SEC002'],
    ["import { Series } from 'strategy-lab'; const s = [Series];", 'SEC002'],
    ["import { crossover } from 'strategy-lab';", 'SEC002'],
    ["import lab from 'strategy-lab';", 'SEC002'],
    ['class Own { constructor(private readonly level: number) {} }', 'SYN003'],
    ['using file = null;', 'SYN003'],
    ['const one = <number>1;', 'SYN003'],
  ])('%s gives %s', (code, rule) => expect(rules(atTop(code))).toContain(rule));

  test.each([
    "import { crossAbove as crosses } from 'strategy-lab'; const rising = (a, b) => crosses(a, b);",
    "import { type Series, type Bar } from 'strategy-lab'; const last = (s: Series, b: Bar): number => s.value - b.close;",
    "import type { Orders } from 'strategy-lab'; type Placed = ReturnType<Orders['buy']>;",
    'class Base { level = 1; } class Own extends Base { above(price) { return price > this.level; } }',
    'abstract class Shape { abstract area(): number; declare kind: string; }',
    'function over(a: number): number; function over(a: string): number; function over(a: number | string) { return Number(a); }',
    'const generic = <T,>(value: T): T => value; const four = generic<number>(4)!;',
  ])('%s gives nothing', (code) => expect(rules(atTop(code))).toEqual([]));
});

describe('in the declaration', () => {
  const declare = (params: string, next: string): string =>
    `import { crossAbove, defineStrategy } from 'strategy-lab';
export default defineStrategy({ name: 'x', params: { ${params} }, setup: ({ indicators }) => indicators.sma(3), next({ orders }, average) { ${next} } });`;

  test.each([
    ["'a-b': { type: 'number', default: 1, min: 0, max: 2 }", 'orders.close();'],
    ["a: { type: 'number', min: 0, max: 2 }", 'orders.close();'],
    ["a: { type: 'number', default: 1, min: 0, maximum: 2 }", 'orders.close();'],
    ['', 'if (crossAbove(average)) orders.close();'],
    ['', 'orders.close({ percent: 0 });'],
    ['', 'orders.buy({ stopLoss: 1, stopLossPercent: 2 });'],
  ])('params { %s } with %s gives API001', (params, next) =>
    expect(rules(declare(params, next))).toContain('API001'),
  );

  test('parameters from a constant object are known', () => {
    const source = `import { defineStrategy } from 'strategy-lab';
const period = { type: 'integer', default: 5, min: 1, max: 9 } as const;
const params = { period } as const;
export default defineStrategy({ name: 'x', params, setup: (c) => c.indicators.sma(c.params.period), next({ orders }) { orders.close(); } });`;
    expect(rules(source)).toEqual([]);
    expect(rules(source.replace('c.params.period', 'c.params.length'))).toEqual(['API001']);
  });
});
