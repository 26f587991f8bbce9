import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../base/clock.ts'
import { seededRandom } from '../../base/random.ts'
import { memoryKeyStore } from '../../governance/key-store.ts'
import { openKeys } from '../../governance/keys.ts'
import { operatorKey } from './operator-key.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossdock-operator-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('the demo’s operator gets one key that works, in a file only its owner can read', async () => {
  const keys = openKeys(memoryKeyStore(), { clock: systemClock, random: seededRandom(5) })
  const file = await operatorKey(folder, keys, 'acme')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const text = (await readFile(file, 'utf8')).trim()
  expect(await keys.admit(text, '127.0.0.1')).toMatchObject({ tenant: 'acme', scopes: ['*'] })
  expect(await operatorKey(folder, keys, 'acme')).toBe(file) // after a kill it is the same one
  expect((await readFile(file, 'utf8')).trim()).toBe(text)
})

test('a restored database may know the operator’s key without its file, or a file it does not know: a new key replaces it', async () => {
  const keys = openKeys(memoryKeyStore(), { clock: systemClock, random: seededRandom(6) })
  const { text: lost } = await keys.make('acme', { name: 'operator', scopes: ['*'] })
  for (const spoil of [
    (file: string) => rm(file, { force: true }),
    (file: string) => writeFile(file, 'xdk_of_another_database').then(() => chmod(file, 0o644)),
  ]) {
    await spoil(join(folder, 'operator.key'))
    const file = await operatorKey(folder, keys, 'acme')
    const text = (await readFile(file, 'utf8')).trim()
    expect(await keys.admit(text, '127.0.0.1')).toMatchObject({ key: 'operator' })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
  }
  await expect(async () => keys.admit(lost, '127.0.0.1')).rejects.toMatchObject({ code: 'XD_GOVERNANCE_KEY_REFUSED' })
  expect((await keys.list('acme')).filter(({ revokedAt }) => revokedAt === undefined)).toHaveLength(1)
})
