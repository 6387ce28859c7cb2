import { dayMilliseconds } from './timeIndex.ts';

/** Days of a common year before each month. */
const daysBefore = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334] as const;

export interface CalendarMonth {
  readonly year: number;
  /** From 0 for January. */
  readonly month: number;
}

/** The month of the proleptic Gregorian calendar, in UTC, in which a time in milliseconds lies. */
export function monthAt(time: number): CalendarMonth {
  const day = Math.floor(time / dayMilliseconds);
  let year = 1970 + Math.floor(day / 365.2425);
  while (dayOfYear(year) > day) year--;
  while (dayOfYear(year + 1) <= day) year++;
  let month = 11;
  while (dayOfMonth(year, month) > day) month--;
  return { year, month };
}

/** Time in UTC milliseconds at which a month begins; `month` 12 is January of the year after. */
export function monthStart({ year, month }: CalendarMonth): number {
  return (month > 11 ? dayOfYear(year + 1) : dayOfMonth(year, month)) * dayMilliseconds;
}

/** Days from 1970-01-01 to the first of January. */
function dayOfYear(year: number): number {
  return 365 * (year - 1970) + leapDaysBefore(year) - leapDaysBefore(1970);
}

function dayOfMonth(year: number, month: number): number {
  const leapDay = month > 1 ? leapDaysBefore(year + 1) - leapDaysBefore(year) : 0;
  return dayOfYear(year) + (daysBefore[month] ?? 0) + leapDay;
}

function leapDaysBefore(year: number): number {
  const last = year - 1;
  return Math.floor(last / 4) - Math.floor(last / 100) + Math.floor(last / 400);
}
