/** One thing that was done outside the journal, or asked for. */
export interface EffectEntry {
  readonly key: string;
  readonly kind: 'do' | 'undo';
  /** False for a repetition, which changed nothing. */
  readonly isEffective: boolean;
  readonly time: number;
}

/**
 * The world outside, which knows requests by their keys, as a broker does: a repeated one changes nothing, and
 * what was undone is not done again.
 */
export class Effects {
  readonly diary: EffectEntry[] = [];
  readonly #done = new Set<string>();
  readonly #undone = new Set<string>();

  do(key: string, time: number): void {
    const isEffective = !this.#done.has(key) && !this.#undone.has(key);
    this.#done.add(key);
    this.diary.push({ key, kind: 'do', isEffective, time });
  }

  undo(key: string, time: number): void {
    const isEffective = this.#done.has(key) && !this.#undone.has(key);
    this.#undone.add(key);
    this.diary.push({ key, kind: 'undo', isEffective, time });
  }

  /** Keys of what stands. */
  get standing(): ReadonlySet<string> {
    return new Set([...this.#done].filter((key) => !this.#undone.has(key)));
  }
}
