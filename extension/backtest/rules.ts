/** Version of the engine's rules: any change of a fill, a sum or an indicator's value raises it. */
export const engineVersion = '1.0.0';

/** Bars of history that a strategy can look back on. */
export const historyBars = 8192;

/** Longest period of an indicator, in bars. */
export const maximumPeriod = 5000;

/** Series that a strategy may plot, and the characters that the name of one may have. */
export const maximumPlots = 16;
export const longestPlotName = 40;

/** How orders are filled: printed in every manifest, each with a test of the same name. */
export const fillRules: Readonly<Record<string, string>> = {
  decision: 'A strategy decides on the close of bar t; its orders are filled at the open of bar t+1.',
  warmUp: 'next is first called at the first bar at which every indicator has its full window.',
  slippage:
    'Market orders and stop losses pay slippage: price * (1 + slippage) to buy, price * (1 - slippage) to sell.',
  takeProfit: 'A take profit is a limit order: it is filled at its price without slippage.',
  gapStop:
    'A bar that opens at or beyond a stop loss closes the entry at the open, with slippage, also where the stop was moved there by protect.',
  gapTarget:
    'A bar that opens at or beyond a take profit closes the entry at the open, without slippage; where protect moves the take profit to a price that the open has passed, it is closed there as by a market order, with slippage.',
  touch: 'A stop loss or take profit is filled when the bar touches its price exactly.',
  stopFirst: 'When one bar touches the stop loss and the take profit after its open, the stop loss is taken.',
  entryBar: 'Stop loss and take profit work from the entry bar on, whose open is the entry.',
  wrongSide: 'An entry whose stop loss or take profit is on the wrong side of its fill price is rejected.',
  sizing:
    'Percent of equity buys equity * percent / (price * (1 + fee)) units, the equity marked at the open before slippage. A long entry by percent or risk spends the free cash at most; short positions are worth the equity at most; an entry in cash or units beyond that is rejected.',
  smallest:
    'An entry, or the closing of a part, that is worth less than a millionth of the equity is rejected, and so is an entry while 10,000 are open.',
  reversal: 'An entry against an open position closes that position in full first.',
  closing: 'Closing takes the oldest entries first; each entry, or part of one, is a trade of its own.',
  fees: 'Each fill pays fee * quantity * price.',
  openAtEnd: 'A position open at the end is marked at the last close without an exit fee.',
  lastBar: 'An order given on the last bar is rejected.',
  bankrupt:
    'When the equity at a close is not above 0, everything is closed at that close and no order is taken any more.',
};
