const headerBytes = 8;

export interface OutputSinks {
  readonly stdout: (bytes: Uint8Array) => void;
  readonly stderr: (bytes: Uint8Array) => void;
  /** The stream is not Docker's: nothing more is taken from it. */
  readonly broken: () => void;
}

/**
 * Splits Docker's attached stream into stdout and stderr. Pieces are handed on as they come, without
 * being joined: joining costs quadratic time on a flood.
 */
export class DockerStreamSplitter {
  readonly #sinks: OutputSinks;
  readonly #header = new Uint8Array(headerBytes);
  #headerFilled = 0;
  #remaining = 0;
  #isBroken = false;

  constructor(sinks: OutputSinks) {
    this.#sinks = sinks;
  }

  push(bytes: Uint8Array): void {
    let offset = 0;
    while (offset < bytes.length && !this.#isBroken) {
      if (this.#remaining === 0) {
        const taken = Math.min(headerBytes - this.#headerFilled, bytes.length - offset);
        this.#header.set(bytes.subarray(offset, offset + taken), this.#headerFilled);
        this.#headerFilled += taken;
        offset += taken;
        if (this.#headerFilled === headerBytes) this.#open();
        continue;
      }
      const taken = Math.min(this.#remaining, bytes.length - offset);
      const piece = bytes.subarray(offset, offset + taken);
      if (this.#header[0] === 2) this.#sinks.stderr(piece);
      else this.#sinks.stdout(piece);
      this.#remaining -= taken;
      offset += taken;
    }
  }

  #open(): void {
    const [kind, ...zeros] = this.#header.subarray(0, 4);
    if ((kind !== 1 && kind !== 2) || zeros.some((zero) => zero !== 0)) {
      this.#isBroken = true;
      this.#sinks.broken();
      return;
    }
    this.#remaining = new DataView(this.#header.buffer).getUint32(4, false);
    this.#headerFilled = 0;
  }
}
