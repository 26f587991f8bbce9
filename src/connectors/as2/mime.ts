import { Buffer } from 'node:buffer'

/** A MIME entity: headers with names in lower case, and its body as it came. */
export interface Entity {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** Headers and body as one, just as they were sent: what a signature and a MIC are over. */
  readonly raw: Buffer
}

const CRLF = '\r\n'
const MOST_PARTS = 16
const MOST_HEADER_BYTES = 16 * 1024

/** Reads an entity: header lines, an empty line, its body. */
export function readEntity(raw: Buffer): Entity {
  const crlf = raw.indexOf('\r\n\r\n')
  const lf = raw.indexOf('\n\n')
  const ends = crlf !== -1 && (lf === -1 || crlf < lf) ? { at: crlf, skip: 4 } : { at: lf, skip: 2 }
  if (ends.at === -1 || ends.at > MOST_HEADER_BYTES) throw new Error('no MIME headers')
  const text = raw
    .subarray(0, ends.at)
    .toString('latin1')
    .replace(/\r?\n[ \t]+/g, ' ')
  const headers: Record<string, string> = Object.create(null)
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers[line.slice(0, colon).trim().toLowerCase()] = line.slice(colon + 1).trim()
  }
  return { headers, body: raw.subarray(ends.at + ends.skip), raw }
}

/** Writes an entity. */
export function writeEntity(headers: Readonly<Record<string, string>>, body: Uint8Array | string): Buffer {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}${CRLF}`)
  return Buffer.concat([Buffer.from(lines.join('') + CRLF, 'latin1'), Buffer.from(body as string)])
}

/** The parts of a multipart body, each exactly as it stands between its boundaries. */
export function partsIn(body: Buffer, boundary: string): Entity[] {
  const parts: Entity[] = []
  const mark = Buffer.from(`--${boundary}`, 'latin1')
  let at = boundaryFrom(body, mark, 0)
  while (at !== -1 && parts.length < MOST_PARTS && !isLast(body, at + mark.length)) {
    const begins = body.indexOf('\n', at) + 1
    const ends = begins === 0 ? -1 : boundaryFrom(body, mark, begins)
    if (ends === -1) break
    const before = body[ends - 2] === 0x0d ? 2 : 1 // the line end before a boundary belongs to it
    parts.push(readEntity(body.subarray(begins, ends - before)))
    at = ends
  }
  return parts
}

/** The next line that is this boundary, and not one that only begins like it. */
function boundaryFrom(body: Buffer, mark: Buffer, from: number): number {
  for (let at = body.indexOf(mark, from); at !== -1; at = body.indexOf(mark, at + 1)) {
    const next = body[at + mark.length]
    const isWhole =
      next === undefined || next === 0x0d || next === 0x0a || next === 0x20 || isLast(body, at + mark.length)
    if ((at === 0 || body[at - 1] === 0x0a) && isWhole) return at
  }
  return -1
}

const isLast = (body: Buffer, at: number): boolean => body[at] === 0x2d && body[at + 1] === 0x2d

/** Writes a multipart body; parts are entities already. */
export function multipart(boundary: string, parts: readonly Uint8Array[]): Buffer {
  const pieces = parts.flatMap((part) => [Buffer.from(`--${boundary}${CRLF}`), part, Buffer.from(CRLF)])
  return Buffer.concat([...pieces, Buffer.from(`--${boundary}--${CRLF}`)])
}

/** The media type of a header, lower case. */
export const typeOf = (header = ''): string => (header.split(';', 1)[0] as string).trim().toLowerCase()

/** A parameter of a header, without quotes. */
export function parameter(header: string | undefined, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^;\\s]+))`, 'i').exec(header ?? '')
  return match?.[1] ?? match?.[2]
}

/** The bytes of a body, its transfer encoding undone. */
export function decoded({ headers, body }: Pick<Entity, 'headers' | 'body'>): Buffer {
  return headers['content-transfer-encoding']?.toLowerCase() === 'base64'
    ? Buffer.from(body.toString('latin1'), 'base64')
    : body
}
