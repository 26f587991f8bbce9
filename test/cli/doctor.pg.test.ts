import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { judge } from '../../src/cli/doctor/database.ts'
import { checkNode } from '../../src/cli/doctor/machine.ts'
import { testDatabase } from '../support/database.ts'
import { run } from './run.ts'

const database = testDatabase()
let data: string
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'crossdock-doctor-'))
})
afterAll(() => rm(data, { recursive: true, force: true }))

interface Report {
  readonly ok: boolean
  readonly checks: readonly {
    readonly name: string
    readonly state: string
    readonly says: string
    readonly remedy?: string
  }[]
}

async function examined(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { code, out } = await run(['doctor', '--json', '--port', '0', '--data', data, ...args], { env })
  const report = JSON.parse(out) as Report
  return {
    code,
    ...report,
    failed: report.checks.filter((check) => check.state === 'failed').map((check) => check.name),
  }
}

test('a database of one’s own, up to date, is good enough for production', async () => {
  const found = await examined(['--production'], { DATABASE_URL: database.url })
  expect([found.code, found.ok, found.failed]).toEqual([0, true, []])
  expect(found.checks.map((check) => check.name)).toEqual(
    expect.arrayContaining([
      'node',
      'data folder',
      'disk',
      'port',
      'database',
      'fsync',
      'synchronous_commit',
      'full_page_writes',
      'clock',
      'migrations',
    ]),
  )
})

test('the embedded database is good enough here, and fails for production', async () => {
  expect((await examined([])).failed).toEqual([])
  const found = await examined(['--production'])
  expect([found.code, found.failed]).toEqual([1, ['embedded']])
})

test('a database that does not answer fails, and says what to check', async () => {
  const { code, out, err } = await run([
    'doctor',
    '--port',
    '0',
    '--data',
    data,
    '--database-url',
    'postgres://127.0.0.1:9/none',
  ])
  expect(code).toBe(1)
  expect(out).toMatch(
    /^failed {3}database {13}It cannot be reached: .*9\.\n {30}Check DATABASE_URL and that PostgreSQL runs\.$/m,
  )
  expect(err).toBe('1 to mend.\n')
})

test('a database without our tables has migrations to apply', async () => {
  const url = new URL(database.url)
  url.pathname = '/postgres'
  const found = await examined([], { DATABASE_URL: url.href })
  expect(found.checks.find((check) => check.name === 'migrations')).toMatchObject({
    state: 'warning',
    says: expect.stringContaining('0001-journal.sql'),
  })
})

test('a changed old migration fails', async () => {
  await database.query(`update migration set checksum = 'other' where number = 1`)
  const found = await examined([], { DATABASE_URL: database.url })
  expect([found.code, found.failed]).toEqual([1, ['migrations']])
})

test('a port that another program has fails', async () => {
  const other = createServer((socket) => socket.end('who is there?'))
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as { port: number }
  const found = await examined(['--port', String(port)])
  other.close()
  expect([found.code, found.failed]).toEqual([1, ['port']])
})

test('a port that a hub has is said to be taken by it, and nothing has to be mended', async () => {
  const hub = createServer((socket) =>
    socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}'),
  )
  await new Promise<void>((resolve) => hub.listen(0, '127.0.0.1', resolve))
  const { port } = hub.address() as { port: number }
  const found = await examined(['--port', String(port)])
  hub.close()
  expect(found.code).toBe(0)
  expect(found.checks.find(({ name }) => name === 'port')).toMatchObject({
    state: 'warning',
    says: `127.0.0.1:${port} is taken: a hub runs there already.`,
  })
})

test.each([
  ['an old server', { version: 140_010 }, 'database'],
  ['fsync off', { settings: { fsync: 'off', synchronous_commit: 'on', full_page_writes: 'on' } }, 'fsync'],
  [
    'commits that are not waited for',
    { settings: { fsync: 'on', synchronous_commit: 'off', full_page_writes: 'on' } },
    'synchronous_commit',
  ],
  ['torn pages', { settings: { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'off' } }, 'full_page_writes'],
  ['a clock that is off', { skewMs: -5_001 }, 'clock'],
  ['a standby', { isStandby: true }, 'standby'],
])('%s fails', (_title, changed, name) => {
  const good = {
    version: 150_004,
    settings: { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' },
    skewMs: 5_000,
    isStandby: false,
  }
  const failed = (facts: typeof good) => judge(facts).filter((check) => check.state === 'failed')
  expect(failed(good)).toEqual([])
  expect(failed({ ...good, ...changed } as typeof good).map((check) => check.name)).toEqual([name])
})

test('Node 24.11 fails, 24.12 and 26 do not', () => {
  expect(['24.11.9', '24.12.0', '26.0.0', '20.20.2'].map((version) => checkNode(version).state)).toEqual([
    'failed',
    'ok',
    'ok',
    'failed',
  ])
})
