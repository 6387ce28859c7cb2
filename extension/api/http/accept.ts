import { LabError } from '../../contracts/errors.ts';
import { HttpRefusal } from './answers.ts';

const notAcceptable = 406;
const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const rangeForm = new RegExp(`^(${token})/(${token})$`);

interface MediaRange {
  readonly type: string;
  readonly subtype: string;
  readonly quality: number;
}

/**
 * Refuses a caller who takes no answer of the media type, by the header Accept (RFC 9110, section 12.5.1). One that
 * says nothing that can be read takes all.
 */
export function requireAccepted(accept: string | undefined, mediaType: string): void {
  if (accepts(accept ?? '', mediaType)) return;
  const error = new LabError('api.format', `The answer is of the type ${mediaType}, which Accept excludes.`, {
    action: `Send "Accept: ${mediaType}", or leave the header out.`,
  });
  throw new HttpRefusal(error, { status: notAcceptable });
}

/** The range that names the type most closely decides. */
function accepts(accept: string, mediaType: string): boolean {
  const [type = '', subtype = ''] = mediaType.split('/');
  const ranges = accept.split(',').flatMap((text) => rangeOf(text) ?? []);
  const fits = (wanted: string, found: string) => wanted === '*' || wanted === found;
  const closeness = (range: MediaRange) => Number(range.type !== '*') + Number(range.subtype !== '*');
  const [closest] = ranges
    .filter((range) => fits(range.type, type) && fits(range.subtype, subtype))
    .sort((a, b) => closeness(b) - closeness(a) || b.quality - a.quality);
  return closest === undefined ? ranges.length === 0 : closest.quality > 0;
}

function rangeOf(text: string): MediaRange | null {
  const [range = '', ...parameters] = text.toLowerCase().split(';');
  const [, type, subtype] = rangeForm.exec(range.trim()) ?? [];
  if (type === undefined || subtype === undefined) return null;
  const quality = parameters.map((parameter) => /^\s*q=(\d(\.\d*)?)\s*$/.exec(parameter)?.[1]).find(Boolean);
  return { type, subtype, quality: Number(quality ?? 1) };
}
