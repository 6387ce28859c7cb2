/** Observations below which nothing is inferred from returns. */
export const minimumObservations = 30;

/** A figure, or null with the reason why the sample cannot carry it. */
export type Measured =
  | { readonly value: number; readonly reason?: undefined }
  | { readonly value: null; readonly reason: string };

export function unavailable(reason: string): { readonly value: null; readonly reason: string } {
  return { value: null, reason };
}

/** Why so few observations carry no inference; null where there are enough. */
export function tooFew(observations: number): string | null {
  return observations < minimumObservations
    ? `${observations} observations are fewer than the ${minimumObservations} that it needs`
    : null;
}
