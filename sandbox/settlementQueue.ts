import { setImmediate as nextTurn } from 'node:timers/promises';
import { intentColumns, intentWidth } from '../extension/backtest/intents.ts';
import type { Settlement } from '../extension/backtest/settlement.ts';
import type { SetAnswer } from './answers.ts';

/** Bars that are settled in one go. */
const sliceBars = 64;
/** How long the settlement of orders may hold up all else, in milliseconds. */
const turnMilliseconds = 0.5;
/** Bytes of orders that may wait to be settled. */
const mostWaitingBytes = 4 * 1_048_576;

export interface SettlementWork {
  /** Of each parameter set, in the order of the answers. */
  readonly settlements: readonly Settlement[];
  /** Looks at a set when its chunk has been settled; throws to end the run. */
  readonly compare: (settlement: Settlement, answer: SetAnswer, from: number, to: number) => void;
  /** Throws where the run is over already. */
  readonly requireSound: () => void;
  /** Called with what is wrong, at once. */
  readonly fail: (error: unknown) => void;
}

/**
 * Settles the answers of a run one after the other, while the sandbox works on the chunks that follow: it
 * never waits for the settlement, unless that is far behind.
 */
export class SettlementQueue {
  readonly #work: SettlementWork;
  #last: Promise<void> = Promise.resolve();
  #waitingBytes = 0;
  #failure: { readonly error: unknown } | undefined;
  #turnStart = 0;

  constructor(work: SettlementWork) {
    this.#work = work;
  }

  /**
   * Adds the answers to the bars from `from` to `to`. Resolves when there is room for more.
   * @throws what settling an earlier chunk threw
   */
  async add(answers: readonly SetAnswer[], from: number, to: number): Promise<void> {
    const bytes = answers.reduce((sum, { rows }) => sum + rows.byteLength, 0);
    this.#waitingBytes += bytes;
    this.#last = this.#last.then(async () => {
      if (this.#failure !== undefined) return;
      try {
        await this.#settleAll(answers, from, to);
      } catch (error) {
        this.#failure = { error };
        this.#work.fail(error);
      }
      this.#waitingBytes -= bytes;
    });
    if (this.#waitingBytes > mostWaitingBytes) await this.#last;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** @throws what settling a chunk threw */
  async finish(): Promise<void> {
    await this.#last;
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  async #settleAll(answers: readonly SetAnswer[], from: number, to: number): Promise<void> {
    for (const [set, settlement] of this.#work.settlements.entries()) {
      const answer = answers[set] as SetAnswer;
      await this.#settle(settlement, answer, from, to);
      this.#work.compare(settlement, answer, from, to);
    }
  }

  /**
   * A strategy can make its orders costly to settle, as with protective levels for many thousand entries:
   * between slices other runs go on, and the limits of this one hold.
   */
  async #settle(settlement: Settlement, { rows, count }: SetAnswer, from: number, to: number): Promise<void> {
    let row = 0;
    for (let start = from; start < to; start += sliceBars) {
      const end = Math.min(start + sliceBars, to);
      const first = row;
      while (row < count && (rows[row * intentWidth + intentColumns.bar] as number) < end) row++;
      const slice = rows.subarray(first * intentWidth, row * intentWidth);
      settlement.feed(start, end, slice, row - first);
      if (performance.now() - this.#turnStart < turnMilliseconds) continue;
      await nextTurn();
      this.#turnStart = performance.now();
      this.#work.requireSound();
    }
  }
}
