import { errors } from './errors.ts'
import type { Terminal } from './terminal.ts'

/** The bytes of a file that a person named; `-` is standard input. Throws `XD_CLI_FILE`. */
export async function readInput(file: string, terminal: Pick<Terminal, 'read'>): Promise<Uint8Array> {
  try {
    return await terminal.read(file)
  } catch (error) {
    throw Object.assign(errors.FILE(file === '-' ? 'standard input' : file, reason(error)), { cause: error })
  }
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'you may not read it',
  ENOTDIR: 'a part of the path is a file',
}

/** Why a file or an address could not be used, in words. */
export function reason(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string }
  return (code && WORDS[code]) ?? message ?? String(error)
}
