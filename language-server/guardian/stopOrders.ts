import type { Found, Place } from './rule.ts';

/** Where a price lies that is made of the last close and a number: -1 below it, 1 above, nothing where it is not known. */
export function sideOfClose(
  operator: string,
  value: number | undefined,
  isCloseFirst: boolean,
): -1 | 1 | undefined {
  if (value === undefined || value <= 0) return undefined;
  switch (operator) {
    case '*':
      return value === 1 ? undefined : value < 1 ? -1 : 1;
    case '/':
      return !isCloseFirst || value === 1 ? undefined : value > 1 ? -1 : 1;
    case '+':
      return 1;
    case '-':
      return isCloseFirst ? -1 : undefined;
    default:
      return undefined;
  }
}

/** Tells of a stop order whose price lies on the wrong side; `stopLoss` is what was meant, as the language has it. */
export function tellWrongSide(method: 'buy' | 'sell', stop: Place, stopLoss: string, found: Found): void {
  const [where, instead] = method === 'buy' ? ['below', 'above'] : ['above', 'below'];
  found(stop, `A stop to ${method} that lies ${where} the market is reached at once: it waits for nothing.`, {
    advice: `For a stop loss write ${stopLoss}; else give a price ${instead} the market.`,
  });
}
