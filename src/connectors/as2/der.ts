/** One value of DER, or of BER as OpenSSL streams it: lengths that are not said, octets in pieces. */
export interface Value {
  readonly tag: number
  /** With its tag and length. */
  readonly whole: Buffer
  readonly content: Buffer
}

const DEEPEST = 24
const CONSTRUCTED = 0x20

/** What bytes of a wrong form end with; whoever reads a message tells its sender. */
export class DerError extends Error {}

/** The value that begins here. Throws {@link DerError}. */
export function readValue(bytes: Buffer, at = 0, depth = 0): Value {
  const tag = bytes[at]
  const first = bytes[at + 1]
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f || depth > DEEPEST) throw new DerError('no DER')
  if (first === 0x80) return readOpenEnded(bytes, at, tag, depth)
  const { length, begins } = first < 0x80 ? { length: first, begins: at + 2 } : longLength(bytes, at + 2, first & 0x7f)
  if (begins + length > bytes.length) throw new DerError('a value goes on after the end')
  return { tag, whole: bytes.subarray(at, begins + length), content: bytes.subarray(begins, begins + length) }
}

function longLength(bytes: Buffer, at: number, octets: number) {
  if (octets > 4 || at + octets > bytes.length) throw new DerError('a length that is none')
  return { length: bytes.readUIntBE(at, octets), begins: at + octets }
}

/** Its end is said by two zeros after its last part. */
function readOpenEnded(bytes: Buffer, at: number, tag: number, depth: number): Value {
  if ((tag & CONSTRUCTED) === 0) throw new DerError('a simple value without a length')
  let next = at + 2
  while (bytes[next] !== 0 || bytes[next + 1] !== 0) next += readValue(bytes, next, depth + 1).whole.length
  return { tag, whole: bytes.subarray(at, next + 2), content: bytes.subarray(at + 2, next) }
}

/** The values inside a value. */
export function partsOf({ content }: Value): Value[] {
  const parts: Value[] = []
  for (let at = 0; at < content.length; ) {
    const part = readValue(content, at)
    parts.push(part)
    at += part.whole.length
  }
  return parts
}

/** The octets of an octet string, also when it came in pieces. */
export function octetsOf(value: Value): Buffer {
  return (value.tag & CONSTRUCTED) === 0 ? value.content : Buffer.concat(partsOf(value).map(octetsOf))
}

/** An object identifier as text: `1.2.840.113549.1.7.2`. */
export function oidOf({ tag, content }: Value): string {
  if (tag !== 0x06) throw new DerError('no object identifier')
  const arcs: number[] = []
  let arc = 0
  for (const octet of content) {
    arc = arc * 128 + (octet & 0x7f)
    if (octet & 0x80) continue
    if (arcs.length === 0) arcs.push(Math.min(2, Math.floor(arc / 40)), arc - 40 * Math.min(2, Math.floor(arc / 40)))
    else arcs.push(arc)
    arc = 0
  }
  return arcs.join('.')
}

/** Writes a value around what is inside. */
export function der(tag: number, ...inside: readonly Uint8Array[]): Buffer {
  const length = inside.reduce((sum, { length: one }) => sum + one, 0)
  return Buffer.concat([Buffer.from([tag]), lengthOf(length), ...inside])
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const hex = length.toString(16)
  const octets = Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')
  return Buffer.concat([Buffer.from([0x80 | octets.length]), octets])
}

/** Writes an object identifier. */
export function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  const octets = [first * 40 + second, ...rest].flatMap((arc) => {
    const sevens = [arc & 0x7f]
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128)) sevens.unshift((left & 0x7f) | 0x80)
    return sevens
  })
  return der(0x06, Buffer.from(octets))
}

export const sequence = (...inside: readonly Uint8Array[]): Buffer => der(0x30, ...inside)
export const set = (...inside: readonly Uint8Array[]): Buffer => der(0x31, ...inside)
export const integer = (value: number): Buffer => der(0x02, Buffer.from([value]))
export const octets = (bytes: Uint8Array): Buffer => der(0x04, bytes)
export const NULL = Buffer.from([0x05, 0x00])
