/** What is thrown at a reader, and for how long. */
export interface Fuzz {
  /** Files as they should be. */
  readonly good: readonly Uint8Array[]
  /** What the language is made of: separators, tags, whole segments. It is put where nobody meant it. */
  readonly pieces: readonly string[]
  readonly read: (bytes: Uint8Array) => unknown
  readonly seconds: number
  /** The same seed makes the same files. */
  readonly seed: number
}

/** What became of it. */
export interface Fuzzed {
  readonly files: number
  /** The longest that one file took of the processor. */
  readonly slowestMs: number
  /** How far memory rose above where it was, in bytes. */
  readonly grown: number
}

/** A reader that failed, and the file that it failed at. */
export class Unreadable extends Error {
  constructor(seed: number, round: number, bytes: Uint8Array, cause: unknown) {
    const text = Buffer.from(bytes.subarray(0, 4000)).toString('latin1')
    super(`seed ${seed}, file ${round}: ${String(cause)}\n${JSON.stringify(text)}`, { cause })
  }
}

const SWEEP_EVERY = 256

/** Reads good files, broken in one to eight places, until the time is up. Throws {@link Unreadable} at the first that makes the reader throw. */
export async function fuzz({ good, pieces, read, seconds, seed }: Fuzz): Promise<Fuzzed> {
  const random = randomFrom(seed)
  const until = performance.now() + seconds * 1000
  const before = process.memoryUsage.rss()
  let highest = before
  let slowestMs = 0
  let files = 0
  for (; performance.now() < until; files += 1) {
    const bytes = broken(good, pieces, random)
    const began = cpuMs()
    try {
      await read(bytes)
    } catch (cause) {
      throw new Unreadable(seed, files, bytes, cause)
    }
    slowestMs = Math.max(slowestMs, cpuMs() - began)
    if (files % SWEEP_EVERY === 0) highest = Math.max(highest, process.memoryUsage.rss())
  }
  return { files, slowestMs: Math.round(slowestMs), grown: highest - before }
}

/** What this process has worked: a busy machine makes nobody look slow. */
export function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

type Random = (below: number) => number

/** Small, fast and the same everywhere (mulberry32). */
function randomFrom(seed: number): Random {
  let state = seed | 0
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

function broken(good: readonly Uint8Array[], pieces: readonly string[], random: Random): Buffer {
  let bytes: Buffer = Buffer.from(good[random(good.length)] as Uint8Array)
  for (let times = 1 + random(8); times > 0; times -= 1) bytes = brokenOnce(bytes, pieces, random)
  return bytes
}

/** The most times that one piece is repeated. */
const MOST_REPEATS = 2000

function brokenOnce(bytes: Buffer, pieces: readonly string[], random: Random): Buffer {
  const at = random(bytes.length + 1)
  const end = Math.min(bytes.length, at + 1 + random(random(3) === 0 ? 400 : 12))
  const replacedBy = (...middle: Buffer[]) => Buffer.concat([bytes.subarray(0, at), ...middle, bytes.subarray(end)])
  const piece = Buffer.from(pieces[random(pieces.length)] as string, 'latin1')
  switch (random(9)) {
    case 0:
      return replacedBy()
    case 1:
      return replacedBy(piece)
    case 2:
      return replacedBy(piece, bytes.subarray(at, end))
    case 3:
      return replacedBy(Buffer.from([random(256)]))
    case 4:
      return replacedBy(bytes.subarray(at, end), bytes.subarray(at, end))
    case 5:
      return random(4) === 0 ? bytes.subarray(0, at) : replacedBy(bytes.subarray(at, end).reverse())
    case 6:
      return replacedBy(...Array<Buffer>(random(random(8) === 0 ? MOST_REPEATS : 8)).fill(piece))
    case 7:
      return withOtherByte(bytes, at, random(256))
    default:
      return withOtherByte(bytes, at, (pieces[random(pieces.length)] as string).charCodeAt(0))
  }
}

function withOtherByte(bytes: Buffer, at: number, byte: number): Buffer {
  const other = Buffer.from(bytes)
  if (at < other.length) other[at] = byte
  return other
}
