import type * as z from 'zod';
import type { claimRequestSchema } from '../../../contracts/tasks.ts';
import type { ClaimedRow } from '../../../storage/tasks/taskRows.ts';
import { coalesce } from './coalesce.ts';
import { orOver } from './orOver.ts';
import { claimedRow, claimReplySchema } from './replies.ts';

type Request = z.infer<typeof claimRequestSchema>;

export interface ClaimsOptions {
  /** Runs the claim's script, and tells `late` what it answered when it is too late for the call. */
  readonly run: (args: readonly (string | number)[], late: (reply: unknown) => void) => Promise<unknown>;
  readonly consumer: string;
  /** Of tasks that came when nobody wanted them any more. */
  readonly giveBack: (row: ClaimedRow) => Promise<unknown>;
}

export interface Found {
  readonly rows: readonly ClaimedRow[];
  /** Milliseconds until a delay is over. */
  readonly dueIn: number;
}

/** What the scripts of one process claim, and what becomes of it when a caller has gone. */
export class Claims {
  readonly #options: ClaimsOptions;
  /** Of one turn those that ask for the same are one script; each is given its share in the order of their coming. */
  readonly #together = new Map<string, (count: number) => Promise<Found>>();
  readonly #open = new Set<Promise<unknown>>();
  /** The server tells by it a script that is sent again after a cut. */
  #number = 0;

  constructor(options: ClaimsOptions) {
    this.#options = options;
  }

  /** Null when a signal aborts before the answer; what is claimed then goes back. */
  async take(request: Request, signals: readonly AbortSignal[]): Promise<Found | null> {
    const found = this.#alike(request)(request.count);
    const first = await orOver(found, signals);
    if (first !== null && !signals.some(({ aborted }) => aborted)) return first;
    this.#returnAll(found.then(({ rows }) => rows));
    return null;
  }

  /** Resolves when all that nobody waits for any more has been answered and given back. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#open);
  }

  #returnAll(coming: Promise<readonly ClaimedRow[]>): void {
    // What cannot be given back is found when its lease is over.
    const returned = coming.then((rows) => Promise.allSettled(rows.map(this.#options.giveBack)));
    const known = returned.catch(() => {}).finally(() => this.#open.delete(known));
    this.#open.add(known);
  }

  #alike(request: Request): (count: number) => Promise<Found> {
    const { worker, leaseMilliseconds, band } = request;
    const types = [...new Set(request.types)];
    const key = JSON.stringify([worker, leaseMilliseconds, band, types]);
    const known = this.#together.get(key);
    if (known !== undefined) return known;
    const claim = coalesce<number, Found>(async (counts) => {
      this.#together.delete(key);
      this.#number += 1;
      const { run, consumer } = this.#options;
      const total = counts.reduce((sum, count) => sum + count, 0);
      const only = band === 'high' ? 1 : 0;
      const args = [consumer, worker, leaseMilliseconds, total, only, this.#number, ...types];
      const late = (reply: unknown) => this.#returnAll((async () => foundOf(reply).rows)());
      const { rows, dueIn } = foundOf(await run(args, late));
      const left = [...rows];
      return counts.map((count) => ({ rows: left.splice(0, count), dueIn }));
    });
    this.#together.set(key, claim);
    return claim;
  }
}

function foundOf(reply: unknown): Found {
  const [due, ...told] = claimReplySchema.parse(reply);
  return {
    rows: told.map(claimedRow),
    dueIn: due === '' ? Number.POSITIVE_INFINITY : Math.max(1, Number(due)),
  };
}
