import * as z from 'zod';

const pageBytes = 4096;

/**
 * The memory of an interpreter that has made a realm and done nothing since. A fresh memory with this written to it
 * is that interpreter again, for all that WebAssembly keeps elsewhere is the top of a stack that is empty.
 */
export const realmImageSchema = z.object({
  /** Addresses of what the realm's driver holds. */
  guest: z.number().int().positive(),
  copyIn: z.number().int().positive(),
  copyOut: z.number().int().positive(),
  /** What is not zero, and where it stands. */
  parts: z.array(z.object({ address: z.number().int().nonnegative(), bytes: z.instanceof(Uint8Array) })),
});
export type RealmImage = z.infer<typeof realmImageSchema>;

/** Copies of the pages of a memory that are not zero, neighbours in one piece. */
export function partsOf(memory: ArrayBuffer): RealmImage['parts'] {
  const zeros = Buffer.alloc(pageBytes);
  const parts: RealmImage['parts'] = [];
  let start: number | undefined;
  for (let from = 0; from <= memory.byteLength; from += pageBytes) {
    const isZero = from === memory.byteLength || zeros.equals(new Uint8Array(memory, from, pageBytes));
    if (!isZero) start ??= from;
    else if (start !== undefined) {
      parts.push({ address: start, bytes: new Uint8Array(memory.slice(start, from)) });
      start = undefined;
    }
  }
  return parts;
}
