import type { MessagePort, Worker } from 'node:worker_threads';

/** Bytes of text that each side can lay out for the other. */
const slotBytes = 1 << 19;
/** UTF-8 bytes of one UTF-16 unit, at most. */
const mostBytesOfUnit = 3;
/** How long a side that has spoken looks for what comes back; an answer without a sync is there by then. */
const lookMilliseconds = 0.12;
/** Looks in vain after which a side looks only now and then, until it finds something again. */
const mostPatience = 4;
const nowAndThen = 8;
/** A turn of the event loop that took this long: the thread had no core to itself, or better things to do. */
const longTurnMilliseconds = 2.5;
/**
 * For how long a side does not look after such a turn: it would take the core from who is to answer. The time doubles
 * while that goes on, and halves with so many messages found.
 */
const shortestRestMilliseconds = 10;
const longestRestMilliseconds = 320;
const foundToHalveRest = 100;

/** A side's words in the shared memory, and the distance to the other's, so that no line of a cache holds both. */
const lookingWord = 0;
const lengthWord = 1;
const sequenceWord = 2;
const wordsOfSide = 32;
const headBytes = 2 * wordsOfSide * Int32Array.BYTES_PER_ELEMENT;

/** The memory that the two ends of a wire share. */
export function wireMemory(): SharedArrayBuffer {
  return new SharedArrayBuffer(headBytes + 2 * slotBytes);
}

export interface WireOptions {
  readonly port: Pick<MessagePort | Worker, 'postMessage' | 'on'>;
  readonly memory: SharedArrayBuffer;
  readonly side: 'owner' | 'worker';
  /** Hears each message, in the order in which they were sent. */
  readonly hear: (message: unknown) => void;
}

interface Numbered {
  readonly sequence: number;
  readonly message: unknown;
}

/**
 * One end of a conversation between two threads. To wake the other thread through its port takes longer than most
 * answers of the journal. So a side that has spoken looks for the answer for a moment, once each turn of its event
 * loop, which is not blocked; the other side then lays its messages, as text, into memory that both share. Whoever
 * does not look gets them by the port. They are numbered, and heard in order whichever way they came.
 *
 * A side lays out only while the other looks, and wakes it when it looks no more afterwards; a side that stops to
 * look says so first, and then takes what was laid out before. So nothing lies there unseen.
 */
export class Wire {
  readonly #port: WireOptions['port'];
  readonly #hear: WireOptions['hear'];
  readonly #words: Int32Array;
  readonly #own: number;
  readonly #other: number;
  readonly #out: Buffer;
  readonly #in: Buffer;
  readonly #look = () => this.#lookOnce();
  #sent = 0;
  #heard = 0;
  #isHearing = false;
  #endOfTurn: (() => void)[] = [];
  #isLooking = false;
  #lastLook = 0;
  #looksUntil = 0;
  #restsUntil = 0;
  #rest = shortestRestMilliseconds;
  #found = 0;
  #patience = mostPatience;
  #skipped = 0;

