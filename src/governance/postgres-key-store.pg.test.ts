import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { systemRandom } from '../base/random.ts'
import type { Caller } from '../journal/route.ts'
import type { StoredKey } from './key-store.ts'
import { type Keys, openKeys } from './keys.ts'
import { postgresKeyStore } from './postgres-key-store.ts'

const database = testDatabase()
const clock = { at: Date.UTC(2026, 10, 21), now: () => clock.at }
let pool: pg.Pool
let keys: Keys

beforeAll(() => {
  pool = new pg.Pool({ connectionString: database.url, max: 8 })
  keys = openKeys(store(), { clock, random: systemRandom })
})
afterAll(() => pool.end())

const store = () => postgresKeyStore((text, values) => pool.query(text, [...values]))

test('a key comes back as it was stored', async () => {
  const { text, key } = await keys.make('acme', { name: 'shop', system: 'shop', scopes: ['orders:*', 'in:write'] })
  const found = (await store().find(key.digest)) as StoredKey
  expect({ ...found, digest: Buffer.from(found.digest) }).toEqual(key)
  expect(await keys.admit(text, '::1')).toMatchObject({ key: 'shop', tenant: 'acme', system: 'shop' })
  const [listed] = await keys.list('acme')
  expect(listed?.lastUsedAt).toBe(clock.at)
})

test('a name is taken once, revoked once, and free again', async () => {
  await keys.make('acme', { name: 'wms', scopes: ['*'] })
  await expect(keys.make('acme', { name: 'wms', scopes: ['*'] })).rejects.toMatchObject({
    code: 'XD_GOVERNANCE_KEY_NAME_TAKEN',
  })
  expect((await keys.revoke('acme', 'wms')).revokedAt).toBe(clock.at)
  await expect(keys.revoke('acme', 'wms')).rejects.toMatchObject({ code: 'XD_GOVERNANCE_KEY_UNKNOWN' })
  await keys.make('acme', { name: 'wms', scopes: ['*'] })
})

test('tenants see their own keys only', async () => {
  await keys.make('beta', { name: 'theirs', scopes: ['*'] })
  expect((await keys.list('acme')).map(({ name }) => name)).not.toContain('theirs')
  await expect(keys.revoke('acme', 'theirs')).rejects.toMatchObject({ code: 'XD_GOVERNANCE_KEY_UNKNOWN' })
})

test('of twenty who exchange one set-up token at once, one gets a key', async () => {
  const setup = (await keys.admit(await keys.newSetupToken('gamma'), '::1')) as Caller
  const names = Array.from({ length: 20 }, (_, at) => `key-${at}`)
  const answers = await Promise.allSettled(names.map((name) => keys.make('gamma', { name, scopes: ['*'] }, setup)))
  expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  expect(await keys.list('gamma')).toHaveLength(1)
})

test('a name that is taken leaves the token good', async () => {
  await keys.make('delta', { name: 'first', scopes: ['*'] })
  const setup = (await keys.admit(await keys.newSetupToken('delta'), '::1')) as Caller
  await expect(keys.make('delta', { name: 'first', scopes: ['*'] }, setup)).rejects.toMatchObject({
    code: 'XD_GOVERNANCE_KEY_NAME_TAKEN',
  })
  expect((await keys.make('delta', { name: 'second', scopes: ['*'] }, setup)).key.madeBy).toBe('setup')
})

test('a token that is over makes nothing', async () => {
  const setup = (await keys.admit(await keys.newSetupToken('epsilon'), '::1')) as Caller
  clock.at += 3_600_000
  await expect(keys.make('epsilon', { name: 'late', scopes: ['*'] }, setup)).rejects.toMatchObject({
    code: 'XD_GOVERNANCE_KEY_REFUSED',
  })
  expect(await keys.list('epsilon')).toEqual([])
})
