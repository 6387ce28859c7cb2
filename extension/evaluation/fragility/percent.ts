/** A fraction in percent with four digits, for sentences. */
export function percent(fraction: number | null): string {
  return fraction === null ? 'not available' : `${Number((fraction * 100).toPrecision(4))} %`;
}
