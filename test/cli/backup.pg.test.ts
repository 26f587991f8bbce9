import { existsSync } from 'node:fs'
import { appendFile, chmod, cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { openDatabase } from '../../src/store/postgres/open-database.ts'
import { run } from './run.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossdock-cli-backup-'))
  await chmod(folder, 0o755) // as root the server runs as another user, who has to enter
})
afterAll(() => rm(folder, { recursive: true, force: true }))

test('the embedded database: backed up, verified, put aside and never deleted, restored, settled', async () => {
  const data = join(folder, 'data')
  const to = join(folder, 'backup')
  const database = await openDatabase({ dataFolder: data })
  await migrate({ url: database.url })
  const running = await run(['backup', '--to', to, '--data', data, '--json'])
  expect(running.code, running.err).toBe(0)
  expect(JSON.parse(running.out)).toMatchObject({ folder: to, incarnation: 1 })
  const shut = await run(['restore', to, '--data', data, '--aside'])
  expect([shut.code, shut.out, shut.err]).toEqual([1, '', expect.stringContaining('XD_CLI_ASIDE_RUNNING')])
  await database.stop() // it was adopted by the commands and went on running

  const verified = await run(['backup', 'verify', to])
  expect([verified.code, verified.out]).toEqual([0, expect.stringContaining('is whole')])
  const refused = await run(['restore', to, '--data', data])
  expect([refused.code, refused.out, refused.err]).toEqual([1, '', expect.stringContaining('XD_STORE_NOT_EMPTY')])
  const restored = await run(['restore', to, '--data', data, '--aside'])
  expect(restored.code, restored.err).toBe(0)
  expect(restored.out).toContain('knows what was committed until')
  expect((await readdir(data)).filter((name) => name.startsWith('postgres.aside-'))).toHaveLength(1)

  const place = ['--data', data, '--json']
  expect(JSON.parse((await run(['database', 'status', ...place])).out).restored).toMatchObject({ settled: false })
  expect(JSON.parse((await run(['database', 'settle', ...place])).out)).toEqual({ settled: true })
  expect(JSON.parse((await run(['database', 'settle', ...place])).out)).toEqual({ settled: false })

  const damaged = join(folder, 'damaged')
  await cp(to, damaged, { recursive: true })
  await appendFile(join(damaged, 'lane.copy'), 'x')
  const nowhere = join(folder, 'nowhere')
  const faulty = await run(['restore', damaged, '--data', nowhere])
  expect([faulty.code, faulty.err, existsSync(nowhere)]).toEqual([
    1,
    expect.stringContaining('XD_STORE_BACKUP_FAULTY'),
    false,
  ])
})

test('a data folder that is none is said to be none, and nothing is made out of a typing error', async () => {
  const missing = join(folder, 'missing')
  const file = join(folder, 'file')
  await writeFile(file, '')
  for (const words of [
    ['backup', '--to', join(folder, 'never')],
    ['database', 'status'],
    ['database', 'settle'],
  ]) {
    const none = await run([...words, '--data', missing])
    expect([none.code, none.out, none.err]).toEqual([2, '', expect.stringContaining('XD_CLI_NO_DATA')])
    expect(none.err).toContain(`${missing}; nothing was made`)
    const wrong = await run([...words, '--data', file])
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('XD_CLI_DATA_NO_FOLDER')])
  }
  const backwards = await run(['restore', folder, '--data', missing, '--control-gap', '-5'])
  expect([backwards.code, backwards.err]).toEqual([2, expect.stringContaining('a whole number, 0 or more')])
  expect([missing, join(folder, 'never')].filter((path) => existsSync(path))).toEqual([])
})

test('a database in which no hub ever lived is said to be one', async () => {
  const data = join(folder, 'empty')
  const database = await openDatabase({ dataFolder: data })
  try {
    for (const words of [
      ['backup', '--to', join(folder, 'none')],
      ['database', 'status'],
      ['database', 'settle'],
      ['database', 'back', '--to', '7'],
    ]) {
      const none = await run([...words, '--data', data])
      expect([none.code, none.err]).toEqual([1, expect.stringContaining('XD_STORE_NOT_A_HUB')])
      expect(none.err).not.toContain(' at ')
    }
  } finally {
    await database.stop()
  }
})
