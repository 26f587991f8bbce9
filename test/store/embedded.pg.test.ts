import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { findBinaries } from '../../src/store/postgres/binaries.ts'
import { startEmbedded } from '../../src/store/postgres/embedded.ts'
import { openDatabase } from '../../src/store/postgres/open-database.ts'
import { queryOnce } from '../support/database.ts'

const SMALL = { shared_buffers: '16MB', max_connections: '10' }
const OPEN_DATABASE = new URL('../../src/store/postgres/open-database.ts', import.meta.url).href
const isRoot = process.getuid?.() === 0

let prepared: string
let home: string
let children: ChildProcess[] = []

/** One folder is made; the tests that do not care how get a copy, which is several times faster. */
beforeAll(async () => {
  prepared = await newFolder()
  await (await openDatabase({ dataFolder: prepared, settings: SMALL })).stop()
})
afterAll(async () => {
  await rm(prepared, { recursive: true, force: true })
})
beforeEach(async () => {
  home = await newFolder()
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  children = []
  for (const folder of [home, join(home, 'closed')]) {
    if (existsSync(join(folder, 'postgres', 'postmaster.pid')))
      await (await startEmbedded({ dataFolder: folder })).stop()
  }
  await rm(home, { recursive: true, force: true })
})

test('a data folder is made, served, stopped and served again with what was in it', async () => {
  const first = await openDatabase({ dataFolder: home, settings: SMALL })
  await queryOnce(first.url, 'create table kept (what text)')
  await first.stop()
  await expect.poll(() => isAlive(first.processId)).toBe(false)
  expect(existsSync(join(home, 'postgres', 'postmaster.pid'))).toBe(false)

  const second = await openDatabase({ dataFolder: home, settings: SMALL })
  expect(await queryOnce(second.url, 'select * from kept')).toEqual([])
  expect(second.adopted).toBe(false)
  await second.stop()
})

