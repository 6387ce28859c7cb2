/** Returns from which a month has the next stronger shade. */
const shades = [0, 0.02, 0.05, 0.1, 0.2];

/** The class of `months.css` that shades a month's return; empty for one of 0. */
export function monthShade(value: number): string {
  const level = shades.filter((from) => Math.abs(value) > from).length;
  return level === 0 ? '' : `${value > 0 ? 'gain' : 'loss'}-${level}`;
}
