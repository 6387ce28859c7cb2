import { type IndicatorResult, indicatorMembers, resultMembers } from './indicatorApi.ts';
import { otherIndicatorNames } from './otherIndicatorNames.ts';
import { otherMarketNames } from './otherMarketNames.ts';

/** The objects that a strategy is given, by the names of their declarations. */
export type ApiType =
  | IndicatorResult
  | 'SetupContext'
  | 'NextContext'
  | 'Params'
  | 'Indicators'
  | 'Bars'
  | 'Bar'
  | 'Series'
  | 'Average'
  | 'Position'
  | 'Account'
  | 'Orders'
  | 'HigherTimeframe'
  | 'SetupMarket'
  | 'SetupMarkets'
  | 'Market'
  | 'Markets';

/**
 * What a member holds or a method returns. A price is copied from the market, an average is computed, a
 * symbol is a text that the run gives; what a method of a list returns depends on its arguments.
 */
export type ApiValue =
  | ApiType
  | 'number'
  | 'price'
  | 'average'
  | 'boolean'
  | 'symbol'
  | 'nothing'
  | 'byArguments';

export interface ApiMember {
  readonly gives: ApiValue;
  readonly isMethod?: true;
}

function fields(gives: ApiValue, names: string): Record<string, ApiMember> {
  return Object.fromEntries(names.split(' ').map((name) => [name, { gives }]));
}

function methods(gives: ApiValue, names: string): Record<string, ApiMember> {
  return Object.fromEntries(names.split(' ').map((name) => [name, { gives, isMethod: true }]));
}

/** What a list has that cannot be changed. */
const listMembers: Record<string, ApiMember> = {
  ...fields('number', 'length'),
  ...methods(
    'byArguments',
    'at concat entries every filter find findIndex findLast findLastIndex flat flatMap forEach includes indexOf ' +
      'join keys lastIndexOf map reduce reduceRight slice some toReversed toSorted toSpliced toString values with',
  ),
};

/** The lists of the API. */
export type ApiListType = 'SetupMarkets' | 'Markets';

/** What a list of the API holds; nothing for what is no list. */
export function elementOf(type: ApiType): ApiType | undefined {
  if (type === 'SetupMarkets') return 'SetupMarket';
  return type === 'Markets' ? 'Market' : undefined;
}

function series(gives: ApiValue): Record<string, ApiMember> {
  return { ...fields(gives, 'value previous'), ...methods(gives, 'ago') };
}

function resultFields(): Record<IndicatorResult, Record<string, ApiMember>> {
  const entries = Object.entries(resultMembers).map(([type, members]) => [
    type,
    Object.fromEntries(Object.entries(members).map(([name, gives]) => [name, { gives }])),
  ]);
  return Object.fromEntries(entries) as Record<IndicatorResult, Record<string, ApiMember>>;
}

/** The members of each object; `Params` has those that the file declares. */
export const apiMembers: Readonly<Record<ApiType, Readonly<Record<string, ApiMember>>>> = {
  SetupContext: {
    params: { gives: 'Params' },
    indicators: { gives: 'Indicators' },
    bars: { gives: 'Bars' },
    markets: { gives: 'SetupMarkets' },
    ...methods('HigherTimeframe', 'timeframe'),
    ...methods('nothing', 'plot'),
  },
  NextContext: {
    params: { gives: 'Params' },
    bar: { gives: 'Bar' },
    bars: { gives: 'Bars' },
    position: { gives: 'Position' },
    account: { gives: 'Account' },
    orders: { gives: 'Orders' },
    markets: { gives: 'Markets' },
    ...methods('number', 'random'),
    ...methods('nothing', 'log'),
  },
  Params: {},
  Indicators: Object.fromEntries(
    Object.entries(indicatorMembers).map(([name, gives]) => [name, { gives, isMethod: true }]),
  ),
  ...resultFields(),
  Bars: fields('Series', 'time open high low close volume'),
  Bar: { ...fields('number', 'index time volume'), ...fields('price', 'open high low close') },
  Series: series('price'),
  Average: series('average'),
  Position: {
    ...fields('boolean', 'isFlat isLong isShort'),
    ...fields('number', 'quantity bars lots'),
    ...fields('average', 'entryPrice profit'),
  },
  Account: fields('average', 'cash equity'),
  Orders: {
    ...methods('number', 'buy sell close protect'),
    ...methods('nothing', 'cancel replace'),
    ...methods('boolean', 'isOpen'),
  },
  HigherTimeframe: {
    indicators: { gives: 'Indicators' },
    bars: { gives: 'Bars' },
    ...fields('boolean', 'isNew'),
  },
  SetupMarket: {
    ...fields('symbol', 'symbol'),
    indicators: { gives: 'Indicators' },
    bars: { gives: 'Bars' },
    ...methods('HigherTimeframe', 'timeframe'),
  },
  SetupMarkets: listMembers,
  Market: {
    ...fields('symbol', 'symbol'),
    ...fields('boolean', 'isFresh'),
    bar: { gives: 'Bar' },
    bars: { gives: 'Bars' },
    position: { gives: 'Position' },
    orders: { gives: 'Orders' },
  },
  Markets: listMembers,
};