test('there is no default password, and only the owner can read the one that was drawn', async () => {
  const database = await openPrepared()
  expect((await stat(join(home, 'postgres.password'))).mode & 0o777).toBe(0o600)
  const guess = new URL(database.url)
  guess.password = 'crossdock'
  await expect(queryOnce(guess.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  guess.search = ''
  await expect(queryOnce(guess.href, 'select 1')).rejects.toMatchObject({ code: '28P01' })
  await database.stop()
})

test('every commit is flushed to disk: the settings that promise it are on', async () => {
  const database = await openPrepared()
  const [row] = await queryOnce(
    database.url,
    `select current_setting('fsync') f, current_setting('synchronous_commit') s, current_setting('full_page_writes') p,
            current_setting('max_wal_size') w, current_setting('wal_compression') c, current_setting('listen_addresses') l`,
  )
  expect(row).toEqual({ f: 'on', s: 'on', p: 'on', w: '1GB', c: 'pglz', l: '127.0.0.1' })
  await database.stop()
})

test('a server that outlived a hub killed with kill -9 is adopted, and ended by the one who adopted it', async () => {
  execFileSync('cp', ['-a', `${prepared}/.`, home])
  const hub = await openInChild(home)
  hub.child.kill('SIGKILL')
  await hub.gone
  expect(isAlive(hub.processId)).toBe(true)

  const database = await openDatabase({ dataFolder: home, settings: SMALL })
  expect(database).toMatchObject({ adopted: true, processId: hub.processId })
  await database.stop()
  await expect.poll(() => isAlive(hub.processId), { timeout: 10_000 }).toBe(false)
})

test('two hubs on one data folder share a server; the first to stop leaves it to the other', async () => {
  const [ours, theirs] = await Promise.all([openDatabase({ dataFolder: home, settings: SMALL }), openInChild(home)])
  expect(theirs.processId).toBe(ours.processId)
  await ours.stop()
  expect(isAlive(ours.processId)).toBe(true)
  expect(await queryOnce(theirs.url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('a server killed with kill -9 leaves its pid file behind, and is started again', async () => {
  const first = await openPrepared()
  await queryOnce(first.url, 'create table kept (what text)')
  process.kill(first.processId as number, 'SIGKILL')
  const again = await openDatabase({ dataFolder: home, settings: SMALL })
  expect(again.processId).not.toBe(first.processId)
  expect(await queryOnce(again.url, 'select * from kept')).toEqual([])
  await again.stop()
})

test('a pid file whose number now belongs to a stranger does not keep the server from starting', async () => {
  const first = await openPrepared()
  const pidFile = join(home, 'postgres', 'postmaster.pid')
  const lines = (await readFile(pidFile, 'utf8')).split('\n')
  process.kill(first.processId as number, 'SIGKILL')
  await untilGone(first.processId as number)
  const stranger = spawn('sleep', ['60'], isRoot ? await ownerOf(join(home, 'postgres')) : {})
  children.push(stranger)
  await writeFile(pidFile, [String(stranger.pid), ...lines.slice(1)].join('\n'))

  const again = await openDatabase({ dataFolder: home, settings: SMALL })
  expect(again.adopted).toBe(false)
  expect(isAlive(stranger.pid)).toBe(true)
  await again.stop()
})

test('a start cut short in the middle of making the folder begins anew', async () => {
  await mkdir(join(home, 'postgres.4711'), { recursive: true })
  await writeFile(join(home, 'postgres.4711', 'PG_VERSION'), '18')
  const database = await openDatabase({ dataFolder: home, settings: SMALL })
  expect(await queryOnce(database.url, 'select 1 as one')).toEqual([{ one: 1 }])
  await database.stop()
})

test('a folder of another PostgreSQL version is refused with its own code', async () => {
  execFileSync('cp', ['-a', `${prepared}/.`, home])
  await writeFile(join(home, 'postgres', 'PG_VERSION'), '16\n')
  await expect(openDatabase({ dataFolder: home })).rejects.toMatchObject({ code: 'XD_STORE_OTHER_VERSION' })
})

test('a setting PostgreSQL refuses is reported with what it said', async () => {
  execFileSync('cp', ['-a', `${prepared}/.`, home])
  await expect(openDatabase({ dataFolder: home, settings: { shared_buffers: 'plenty' } })).rejects.toMatchObject({
    code: 'XD_STORE_SERVER_FAILED',
    message: expect.stringContaining('shared_buffers'),
  })
})

test('a data folder with a path too long for a Unix socket is served over loopback', async () => {
  const long = join(home, 'x'.repeat(60), 'y'.repeat(60))
  await mkdir(long, { recursive: true })
  const database = await openPrepared(long)
  expect(new URL(database.url).search).toBe('')
  expect(await queryOnce(database.url, 'select 1 as one')).toEqual([{ one: 1 }])
  await database.stop()
})

test('an install without its scripts lacks the library links: they are made at the first start', async () => {
  const binaries = await findBinaries()
  const native = join(home, 'package', 'native')
  await copyWithoutLinks(binaries.native, native)
  const server = await startEmbedded({
    dataFolder: join(home, 'data'),
    settings: SMALL,
    binaries: { ...binaries, native },
  })
  expect(await queryOnce(server.url('postgres'), 'select 1 as one')).toEqual([{ one: 1 }])
  await server.stop()
})

if (isRoot) {
  test('as root the server runs as another user, and the folder belongs to it', async () => {
    const database = await openPrepared()
    expect((await stat(join(home, 'postgres'))).uid).not.toBe(0)
    const status = await readFile(`/proc/${database.processId}/status`, 'utf8')
    expect(status).toMatch(/^Uid:\s+[1-9]/m)
    await database.stop()
  })

  test('a clone below a folder that only root may enter works: programs and data', async () => {
    const closed = join(home, 'closed')
    await mkdir(closed, { mode: 0o700 })
    const binaries = await findBinaries()
    const native = join(closed, 'node_modules', 'native')
    await copyWithoutLinks(binaries.native, native)
    const server = await startEmbedded({ dataFolder: closed, settings: SMALL, binaries: { ...binaries, native } })
    expect(await queryOnce(server.url('postgres'), 'select 1 as one')).toEqual([{ one: 1 }])
    expect((await startEmbedded({ dataFolder: closed })).processId).toBe(server.processId)
    await server.stop()
    await expect.poll(() => isAlive(server.processId)).toBe(false)
  })

  test('programs that the other user cannot reach are copied beside the data when that can be reached', async () => {
    const closed = join(home, 'closed')
    await mkdir(closed, { mode: 0o700 })
    const binaries = await findBinaries()
    await copyWithoutLinks(binaries.native, join(closed, 'native'))
    const server = await startEmbedded({
      dataFolder: join(home, 'data'),
      settings: SMALL,
      binaries: { ...binaries, native: join(closed, 'native') },
    })
    expect(existsSync(join(home, 'data', `postgresql-${binaries.version}`, 'bin', 'postgres'))).toBe(true)
    expect(await queryOnce(server.url('postgres'), 'select 1 as one')).toEqual([{ one: 1 }])
    await server.stop()
  })

  test('an ordinary user starts and stops a server of their own', async () => {
    const folder = join(home, 'ordinary')
    await mkdir(folder)
    await chown(folder, 65534, 65534)
    const hub = await openInChild(folder, { uid: 65534, gid: 65534 })
    expect(await queryOnce(hub.url, 'select 1 as one')).toEqual([{ one: 1 }])
    hub.child.kill('SIGTERM')
    await hub.gone
    await expect.poll(() => isAlive(hub.processId)).toBe(false)
  })
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'crossdock-embedded-'))
  await chmod(folder, 0o755)
  return folder
}

async function openPrepared(folder = home) {
  execFileSync('cp', ['-a', `${prepared}/.`, folder])
  return openDatabase({ dataFolder: folder, settings: SMALL })
}

/** Opens the database in another process, which keeps a connection and stops on SIGTERM. */
async function openInChild(folder: string, as: { uid?: number; gid?: number } = {}) {
  const program = `
    const { openDatabase } = await import(${JSON.stringify(OPEN_DATABASE)})
    const { connect } = await import(${JSON.stringify(new URL('./connection.ts', OPEN_DATABASE).href)})
    const database = await openDatabase({ dataFolder: process.argv[1], settings: ${JSON.stringify(SMALL)} })
    const connection = await connect(database.url, 'setup')
    process.on('SIGTERM', async () => {
      await connection.client.end()
      await database.stop()
      process.exit(0)
    })
    console.log(JSON.stringify({ url: database.url, processId: database.processId }))
    setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: '/',
    ...as,
  })
  children.push(child)
  const gone = new Promise((settle) => child.once('exit', settle))
  const line = await new Promise<string>((settle) => child.stdout.once('data', (bytes) => settle(String(bytes))))
  return { child, gone, ...(JSON.parse(line) as { url: string; processId: number }) }
}

/** The package as `npm ci --ignore-scripts` leaves it: files, and a list of links nobody made. */
async function copyWithoutLinks(from: string, to: string): Promise<void> {
  const links: { target: string }[] = JSON.parse(await readFile(join(from, 'pg-symlinks.json'), 'utf8'))
  await cp(from, to, { recursive: true, verbatimSymlinks: true })
  for (const link of links) await rm(join(to, '..', link.target), { force: true })
}

async function ownerOf(folder: string) {
  const { uid, gid } = await stat(folder)
  return { uid, gid }
}

async function untilGone(processId: number): Promise<void> {
  while (isAlive(processId)) await pause(5)
}

/** A process that has ended but was not buried by its parent yet counts as gone. */
function isAlive(processId: number | undefined): boolean {
  try {
    process.kill(processId as number, 0)
    return process.platform !== 'linux' || !readFileSync(`/proc/${processId}/stat`, 'utf8').includes(') Z ')
  } catch {
    return false
  }
}
