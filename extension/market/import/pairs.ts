/** Currencies, and coins that stand for them. */
const money =
  'FDUSD USDT USDC BUSD TUSD USDP USD DAI EUR GBP JPY TRY BRL AUD RUB UAH KRW INR IDR ZAR NGN CHF CAD'.split(
    ' ',
  );

/** Assets in which prices are quoted; of two that end a name, the longer stands first. */
const quoteAssets = [...money, 'BTC', 'XBT', 'ETH', 'BNB'];

export function isMoney(name: string): boolean {
  return money.includes(name.toUpperCase());
}

export function isQuoteAsset(name: string): boolean {
  return quoteAssets.includes(name.toUpperCase());
}

/** Splits `BTCUSDT` into its assets; undefined where no known quote asset ends the name. */
export function splitPair(name: string): { base: string; quote: string } | undefined {
  const text = name.toUpperCase();
  const quote = quoteAssets.find((asset) => text.endsWith(asset) && text.length > asset.length + 1);
  return quote === undefined ? undefined : { base: text.slice(0, -quote.length), quote };
}
