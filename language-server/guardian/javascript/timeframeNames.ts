/** The timeframes that bars of a shorter one can make. */
export const timeframeNames = '3m 5m 15m 30m 1h 2h 4h 6h 8h 12h 1d 3d 1w'.split(' ');

const minutes: Readonly<Record<string, number>> = { m: 1, h: 60, d: 1440, w: 10_080 };

function minutesOf(count: string, unit: string): number {
  return Number(count || 1) * (minutes[unit.toLowerCase()[0] ?? 'm'] ?? 1);
}

/** The timeframe that was meant by another usual name, such as '1D', 'daily', '60m' or '240'. */
export function nameOfTimeframe(text: string): string | undefined {
  const words = /^(?:(\d*)\s*(m|min|minutes?|h|hr|hours?|hourly|d|days?|daily|w|weeks?|weekly)|(\d+))$/i;
  // '1M' is a month.
  const match = text.trim() === '1M' ? null : words.exec(text.trim().replace(/^daily$/i, 'd'));
  if (!match) return undefined;
  const wanted = minutesOf(match[1] ?? match[3] ?? '', match[2] ?? 'm');
  return timeframeNames.find((name) => minutesOf(name.slice(0, -1), name.slice(-1)) === wanted);
}
