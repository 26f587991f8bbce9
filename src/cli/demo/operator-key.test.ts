import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '../../base/clock.ts'
import { seededRandom } from '../../base/random.ts'
import { memoryKeyStore } from '../../governance/key-store.ts'
import { openKeys } from '../../governance/keys.ts'
import { operatorKey } from './operator-key.ts'

test('the demo’s operator gets one key that works, in a file only its owner can read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'crossdock-operator-'))
  try {
    const keys = openKeys(memoryKeyStore(), { clock: systemClock, random: seededRandom(5) })
    const file = await operatorKey(folder, keys, 'acme')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const text = (await readFile(file, 'utf8')).trim()
    expect(await keys.admit(text, '127.0.0.1')).toMatchObject({ tenant: 'acme', scopes: ['*'] })
    expect(await operatorKey(folder, keys, 'acme')).toBe(file) // after a kill it is the same one
    expect((await readFile(file, 'utf8')).trim()).toBe(text)
  } finally {
    await rm(folder, { recursive: true })
  }
})