/** What 'strategy-lab' exports as values. */
export const apiExports = new Set(['defineStrategy', 'crossAbove', 'crossBelow']);

/** What 'strategy-lab' exports as types. */
export const apiTypes = new Set(
  (
    'ParameterDefinition Series Bars Bar Indicators Position Account EntryOptions Orders PlotOptions ' +
    'SetupContext NextContext Strategy Macd Bands Stochastic LinearRegression DirectionalMovement Aroon Vortex ' +
    'Ichimoku Supertrend ChandelierExit ElderRay HeikinAshi PivotPoints SourceOptions SmoothingOptions SeedOptions ' +
    'MacdOptions RsiOptions DeviationOptions KeltnerOptions AnnualOptions' +
    ' WaitOptions CloseOptions ProtectOptions ReplaceOptions HigherTimeframe SetupMarket Market TimeframeName'
  ).split(' '),
);

const sizes = ['units', 'cash', 'percent', 'riskPercent'];
const trailing = ['trailingStop', 'trailingStopPercent'];
const waits = ['limit', 'stop', 'goodTill', 'goodForBars', 'oco'];

/** Levels at which an entry is closed again. */
export const exitLevels: readonly string[] = [
  'stopLoss',
  'stopLossPercent',
  'takeProfit',
  'takeProfitPercent',
  ...trailing,
];

export const orderOptions: Readonly<Record<string, readonly string[]>> = {
  buy: [...sizes, ...exitLevels, ...waits, 'reduceOnly'],
  sell: [...sizes, ...exitLevels, ...waits, 'reduceOnly'],
  close: ['percent', 'units', ...waits],
  protect: ['stopLoss', 'takeProfit', ...trailing],
  replace: ['limit', 'stop', 'units'],
};

/** Options of which an order takes one at most. */
export const exclusiveOptions: readonly (readonly string[])[] = [
  sizes,
  ['stopLoss', 'stopLossPercent'],
  ['takeProfit', 'takeProfitPercent'],
  trailing,
  ['goodTill', 'goodForBars'],
];

export const sizeOptions: readonly string[] = sizes;

export const longestPeriod = 5000;

export const plotOptions = ['pane'];

export const plotPanes = ['price', 'below'];

export const longestPlotName = 40;

/** What a parameter may be called, in either language. */
export const parameterName = /^[A-Za-z][A-Za-z0-9_]{0,39}$/;

export const parameterFields = ['type', 'default', 'min', 'max', 'step', 'description'];

export const strategyFields = ['name', 'params', 'setup', 'next'];

/** The type by the name that people know. */
export function apiName(type: ApiType): string {
  if (type === 'Average') return 'Series';
  const element = elementOf(type);
  if (element) return `${element}[]`;
  return type === 'AverageBands' ? 'Bands' : type;
}

