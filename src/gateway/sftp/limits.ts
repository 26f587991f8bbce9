/** How much a client may ask of the doorway. */
export interface SftpLimits {
  /** Connections that have not signed in yet; more are closed at once. */
  readonly strangers: number
  /** From connecting to the first request of a session. */
  readonly signInMs: number
  /** Tries to sign in on one connection. */
  readonly tries: number
  /** What a wrong password costs its sender. */
  readonly wrongPasswordMs: number
  readonly connectionsOfOne: number
  readonly sessionsOfOne: number
  readonly handles: number
  /** Requests, and bytes in them, that wait for their turn; then nothing more is read from the line. */
  readonly waitingRequests: number
  readonly waitingBytes: number
  /** How long a signed-in client may ask for nothing; bytes that are no whole request do not count. */
  readonly idleMs: number
  readonly uploadMs: number
  readonly mostBytes: number
  readonly unfinishedFiles: number
  readonly unfinishedMs: number
  /** How long an answer waits for the commit of a file. */
  readonly commitMs: number
}

const MIB = 1024 * 1024

export const SFTP_LIMITS: SftpLimits = {
  strangers: 32,
  signInMs: 20_000,
  tries: 8,
  wrongPasswordMs: 1_000,
  connectionsOfOne: 8,
  sessionsOfOne: 4,
  handles: 32,
  waitingRequests: 256,
  waitingBytes: 4 * MIB,
  idleMs: 5 * 60_000,
  uploadMs: 60 * 60_000,
  mostBytes: 50 * MIB,
  unfinishedFiles: 100,
  unfinishedMs: 24 * 3_600_000,
  commitMs: 60_000,
}
