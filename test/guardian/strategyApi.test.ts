import { describe, expect, test } from 'vitest';
import { createIndicators } from '../../extension/backtest/indicators/create.ts';
import { longestPlotName, maximumPeriod } from '../../extension/backtest/rules.ts';
import { BarWindow } from '../../extension/backtest/series.ts';
import { guard } from '../../language-server/guardian/guard.ts';
import {
  factorArguments,
  indicatorMembers,
  indicatorOptions,
  neverOfOneValue,
  periodArguments,
  resultMembers,
} from '../../language-server/guardian/javascript/indicatorApi.ts';
import { otherIndicatorNames } from '../../language-server/guardian/javascript/otherIndicatorNames.ts';
import {
  apiName,
  apiTypes,
  longestPlotName as longestNameKnown,
  longestPeriod,
} from '../../language-server/guardian/javascript/strategyApi.ts';
import { indicatorCases } from '../backtest/support/indicatorCases.ts';
import { fieldNames, indicatorDeclarations, typeNames } from '../backtest/support/indicatorDeclarations.ts';

const declarations = indicatorDeclarations();

describe('Guardian knows the strategy API as it is declared', () => {
  test('every type', () => {
    expect([...apiTypes].sort()).toEqual(typeNames().sort());
  });

  test('the limits', () => {
    expect([longestPeriod, longestNameKnown]).toEqual([maximumPeriod, longestPlotName]);
  });

  test('every indicator and what it gives', () => {
    const known = Object.entries(indicatorMembers).map(([name, gives]) => [
      name,
      gives === 'Average' || gives === 'Series' ? 'Series' : apiName(gives),
    ]);
    const declared = declarations.map(({ name, gives }) => [name, gives]);
    expect(Object.fromEntries(known)).toEqual(Object.fromEntries(declared));
  });

  test.each(Object.entries(resultMembers))('every line of a result: %s', (type, members) => {
    const name = type === 'AverageBands' ? 'Bands' : type;
    expect(Object.keys(members).sort()).toEqual(fieldNames(name).sort());
  });

  test.each(declarations)('the numbers and options of $call', ({ name, numbers, options }) => {
    const factors = factorArguments[name] ?? [];
    const periods = periodArguments[name] ?? [];
    const ofOptions = Object.keys(indicatorOptions[name] ?? {});
    expect([...periods, ...factors].sort()).toEqual([
      ...numbers.filter((each) => !ofOptions.includes(each)).keys(),
    ]);
    expect(ofOptions.sort()).toEqual([...options].sort());
  });
});

describe('Guardian and the engine agree about arguments of', () => {
  /** Whether the engine takes the arguments. */
  function isTaken(name: string, given: readonly unknown[]): boolean {
    const { indicators } = createIndicators(new BarWindow());
    try {
      (indicators[name as keyof typeof indicators] as (...values: unknown[]) => unknown)(...given);
      return true;
    } catch {
      return false;
    }
  }
  const usual = [...new Map(indicatorCases.toReversed().map((call) => [call[0], call])).values()];
  const numeric = usual.filter(([name]) => name !== 'correlation');

  test.each(numeric.map(([name, ...given]) => [name, given] as const))('%s', (name, given) => {
    const call = (values: readonly unknown[]): string =>
      `indicators.${name}(${values.map((value) => JSON.stringify(value)).join(', ')})`;
    const isClean = (values: readonly unknown[]): boolean =>
      guard(strategyWith(call(values)), { author: 'agent' }).every(({ rule }) => rule !== 'API001');
    const attempts: unknown[][] = [[...given]];
    for (const index of given.keys()) {
      for (const value of [0, 1, 2, -1, 2.5, 5000, 5001]) attempts.push(given.toSpliced(index, 1, value));
    }
    for (const [option, kind] of Object.entries(indicatorOptions[name] ?? {})) {
      const values = typeof kind === 'string' ? [] : [...kind, 'other', 7];
      if (kind === 'number') values.push(0, 0.5, 365);
      if (kind === 'period') values.push(0, 1, 1.5, 5001);
      for (const value of values) attempts.push([...given, { [option]: value }]);
    }
    attempts.push([...given, { unheardOf: 1 }], [...given, 'close']);
    for (const values of attempts) {
      const isSpare = values.length > given.length && !indicatorOptions[name];
      if (!isSpare)
        expect({ call: call(values), isClean: isClean(values) }).toEqual({
          call: call(values),
          isClean: isTaken(name, values),
        });
    }
  });

  test('those that have no value of one bar', () => {
    for (const { name, numbers } of declarations) {
      if (numbers[0] !== 'period' || name === 'correlation') continue;
      expect({ name, takesOne: isTaken(name, [1]) }).toEqual({ name, takesOne: !neverOfOneValue.has(name) });
    }
  });
});

