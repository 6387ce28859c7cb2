import { LabError } from '../../contracts/errors.ts';

const head = 'data:image/png;base64,';
const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
/** Longest side, in pixels: four times a large screen. */
const longestSide = 16_384;

/**
 * The bytes of a PNG picture that a page gave as a data URL.
 * @throws LabError `usage` when it is anything else
 */
export function pictureBytes(dataUrl: string): Uint8Array {
  const bytes = Buffer.from(dataUrl.slice(head.length), 'base64');
  const hasSignature = signature.every((byte, index) => bytes[index] === byte);
  const isPng = dataUrl.startsWith(head) && hasSignature && bytes.toString('latin1', 12, 16) === 'IHDR';
  if (isPng && bytes.length > 24) {
    const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    const isSane = width > 0 && height > 0 && width <= longestSide && height <= longestSide;
    if (isSane) return bytes;
  }
  throw new LabError('usage', 'The picture of the charts is not a PNG picture.', {
    action: 'Open the panel anew and try again.',
  });
}
