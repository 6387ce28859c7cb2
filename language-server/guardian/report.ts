import type { Finding } from '../../extension/contracts/guardian.ts';
import { type FindingDetails, type Place, rules } from './rule.ts';

/** Of each severity, so that no flood of remarks hides an error. */
const mostFindings = 1000;

/** Collects findings and tells their lines and columns. */
export class Report {
  readonly #lineStarts: number[] = [0];
  readonly #length: number;
  readonly #found = new Map<string, Finding & Place>();
  readonly #counts = new Map<Finding['severity'], number>();

  constructor(source: string) {
    this.#length = source.length;
    for (const match of source.matchAll(/\r\n|\r|\n/g)) this.#lineStarts.push(match.index + match[0].length);
  }

  add(rule: string, { start, end }: Place, message: string, details: FindingDetails = {}): void {
    const key = `${rule} ${start}`;
    const facts = rules.get(rule);
    if (!facts) throw new RangeError(`There is no rule ${rule}.`);
    const { severity, advice } = facts;
    const count = this.#counts.get(severity) ?? 0;
    if (count >= mostFindings || this.#found.has(key)) return;
    this.#counts.set(severity, count + 1);
    const [from, to] = [this.position(start), this.position(Math.max(start, end))];
    this.#found.set(key, {
      rule,
      severity,
      start,
      end,
      line: from.line,
      column: from.column,
      endLine: to.line,
      endColumn: to.column,
      message,
      advice: details.advice ?? advice,
      ...(details.fix ? { fix: details.fix } : {}),
    });
  }

  /** Line and column of an offset, both from 1. */
  position(offset: number): { readonly line: number; readonly column: number } {
    const place = Math.min(Math.max(offset, 0), this.#length);
    let [low, high] = [0, this.#lineStarts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lineStarts[middle] ?? 0) <= place) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: place - (this.#lineStarts[low] ?? 0) + 1 };
  }

  /** What was found so far, in no order. */
  get found(): readonly Finding[] {
    return [...this.#found.values()];
  }

  drop(finding: Finding): void {
    for (const [key, found] of this.#found) if (found === finding) this.#found.delete(key);
  }

  /** All findings by place, then by rule. */
  sorted(): Finding[] {
    return [...this.#found.values()]
      .sort((a, b) => a.start - b.start || a.end - b.end || (a.rule < b.rule ? -1 : 1))
      .map(({ start: _start, end: _end, ...finding }) => finding);
  }
}
