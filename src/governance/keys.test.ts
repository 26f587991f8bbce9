import { describe, expect, test } from 'vitest'
import { CrossdockError } from '../base/errors.ts'
import { seededRandom, systemRandom } from '../base/random.ts'
import type { Caller } from '../journal/route.ts'
import { type KeyStore, memoryKeyStore } from './key-store.ts'
import { isKeyText, newKeyText } from './key-text.ts'
import { CACHE_MS, carries, type Keys, openKeys, SETUP_MS } from './keys.ts'
import { sameTenant } from './tenant.ts'

function given(store: KeyStore = memoryKeyStore()) {
  const clock = { at: Date.UTC(2026, 10, 21), now: () => clock.at }
  let asked = 0
  const counted: KeyStore = {
    ...store,
    find: (digest) => {
      asked += 1
      return store.find(digest)
    },
  }
  return { clock, store, keys: openKeys(counted, { clock, random: seededRandom(3) }), asked: () => asked }
}

/** The caller, or the code of the refusal, however it comes. */
async function admitted(keys: Keys, text: string, source = '10.0.0.1'): Promise<Caller | string> {
  try {
    return await keys.admit(text, source)
  } catch (error) {
    if (error instanceof CrossdockError) return error.code
    throw error
  }
}

const refused = 'XD_GOVERNANCE_KEY_REFUSED'
const tooMany = 'XD_GOVERNANCE_TOO_MANY_BAD_KEYS'
const wrongKey = () => newKeyText(systemRandom)

describe('the text of a key', () => {
  test('has a prefix scanners know, 256 bits and a checksum', () => {
    const text = newKeyText(systemRandom)
    expect(text).toMatch(/^xd_live_[0-9A-Za-z]{49}$/)
    expect(isKeyText(text)).toBe(true)
    for (const at of [8, 20, 50, 56]) {
      const other = text[at] === 'a' ? 'b' : 'a'
      expect(isKeyText(text.slice(0, at) + other + text.slice(at + 1))).toBe(false)
    }
    expect(new Set(Array.from({ length: 1000 }, () => newKeyText(systemRandom))).size).toBe(1000)
  })

  test('every character comes up about as often as every other', () => {
    const counts = new Map<string, number>()
    for (let at = 0; at < 2_000; at += 1) {
      for (const character of newKeyText(systemRandom).slice(8, -6))
        counts.set(character, (counts.get(character) ?? 0) + 1)
    }
    const mean = (2_000 * 43) / 62
    expect(counts.size).toBe(62)
    for (const count of counts.values()) expect(Math.abs(count - mean)).toBeLessThan(mean * 0.2)
  })
})

describe('a key', () => {
  test('is shown once and stored as its digest only', async () => {
    const { keys, store } = given()
    const { text } = await keys.make('acme', { name: 'shop', system: 'shop', scopes: ['orders:write'] })
    expect(JSON.stringify(await store.list('acme'))).not.toContain(text.slice(8))
    expect(await admitted(keys, text)).toEqual({
      key: 'shop',
      tenant: 'acme',
      system: 'shop',
      scopes: ['orders:write'],
    })
  })

  test('lets nobody else in', async () => {
    const { keys } = given()
    await keys.make('acme', { name: 'shop', scopes: ['*'] })
    for (const text of ['', 'xd_live_', wrongKey(), 'x'.repeat(1_000_000)])
      expect(await admitted(keys, text)).toBe(refused)
  })

  test('is asked for once in 5 seconds, however often it is used', async () => {
    const { keys, clock, asked } = given()
    const { text } = await keys.make('acme', { name: 'shop', scopes: ['*'] })
    for (let at = 0; at < 100; at += 1) await admitted(keys, text)
    expect(asked()).toBe(1)
    clock.at += CACHE_MS
    await admitted(keys, text)
    expect(asked()).toBe(2)
  })

  test('J05 that another instance revoked is refused within 5 seconds', async () => {
    const { keys, clock, store } = given()
    const { text } = await keys.make('acme', { name: 'shop', scopes: ['*'] })
    expect(await admitted(keys, text)).toMatchObject({ key: 'shop' })
    await store.revoke('acme', 'shop', clock.at)
    clock.at += CACHE_MS
    expect(await admitted(keys, text)).toBe(refused)
  })

  test('ends at its time, also inside those 5 seconds', async () => {
    const { keys, clock } = given()
    const { text } = await keys.make('acme', { name: 'shop', scopes: ['*'], expiresAt: clock.at + 1_000 })
    expect(await admitted(keys, text)).toMatchObject({ key: 'shop' })
    clock.at += 1_000
    expect(await admitted(keys, text)).toBe(refused)
  })

  test('names are taken once for each tenant, and free again after a revocation', async () => {
    const { keys } = given()
    await keys.make('acme', { name: 'shop', scopes: ['*'] })
    await keys.make('beta', { name: 'shop', scopes: ['*'] })
    await expect(keys.make('acme', { name: 'shop', scopes: ['*'] })).rejects.toMatchObject({
      code: 'XD_GOVERNANCE_KEY_NAME_TAKEN',
    })
    await keys.revoke('acme', 'shop')
    await keys.make('acme', { name: 'shop', scopes: ['*'] })
    expect((await keys.list('acme')).map(({ revokedAt }) => revokedAt === undefined)).toEqual([false, true])
    await expect(keys.revoke('beta', 'nobody')).rejects.toMatchObject({ code: 'XD_GOVERNANCE_KEY_UNKNOWN' })
  })

  test('gives only scopes that it carries', async () => {
    const { keys } = given()
    const by: Caller = { key: 'desk', tenant: 'acme', scopes: ['keys:make', 'orders:*'] }
    await keys.make('acme', { name: 'a', scopes: ['orders:write'] }, by)
    await expect(keys.make('acme', { name: 'b', scopes: ['*'] }, by)).rejects.toMatchObject({
      code: 'XD_GOVERNANCE_SCOPE_TOO_WIDE',
    })
  })

  test('notes its use once a minute', async () => {
    const { keys, clock, store } = given()
    const { text, key } = await keys.make('acme', { name: 'shop', scopes: ['*'] })
    const began = clock.at
    for (const later of [0, 10_000, 20_000]) {
      clock.at = began + later
      await admitted(keys, text)
    }
    expect((await store.find(key.digest))?.lastUsedAt).toBe(began)
    clock.at = began + 60_000
    await admitted(keys, text)
    expect((await store.find(key.digest))?.lastUsedAt).toBe(began + 60_000)
  })

  test('cannot be checked while the store is away: 503, not 401', async () => {
    const store = memoryKeyStore()
    const { keys } = given({ ...store, find: () => Promise.reject(new Error('connection refused')) })
    expect(await admitted(keys, wrongKey())).toBe('XD_GOVERNANCE_KEYS_UNAVAILABLE')
  })
})