function strategyWith(expression: string): string {
  return `import { defineStrategy } from 'strategy-lab';

export default defineStrategy({
  name: 'Sample',
  setup({ indicators, bars }) {
    const made = ${expression};
    return { made, average: indicators.sma(3, bars.open) };
  },
  next({ bar, position, orders }, { average }) {
    if (position.isFlat && bar.close > average.value) orders.buy({ percent: 10, stopLossPercent: 5 });
    else if (bar.close < average.value) orders.close();
  },
});
`;
}

describe('other names', () => {
  test('all stand for indicators that there are, and for none that has the name itself', () => {
    for (const [other, name] of Object.entries(otherIndicatorNames)) {
      expect(Object.hasOwn(indicatorMembers, name), name).toBe(true);
      expect(Object.hasOwn(indicatorMembers, other), other).toBe(false);
    }
  });

  test.each([
    ['stoch', 'stochastic'],
    ['WILLR', 'williamsR'],
    ['superTrend', 'supertrend'],
    ['bbands', 'bollinger'],
    ['BBANDS', 'bollinger'],
    ['psar', 'parabolicSar'],
    ['SAR', 'parabolicSar'],
    ['kc', 'keltner'],
    ['PLUS_DI', 'adx'],
    ['hlc3', 'typicalPrice'],
    ['linreg', 'linearRegression'],
    ['stddev', 'deviation'],
    ['cmf', 'chaikinMoneyFlow'],
    ['smma', 'rma'],
    ['KAMA', 'kama'],
    ['emaa', 'ema'],
  ])('indicators.%s is mended to %s', (other, name) => {
    const [finding] = guard(strategyWith(`indicators.${other}(14)`), { author: 'agent' }).filter(
      ({ rule }) => rule === 'API001',
    );
    expect(finding?.message).toContain(`Indicators has no member ${other}.`);
    expect(finding?.fix?.title).toBe(`Write ${name}`);
  });

  test.each([
    ['indicators.ichimoku().tenkan.value', 'conversion'],
    ['indicators.adx().plusDI.value', 'plus'],
    ['indicators.pivotPoints().r1.value', 'resistance1'],
    ['indicators.stochastic().slowK.value', 'k'],
  ])('%s is mended to %s', (expression, name) => {
    const found = guard(strategyWith(expression), { author: 'agent' });
    expect(found.map(({ fix }) => fix?.title)).toContain(`Write ${name}`);
  });
});

describe('API001 says what is wrong with', () => {
  test.each([
    ['indicators.sma(bars.close, 20)', 'bars.close is a series and no period.'],
    ["indicators.rsi(14, 'close')", "'close' is a text and no argument of indicators.rsi."],
    ['indicators.rsi(14, { smooth: "simple" })', 'indicators.rsi takes no smooth.'],
    ["indicators.rsi(14, { smoothing: 'sma' })", "smoothing cannot be 'sma'."],
    ['indicators.deviation(1)', '1 is no period.'],
    ['indicators.deviation(20, { ddof: 2 })', 'ddof cannot be 2.'],
    ['indicators.supertrend(10, 0)', 'indicators.supertrend takes no 0 here.'],
    ['indicators.keltner(20, 2, { atrPeriod: 0.5 })', '0.5 is no period.'],
    ['indicators.parkinson(20, { periodsPerYear: 0 })', 'periodsPerYear cannot be 0.'],
  ])('%s', (expression, message) => {
    const found = guard(strategyWith(expression), { author: 'agent' });
    expect(found.filter(({ rule }) => rule === 'API001').map((finding) => finding.message)).toContain(
      message,
    );
  });

  test.each([
    'indicators.sma(20, bars.open)',
    'indicators.sma(20, { source: bars.open })',
    "indicators.rsi(14, { smoothing: 'simple', source: indicators.ema(5) })",
    'indicators.macd(12, 26, 9, bars.open)',
    'indicators.correlation(20, bars.open, indicators.rsi(14))',
    'indicators.keltner(20, 2, { atrPeriod: 7 })',
    'indicators.pivotPoints({ method: "woodie" })',
  ])('nothing: %s', (expression) => {
    expect(
      guard(strategyWith(expression), { author: 'agent' }).filter(({ rule }) => rule === 'API001'),
    ).toEqual([]);
  });
});
