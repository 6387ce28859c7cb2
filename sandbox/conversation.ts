import type { LabError } from '../extension/contracts/errors.ts';
import {
  cancelledError,
  exitError,
  outputError,
  protocolError,
  timeoutError,
  tooManyOrdersError,
} from './failures.ts';
import { type Frame, FrameError, FrameReader, headerBytes } from './frames.ts';
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
 * Questions and answers with one sandbox, one at a time. Whatever goes wrong (silence, a flood, bytes
 * that are no frame, a frame nobody asked for, the end of the process) ends the sandbox, and is thrown
 * by the question that waits or comes next.
 */
export class Conversation {
  readonly #limits: SandboxLimits;
  readonly #signal: AbortSignal;
  readonly #reader: FrameReader;
  /** First bytes of the answer that is awaited. */
  readonly #header = new Uint8Array(headerBytes);
  #answered = 0;
  #received = 0;
  /** Bytes that may come on top of `outputBytes`. */
  #allowed = 0;
  #process: SandboxProcess | undefined;
  #waiter: Waiter | undefined;
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
   * Sends frames and waits for the one frame that answers them.
   * @throws LabError `sandbox.*`, `cancelled`
   */
  async ask(...frames: readonly Uint8Array[]): Promise<Frame> {
    if (this.#ended !== undefined) this.#fail(this.#ended, 'finished');
    this.requireSound();
    this.#answered = 0;
    const answer = new Promise<Frame>((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
    const timer = setTimeout(() => {
      this.#fail(timeoutError('answer', this.#limits.answerMilliseconds), 'timeout');
    }, this.#limits.answerMilliseconds);
    try {
      for (const frame of frames) void this.#process?.write(frame);
      return await answer;
    } finally {
      clearTimeout(timer);
    }
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
      if (this.#waiter === undefined) this.#ended = error;
      else this.#fail(error, 'finished');
    });
  }

  #take(bytes: Uint8Array): void {
    if (this.#failure !== undefined) return;
    if (this.#answered < headerBytes) {
      this.#header.set(bytes.subarray(0, headerBytes - this.#answered), this.#answered);
    }
    this.#answered += bytes.length;
    this.#received += bytes.length;
    const { answerBytes, outputBytes } = this.#limits;
    if (this.#answered > answerBytes + headerBytes) {
      this.#fail(outputError(), 'output');
      return;
    }
    // Every answer before this one was sound: so many orders are a strategy's, and no attempt to flood.
    if (this.#received > outputBytes + this.#allowed) {
      this.#fail(tooManyOrdersError(outputBytes), 'output');
      return;
    }
    try {
      for (const frame of this.#reader.push(bytes)) this.#deliver(frame);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      if (this.#announcesTooMuch()) this.#fail(outputError(), 'output');
      else this.#fail(protocolError('sent bytes that are no frame'), 'protocol');
    }
    if (this.#waiter === undefined && !this.#reader.atBoundary) {
      this.#fail(protocolError('sent bytes behind its answer'), 'protocol');
    }
  }

  /** True for the header of a frame that is sound but for its length. */
  #announcesTooMuch(): boolean {
    const view = new DataView(this.#header.buffer);
    return view.getUint32(0, true) > this.#limits.answerBytes && view.getUint32(4, true) <= 0xff;
  }

  #deliver(frame: Frame): void {
    const waiter = this.#waiter;
    if (waiter === undefined) {
      this.#fail(protocolError('sent a frame that nobody asked for'), 'protocol');
      return;
    }
    this.#waiter = undefined;
    waiter.resolve(frame);
  }

  #fail(error: LabError, reason: KillReason): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    void this.#process?.kill(reason);
    this.#waiter?.reject(error);
    this.#waiter = undefined;
  }
}
