import { recoveryMilliseconds } from '../../contracts/tasks.ts';

const { heartbeat, lease } = recoveryMilliseconds;

/** By how much two clocks part before it is a sleep or a jump, and no drift. */
const jumpMilliseconds = 1000;

/** The longest pause after which the lease of each worker that lives is still good, be its next heartbeat due only now. */
const longestPause = lease - heartbeat;

/**
 * Knows when the clock does not tell whether a lease is over: from a start, a sleep of the machine or a jump forward
 * of its clock until every worker that lives has had the time for a heartbeat.
 */
export class SteadyClock {
  readonly #clock: () => number;
  readonly #uptime: () => number;
  #last: { readonly time: number; readonly uptime: number };
  #steadyFrom: number;

  /**
   * @param clock UTC milliseconds
   * @param uptime milliseconds of a clock that nobody sets. While the machine sleeps it stands still on Linux, and
   * runs on elsewhere
   */
  constructor(clock: () => number, uptime: () => number) {
    this.#clock = clock;
    this.#uptime = uptime;
    this.#last = { time: clock(), uptime: uptime() };
    // The machine may have woken up just before.
    this.#steadyFrom = this.#last.uptime + heartbeat;
  }

  /** To be called once a heartbeat at least: a pause between two calls is taken for a sleep. */
  isSteady(): boolean {
    const now = { time: this.#clock(), uptime: this.#uptime() };
    const passed = now.uptime - this.#last.uptime;
    const parted = now.time - this.#last.time - passed;
    if (parted > jumpMilliseconds || passed > longestPause) this.#steadyFrom = now.uptime + heartbeat;
    this.#last = now;
    return now.uptime >= this.#steadyFrom;
  }
}
