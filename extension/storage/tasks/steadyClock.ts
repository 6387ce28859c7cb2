import { recoveryMilliseconds } from '../../contracts/tasks.ts';

/** By how much two clocks part before it is a sleep or a jump, and no drift. */
const jumpMilliseconds = 1000;

/** Knows when the clock does not tell whether a lease is over: after a sleep of the machine, or when it was set. */
export class SteadyClock {
  readonly #clock: () => number;
  readonly #uptime: () => number;
  #offset: number;
  #steadyFrom = Number.NEGATIVE_INFINITY;

  /** `clock`: UTC milliseconds; `uptime`: see `TaskServiceOptions`. */
  constructor(clock: () => number, uptime: () => number) {
    this.#clock = clock;
    this.#uptime = uptime;
    this.#offset = clock() - uptime();
  }

  /** False from a jump forward until every worker that lives has had the time for a heartbeat. */
  isSteady(): boolean {
    const uptime = this.#uptime();
    const offset = this.#clock() - uptime;
    if (offset - this.#offset > jumpMilliseconds) this.#steadyFrom = uptime + recoveryMilliseconds.heartbeat;
    this.#offset = offset;
    return uptime >= this.#steadyFrom;
  }
}
