import type { NextContext, SetupContext } from 'strategy-lab';

type Params = Readonly<Record<string, number>>;
export type Setup = SetupContext<Params>;
export type Next = NextContext<Params>;

/** What is wrong, in TypeScript and in Python; then what Python says. */
type SetupCase = readonly [wrong: (lab: Setup) => unknown, python: string, type: string, message: RegExp];
type NextCase = readonly [wrong: (lab: Next) => unknown, python: string, type: string, message: RegExp];

// What no type allows is what is tried here.
const wrongly = (value: unknown): never => value as never;

export const setupCases: readonly SetupCase[] = [
  [
    ({ indicators }) => indicators.sma(0),
    'lab.indicators.sma(0)',
    'ValueError',
    /indicators\.sma takes whole bars from 1 to 5000, was 0/,
  ],
  [
    ({ indicators }) => indicators.sma(2.5),
    'lab.indicators.sma(2.5)',
    'ValueError',
    /whole bars .* was 2\.5/,
  ],
  [({ indicators }) => indicators.sma(5001), 'lab.indicators.sma(5001)', 'ValueError', /was 5001/],
  [({ indicators }) => indicators.sma(NaN), "lab.indicators.sma(float('nan'))", 'ValueError', /was nan/],
  [({ indicators }) => indicators.sma(wrongly('7')), "lab.indicators.sma('7')", 'ValueError', /was 7/],
  [({ indicators }) => indicators.sma(wrongly(true)), 'lab.indicators.sma(True)', 'ValueError', /was True/],
  [
    ({ indicators }) => indicators.bollinger(1),
    'lab.indicators.bollinger(1)',
    'ValueError',
    /from 2 to 5000, was 1/,
  ],
  [
    ({ indicators }) => indicators.bollinger(20, 0),
    'lab.indicators.bollinger(20, 0)',
    'ValueError',
    /takes deviations above 0, was 0/,
  ],
  [
    ({ indicators }) => indicators.t3(5, Infinity),
    "lab.indicators.t3(5, float('inf'))",
    'ValueError',
    /volume_factor above 0/,
  ],
  [
    ({ indicators }) => indicators.rsi(14, { smoothing: wrongly('slow') }),
    "lab.indicators.rsi(14, smoothing='slow')",
    'ValueError',
    /takes smoothing 'wilder' or 'simple' or 'exponential', was 'slow'/,
  ],
  [
    ({ indicators }) => indicators.deviation(5, { ddof: wrongly(2) }),
    'lab.indicators.deviation(5, ddof=2)',
    'ValueError',
    /takes ddof 1 or 0, was 2/,
  ],
  [
    ({ indicators }) => indicators.parkinson(5, { periodsPerYear: 0 }),
    'lab.indicators.parkinson(5, periods_per_year=0)',
    'ValueError',
    /periods_per_year above 0/,
  ],
  [
    ({ indicators }) => indicators.keltner(5, 1, { atrPeriod: 0 }),
    'lab.indicators.keltner(5, 1, atr_period=0)',
    'ValueError',
    /whole bars/,
  ],
  [
    ({ indicators }) => indicators.ema(5, wrongly({ sead: 'first' })),
    "lab.indicators.ema(5, sead='first')",
    'TypeError',
    /sead/,
  ],
  [
    ({ indicators }) => indicators.sma(5, wrongly([1, 2])),
    'lab.indicators.sma(5, [1, 2])',
    'TypeError',
    /series of this run/,
  ],
  [
    ({ indicators }) => indicators.sma(5, indicators.pivotPoints().pivot),
    'lab.indicators.sma(5, lab.indicators.pivot_points().pivot)',
    'TypeError',
    /calendar decides/,
  ],
  [
    ({ indicators, timeframe }) => indicators.sma(5, timeframe('1d').bars.close),
    "lab.indicators.sma(5, lab.timeframe('1d').bars.close)",
    'TypeError',
    /source of its own market/,
  ],
  [
    ({ timeframe }) => timeframe(wrongly('15m')),
    "lab.timeframe('15m')",
    'ValueError',
    /longer than 1h and a multiple of it, was 15m/,
  ],
  [({ timeframe }) => timeframe(wrongly('1y')), "lab.timeframe('1y')", 'ValueError', /was 1y/],
  [
    ({ plot, bars }) => plot('', bars.close),
    "lab.plot('', lab.bars.close)",
    'TypeError',
    /name of 1 to 40 characters/,
  ],
  [
    ({ plot, bars }) => plot('a\u200Fb', bars.close),
    "lab.plot('a\\u200fb', lab.bars.close)",
    'TypeError',
    /can be shown/,
  ],
  [
    ({ plot, bars }) => plot('x'.repeat(41), bars.close),
    "lab.plot('x' * 41, lab.bars.close)",
    'TypeError',
    /name of 1 to 40/,
  ],
  [({ plot }) => plot('a', wrongly(3)), "lab.plot('a', 3)", 'TypeError', /takes one series of this run/],
  [
    ({ plot, bars }) => plot('a', bars.close, { pane: wrongly('left') }),
    "lab.plot('a', lab.bars.close, pane='left')",
    'TypeError',
    /'price' or 'below'/,
  ],
  [
    ({ plot, timeframe }) => plot('a', timeframe('1d').bars.close),
    "lab.plot('a', lab.timeframe('1d').bars.close)",
    'TypeError',
    /first market, bar by bar/,
  ],
  [
    ({ plot, bars }) => [plot('a', bars.close), plot(' a ', bars.open)],
    "[lab.plot('a', lab.bars.close), lab.plot(' a ', lab.bars.open)]",
    'ValueError',
    /two plots of the name a/,
  ],
  [
    ({ plot, bars }) => Array.from({ length: 17 }, (_, n) => plot(`p${n}`, bars.close)),
    "[lab.plot(f'p{n}', lab.bars.close) for n in range(17)]",
    'ValueError',
    /at most 16 plots/,
  ],
  [
    ({ bars }) => bars.close.ago(-1),
    'lab.bars.close.ago(-1)',
    'ValueError',
    /whole bars from 0 to 8192, was -1/,
  ],
];