  constructor({ port, memory, side, hear }: WireOptions) {
    this.#port = port;
    this.#hear = hear;
    this.#words = new Int32Array(memory, 0, 2 * wordsOfSide);
    const [own, other] = side === 'owner' ? [0, 1] : [1, 0];
    this.#own = own * wordsOfSide;
    this.#other = other * wordsOfSide;
    this.#out = Buffer.from(memory, headBytes + own * slotBytes, slotBytes);
    this.#in = Buffer.from(memory, headBytes + other * slotBytes, slotBytes);
    port.on('message', (message: Numbered | null) => this.#receive(message));
  }

  /** `isText`: JSON carries it as it is. Throws what the port throws where it cannot be sent. */
  send(message: unknown, isText: boolean): void {
    const sequence = this.#sent + 1;
    if (!isText || !this.#layOut(sequence, message)) {
      this.#port.postMessage({ sequence, message } satisfies Numbered);
    }
    this.#sent = sequence;
    this.#beginToLook();
  }

  /** Calls back when what came in this turn of the event loop was heard. */
  atEndOfTurn(callback: () => void): void {
    if (this.#isHearing) this.#endOfTurn.push(callback);
    else setImmediate(callback);
  }

  /** Hears what the other side, which has ended, said last. */
  hearRest(): void {
    this.#hearLaidOut();
  }

  /** False when it must go by the port. */
  #layOut(sequence: number, message: unknown): boolean {
    if (!this.#otherLooks() || this.#read(this.#own + lengthWord) !== 0) return false;
    const text = JSON.stringify(message);
    if (text.length * mostBytesOfUnit > slotBytes) return false;
    const length = this.#out.write(text);
    this.#write(this.#own + sequenceWord, sequence);
    this.#write(this.#own + lengthWord, length);
    if (!this.#otherLooks()) this.#port.postMessage(null);
    return true;
  }

  /** Null wakes this side for what was laid out. */
  #receive(numbered: Numbered | null): void {
    this.#hearLaidOut();
    if (numbered === null) return;
    this.#heard = numbered.sequence;
    this.#hear(numbered.message);
    this.#hearLaidOut();
  }

  /** False when nothing is there, or a message that is still on its way through the port comes before it. */
  #hearLaidOut(): boolean {
    const length = this.#read(this.#other + lengthWord);
    if (length === 0 || this.#read(this.#other + sequenceWord) !== this.#heard + 1) return false;
    const text = this.#in.toString('utf8', 0, length);
    this.#heard += 1;
    this.#write(this.#other + lengthWord, 0);
    this.#hear(JSON.parse(text));
    return true;
  }

  #beginToLook(): void {
    const now = performance.now();
    if (now < this.#restsUntil) return;
    if (this.#patience === 0) {
      this.#skipped += 1;
      if (this.#skipped < nowAndThen) return;
      this.#skipped = 0;
    }
    this.#looksUntil = now + lookMilliseconds;
    if (this.#isLooking) return;
    this.#isLooking = true;
    this.#lastLook = now;
    this.#write(this.#own + lookingWord, 1);
    setImmediate(this.#look);
  }

  #lookOnce(): void {
    const now = performance.now();
    const isHeldUp = now - this.#lastLook > longTurnMilliseconds;
    const hasFound = this.#hearTurn();
    if (isHeldUp) this.#beginToRest(now);
    if (isHeldUp || (!hasFound && now > this.#looksUntil)) {
      this.#patience = Math.max(0, this.#patience - 1);
      this.#isLooking = false;
      this.#write(this.#own + lookingWord, 0);
      this.#hearTurn();
      return;
    }
    this.#lastLook = now;
    if (hasFound) {
      this.#patience = mostPatience;
      this.#found += 1;
      this.#lastLook = performance.now();
      this.#looksUntil = this.#lastLook + lookMilliseconds;
    }
    setImmediate(this.#look);
  }

  #beginToRest(now: number): void {
    const halved = this.#rest / 2 ** Math.floor(this.#found / foundToHalveRest);
    const rest = Math.max(shortestRestMilliseconds, halved);
    this.#restsUntil = now + rest;
    this.#rest = Math.min(longestRestMilliseconds, 2 * rest);
    this.#found = 0;
  }

  #hearTurn(): boolean {
    this.#isHearing = true;
    const hasFound = this.#hearLaidOut();
    this.#isHearing = false;
    const callbacks = this.#endOfTurn;
    this.#endOfTurn = [];
    for (const callback of callbacks) callback();
    return hasFound;
  }

  #otherLooks(): boolean {
    return this.#read(this.#other + lookingWord) === 1;
  }

  #read(word: number): number {
    return Atomics.load(this.#words, word);
  }

  #write(word: number, value: number): void {
    Atomics.store(this.#words, word, value);
  }
}
