import type { Compute } from '../../series.ts';

/** What is kept of a window: of the present block from its begin on, and of the block before to its end. */
export interface BlockKernel {
  /** Takes the bars `from` to `to`, of which the first has the number `place`, from 0, in the present block. */
  take(from: number, to: number, place: number): void;
  /** The present block is full and becomes the block before. */
  turn(): void;
}

/**
 * Aggregates over the last `period` values, in constant time and without taking anything away again, so
 * that no rounding error of a value outlives the value (van Herk 1992; Gil and Werman 1993): the values
 * are cut into blocks of `period`; a window is the end of one block and the begin of the next. For each
 * place a kernel knows the aggregate from there to the end of the block before, made in one go from the
 * end, and the aggregate from the begin of the present block; it joins the two.
 */
export function inBlocks(period: number, skip: number, kernel: BlockKernel): Compute {
  const state = { toSkip: skip, place: 0 };
  return (from, to) => {
    const skipped = Math.min(state.toSkip, to - from);
    state.toSkip -= skipped;
    let place = state.place;
    let index = from + skipped;
    while (index < to) {
      const end = Math.min(to, index + period - place);
      kernel.take(index, end, place);
      place += end - index;
      index = end;
      if (place === period) {
        kernel.turn();
        place = 0;
      }
    }
    state.place = place;
  };
}
