/** Bars of one chunk where nothing else is asked: larger ones are no faster. */
export const steadyChunkBars = 4096;

/** Bars times sets of one chunk: what a slow sandbox answers well within its time limit. */
const chunkWork = 1_048_576;
const smallestSteady = 64;
const smallestMixed = 64;
const largestMixed = 1024;

function cut(bars: number, nextSize: () => number): number[] {
  const chunks: number[] = [];
  for (let left = bars; left > 0; ) {
    const size = Math.min(left, nextSize());
    chunks.push(size);
    left -= size;
  }
  return chunks;
}

/** Sizes of equal chunks of `bars` bars for a run of `sets` parameter sets. */
export function steadyChunks(bars: number, sets = 1): number[] {
  const size = Math.max(smallestSteady, Math.min(steadyChunkBars, Math.floor(chunkWork / sets)));
  return cut(bars, () => size);
}

/** Chunks of a strategy that computes the whole frame so far for each of them. */
const mostVectorised = 64;

/** Sizes of at most 64 equal chunks of `bars` bars, for strategies that compute them all at once. */
export function fewChunks(bars: number): number[] {
  const size = Math.max(smallestSteady, Math.ceil(bars / mostVectorised));
  return cut(bars, () => size);
}

/**
 * Sizes from 64 to 1024 bars, mixed by `seed`, and smaller ones for short data: other borders than
 * `steadyChunks` has, and many of them.
 */
export function mixedChunks(bars: number, seed: number): number[] {
  const largest = Math.max(1, Math.min(largestMixed, Math.floor(bars / 8)));
  return mixed(bars, seed, Math.min(smallestMixed, Math.ceil(largest / 4)), largest);
}

/** At most 64 sizes mixed by `seed`: other borders than `fewChunks` has. */
export function fewMixedChunks(bars: number, seed: number): number[] {
  const smallest = Math.ceil(bars / mostVectorised);
  return mixed(bars, seed, smallest, 2 * smallest);
}

function mixed(bars: number, seed: number, smallest: number, largest: number): number[] {
  let state = seed >>> 0;
  return cut(bars, () => {
    // Mulberry32, public domain, by Tommy Ettinger.
    state = (state + 0x6d2b_79f5) >>> 0;
    let word = Math.imul(state ^ (state >>> 15), state | 1);
    word ^= word + Math.imul(word ^ (word >>> 7), word | 61);
    const fraction = ((word ^ (word >>> 14)) >>> 0) / 0x1_0000_0000;
    return smallest + Math.floor(fraction * (largest - smallest + 1));
  });
}
