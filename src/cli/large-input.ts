import { errors } from './errors.ts'
import { reason } from './input.ts'
import type { Terminal } from './terminal.ts'

/** Files up to this size are held in memory and listed in full; larger ones pass by. */
export const MOST_HELD = 16 * 1024 * 1024

const STEP = 64 * 1024 * 1024
const MEGABYTE = 1024 * 1024

/** A file that a person named: all of its bytes, or, when there are too many, its beginning and a source of all of them. */
export type Input =
  | { readonly whole: Uint8Array }
  | { readonly beginning: Uint8Array; readonly source: AsyncIterable<Uint8Array> }

/**
 * Opens a file of any size; `-` is standard input. What passes by tells on stderr how far it has come.
 * Throws `XD_CLI_FILE`, also in the middle of a source.
 */
export async function openInput(file: string, terminal: Pick<Terminal, 'stream' | 'say'>): Promise<Input> {
  const pieces = named(file, terminal.stream(file))
  const held: Uint8Array[] = []
  let size = 0
  for (;;) {
    const { value, done } = await pieces.next()
    if (done) return { whole: Buffer.concat(held) }
    held.push(value)
    size += value.length
    if (size > MOST_HELD) break
  }
  const beginning = Buffer.concat(held)
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* held.splice(0)
    yield* pieces
  }
  return { beginning, source: told(all(), terminal) }
}

async function* named(file: string, source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  try {
    yield* source
  } catch (error) {
    throw Object.assign(errors.FILE(file === '-' ? 'standard input' : file, reason(error)), { cause: error })
  }
}

async function* told(source: AsyncIterable<Uint8Array>, terminal: Pick<Terminal, 'say'>): AsyncGenerator<Uint8Array> {
  let passed = 0
  let next = STEP
  for await (const piece of source) {
    yield piece
    passed += piece.length
    if (passed < next) continue
    terminal.say(`${Math.floor(passed / MEGABYTE)} MB …`)
    next = passed + STEP
  }
}