export const nextCases: readonly NextCase[] = [
  [
    ({ orders }) => orders.buy({ units: 0 }),
    'lab.orders.buy(units=0)',
    'OrderError',
    /the size of an entry must be above 0, was 0/,
  ],
  [
    ({ orders }) => orders.buy({ units: NaN }),
    "lab.orders.buy(units=float('nan'))",
    'OrderError',
    /must be a finite number/,
  ],
  [
    ({ orders }) => orders.buy({ units: wrongly('1') }),
    "lab.orders.buy(units='1')",
    'OrderError',
    /a size must be a number, was str/,
  ],
  [
    ({ orders }) => orders.buy({ units: 1, cash: 1 }),
    'lab.orders.buy(units=1, cash=1)',
    'OrderError',
    /one of units, cash, percent and risk_percent/,
  ],
  [
    ({ orders }) => orders.buy({ percent: 101 }),
    'lab.orders.buy(percent=101)',
    'OrderError',
    /at most 100 percent, was 101/,
  ],
  [
    ({ orders }) => orders.buy({ riskPercent: 1 }),
    'lab.orders.buy(risk_percent=1)',
    'OrderError',
    /risk_percent needs a stop loss/,
  ],
  [
    ({ orders }) => orders.buy({ stopLoss: 1, stopLossPercent: 1 }),
    'lab.orders.buy(stop_loss=1, stop_loss_percent=1)',
    'OrderError',
    /takes stop_loss or stop_loss_percent, not both/,
  ],
  [
    ({ orders }) => orders.sell({ stopLossPercent: 100 }),
    'lab.orders.sell(stop_loss_percent=100)',
    'OrderError',
    /stop loss must be a distance above 0 % and below 100 %, was 100/,
  ],
  [
    ({ orders }) => orders.sell({ takeProfit: -1 }),
    'lab.orders.sell(take_profit=-1)',
    'OrderError',
    /take profit must be a price above 0, was -1/,
  ],
  [
    ({ orders }) => orders.sell({ trailingStop: wrongly(null) }),
    "lab.orders.sell(trailing_stop='far')",
    'OrderError',
    /trailing_stop must be a number/,
  ],
  [
    ({ orders }) => orders.sell({ limit: 0 }),
    'lab.orders.sell(limit=0)',
    'OrderError',
    /limit must be a price above 0, was 0/,
  ],
  [
    ({ orders }) => orders.sell({ stop: Infinity }),
    "lab.orders.sell(stop=float('inf'))",
    'OrderError',
    /stop must be a finite number, was inf/,
  ],
  [
    ({ orders }) => orders.buy({ goodTill: 1.5 }),
    'lab.orders.buy(good_till=1.5)',
    'OrderError',
    /good_till must be a time in whole UTC milliseconds/,
  ],
  [
    ({ orders }) => orders.buy({ goodForBars: 0 }),
    'lab.orders.buy(good_for_bars=0)',
    'OrderError',
    /good_for_bars must be a whole number from 1, was 0/,
  ],
  [
    ({ orders }) => orders.buy({ goodForBars: 2, goodTill: 5 }),
    'lab.orders.buy(good_for_bars=2, good_till=5)',
    'OrderError',
    /good_till or good_for_bars, not both/,
  ],
  [
    ({ orders }) => orders.buy({ oco: 3 }),
    'lab.orders.buy(oco=3)',
    'OrderError',
    /oco takes the number of an order given before, was 3/,
  ],
  [
    ({ orders }) => orders.buy({ reduceOnly: true }),
    'lab.orders.buy(reduce_only=True)',
    'OrderError',
    /may only reduce takes units/,
  ],
  [
    ({ orders }) => orders.buy({ units: 1, reduceOnly: true, stopLoss: 3 }),
    'lab.orders.buy(units=1, reduce_only=True, stop_loss=3)',
    'OrderError',
    /may only reduce takes no/,
  ],
  [
    ({ orders }) => orders.buy({ reduceOnly: wrongly(1) }),
    'lab.orders.buy(reduce_only=1)',
    'OrderError',
    /reduce_only must be True or False, was int/,
  ],
  [({ orders }) => orders.buy(wrongly({ size: 1 })), 'lab.orders.buy(size=1)', 'TypeError', /size/],
  [({ orders }) => orders.buy(wrongly(5)), 'lab.orders.buy(5)', 'TypeError', /positional/],
  [
    ({ orders }) => orders.close({ percent: 1, units: 1 }),
    'lab.orders.close(percent=1, units=1)',
    'OrderError',
    /percent or units, not both/,
  ],
  [
    ({ orders }) => orders.close({ percent: 0 }),
    'lab.orders.close(percent=0)',
    'OrderError',
    /the size of a close must be above 0/,
  ],
  [
    ({ orders }) => orders.protect({}),
    'lab.orders.protect()',
    'OrderError',
    /needs stop_loss, take_profit or a trailing stop/,
  ],
  [
    ({ orders }) => orders.cancel(1),
    'lab.orders.cancel(1)',
    'OrderError',
    /cancel takes the number of an order given before/,
  ],
  [
    ({ orders }) => orders.replace(0, { limit: 1 }),
    'lab.orders.replace(0, limit=1)',
    'OrderError',
    /replace takes the number/,
  ],
  [
    ({ orders }) => orders.replace(orders.buy(), {}),
    'lab.orders.replace(lab.orders.buy())',
    'OrderError',
    /needs limit, stop or units/,
  ],
  [
    ({ orders }) => orders.replace(orders.buy(), { units: -1 }),
    'lab.orders.replace(lab.orders.buy(), units=-1)',
    'OrderError',
    /the size of an order must be above 0/,
  ],
  [
    ({ orders }) => Array.from({ length: 11 }, () => orders.buy()),
    '[lab.orders.buy() for _ in range(11)]',
    'OrderError',
    /may give 10 orders on one bar/,
  ],
  [({ bars }) => bars.close.ago(1.5), 'lab.bars.close.ago(1.5)', 'ValueError', /was 1\.5/],
  [({ bars }) => bars.close.ago(9000), 'lab.bars.close[9000]', 'ValueError', /was 9000/],
  [({ bars }) => bars.close.ago(-1), 'lab.bars.close[-1]', 'ValueError', /was -1/],
  [
    ({ params }) => {
      (params as { fast: number }).fast = 3;
    },
    'lab.params.fast = 3',
    'AttributeError',
    /read and not written/,
  ],
  [
    ({ account }) => {
      (account as { cash: number }).cash = 3;
    },
    'lab.account.cash = 3',
    'AttributeError',
    /read and not written/,
  ],
];

