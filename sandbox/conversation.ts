import type { LabError } from '../extension/contracts/errors.ts';
import {
  cancelledError,
  exitError,
  outputError,
  protocolError,
  timeoutError,
  tooManyOrdersError,
} from './failures.ts';
import { type Frame, FrameError, FrameReader } from './frames.ts';
import type {
  ExitFacts,
  KillReason,
  SandboxBackend,
  SandboxLimits,
  SandboxProcess,
  StartOptions,
} from './sandbox.ts';

/** How long a sandbox that has said all may take to end. */
const goodbyeMilliseconds = 1000;

/** What was seen of a sandbox that is gone. */
export interface SandboxSeen {
  /** Bytes of answers. */
  readonly receivedBytes: number;
  /** Bytes of error output. */
  readonly stderrBytes: number;
  readonly exit: ExitFacts;
}

interface Waiter {
  readonly resolve: (frame: Frame) => void;
  readonly reject: (error: LabError) => void;
}

/**
 * Questions and answers with one sandbox, in their order. Whatever goes wrong (silence, a flood, bytes
 * that are no frame, a frame nobody asked for, the end of the process) ends the sandbox, and is thrown
 * by the questions that wait or come next.
 */
export class Conversation {
  readonly #limits: SandboxLimits;
  readonly #signal: AbortSignal;
  readonly #reader: FrameReader;
  #received = 0;
  /** Bytes that may come on top of `outputBytes`. */
  #allowed = 0;
  #process: SandboxProcess | undefined;
  readonly #waiters: Waiter[] = [];
  /** What goes out at the end of this turn. */
  #outgoing: Uint8Array[] = [];
  #answerTimer: NodeJS.Timeout | undefined;
  #failure: LabError | undefined;
  /** Why the sandbox ended when no question waited: no fault where none follows. */
  #ended: LabError | undefined;
  #isOver = false;
  #totalTimer: NodeJS.Timeout | undefined;
  readonly #onAbort = () => this.#fail(cancelledError(), 'cancelled');

  private constructor(limits: SandboxLimits, signal: AbortSignal) {
    this.#limits = limits;
    this.#signal = signal;
    this.#reader = new FrameReader(limits.answerBytes);
  }

  /**
   * Starts a sandbox to talk to; `close` must follow.
   * @throws LabError `sandbox.unavailable`, `cancelled`
   */
  static async open(backend: SandboxBackend, options: Omit<StartOptions, 'onOutput'>): Promise<Conversation> {
    if (options.signal.aborted) throw cancelledError();
    const conversation = new Conversation(options.limits, options.signal);
    const process = await backend.start({ ...options, onOutput: (bytes) => conversation.#take(bytes) });
    conversation.#watch(process);
    return conversation;
  }

  /**
   * Sends frames, and waits for the one frame that answers them. What is asked in one turn goes out in one piece,
   * because each piece has a way through the daemon of its own.
   * @throws LabError `sandbox.*`, `cancelled`
   */
  async ask(frames: Uint8Array): Promise<Frame> {
    if (this.#ended !== undefined) this.#fail(this.#ended, 'finished');
    this.requireSound();
    const answer = new Promise<Frame>((resolve, reject) => {
      this.#waiters.push({ resolve, reject });
    });
    if (this.#waiters.length === 1) this.#awaitAnswer();
    this.#outgoing.push(frames);
    if (this.#outgoing.length === 1) queueMicrotask(() => this.#send());
    return answer;
  }

  /** @throws LabError of whatever has gone wrong so far */
  requireSound(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Lets `bytes` more come in the whole run: what the next answer must hold besides its orders. */
  allow(bytes: number): void {
    this.#allowed += bytes;
  }

  /** Ends the sandbox for a fault that the caller found. */
  refuse(error: LabError): void {
    this.#fail(error, 'protocol');
  }

  /** Waits a little for the sandbox to end by itself after its last answer; what it says meanwhile is a fault. */
  async finish(): Promise<void> {
    this.#isOver = true;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise((resolve) => {
      timer = setTimeout(resolve, goodbyeMilliseconds);
    });
    await Promise.race([this.#process?.exit, patience]);
    clearTimeout(timer);
  }

  /**
   * Ends the sandbox and removes every trace of it.
   * @throws LabError of a fault after the last answer, or `sandbox.unavailable` where the removal failed
   */
  async close(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#totalTimer);
    this.#signal.removeEventListener('abort', this.#onAbort);
    await this.#process?.dispose();
    this.requireSound();
  }

  /** To be asked for once `close` has settled. */
  async seen(): Promise<SandboxSeen> {
    const process = this.#process as SandboxProcess;
    const { stderrBytes = 0 } = process;
    return { receivedBytes: this.#received, stderrBytes, exit: await process.exit };
  }

  #watch(process: SandboxProcess): void {
    this.#process = process;
    this.#totalTimer = setTimeout(() => {
      this.#fail(timeoutError('finish', this.#limits.totalMilliseconds), 'timeout');
    }, this.#limits.totalMilliseconds);
    this.#signal.addEventListener('abort', this.#onAbort, { once: true });
    if (this.#signal.aborted) this.#onAbort();
    // Output may have come, and been wrong, before there was a process to kill.
    if (this.#failure !== undefined) void process.kill('protocol');
    void process.exit.then((facts) => {
      if (this.#isOver) return;
      // A worker's last answer and its end can come in one turn, before the answer has been read.
      const error = exitError(facts, this.#limits);
      if (this.#waiters.length === 0) this.#ended = error;
      else this.#fail(error, 'finished');
    });
  }

  #take(bytes: Uint8Array): void {
    if (this.#failure !== undefined) return;
    this.#received += bytes.length;
    const { outputBytes } = this.#limits;
    // Every answer before this one was sound: so many orders are a strategy's, and no attempt to flood.
    if (this.#received > outputBytes + this.#allowed) {
      this.#fail(tooManyOrdersError(outputBytes), 'output');
      return;
    }
    try {
      for (const frame of this.#reader.push(bytes)) this.#deliver(frame);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      if (error.isTooLong) this.#fail(outputError(), 'output');
      else this.#fail(protocolError('sent bytes that are no frame'), 'protocol');
    }
    if (this.#waiters.length === 0 && !this.#reader.atBoundary) {
      this.#fail(protocolError('sent bytes behind its answer'), 'protocol');
    }
  }

  #send(): void {
    const frames = this.#outgoing;
    this.#outgoing = [];
    if (this.#failure !== undefined) return;
    // Chunks of bars come alone, and are large.
    const [only = new Uint8Array(0)] = frames;
    void this.#process?.write(frames.length === 1 ? only : Buffer.concat(frames));
  }

  /** Limits the time of the answer that comes next. */
  #awaitAnswer(): void {
    this.#answerTimer = setTimeout(() => {
      this.#fail(timeoutError('answer', this.#limits.answerMilliseconds), 'timeout');
    }, this.#limits.answerMilliseconds);
  }

  #deliver(frame: Frame): void {
    const waiter = this.#waiters.shift();
    if (waiter === undefined) {
      this.#fail(protocolError('sent a frame that nobody asked for'), 'protocol');
      return;
    }
    clearTimeout(this.#answerTimer);
    if (this.#waiters.length > 0) this.#awaitAnswer();
    waiter.resolve(frame);
  }

  #fail(error: LabError, reason: KillReason): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    void this.#process?.kill(reason);
    clearTimeout(this.#answerTimer);
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }
}
