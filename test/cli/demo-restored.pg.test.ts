import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { serveDemo } from '../../src/cli/demo/serving.ts'
import { LANDSCAPE_FILE } from '../../src/cli/landscape/landscape-file.ts'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { openDatabase } from '../../src/store/postgres/open-database.ts'
import { freePort } from '../support/free-port.ts'
import { run } from './run.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossdock-demo-restored-'))
  await chmod(folder, 0o755) // as root the server runs as another user, who has to enter
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const ENDED_PID = 2 ** 22 + 1 // more than any process has

test('a restored business is opened by the demo as it is, with a key that works; a start that fails leaves no database running', async () => {
  const from = join(folder, 'from')
  const data = join(folder, 'data')
  const database = await openDatabase({ dataFolder: from })
  await migrate({ url: database.url })
  const taken = await run(['backup', '--to', join(folder, 'backup'), '--data', from])
  await database.stop()
  const restored = await run(['restore', join(folder, 'backup'), '--data', data])
  expect([taken.code, restored.code], restored.err).toEqual([0, 0])
  await writeFile(join(data, LANDSCAPE_FILE), JSON.stringify({ pid: ENDED_PID })) // as in a folder restored with --aside

  const said: string[] = []
  const open = async () =>
    serveDemo({ port: await freePort(), data, seed: 7, rate: 60, say: (sentence) => void said.push(sentence) })
  await mkdir(join(data, 'operator.key')) // no key can be read or written here
  await expect(open()).rejects.toMatchObject({ code: 'EISDIR' })
  expect(existsSync(join(data, 'postgres', 'postmaster.pid'))).toBe(false)
  await rm(join(data, 'operator.key'), { recursive: true })

  const server = await open()
  try {
    expect(said.join('\n')).toContain('This business was restored')
    const key = (await readFile(join(data, 'operator.key'), 'utf8')).trim()
    const answer = await fetch(`${server.url}/v1/orders`, { headers: { authorization: `Bearer ${key}` } })
    expect(answer.status).toBe(200)
  } finally {
    await server.close()
  }
  expect(existsSync(join(data, 'postgres', 'postmaster.pid'))).toBe(false)
  expect((await readdir(folder)).sort()).toEqual(['backup', 'data', 'from']) // nothing was put aside
}, 120_000)
