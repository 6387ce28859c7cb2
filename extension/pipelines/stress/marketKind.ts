import type { Candles } from '../../contracts/candles.ts';
import type { CrisisMarket } from '../../contracts/crisis.ts';
import { exchangeIds } from '../../market/download/exchanges.ts';

const currencies = new Set(['USD', 'EUR', 'GBP', 'JPY', 'CHF', 'AUD', 'NZD', 'CAD', 'SEK', 'NOK']);
const metals = new Set(['XAU', 'XAG', 'XPT', 'XPD']);

/** Which of the catalogue's markets a symbol belongs to, as far as it tells; undefined where it does not. */
export function marketKind({ venue, symbol }: Pick<Candles, 'venue' | 'symbol'>): CrisisMarket | undefined {
  if (exchangeIds.some((id) => id === venue)) return 'crypto';
  const [base = '', quote] = symbol.split(':')[0]?.split('/') ?? [];
  if (quote === undefined) return undefined;
  if (metals.has(base)) return 'commodities';
  return currencies.has(base) && currencies.has(quote) ? 'currencies' : 'crypto';
}
