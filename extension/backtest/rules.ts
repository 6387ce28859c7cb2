/** Version of the engine's rules: any change of a fill, a sum or an indicator's value raises it. */
export const engineVersion = '2.2.0';

/** Bars of history that a strategy can look back on. */
export const historyBars = 8192;

/** Longest period of an indicator, in bars. */
export const maximumPeriod = 5000;

/** Series that a strategy may plot, and the characters that the name of one may have. */
export const maximumPlots = 16;
export const longestPlotName = 40;

/** How orders are filled: printed in every manifest, each with a test of the same name. */
export const fillRules: Readonly<Record<string, string>> = {
  decision:
    'A strategy decides on the close of bar t; its orders reach the market at the open of bar t+1, later by the latency of the run.',
  warmUp: 'next is first called at the first bar at which every indicator has its full window.',
  slippage:
    'Market orders and stops pay slippage and half the spread: price * (1 + slippage + spread / 2) to buy, price * (1 - slippage - spread / 2) to sell.',
  slippageModels:
    'Volatility slippage adds a multiple of the mean true range of the 14 bars before, or of those there are, the first bar left out, as a fraction of the close before; volume slippage adds a multiple of the squared share of the fill in the volume of its bar, at most 1, and 1 without volume. With slippage and spread they are at most half the price.',
  priceSteps:
    'Prices are rounded to the price step, at least one step: stops, trailing stops and what pays slippage against the order, limits for it to wait longer, take profits away from the entry; an open or limit got by waiting is not rounded.',
  market: 'A market order is filled at the open at which it arrives.',
  limit:
    'A limit order that finds the open at its limit or better is filled there, with slippage, never worse than its limit. One that waited is filled at its limit where a bar touches it, or at a better open, without slippage.',
  limitThrough:
    'Where limits are filled through, a bar must go beyond the price of a waiting limit order or take profit, also at its open.',
  stop: 'A stop order is triggered where a bar touches its price, and filled there with slippage; at an open beyond it, at the open.',
  stopLimit:
    'A stop-limit order is a limit order once it is triggered. Where its limit is better than its stop, it is filled from the next bar on, or in the bar at whose open it was triggered.',
  trailingStop:
    'A trailing stop keeps its distance from the best price of the entry, its entry bar included; what a bar reaches counts from the next bar on.',
  takeProfit: 'A take profit is a limit order: it is filled at its price without slippage.',
  gapStop:
    'A bar that opens at or beyond a stop loss closes the entry at the open, with slippage, also where the stop was moved there by protect.',
  gapTarget:
    'A bar that opens at or beyond a take profit closes the entry at the open, without slippage; where protect moves the take profit to a price that the open has passed, it is closed there as by a market order, with slippage.',
  touch: 'A stop loss or take profit is filled when the bar touches its price exactly.',
  stopFirst:
    'When one bar touches the stop loss and the take profit after its open, the stop loss is taken. Stop orders are met before limit orders, and of each kind the one nearest to the open first; stop losses and liquidation are stops here, take profits limits.',
  entryBar:
    'Stop loss and take profit work from the entry bar on. After an entry inside the bar the stop loss is taken where the bar touches it; the take profit only after an entry by a stop order. For a trailing stop, after an entry by a limit order that waited, only the close of that bar counts.',
  finerBars:
    'Where finer bars are given, orders and levels meet them one after the other in place of the bar; the strategy still decides at the close of the bar.',
  wrongSide:
    'An entry whose stop loss or take profit is on the wrong side of its fill price, or of the price that it waits for, is rejected.',
  oco: 'Of two orders of which one excludes the other, the first fill of one cancels the other, in whatever market it waits and though it is still on its way.',
  expiry:
    'An order that is good for n bars can be filled on n bars of its market; one that is good till a time, on bars that open before it.',
  cancel: 'Cancelling and replacing takes effect before the open at which it arrives.',
  reduceOnly:
    'A close or an order that may only reduce is cancelled when its position is gone, and rejected where there is none.',
  partialFill:
    'With a volume limit, orders and levels on a bar are filled up to that share of its volume, liquidations in full; what is left waits for the next bar, as a market order where it was one or a stop.',
  sizing:
    'Percent of equity buys equity * percent / (price * (1 + fee)) units, the equity marked at the market before slippage, when the order is filled, with the taker fee; with volume slippage the size is found without it, and again with the slippage of that size. A long entry by percent or risk spends the free cash at most; short positions are worth the equity at most; an entry in cash or units beyond that is rejected. Leverage multiplies the equity that all positions may be worth.',
  smallest:
    'An entry, or the closing of a part, that is worth less than a millionth of the equity is rejected, and so is an entry while 10,000 are open or 1,000 wait.',
  largest:
    'An entry in units or cash above the largest quantity is rejected; one by percent or risk is cut to it.',
  reversal: 'An entry against an open position closes that position in full first.',
  netting:
    'Where orders are set off, an order against the position reduces it by its units, and only what is left of it enters, checked as an entry.',
  closing: 'Closing takes the oldest entries first; each entry, or part of one, is a trade of its own.',
  fees: 'Each entry, and each entry closed, pays the fee * quantity * price and the fixed fee: limit orders and take profits that waited the maker fee, all others the taker fee. Tiers go by the value traded on the present UTC day and the 29 days before.',
  funding:
    'Perpetual positions pay funding on their value at the open of the first bar at or after a funding time at which they were held: longs to shorts where the rate is above 0; with finer bars too it is paid at opens of the bars of the run.',
  liquidation:
    'Where a bar reaches the price at which the equity is the maintenance margin of the positions (0 where none is set), the position is closed at that price, or at an open beyond it, with slippage and the liquidation fee, after stops that are nearer, and all waiting orders are cancelled; an entry inside the bar is closed no better than the market stood at it. Without a maintenance margin the exit is named bankrupt.',
  bankrupt:
    'When the equity is used up, be it by a liquidation without maintenance margin, no order is taken any more.',
  markets:
    'Markets are aligned by time. What opens at one time (bars, and finer bars in the order of their opens) is marked at its open; then each market in turn meets its orders there, and only after all opens each in turn what its bar reaches: what one earns inside a bar is no cash at the open of another, and inside the bar it is cash for those later in turn. Each is marked where it stood last, at its open or at a price inside that met an order or a level, and at its close only once the bars of that time are over: no size knows a close to come. What they cannot carry together is liquidated at the closes.',
  openAtEnd: 'A position open at the end is marked at the last close without an exit fee.',
  lastBar: 'An order given on the last bar is rejected; what waits at the end expires.',
};

/** What stands in place of `funding` in a run with recorded rates. */
export const recordedFundingRules: Readonly<Record<string, string>> = {
  recordedFunding:
    'Where recorded rates of a market are given, each is paid at the open of the first bar at or after its own time, on the value of what is held then: by longs to shorts where it is above 0. What is opened on that bar does not pay it.',
};
