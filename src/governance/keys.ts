import { timingSafeEqual } from 'node:crypto'
import type { Clock } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import type { Caller } from '../journal/route.ts'
import { errors } from './errors.ts'
import type { KeyStore, StoredKey } from './key-store.ts'
import { isKeyText, isSetupText, keyDigest, newKeyText, newSetupText } from './key-text.ts'

/** What is asked for when a key is made. */
export interface NewKey {
  readonly name: string
  readonly system?: string
  readonly scopes: readonly string[]
  /** Milliseconds since 1970. Absent: a year from now. */
  readonly expiresAt?: number
}

/** Named bearer keys of every tenant. */
export interface Keys {
  /** Makes a key and answers its text, the only time it is seen. `by` is the caller, or undefined for the hub itself. */
  make(tenant: string, wanted: NewKey, by?: Caller): Promise<{ readonly text: string; readonly key: StoredKey }>
  list(tenant: string): Promise<StoredKey[]>
  /** From now on the key is refused; other instances know within {@link CACHE_MS}. */
  revoke(tenant: string, name: string): Promise<StoredKey>
  /** A one-time token that makes a tenant's first key; it ends after {@link SETUP_MS}. */
  newSetupToken(tenant: string): Promise<string>
  /**
   * Who the bearer of this text is. At once when the text was seen lately, else after asking the store.
   * Throws or rejects with `XD_GOVERNANCE_KEY_REFUSED`, `_TOO_MANY_BAD_KEYS` or `_KEYS_UNAVAILABLE`.
   *
   * @param source the caller's network address, for the throttle of wrong keys.
   */
  admit(text: string, source: string): Caller | Promise<Caller>
  /**
   * Whose key this was when it was last seen good, if that was within {@link KNOWN_MS}: enough to be told to come later.
   * Undefined says nothing about the key.
   */
  known(text: string): Caller | undefined
}

/** A revoked key is refused everywhere after this long. */
export const CACHE_MS = 5_000
/** A refusal under load goes by what was known this long ago; only {@link Keys.admit} lets anybody in. */
export const KNOWN_MS = 60_000
export const SETUP_MS = 15 * 60_000
const YEAR_MS = 365 * 86_400_000
const LONGEST_TEXT = 8 * 1024
/** Callers kept; the oldest goes first. */
const MOST_SEEN = 10_000
/** Use of a key is noted at most this often. */
const TOUCH_MS = 60_000

/** What the throttle allows: so many wrong keys from one address within the window. */
const MOST_BAD = 20
const BAD_WINDOW_MS = 60_000
const MOST_SOURCES = 10_000

interface Seen {
  readonly caller: Caller
  readonly checkedAt: number
  readonly expiresAt: number
}

/** Puts an entry last; the oldest makes room for it. */
function keep<T>(entries: Map<string, T>, id: string, entry: T, most = MOST_SEEN): void {
  entries.delete(id)
  if (entries.size >= most) entries.delete(entries.keys().next().value as string)
  entries.set(id, entry)
}

