/**
 * Seeded random numbers from 0 (included) to 1 (not): the sfc32 generator of Doty-Humphrey's PractRand,
 * whose 32-bit operations give the same numbers on every engine.
 */
export function seededRandom(seed: number): () => number {
  let a = 0x9e37_79b9;
  let b = 0x243f_6a88;
  let c = seed | 0;
  let counter = 1;
  const next = (): number => {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    c |= 0;
    return (result >>> 0) / 4_294_967_296;
  };
  for (let warmUp = 0; warmUp < 16; warmUp++) next();
  return next;
}
