import * as z from 'zod';
import { LabError } from '../contracts/errors.ts';
import { marketRegimeSchema, marketRegimes } from '../contracts/regimes.ts';
import { readText } from './files.ts';

const header = 'time,regime';
const rowSchema = z.tuple([z.iso.datetime(), marketRegimeSchema]);

/** Labels as CSV: open time of the bar in ISO 8601, and the name of its regime. */
export function regimesCsv(time: Float64Array, labels: Uint8Array): string {
  const lines = Array.from(
    time,
    (open, bar) => `${new Date(open).toISOString()},${marketRegimes[labels[bar] ?? 0]}`,
  );
  return `${[header, ...lines].join('\n')}\n`;
}

/**
 * Reads labels that `regimesCsv` wrote and puts each beside the bar of its time; a bar without is `unknown`.
 * @throws LabError `data.missing`, `data.format` naming the line, `data.time` where no bar has a label
 */
export async function readRegimes(path: string, time: Float64Array): Promise<Uint8Array> {
  const [first, ...lines] = (await readText(path, '--truth')).trim().split(/\r?\n/);
  if (first?.trim() !== header) {
    throw new LabError('data.format', `${path} does not begin with the line "${header}".`, {
      action: 'Give a file that strategy-lab scenario --labels wrote, or one like it.',
      place: { file: path, line: 1 },
    });
  }
  const regimes = new Map<number, number>();
  for (const [place, line] of lines.entries()) {
    const row = rowSchema.safeParse(line.split(','));
    if (!row.success) {
      throw new LabError('data.format', `Line ${place + 2} of ${path} is not a time and a regime.`, {
        action: `Write lines such as 2024-01-01T00:00:00.000Z,range; regimes are ${marketRegimes.join(', ')}.`,
        place: { file: path, line: place + 2 },
      });
    }
    regimes.set(Date.parse(row.data[0]), marketRegimes.indexOf(row.data[1]));
  }
  const truth = Uint8Array.from(time, (open) => regimes.get(open) ?? 0);
  if (truth.some((code) => code !== 0)) return truth;
  throw new LabError('data.time', `No bar of the data has a label in ${path}.`, {
    action: 'Give the labels of the same bars.',
    place: { file: path },
  });
}
