/** Time as the rooms see it. Milliseconds since 1970 (UTC); a test or a simulation holds it still. */
export interface Clock {
  now(): number
}

/** The operating system's clock. */
export const systemClock: Clock = { now: () => Date.now() }

/** The clocks of two instances are never quite alike: what one wrote is looked for so much further back by another. */
export const CLOCKS_APART_MS = 300_000
