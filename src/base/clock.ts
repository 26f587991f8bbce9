/** Time as the rooms see it. Milliseconds since 1970 (UTC); a test or a simulation holds it still. */
export interface Clock {
  now(): number
}

/** The operating system's clock. */
export const systemClock: Clock = { now: () => Date.now() }