const otherNames: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  Orders: {
    short: 'sell',
    sellShort: 'sell',
    enterShort: 'sell',
    goShort: 'sell',
    long: 'buy',
    enterLong: 'buy',
    goLong: 'buy',
    market: 'buy',
    exit: 'close',
    exitAll: 'close',
    closeAll: 'close',
    closePosition: 'close',
    closeLong: 'close',
    closeShort: 'close',
    cover: 'close',
    flatten: 'close',
    stop: 'protect',
    setStopLoss: 'protect',
    stopLoss: 'protect',
  },
  Indicators: otherIndicatorNames,
  Position: {
    size: 'quantity',
    units: 'quantity',
    qty: 'quantity',
    amount: 'quantity',
    isOpen: 'isLong',
    avgPrice: 'entryPrice',
    averagePrice: 'entryPrice',
    price: 'entryPrice',
    pnl: 'profit',
    unrealizedPnl: 'profit',
    unrealizedProfit: 'profit',
    barsHeld: 'bars',
    age: 'bars',
    entries: 'lots',
  },
  Account: { balance: 'cash', capital: 'equity', value: 'equity' },
  Bar: { timestamp: 'time', date: 'time', i: 'index', number: 'index', price: 'close', vol: 'volume' },
  Series: { current: 'value', last: 'value', prev: 'previous', at: 'ago', get: 'ago' },
  Macd: { macd: 'line', MACD: 'line', hist: 'histogram', value: 'line' },
  Bands: { basis: 'middle', mid: 'middle', top: 'upper', bottom: 'lower', high: 'upper', low: 'lower' },
  Stochastic: {
    fastK: 'k',
    slowK: 'k',
    percentK: 'k',
    fastD: 'd',
    slowD: 'd',
    signal: 'd',
    value: 'k',
    line: 'k',
  },
  DirectionalMovement: {
    value: 'adx',
    plusDI: 'plus',
    minusDI: 'minus',
    pdi: 'plus',
    mdi: 'minus',
    diPlus: 'plus',
    diMinus: 'minus',
    up: 'plus',
    down: 'minus',
  },
  Ichimoku: {
    tenkan: 'conversion',
    kijun: 'base',
    senkouA: 'spanA',
    senkouB: 'spanB',
    leadingA: 'spanA',
    leadingB: 'spanB',
  },
  Supertrend: { value: 'line', trend: 'direction', supertrend: 'line' },
  Vortex: { viPlus: 'plus', viMinus: 'minus', positive: 'plus', negative: 'minus' },
  Aroon: { aroonUp: 'up', aroonDown: 'down', osc: 'oscillator', value: 'oscillator' },
  PivotPoints: {
    p: 'pivot',
    pp: 'pivot',
    r1: 'resistance1',
    r2: 'resistance2',
    r3: 'resistance3',
    s1: 'support1',
    s2: 'support2',
    s3: 'support3',
  },
  indicator: {
    src: 'source',
    series: 'source',
    ma: 'smoothing',
    matype: 'smoothing',
    maType: 'smoothing',
    smooth: 'smoothing',
    mode: 'method',
    type: 'method',
    annualization: 'periodsPerYear',
    periods: 'periodsPerYear',
  },
  NextContext: { order: 'orders', param: 'params', parameters: 'params', candle: 'bar', broker: 'orders' },
  SetupContext: {
    indicator: 'indicators',
    ta: 'indicators',
    parameters: 'params',
    chart: 'plot',
    draw: 'plot',
    show: 'plot',
  },
  entry: {
    size: 'percent',
    qty: 'units',
    quantity: 'units',
    amount: 'units',
    risk: 'riskPercent',
    stop: 'stopLoss',
    sl: 'stopLoss',
    stopPercent: 'stopLossPercent',
    target: 'takeProfit',
    tp: 'takeProfit',
    takeProfitPct: 'takeProfitPercent',
    stopLossPct: 'stopLossPercent',
  },
  parameter: {
    value: 'default',
    minimum: 'min',
    maximum: 'max',
    defaultValue: 'default',
    initial: 'default',
  },
  plot: { panel: 'pane', place: 'pane', position: 'pane' },
  strategy: {
    title: 'name',
    parameters: 'params',
    init: 'setup',
    initialize: 'setup',
    onBar: 'next',
    onCandle: 'next',
    onTick: 'next',
  },
};

/** The name that was meant: a usual other name for it, or the nearest by two letters at most. */
export function suggestion(group: string, name: string, names: readonly string[]): string | undefined {
  const others = [otherMarketNames[group], otherNames[group]];
  const meant = others.find((other) => other && Object.hasOwn(other, name))?.[name];
  if (meant !== undefined && names.includes(meant)) return meant;
  const near = names
    .map((candidate) => ({ candidate, distance: editDistance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return near && near.distance <= Math.min(2, near.candidate.length - 2) ? near.candidate : undefined;
}

/** Levenshtein distance; names longer than 40 letters count as far from everything. */
function editDistance(a: string, b: string): number {
  if (a.length > 40) return a.length;
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(replaced, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    above = current;
  }
  return above[b.length] ?? 0;
}
