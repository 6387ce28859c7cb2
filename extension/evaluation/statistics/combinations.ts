/**
 * Every choice of `size` among the numbers 0 to `count` - 1, each ascending, in lexicographic order. The
 * array is the same one each time and changes with the next.
 */
export function* combinations(count: number, size: number): Generator<Int32Array, void> {
  const chosen = Int32Array.from({ length: size }, (_, place) => place);
  for (;;) {
    yield chosen;
    let place = size - 1;
    while (place >= 0 && chosen[place] === count - size + place) place--;
    if (place < 0) return;
    let number = (chosen[place] as number) + 1;
    for (; place < size; place++) chosen[place] = number++;
  }
}