/** Opens the keys over their store. */
export function openKeys(store: KeyStore, ports: { readonly clock: Clock; readonly random: Random }): Keys {
  const { clock, random } = ports
  /** By digest, for as long as there is room: who was good once is asked for again even from a throttled address. */
  const seen = new Map<string, Seen>()
  /** By the text itself, for {@link CACHE_MS}: hashing each request's key cost 5 µs of the 50 a request may cost. */
  const lately = new Map<string, Seen>()
  /** Questions to the store that are under way: a busy key is asked for once, not by each of its requests. */
  const asking = new Map<string, Promise<Caller>>()
  const bad = new Map<string, { count: number; since: number }>()

  const forget = (digest: Buffer) => {
    seen.delete(digest.toString('latin1'))
    lately.clear() // texts are not found by digest; the few others are asked for once more
  }

  /** Counts a wrong key. Answers are slow to find by trying and an address cannot keep the store busy. */
  const refuse = (source: string) => {
    const now = clock.now()
    const found = bad.get(source)
    const entry = found && now - found.since < BAD_WINDOW_MS ? found : { count: 0, since: now }
    entry.count += 1
    keep(bad, source, entry, MOST_SOURCES)
    return entry.count > MOST_BAD ? throttled(entry.since, now) : errors.KEY_REFUSED()
  }

  const throttled = (since: number, now: number) =>
    Object.assign(errors.TOO_MANY_BAD_KEYS(), { retryAfterSeconds: Math.ceil((since + BAD_WINDOW_MS - now) / 1000) })

  const ask = async (text: string, digest: Buffer, source: string): Promise<Caller> => {
    const now = clock.now()
    const id = digest.toString('latin1')
    const found = await (isSetupText(text) ? findSetup(digest) : findKey(digest)).catch(unavailable)
    if (!found || !timingSafeEqual(found.digest, digest) || found.expiresAt <= now) {
      seen.delete(id)
      lately.delete(text)
      throw refuse(source)
    }
    const isDue = now - found.lastUsedAt >= TOUCH_MS
    const entry = { caller: found.caller, checkedAt: now, expiresAt: found.expiresAt }
    keep(seen, id, entry)
    keep(lately, text, entry)
    if (isDue && !isSetupText(text)) await store.touch(digest, now).catch(unavailable)
    return found.caller
  }

  const findKey = async (digest: Buffer) => {
    const key = await store.find(digest)
    if (!key || key.revokedAt !== undefined) return undefined
    return { digest: key.digest, expiresAt: key.expiresAt, lastUsedAt: key.lastUsedAt ?? 0, caller: callerOf(key) }
  }

  const findSetup = async (digest: Buffer) => {
    const token = await store.findSetupToken(digest)
    if (!token || token.usedAt !== undefined) return undefined
    const caller: Caller = { key: `setup:${digest.toString('hex')}`, tenant: token.tenant, scopes: ['keys:make'] }
    return { digest: token.digest, expiresAt: token.expiresAt, lastUsedAt: 0, caller }
  }

  return {
    async make(tenant, wanted, by) {
      const now = clock.now()
      const text = newKeyText(random)
      const setupDigest = setupDigestOf(by)
      if (by && !setupDigest) mayGive(by, wanted.scopes)
      const key: StoredKey = {
        ...wanted,
        digest: keyDigest(text),
        tenant,
        madeAt: now,
        madeBy: by ? (setupDigest ? 'setup' : by.key) : 'hub',
        expiresAt: wanted.expiresAt ?? now + YEAR_MS,
      }
      if (setupDigest) {
        const outcome = await store.exchange(setupDigest, key, now)
        if (outcome === 'used') throw errors.KEY_REFUSED()
        if (outcome === 'name taken') throw errors.KEY_NAME_TAKEN()
        forget(setupDigest)
      } else if (!(await store.insert(key))) {
        throw errors.KEY_NAME_TAKEN()
      }
      return { text, key }
    },

    list: (tenant) => store.list(tenant),

    async revoke(tenant, name) {
      const key = await store.revoke(tenant, name, clock.now())
      if (!key) throw errors.KEY_UNKNOWN()
      forget(Buffer.from(key.digest))
      return key
    },

    async newSetupToken(tenant) {
      const text = newSetupText(random)
      await store.addSetupToken({ digest: keyDigest(text), tenant, expiresAt: clock.now() + SETUP_MS })
      return text
    },

    known(text) {
      const found = lately.get(text)
      return found !== undefined && clock.now() - found.checkedAt < KNOWN_MS ? found.caller : undefined
    },

    admit(text, source) {
      const now = clock.now()
      const fresh = lately.get(text)
      if (fresh !== undefined && now - fresh.checkedAt < CACHE_MS && now < fresh.expiresAt) return fresh.caller
      const underWay = asking.get(text)
      if (underWay) return underWay
      if (text.length > LONGEST_TEXT || !isKeyText(text)) throw refuse(source)
      const digest = keyDigest(text)
      const known = seen.get(digest.toString('latin1'))
      // A key that was good lately is asked for again even when its address is throttled: whoever shares an address
      // with somebody who guesses is not locked out.
      const tries = bad.get(source)
      const isThrottled = tries !== undefined && tries.count >= MOST_BAD && now - tries.since < BAD_WINDOW_MS
      if (isThrottled && !known) throw throttled(tries.since, now)
      const asked = ask(text, digest, source).finally(() => asking.delete(text))
      asking.set(text, asked)
      return asked
    },
  }
}

function unavailable(cause: unknown): never {
  throw Object.assign(errors.KEYS_UNAVAILABLE(), { cause })
}

function callerOf(key: StoredKey): Caller {
  return {
    key: key.name,
    tenant: key.tenant,
    scopes: key.scopes,
    ...(key.system === undefined ? {} : { system: key.system }),
  }
}

function setupDigestOf(by: Caller | undefined): Buffer | undefined {
  return by?.key.startsWith('setup:') ? Buffer.from(by.key.slice('setup:'.length), 'hex') : undefined
}

function mayGive(by: Caller, scopes: readonly string[]): void {
  if (!scopes.every((scope) => carries(by.scopes, scope))) throw errors.SCOPE_TOO_WIDE()
}

/**
 * Whether scopes cover what is needed: the scope itself, its domain (`orders:*`) or everything (`*`).
 *
 * @example
 * carries(['orders:*'], 'orders:write') // true
 */
export function carries(scopes: readonly string[], needed: string): boolean {
  if (scopes.includes(needed) || scopes.includes('*')) return true
  return scopes.includes(`${needed.slice(0, needed.indexOf(':'))}:*`)
}
