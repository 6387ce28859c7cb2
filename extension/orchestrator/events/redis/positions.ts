/** Before the first entry of a stream. */
export const startPosition = '0-0';

const lastInMillisecond = 2n ** 64n - 1n;

/** Ids of entries are `MILLISECONDS-NUMBER`, both of 64 bits. */
function parts(position: string): readonly [bigint, bigint] {
  const [milliseconds = '0', number = '0'] = position.split('-');
  return [BigInt(milliseconds), BigInt(number)];
}

/** Less than 0 when the first comes before the second. */
export function comparePositions(a: string, b: string): number {
  const [[aTime, aNumber], [bTime, bNumber]] = [parts(a), parts(b)];
  if (aTime !== bTime) return aTime < bTime ? -1 : 1;
  return aNumber === bNumber ? 0 : aNumber < bNumber ? -1 : 1;
}

/** The position right before another, of which there need not be an entry. */
export function positionBefore(position: string): string {
  const [time, number] = parts(position);
  if (number > 0n) return `${time}-${number - 1n}`;
  return time > 0n ? `${time - 1n}-${lastInMillisecond}` : startPosition;
}
