import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import type { Headers, Verdict } from '../webhook/index.ts'
import { coverText, needsScheme, type SignedMessage, signatureBase } from './signature-base.ts'
import { type Bare, bytesText, type Member, quoted, readDictionary } from './structured-fields.ts'

/** A key both sides have, under the name by which signatures speak of it. */
export interface OpenKey {
  readonly id: string
  readonly bytes: Buffer
}

const TOLERANCE_S = 5 * 60
const ALGORITHM = 'hmac-sha256'
/** More signatures than anybody puts on one request; each costs a comparison. */
const MOST_SIGNATURES = 4
const KEY_TEXT = /^[\x21-\x7e]{1,255}$/
/** One of these says where the request goes. */
const TARGETS = ['@path', '@target-uri', '@request-target']
const DIGESTS = ['sha-256', 'sha-512']

/** The headers of one request: the digest of its body, and one signature for each key. */
export function signedHeaders(
  keys: readonly OpenKey[],
  message: SignedMessage,
  body: Uint8Array,
  nowMs: number,
): Record<string, string> {
  const digest = `sha-256=${bytesText(digestOf('sha-256', body))}`
  const headers: Headers = { ...message.headers, 'content-digest': digest }
  const names = [
    ...ALWAYS,
    ...(message.target.includes('?') ? ['@query'] : []),
    ...SENT.filter((name) => headers[name]),
  ]
  const items = names.map((name) => ({ item: { value: name, text: quoted(name) }, parameters: new Map() }))
  const created = Math.floor(nowMs / 1_000)
  const signed = keys.map(({ id, bytes }, at) => {
    const cover = { items, parameters: new Map<string, Bare>(parametersOf(created, id)) }
    const mac = macOf(bytes, signatureBase(cover, { ...message, headers }, 'https') as string)
    return { input: `sig${at + 1}=${coverText(cover)}`, signature: `sig${at + 1}=${bytesText(mac)}` }
  })
  return {
    'content-digest': digest,
    'signature-input': signed.map(({ input }) => input).join(', '),
    signature: signed.map(({ signature }) => signature).join(', '),
  }
}

const ALWAYS = ['@method', '@authority', '@path', 'content-digest']
const SENT = ['content-type', 'idempotency-key'] as const

const parametersOf = (created: number, id: string): [string, Bare][] => [
  ['created', { value: created, text: String(created) }],
  ['keyid', { value: id, text: quoted(id) }],
  ['alg', { value: ALGORITHM, text: quoted(ALGORITHM) }],
]

/**
 * Whether a request came from who holds one of the keys, now, with this body. What must be covered: the method, where it
 * goes, the digest of the body, and when it was signed.
 */
export function verdictOn(keys: readonly OpenKey[], message: SignedMessage, body: Uint8Array, nowMs: number): Verdict {
  const { 'signature-input': input, signature } = message.headers
  if (typeof input !== 'string' || typeof signature !== 'string') return { fault: 'missing' }
  const covers = readDictionary(input)
  const signatures = readDictionary(signature)
  if (!covers || !signatures) return { fault: 'wrong' }
  const good = [...covers]
    .slice(0, MOST_SIGNATURES)
    .filter(([label, cover]) => isBelieved(keys, cover, signatures.get(label), message))
  if (good.length === 0 || !isDigested(message, body)) return { fault: 'wrong' }
  // only now: how far a clock is off is nothing to tell whoever could not sign
  const timely = good.find(([, cover]) => isTimely(cover, nowMs / 1_000))
  return timely ? { id: idOf(timely[1], signatures.get(timely[0]) as Member, message) } : { fault: 'old' }
}

function isBelieved(
  keys: readonly OpenKey[],
  cover: Member,
  signature: Member | undefined,
  message: SignedMessage,
): boolean {
  const came = signature?.items[0]?.item.value
  if (!cover.isList || signature?.isList || !Buffer.isBuffer(came) || !coversEnough(cover)) return false
  const { alg, keyid } = Object.fromEntries(cover.parameters) as Record<string, Bare | undefined>
  if (alg !== undefined && alg.value !== ALGORITHM) return false
  const schemes = needsScheme(cover) ? (['https', 'http'] as const) : (['https'] as const)
  const bases = schemes.map((scheme) => signatureBase(cover, message, scheme)).filter((base) => base !== undefined)
  return keys
    .filter(({ id }) => keyid === undefined || keyid.value === id)
    .some(({ bytes }) => bases.some((base) => isEqual(macOf(bytes, base), came)))
}

function coversEnough({ items, parameters }: Member): boolean {
  const names = new Set(items.map(({ item }) => item.value))
  const created = parameters.get('created')?.value
  return (
    names.has('@method') &&
    names.has('content-digest') &&
    TARGETS.some((name) => names.has(name)) &&
    typeof created === 'number' &&
    Number.isInteger(created)
  )
}

function isTimely({ parameters }: Member, nowS: number): boolean {
  const created = parameters.get('created')?.value as number
  const expires = parameters.get('expires')?.value
  return Math.abs(nowS - created) <= TOLERANCE_S && (expires === undefined || Number(expires) >= nowS)
}

/** Every digest whose algorithm is known must be that of the body, and one must be there. */
function isDigested({ headers }: SignedMessage, body: Uint8Array): boolean {
  const header = headers['content-digest']
  const digests = typeof header === 'string' ? readDictionary(header) : undefined
  const known = DIGESTS.filter((algorithm) => digests?.has(algorithm))
  return (
    known.length > 0 &&
    known.every((algorithm) => {
      const came = digests?.get(algorithm)?.items[0]?.item.value
      return Buffer.isBuffer(came) && isEqual(digestOf(algorithm, body), came)
    })
  )
}

/** The sender's own key where it signed one: the same for every try. Else the signature: the same if it comes again. */
function idOf({ items }: Member, signature: Member, { headers }: SignedMessage): string {
  const isSigned = items.some(({ item }) => item.value === 'idempotency-key')
  const header = headers['idempotency-key']
  const key = typeof header === 'string' ? header.trim().replace(/^"(.*)"$/, '$1') : ''
  if (isSigned && KEY_TEXT.test(key)) return key
  const came = signature.items[0]?.item.value as Buffer
  return `sig_${hash('sha256', came, 'base64url').slice(0, 27)}`
}

/** HMAC-SHA256 over a signature base. */
export const macOf = (key: Buffer, base: string): Buffer => createHmac('sha256', key).update(base).digest()

const digestOf = (algorithm: string, body: Uint8Array): Buffer =>
  hash(algorithm.replace('-', ''), body, 'buffer') as unknown as Buffer

const isEqual = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)
