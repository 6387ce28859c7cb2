/** Renews the leases that this thread holds, each three times within its duration, until it is told to stop. */
export class LeaseRenewal {
  readonly #timers = new Map<string, NodeJS.Timeout>();

  start(name: string, epoch: number, milliseconds: number, renew: () => void): void {
    this.#timers.set(key(name, epoch), setInterval(renew, milliseconds / 3));
  }

  /** False when it was not being renewed. */
  stop(name: string, epoch: number): boolean {
    clearInterval(this.#timers.get(key(name, epoch)));
    return this.#timers.delete(key(name, epoch));
  }

  /** Stops all and gives their names and epochs. */
  stopAll(): { name: string; epoch: number }[] {
    const held = [...this.#timers.keys()].map((text) => {
      const blank = text.indexOf(' ');
      return { epoch: Number(text.slice(0, blank)), name: text.slice(blank + 1) };
    });
    for (const { name, epoch } of held) this.stop(name, epoch);
    return held;
  }
}

function key(name: string, epoch: number): string {
  return `${epoch} ${name}`;
}
