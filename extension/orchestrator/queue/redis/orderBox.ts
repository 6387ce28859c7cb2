const bytes = 1 << 16;
/** Words of the shared memory: who is at it, how much it holds, and how often the thread looks, in milliseconds. */
const takenWord = 0;
const lengthWord = 1;
const periodWord = 2;
const headBytes = 4 * Int32Array.BYTES_PER_ELEMENT;
/** How long a thread sleeps that finds the other at it: what is done there takes microseconds. */
const napMilliseconds = 1;

/** The memory of a box. */
export function orderBoxMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(headBytes + bytes);
}

/**
 * Orders for a thread that wakes by itself from time to time, and looks for them then: to send it each would wake it
 * each time, on a core that others need. What is in the box is there whatever the thread that put it in does next.
 */
export class OrderBox<Order> {
  readonly #words: Int32Array;
  readonly #text: Buffer;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory, 0, headBytes / Int32Array.BYTES_PER_ELEMENT);
    this.#text = Buffer.from(memory, headBytes, bytes);
  }

  /**
   * False when they must be sent: nobody looks into the box within that time, it is full, or the other is at it. Never
   * waits.
   */
  put(orders: readonly Order[], withinMilliseconds: number): boolean {
    if (Atomics.compareExchange(this.#words, takenWord, 0, 1) !== 0) return false;
    try {
      const period = Atomics.load(this.#words, periodWord);
      if (period === 0 || period > withinMilliseconds) return false;
      const line = Buffer.from(`${JSON.stringify(orders)}\n`);
      const length = Atomics.load(this.#words, lengthWord);
      if (length + line.length > bytes) return false;
      line.copy(this.#text, length);
      Atomics.store(this.#words, lengthWord, length + line.length);
      return true;
    } finally {
      this.#letGo();
    }
  }

  /** All that was put in since the last time, in its order. For the thread that looks. */
  take(): unknown[] {
    while (Atomics.compareExchange(this.#words, takenWord, 0, 1) !== 0) {
      Atomics.wait(this.#words, takenWord, 1, napMilliseconds);
    }
    try {
      const text = this.#text.toString('utf8', 0, Atomics.load(this.#words, lengthWord));
      Atomics.store(this.#words, lengthWord, 0);
      return text.split('\n').flatMap((line): unknown[] => (line === '' ? [] : JSON.parse(line)));
    } finally {
      this.#letGo();
    }
  }

  /** Says that the thread looks so often from now on; null: no more, and what was put in until then is to be taken. */
  looksEvery(milliseconds: number | null): void {
    Atomics.store(this.#words, periodWord, milliseconds === null ? 0 : Math.max(1, Math.floor(milliseconds)));
  }

  #letGo(): void {
    Atomics.store(this.#words, takenWord, 0);
    Atomics.notify(this.#words, takenWord);
  }
}
