/** Puts the values into an order in which every order is equally likely, in place: Fisher and Yates (1938). */
export function shuffle(values: Float64Array, random: () => number): void {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const value = values[last] as number;
    values[last] = values[other] as number;
    values[other] = value;
  }
}
