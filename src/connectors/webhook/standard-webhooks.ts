import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Headers, Verdict } from './index.ts'

const TOLERANCE_S = 5 * 60
const PREFIX = 'whsec_'
const SHORTEST_SECRET = 24
const LONGEST_SECRET = 64
const LONGEST_ID = 255
/** More signatures than anybody rotates; each costs a comparison. */
const MOST_SIGNATURES = 16
const PRINTABLE = /^[\x21-\x7e]+$/
const SECONDS = /^\d{1,12}$/
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/

/** The key in a `whsec_` secret; undefined when it is none. */
export function secretBytes(text: string): Buffer | undefined {
  const coded = text.startsWith(PREFIX) ? text.slice(PREFIX.length) : text
  const bytes = Buffer.from(coded, 'base64')
  if (!BASE64.test(coded) || bytes.length < SHORTEST_SECRET || bytes.length > LONGEST_SECRET) return undefined
  return bytes
}

/** The three headers of one attempt, with one signature for each key. */
export function signedHeaders(
  keys: readonly Buffer[],
  id: string,
  body: Uint8Array,
  nowMs: number,
): Record<string, string> {
  const timestamp = String(Math.floor(nowMs / 1_000))
  const signatures = keys.map((key) => `v1,${macOf(key, id, timestamp, body).toString('base64')}`)
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}

/** Whether one of the signatures that came is one of ours. Versions nobody here knows are passed over. */
export function verdictOn(keys: readonly Buffer[], headers: Headers, body: Uint8Array, nowMs: number): Verdict {
  const id = headers['webhook-id']
  const timestamp = headers['webhook-timestamp']
  const signature = headers['webhook-signature']
  if (typeof id !== 'string' || typeof timestamp !== 'string' || typeof signature !== 'string')
    return { fault: 'missing' }
  if (id.length > LONGEST_ID || !PRINTABLE.test(id) || !SECONDS.test(timestamp)) return { fault: 'wrong' }
  const came = signaturesIn(signature)
  const ours = keys.map((key) => macOf(key, id, timestamp, body))
  if (!came.some((one) => ours.some((mac) => isEqual(one, mac)))) return { fault: 'wrong' }
  // only now: how far a clock is off is nothing to tell whoever could not sign
  return Math.abs(nowMs / 1_000 - Number(timestamp)) > TOLERANCE_S ? { fault: 'old' } : { id }
}

function signaturesIn(header: string): Buffer[] {
  return header
    .split(' ')
    .filter((one) => one.startsWith('v1,'))
    .slice(0, MOST_SIGNATURES)
    .map((one) => Buffer.from(one.slice('v1,'.length), 'base64'))
}

function macOf(key: Buffer, id: string, timestamp: string, body: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(body).digest()
}

const isEqual = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)
