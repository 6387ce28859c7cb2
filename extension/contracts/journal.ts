import * as z from 'zod';
import type { Durability, NewTask } from './tasks.ts';

/** `<kind>/<id>`, such as `saga/7f3a`; the kind groups streams for listing. */
export const streamNameSchema = z.string().regex(/^[a-z][a-z0-9-]*\/[A-Za-z0-9._-]{1,120}$/);

/** SHA-256, lower-case hex. */
export const contentHashSchema = z.string().regex(/^[0-9a-f]{64}$/);

/** A fact to be written. `data` must be JSON; what is larger than a few kilobytes belongs in an artefact. */
export interface NewEvent {
  readonly type: string;
  /** Version of the shape of `data`, from 1. */
  readonly version: number;
  /** UTC milliseconds. */
  readonly time: number;
  readonly traceId: string;
  readonly data: unknown;
}

/** A fact as it stands in the journal. */
export interface StoredEvent extends NewEvent {
  readonly stream: string;
  /** Place in its stream, from 1, without holes. */
  readonly sequence: number;
  /** SHA-256 over the hash of the event before and this event's canonical content. */
  readonly hash: string;
}

export interface AppendRequest {
  readonly stream: string;
  /** Number of events the stream must have now; left out, the events go to its end whatever it has. */
  readonly expectedSequence?: number;
  /** The lease under which the caller works; refused when it was lost. `release` gives it up in the same transaction. */
  readonly lease?: { readonly name: string; readonly epoch: number; readonly release?: boolean };
  readonly events: readonly NewEvent[];
  /** Events that follow from these, for the end of another stream in the same transaction. */
  readonly also?: { readonly stream: string; readonly events: readonly NewEvent[] };
  /** `full`, where left out: it survives a power cut. `normal`: only the end of a process. */
  readonly durability?: Durability;
  /** The stream's state after the events, for listing; JSON. */
  readonly snapshot?: unknown;
  /** Hashes that the events refer to; refused when one is not stored. */
  readonly artefacts?: readonly string[];
  /** Put into the lab's queue in the same transaction; refused whole with `queue.full`. */
  readonly tasks?: readonly NewTask[];
  /** Whether the whole is refused with `journal.conflict` where the queue has one of the tasks already. */
  readonly areTasksNew?: boolean;
}

/** Last sequence of a stream and the hash of that event. */
export const streamHeadSchema = z.object({
  stream: z.string(),
  sequence: z.number().int().positive(),
  hash: contentHashSchema,
});
export type StreamHead = z.infer<typeof streamHeadSchema>;

export interface Snapshot {
  readonly stream: string;
  /** The event after which the state was taken. */
  readonly sequence: number;
  readonly data: unknown;
}

/** Who holds a lease, and until when unless it is renewed (UTC milliseconds). */
export const leaseHolderSchema = z.object({
  host: z.string(),
  pid: z.number().int(),
  epoch: z.number().int().positive(),
  expires: z.number(),
});
export type LeaseHolder = z.infer<typeof leaseHolderSchema>;

/** The right to work on `name` alone; renewed by the journal until it is released or lost. */
export interface Lease {
  readonly name: string;
  /** Grows with every holder; an append that carries an older one is refused. */
  readonly epoch: number;
  /** Aborted, with a LabError as its reason, when another holder took the lease over or the journal was closed. */
  readonly lost: AbortSignal;
}

export type LeaseOutcome =
  | {
      readonly held: true;
      readonly lease: Lease;
      /** When the lease of a holder that is gone was to end, in UTC milliseconds; absent where it was free. */
      readonly abandoned?: number | undefined;
    }
  | { readonly held: false; readonly holder: LeaseHolder };

export const chainReportSchema = z.object({
  events: z.number().int().nonnegative(),
  /** First sequence whose hash, or whose absence, contradicts the chain; null when all is intact. */
  brokenAt: z.number().int().positive().nullable(),
});
export type ChainReport = z.infer<typeof chainReportSchema>;

/**
 * The lab's one durable memory. Each call is one transaction and is answered after it reached the disk.
 * Errors: `journal.conflict` (another writer was first, or a lease was lost), `journal.unavailable`,
 * `journal.corrupt`, `not-found` (an artefact), `usage` (content that is too large or no JSON).
 */
export interface Journal {
  append(request: AppendRequest): Promise<StreamHead>;
  /** Events in order, from `fromSequence` (default 1) on; an unknown stream has none. */
  read(stream: string, fromSequence?: number): Promise<StoredEvent[]>;
  streams(kind: string): Promise<StreamHead[]>;
  snapshots(kind: string): Promise<Snapshot[]>;
  /** Stores content under its SHA-256 and gives that hash; storing it again changes nothing. */
  putArtefact(content: Uint8Array | string): Promise<string>;
  getArtefact(hash: string): Promise<Uint8Array>;
  /** A lease whose holder's process is known to be dead is free at once, else when it expires. */
  acquireLease(name: string, milliseconds: number): Promise<LeaseOutcome>;
  releaseLease(lease: Lease): Promise<void>;
  leaseHolder(name: string): Promise<LeaseHolder | null>;
  verifyChain(stream: string): Promise<ChainReport>;
  /** Releases all leases and closes the database. */
  close(): Promise<void>;
}
