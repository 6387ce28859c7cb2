/** A node as the parser gives it, without comments. */
export interface Raw {
  /** The grammar's name, or the token itself. */
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly children: readonly Raw[];
}

/** Says that the file is refused at a place; ends its reading. */
export class Refusal extends Error {
  readonly rule: 'SYN001' | 'SYN002' | 'SYN003';
  readonly start: number;
  readonly end: number;

  constructor(
    rule: Refusal['rule'],
    place: { readonly start: number; readonly end: number },
    message: string,
  ) {
    super(message);
    this.rule = rule;
    this.start = place.start;
    this.end = place.end;
  }
}

export const tooComplex = 'The file is nested too deeply or is too complex to be judged.';

export function invalid(place: { readonly start: number; readonly end: number }, message: string): never {
  throw new Refusal('SYN001', place, message);
}

/** Refuses what is Python, yet not of 3.9, or is read by no two readers alike. */
export function doubtful(place: { readonly start: number; readonly end: number }, message: string): never {
  throw new Refusal('SYN003', place, message);
}

/** The parts of a list between its commas; none after a comma at the end. */
export function splitAt(children: readonly Raw[], separator: string): Raw[][] {
  const groups: Raw[][] = [[]];
  for (const child of children) {
    if (child.name === separator) groups.push([]);
    else groups.at(-1)?.push(child);
  }
  return groups.filter((group) => group.length > 0);
}

/** The place of a list of nodes. */
export function span(nodes: readonly { readonly start: number; readonly end: number }[]): {
  start: number;
  end: number;
} {
  return { start: nodes[0]?.start ?? 0, end: nodes.at(-1)?.end ?? 0 };
}
