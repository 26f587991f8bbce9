/** Every limit of the HTTP server, in one place. Bytes, milliseconds and counts. */
export interface Limits {
  /** A body of one thing. */
  readonly bodyBytes: number
  /** An NDJSON batch, or an interchange. */
  readonly bulkBytes: number
  /** A JSON array: it is read in one piece, so it is kept smaller than NDJSON. */
  readonly arrayBytes: number
  readonly batchElements: number
  /** Bodies being read, all together: more is 503. */
  readonly readingBytes: number
  readonly headerBytes: number
  /** The headers must be complete after this. */
  readonly headersTimeoutMs: number
  /** The whole request must be there after this. */
  readonly requestTimeoutMs: number
  /** An idle connection is kept for this long: longer than load balancers keep theirs. */
  readonly keepAliveTimeoutMs: number
  /** How often connections are looked at for these times. */
  readonly checkEveryMs: number
  readonly requestsPerSocket: number
  readonly sockets: number
  /** Connections from one address; a proxy that is trusted counts as one. */
  readonly socketsPerSource: number
  readonly paramLength: number
  /** After {@link Gateway.drain} begins, connections are cut after this. */
  readonly drainMs: number
}

export const LIMITS: Limits = {
  bodyBytes: 1024 * 1024,
  bulkBytes: 50 * 1024 * 1024,
  arrayBytes: 4 * 1024 * 1024,
  batchElements: 100_000,
  readingBytes: 256 * 1024 * 1024,
  headerBytes: 16 * 1024,
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 72_000,
  checkEveryMs: 1_000,
  requestsPerSocket: 100_000,
  sockets: 4_096,
  socketsPerSource: 2_048,
  paramLength: 256,
  drainMs: 10_000,
}
