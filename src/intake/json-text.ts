import type { JsonText } from './settings.ts'

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/**
 * Reads JSON by the platform's own rules, and refuses bytes that are not UTF-8. Doors bring a stricter reader
 * (repeated members, depth); this one serves folders and tests.
 */
export function readPlainJson(bytes: Uint8Array): JsonText {
  try {
    return { value: JSON.parse(decoder.decode(bytes)) }
  } catch (error) {
    return { fault: error instanceof SyntaxError ? 'it is no complete JSON' : 'it is no UTF-8' }
  }
}

const NEWLINE = 0x0a

/** The lines of NDJSON, without empty ones. Nothing is copied. */
export function linesOf(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = []
  let start = 0
  while (start < bytes.length) {
    const end = bytes.indexOf(NEWLINE, start)
    const stop = end < 0 ? bytes.length : end
    const line = bytes.subarray(start, stop)
    if (line.some((byte) => byte > 0x20)) lines.push(line)
    start = stop + 1
  }
  return lines
}
