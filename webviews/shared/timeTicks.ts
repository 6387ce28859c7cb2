const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const meanMonth = 30.44 * day;

/** Steps of a time axis below a month, in milliseconds. */
const fixedSteps = [
  minute,
  5 * minute,
  15 * minute,
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  7 * day,
  14 * day,
] as const;

/** Steps of a month and more, in months. */
const monthSteps = [1, 2, 3, 6, 12, 24, 60, 120] as const;

export interface TimeTick {
  /** UTC milliseconds. */
  readonly value: number;
  readonly label: string;
}

/** At most `most` ticks between two UTC times, on round times; all labels have one form. */
export function timeTicks(from: number, to: number, most: number): TimeTick[] {
  const span = to - from;
  if (!(span > 0) || most < 1) return [];
  const ticks: TimeTick[] = [];
  const step = fixedSteps.find((candidate) => span / candidate < most);
  if (step !== undefined) {
    const [start, end] = step < day ? [5, 16] : [0, 10];
    for (let value = Math.ceil(from / step) * step; value <= to; value += step) {
      ticks.push({ value, label: new Date(value).toISOString().slice(start, end).replace('T', ' ') });
    }
    return ticks;
  }
  const months = monthSteps.find((candidate) => span / (candidate * meanMonth) < most) ?? 600;
  const first = new Date(from);
  const monthsSince1970 = (first.getUTCFullYear() - 1970) * 12 + first.getUTCMonth();
  for (let month = Math.floor(monthsSince1970 / months) * months; ; month += months) {
    const value = Date.UTC(1970, month);
    if (!(value <= to)) return ticks;
    if (value >= from)
      ticks.push({ value, label: new Date(value).toISOString().slice(0, months < 12 ? 7 : 4) });
  }
}
