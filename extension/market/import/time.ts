import { type Cell, cellText } from './cell.ts';

/** How a time was written: the unit of a number, a typed value, or the shape of a date. */
export type TimeForm =
  | 'seconds'
  | 'milliseconds'
  | 'microseconds'
  | 'nanoseconds'
  | 'timestamps'
  | 'YYYY-MM-DD'
  | 'YYYY-MM-DD hh AM/PM'
  | 'YYYY-MM-DD HH:MM'
  | 'YYYY-MM-DD HH:MM with zone';

export interface ParsedTime {
  /** UTC milliseconds. */
  readonly time: number;
  readonly form: TimeForm;
}

const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const date =
  /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?:[T ]\s*(\d{1,2})(?::(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?)?(?:[ -]?([AP]M))?\s*(Z|UTC|GMT|[+-]\d{2}:?\d{2})?)?$/i;

/** The finite number that a cell holds, as text in plain decimal or scientific notation, else undefined. */
export function parseNumber(cell: Cell): number | undefined {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : undefined;
  const text = cellText(cell).trim();
  if (!number.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

/** Whether a cell is a day written as `20230102`; as a number it would be seconds of the year 1970. */
export function isCompactDate(cell: string): boolean {
  return /^\s*(?:19|20)\d{6}\s*$/.test(cell);
}

/** `20230102 093000` as `2023-01-02 09:30:00`; other text stays. */
export function spreadCompactDate(text: string): string {
  return text
    .replace(/^(\d{4})(\d{2})(\d{2})(?!\d)/, '$1-$2-$3')
    .replace(
      / (\d{2})(\d{2})(\d{2})?$/,
      (_, hour: string, minute: string, second = '00') => ` ${hour}:${minute}:${second}`,
    );
}

export function isDateForm(form: TimeForm): boolean {
  return form.startsWith('YYYY');
}

/**
 * Reads one time. A number is seconds below 1e11 (the year 5138), milliseconds below 1e14,
 * microseconds below 1e17, nanoseconds above; between 1973 and 5138 no two units overlap. A date is
 * year first; without a zone it is UTC. Undefined when the cell is neither, or no day of the calendar.
 */
export function parseTime(cell: Cell): ParsedTime | undefined {
  if (cell instanceof Date) {
    const time = cell.getTime();
    return Number.isNaN(time) ? undefined : { time, form: 'timestamps' };
  }
  const value = parseNumber(cell);
  return value === undefined ? parseDate(cellText(cell).trim()) : parseNumericTime(value);
}

function parseNumericTime(value: number): ParsedTime {
  if (value < 1e11) return { time: Math.round(value * 1000), form: 'seconds' };
  if (value < 1e14) return { time: Math.round(value), form: 'milliseconds' };
  if (value < 1e17) return { time: Math.round(value / 1e3), form: 'microseconds' };
  return { time: Math.round(value / 1e6), form: 'nanoseconds' };
}

function parseDate(text: string): ParsedTime | undefined {
  const match = date.exec(text);
  if (match === null) return undefined;
  const [, year, , month, day, hour, minute, second, fraction, half, zone] = match;
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // Date.UTC rolls 30 February over into March; such a day is refused.
  if (new Date(midnight).getUTCDate() !== Number(day) || Number(month) > 12) return undefined;
  if (hour === undefined) return { time: midnight, form: 'YYYY-MM-DD' };
  if (minute === undefined && half === undefined) return undefined;

  const hours = hourOfDay(Number(hour), half);
  const minutes = Number(minute ?? 0);
  const seconds = Number(second ?? 0);
  if (hours === undefined || minutes > 59 || seconds > 59) return undefined;
  const offset = zoneMinutes(zone);
  if (offset === undefined) return undefined;
  const milliseconds = Math.floor(Number(`0.${fraction ?? 0}`) * 1000);
  const time = midnight + ((hours * 60 + minutes - offset) * 60 + seconds) * 1000 + milliseconds;
  if (half !== undefined) return { time, form: 'YYYY-MM-DD hh AM/PM' };
  return { time, form: zone === undefined ? 'YYYY-MM-DD HH:MM' : 'YYYY-MM-DD HH:MM with zone' };
}

/** 12 AM is midnight and 12 PM is noon. */
function hourOfDay(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour <= 23 ? hour : undefined;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half.toUpperCase() === 'PM' ? 12 : 0);
}

function zoneMinutes(zone: string | undefined): number | undefined {
  if (zone === undefined || /^[A-Z]/i.test(zone)) return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(-2));
  if (hours > 14 || minutes > 59) return undefined;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}