describe('J07 somebody who tries keys', () => {
  test('is sent away after twenty, without the store being asked again', async () => {
    const { keys, asked } = given()
    const answers: (Caller | string)[] = []
    for (let at = 0; at < 1_000; at += 1) answers.push(await admitted(keys, wrongKey()))
    expect(answers.filter((answer) => answer === refused)).toHaveLength(20)
    expect(answers.filter((answer) => answer === tooMany)).toHaveLength(980)
    expect(asked()).toBe(20)
  })

  test('does not lock out others, neither elsewhere nor behind the same address', async () => {
    const { keys, clock } = given()
    const { text } = await keys.make('acme', { name: 'shop', scopes: ['*'] })
    expect(await admitted(keys, text)).toMatchObject({ key: 'shop' })
    for (let at = 0; at < 50; at += 1) await admitted(keys, wrongKey())
    clock.at += CACHE_MS
    expect(await admitted(keys, text)).toMatchObject({ key: 'shop' })
    expect(await admitted(keys, wrongKey(), '10.0.0.2')).toBe(refused)
  })

  test('may try again after a minute', async () => {
    const { keys, clock } = given()
    for (let at = 0; at < 50; at += 1) await admitted(keys, wrongKey())
    expect(await admitted(keys, wrongKey())).toBe(tooMany)
    clock.at += 60_000
    expect(await admitted(keys, wrongKey())).toBe(refused)
  })
})

describe('the token that set-up prints', () => {
  test('makes one key of any scope, and only one', async () => {
    const { keys } = given()
    const token = await keys.newSetupToken('acme')
    const setup = (await admitted(keys, token)) as Caller
    expect(setup).toMatchObject({ tenant: 'acme', scopes: ['keys:make'] })
    const { text, key } = await keys.make('acme', { name: 'first', scopes: ['*'] }, setup)
    expect(key.madeBy).toBe('setup')
    expect(await admitted(keys, text)).toMatchObject({ key: 'first' })
    await expect(keys.make('acme', { name: 'second', scopes: ['*'] }, setup)).rejects.toMatchObject({ code: refused })
    expect(await admitted(keys, token)).toBe(refused)
  })

  test('is not used up by a name that is taken', async () => {
    const { keys } = given()
    await keys.make('acme', { name: 'first', scopes: ['*'] })
    const setup = (await admitted(keys, await keys.newSetupToken('acme'))) as Caller
    await expect(keys.make('acme', { name: 'first', scopes: ['*'] }, setup)).rejects.toMatchObject({
      code: 'XD_GOVERNANCE_KEY_NAME_TAKEN',
    })
    await keys.make('acme', { name: 'second', scopes: ['*'] }, setup)
  })

  test('two who exchange it at once: one gets a key', async () => {
    const { keys } = given()
    const setup = (await admitted(keys, await keys.newSetupToken('acme'))) as Caller
    const both = await Promise.allSettled(['a', 'b'].map((name) => keys.make('acme', { name, scopes: ['*'] }, setup)))
    expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  test('ends after 15 minutes', async () => {
    const { keys, clock } = given()
    const token = await keys.newSetupToken('acme')
    clock.at += SETUP_MS
    expect(await admitted(keys, token)).toBe(refused)
  })
})

test('scopes: the scope itself, its domain, or everything', () => {
  expect(carries(['orders:write'], 'orders:write')).toBe(true)
  expect(carries(['orders:*'], 'orders:write')).toBe(true)
  expect(carries(['*'], 'orders:write')).toBe(true)
  expect(carries(['orders:read', 'order:*', 'ord', ':*', ''], 'orders:write')).toBe(false)
  expect(carries([], 'orders:write')).toBe(false)
})

test('another tenant’s object is as absent as one that is not there', () => {
  const found = { tenant: 'beta', id: 1 }
  expect(() => sameTenant('acme', found)).toThrow('There is nothing here.')
  expect(() => sameTenant('acme', undefined)).toThrow('There is nothing here.')
  expect(sameTenant('beta', found)).toBe(found)
})
