const bits = new Float64Array(1);
const words = new Uint32Array(bits.buffer);

function mix(state: number, word: number): number {
  const product = Math.imul((state ^ word) >>> 0, 0x9e37_79b1);
  return (product ^ (product >>> 15)) >>> 0;
}

/**
 * A rolling 64-bit hash of a run's fills, the same on every engine because it works on the bits of the
 * numbers. It tells two honest runs apart; it is no signature.
 */
export class FillHash {
  high = 0x2545_f491;
  low = 0x1b87_3593;

  add(value: number): void {
    bits[0] = value;
    this.low = mix(this.low, words[0] as number);
    this.high = mix(this.high ^ this.low, words[1] as number);
  }
}
