/**
 * Seeded random numbers from 0 (included) to 1 (not): the sfc32 generator of Doty-Humphrey's PractRand,
 * whose 32-bit operations give the same numbers on every engine.
 */
export function seededRandom(seed: number): () => number {
  const next = smallFastCounter(0x9e37_79b9, 0x243f_6a88, seed | 0);
  for (let warmUp = 0; warmUp < 16; warmUp++) next();
  return next;
}

/** The sfc32 generator from a state of three 32-bit numbers that are already well mixed. */
export function smallFastCounter(a: number, b: number, c: number): () => number {
  let counter = 1;
  return () => {
    const result = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + result;
    c |= 0;
    return (result >>> 0) / 4_294_967_296;
  };
}

/**
 * Standard normal numbers by the transform of Box and Muller (1958), two from each pair of uniform ones.
 * `Math.log` and `Math.cos` may differ in the last digit between engines, and so may these numbers.
 */
export function normalNumbers(random: () => number): () => number {
  let spare: number | undefined;
  return () => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    const angle = 2 * Math.PI * random();
    spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  };
}
