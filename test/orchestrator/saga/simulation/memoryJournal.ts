import { createHash } from 'node:crypto';
import { LabError } from '../../../../extension/contracts/errors.ts';
import type {
  AppendRequest,
  Journal,
  Lease,
  LeaseOutcome,
  StoredEvent,
  StreamHead,
} from '../../../../extension/contracts/journal.ts';
import type { Scheduler } from './scheduler.ts';

interface HeldLease {
  readonly epoch: number;
  readonly owner: MemoryProcess | null;
  readonly lost: AbortController;
  readonly isReleased: boolean;
}

/** What lies on the disk: it outlives every process. */
export class MemoryDisk {
  readonly streams = new Map<string, StoredEvent[]>();
  readonly snapshots = new Map<string, unknown>();
  readonly artefacts = new Map<string, Uint8Array>();
  readonly leases = new Map<string, HeldLease>();

  /** All streams of sagas by id. */
  sagas(): Map<string, readonly StoredEvent[]> {
    return new Map([...this.streams].map(([stream, events]) => [stream.replace('saga/', ''), events]));
  }
}

/**
 * A process on the disk. Each of its calls takes a while; when it dies, calls under way have reached the disk
 * or have not, and nothing that it waits for ever comes.
 */
export class MemoryProcess {
  readonly #disk: MemoryDisk;
  readonly #scheduler: Scheduler;
  isDead = false;

  constructor(disk: MemoryDisk, scheduler: Scheduler) {
    this.#disk = disk;
    this.#scheduler = scheduler;
  }

  die(): void {
    this.isDead = true;
    for (const [name, lease] of this.#disk.leases) {
      if (lease.owner === this) this.#disk.leases.set(name, { ...lease, owner: null });
    }
  }

  /** Another may take its leases, as after a long sleep; it does not know yet. */
  stall(): void {
    for (const [name, lease] of this.#disk.leases) {
      if (lease.owner !== this) continue;
      this.#disk.leases.set(name, { ...lease, owner: null });
      this.#scheduler.after(this.#scheduler.pick(400), () => {
        const now = this.#disk.leases.get(name);
        // Nobody took it: its renewal brings it back.
        if (now?.epoch === lease.epoch && now.owner === null && !now.isReleased && !this.isDead) {
          this.#disk.leases.set(name, lease);
        } else if (!this.isDead && now?.epoch !== lease.epoch) {
          lease.lost.abort(new LabError('conflict', `Another process has taken over ${name}.`));
        }
      });
    }
  }

  /** As the engine sees time: it passes for the living only. */
  readonly sleep = (milliseconds: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const end = () => {
        if (!this.isDead) resolve();
      };
      signal.addEventListener('abort', end, { once: true });
      this.#scheduler.after(milliseconds, end);
    });

  /** Something that happens after a while, unless the process is dead by then: then by chance. */
  call<T>(work: () => T, mostMilliseconds = 8): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.isDead) return;
      let done: (() => void) | null = null;
      const happen = () => {
        try {
          const value = work();
          done = () => resolve(value);
        } catch (error) {
          done = () => reject(error);
        }
      };
      const whole = 1 + this.#scheduler.pick(mostMilliseconds);
      const reaches = Math.ceil(whole * this.#scheduler.random());
      // It reaches the disk at one time and is answered at a later one; death may come between.
      this.#scheduler.after(reaches, () => {
        if (!this.isDead) happen();
        this.#scheduler.after(whole - reaches, () => {
          if (!this.isDead) done?.();
        });
      });
    });
  }

  readonly journal: Journal = {
    append: (request) => this.call(() => this.#append(request)),
    read: (stream, from = 1) => this.call(() => (this.#disk.streams.get(stream) ?? []).slice(from - 1)),
    streams: () => this.call(() => []),
    snapshots: () =>
      this.call(() =>
        [...this.#disk.snapshots].map(([stream, data]) => ({
          stream,
          sequence: 1,
          data: structuredClone(data),
        })),
      ),
    putArtefact: (content) =>
      this.call(() => {
        const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
        const hash = createHash('sha256').update(bytes).digest('hex');
        this.#disk.artefacts.set(hash, bytes);
        return hash;
      }),
    getArtefact: (hash) => this.call(() => this.#disk.artefacts.get(hash) ?? new Uint8Array()),
    acquireLease: (name) => this.call(() => this.#acquire(name)),
    releaseLease: ({ name, epoch }) => this.call(() => this.#release(name, epoch)),
    leaseHolder: (name) =>
      this.call(() => {
        const lease = this.#disk.leases.get(name);
        return lease?.owner ? { host: 'here', pid: 1, epoch: lease.epoch, expires: 0 } : null;
      }),
    verifyChain: () => this.call(() => ({ events: 0, brokenAt: null })),
    close: () => this.call(() => undefined),
  };

  #append(request: AppendRequest): StreamHead {
    const { stream, expectedSequence, lease, events, snapshot, artefacts = [] } = request;
    const conflict = (message: string) => new LabError('journal.conflict', message);
    if (lease !== undefined) {
      const held = this.#disk.leases.get(lease.name);
      if (held?.epoch !== lease.epoch || held.owner !== this) throw conflict('the lease was lost');
    }
    const stored = this.#disk.streams.get(stream) ?? [];
    if (expectedSequence !== undefined && expectedSequence !== stored.length) throw conflict('not the first');
    const missing = artefacts.find((hash) => !this.#disk.artefacts.has(hash));
    if (missing !== undefined) throw new LabError('not-found', `no artefact ${missing}`);
    for (const event of events) {
      const data = JSON.parse(JSON.stringify(event.data));
      stored.push({ ...event, data, stream, sequence: stored.length + 1, hash: '' });
    }
    this.#disk.streams.set(stream, stored);
    this.#disk.snapshots.set(stream, JSON.parse(JSON.stringify(snapshot)));
    if (lease?.release === true) this.#release(lease.name, lease.epoch);
    return { stream, sequence: stored.length, hash: '' };
  }

  #acquire(name: string): LeaseOutcome {
    const held = this.#disk.leases.get(name);
    if (held?.owner) return { held: false, holder: { host: 'here', pid: 1, epoch: held.epoch, expires: 0 } };
    const lost = new AbortController();
    const epoch = (held?.epoch ?? 0) + 1;
    this.#disk.leases.set(name, { epoch, owner: this, lost, isReleased: false });
    const lease: Lease = { name, epoch, lost: lost.signal };
    return { held: true, lease };
  }

  #release(name: string, epoch: number): void {
    const held = this.#disk.leases.get(name);
    if (held?.epoch === epoch) this.#disk.leases.set(name, { ...held, owner: null, isReleased: true });
  }
}
