/**
 * A long computation: it yields the share that is done, from 0 to 1, and returns its result. Whoever drives
 * it can show progress, let others work in between, and stop.
 */
export type Computation<Result> = Generator<number, Result, void>;

/** Drives a computation to its end at once. */
export function finish<Result>(computation: Computation<Result>): Result {
  for (;;) {
    const step = computation.next();
    if (step.done) return step.value;
  }
}

/** A computation as a part of a longer one, of which it covers the shares `from` to `to`. */
export function* part<Result>(
  computation: Computation<Result>,
  from: number,
  to: number,
): Computation<Result> {
  for (;;) {
    const step = computation.next();
    if (step.done) return step.value;
    yield from + step.value * (to - from);
  }
}
