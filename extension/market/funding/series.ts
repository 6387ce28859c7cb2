import { createHash } from 'node:crypto';
import type { FundingSeries } from '../../contracts/funding.ts';

/** A series around its columns (not copied) with its content hash. */
export function makeFunding(time: Float64Array, rate: Float64Array): FundingSeries {
  const hash = createHash('sha256').update('funding');
  for (const { buffer, byteOffset, byteLength } of [time, rate]) {
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return { hash: hash.digest('hex'), time, rate };
}
