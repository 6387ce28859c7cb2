/** Bounds of the interface for programs: what is beyond them is turned away. */
export interface ApiLimits {
  readonly bodyBytes: number;
  /** Requests a second of one caller, and how many more may come at once. */
  readonly requestsPerSecond: number;
  readonly burst: number;
  /** Bytes of a body that count as a request: what is large takes long to read. */
  readonly bytesOfRequest: number;
  /** The same for `/health`, which is asked without a token, for each address. */
  readonly probesPerSecond: number;
  /** Wrong or missing tokens a second, for each address. */
  readonly failuresPerSecond: number;
  readonly connections: number;
  /** Of these, how many guests never have at work. */
  readonly reservedConnections: number;
  /** Requests of one guest that are answered at one time, besides event streams. */
  readonly exchangesOfTenant: number;
  /** Of all guests; the owner has those of a tenant in any case. */
  readonly eventClients: number;
  readonly eventClientsOfTenant: number;
  /** Pages of the journal that are read for the event streams of one guest; to look up whose ten streams are counts as one. */
  readonly guestPagesPerSecond: number;
  /** New idempotency keys of one guest, each of which is kept. */
  readonly guestKeysPerDay: number;
  /** How long the head and the whole of a request may take to arrive. */
  readonly headMilliseconds: number;
  readonly bodyMilliseconds: number;
  readonly idleMilliseconds: number;
  /** How long an answer may take. */
  readonly answerMilliseconds: number;
}

export const defaultLimits: ApiLimits = {
  bodyBytes: 1_000_000,
  requestsPerSecond: 200,
  burst: 400,
  bytesOfRequest: 25_000,
  probesPerSecond: 5000,
  failuresPerSecond: 5,
  connections: 256,
  reservedConnections: 64,
  exchangesOfTenant: 16,
  eventClients: 64,
  eventClientsOfTenant: 16,
  guestPagesPerSecond: 25,
  guestKeysPerDay: 10_000,
  headMilliseconds: 10_000,
  bodyMilliseconds: 30_000,
  idleMilliseconds: 30_000,
  answerMilliseconds: 300_000,
};
