import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { styleText } from 'node:util'

/** Through what a command touches the world: so that tests can look at every word of it. */
export interface Terminal {
  /** Data, on stdout; a line end is added. */
  out(text: string): void
  /** Talk, on stderr; a line end is added. */
  say(text: string): void
  readonly env: Readonly<Record<string, string | undefined>>
  /** The bytes of a file, or of stdin for `-`. Rejects as `readFile` does. */
  read(file: string): Promise<Uint8Array>
  /** The same, piece by piece, for what may be too large for memory. */
  stream(file: string): AsyncIterable<Uint8Array>
  readonly fetch: typeof fetch
  readonly colours: boolean
}

/** How a command ended: 0 as asked, 1 it failed or found faults, 2 it was asked in a way it does not understand. */
export type ExitCode = 0 | 1 | 2

/** The terminal of this process. Colours only where a person looks, and never under `NO_COLOR`. */
export function processTerminal(): Terminal {
  const { env, stdout, stderr } = process
  const colours = stdout.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  return {
    out: (text) => void stdout.write(`${text}\n`),
    say: (text) => void stderr.write(`${text}\n`),
    env,
    read: async (file) => (file === '-' ? readAll(process.stdin) : readFile(file)),
    stream: (file) => (file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 1 << 18 })),
    fetch: (input, init) => fetch(input, init),
    colours,
  }
}

/** The text in a colour, where colours are wanted. */
export function paint(
  terminal: Pick<Terminal, 'colours'>,
  colour: Parameters<typeof styleText>[0],
  text: string,
): string {
  return terminal.colours ? styleText(colour, text, { validateStream: false }) : text
}

async function readAll(stream: AsyncIterable<Uint8Array | string>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
  return Buffer.concat(chunks)
}