/** What Python alone has to say: members of the other phase, unknown names, what the loader cannot see. */
export const pythonAlone: readonly (readonly [
  phase: 'setup' | 'next',
  python: string,
  type: string,
  message: RegExp,
])[] = [
  ['setup', 'lab.orders.buy()', 'RuntimeError', /orders is there in next only/],
  ['setup', 'lab.position', 'RuntimeError', /position is there in next only/],
  ['setup', 'lab.markets[0].bar', 'RuntimeError', /bar is there in next only/],
  ['setup', 'lab.account', 'RuntimeError', /there in next only/],
  ['setup', 'lab.random()', 'RuntimeError', /there in next only/],
  ['setup', 'lab.order', 'AttributeError', /context has no order/],
  ['next', 'lab.indicators.sma(3)', 'RuntimeError', /indicators\.sma can be called in setup only/],
  ['next', "lab.plot('a', lab.bars.close)", 'RuntimeError', /plot can be called in setup only/],
  ['next', "lab.timeframe('1d')", 'RuntimeError', /timeframe can be called in setup only/],
  ['next', 'lab.params.slow', 'AttributeError', /declares no parameter slow/],
  ['next', 'lab.orders = 3', 'AttributeError', /read and not written/],
  ['next', 'del lab.params.fast', 'AttributeError', /read and not deleted/],
  ['next', 'list(lab.bars.close)', 'TypeError', /not iterable/],
  ['next', 'return (n for n in ())', 'TypeError', /next must be a plain method/],
];
