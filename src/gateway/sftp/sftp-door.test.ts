/** The SFTP doorway, spoken to by our own client and by raw sockets. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import ssh2, { type Client, type Sftp } from 'ssh2'
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { secret } from '../../base/secret.ts'
import type { SftpHost } from '../../connectors/sftp/host.ts'
import { sftp, sftpFolder } from '../../connectors/sftp/index.ts'
import { Line } from '../../connectors/sftp/line.ts'
import type { Session } from '../../connectors/sftp/session.ts'
import { type KeyPair, keyPair } from '../../connectors/sftp/testing/sftp-server.ts'
import { isUnfinished } from '../../intake/folder-doorway.ts'
import type { Taken } from './inbox.ts'
import { openSftpDoor, type SftpDoor, type SftpDoorOptions } from './server.ts'

let hostKey: KeyPair
let harborKey: KeyPair
let otherKey: KeyPair
let folder: string
let door: SftpDoor
/** What was taken in, and what the hub says to the next file. */
let taken: string[]
let answers: (() => Promise<Taken>)[]
let refused: string[]
let troubles: string[]
let pushesRefused: string[]
let now: number
const lines: Line[] = []
const clients: Client[] = []

beforeAll(() => {
  hostKey = keyPair()
  harborKey = keyPair()
  otherKey = keyPair()
})
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'crossdock-door-'))
  taken = []
  answers = []
  refused = []
  troubles = []
  pushesRefused = []
  now = Date.UTC(2026, 0, 5, 8)
})
afterEach(async () => {
  for (const line of lines.splice(0)) await line.close()
  for (const one of clients.splice(0)) one.destroy()
  await door.close()
  rmSync(folder, { recursive: true })
})

const account = (user: string, key: KeyPair, more: object = {}) => ({
  system: `${user}-3pl`,
  user,
  keys: [`${key.public.trim()} somebody@${user}`],
  completes: 'close' as const,
  folders: { out: join(folder, user, 'out'), taken: join(folder, user, 'taken'), unfinished: join(folder, user, 'un') },
  ...more,
})

async function opened(limits: SftpDoorOptions['limits'] = {}, more: object = {}): Promise<void> {
  door = await openSftpDoor({
    host: '127.0.0.1',
    port: 0,
    hostKey: hostKey.private,
    accounts: [account('harbor', harborKey, more), account('other', otherKey, { password: 'open sesame' })],
    limits: { wrongPasswordMs: 50, ...limits },
    now: () => now,
    take: async (system, name, bytes) => {
      const says = await (answers.shift() ?? (async (): Promise<Taken> => ({ kept: true })))()
      if (says.kept) taken.push(`${system} ${name} ${Buffer.from(bytes)}`)
      return says
    },
    isUnfinished,
    pushRefused: (system, name, why) => pushesRefused.push(`${system} ${name}: ${why}`),
    refused: ({ message }) => refused.push(message),
    trouble: (what) => troubles.push(what),
  })
}

const host = (more: Partial<SftpHost> = {}): SftpHost => ({
  host: '127.0.0.1',
  port: door.port,
  user: 'harbor',
  key: secret('KEY'),
  hostKey: door.print,
  ...more,
})
const secrets: Record<string, () => string> = {
  KEY: () => harborKey.private,
  OTHER: () => otherKey.private,
  STRANGER: () => keyPair().private,
  PASSWORD: () => 'open sesame',
  WRONG: () => 'open barley',
}
const secretOf = (name: string) => (secrets[name] as () => string)()
const ports = { now: () => now, dataFolder: '.', secret: secretOf }

/** A connection of a partner's own. */
function client(more: Partial<SftpHost> = {}): <T>(work: (session: Session) => Promise<T>) => Promise<T> {
  const line = new Line(host(more), secretOf)
  lines.push(line)
  return (work) => line.use(10_000, work)
}
const bytes = (text: string) => Buffer.from(text)
const unfinished = () => readdirSync(join(folder, 'harbor/un'))

describe('uploads', () => {
  test('a file is taken in the partner’s name before its close is answered, and nothing of it is left', async () => {
    await opened()
    let commits = () => {}
    answers.push(() => new Promise((resolve) => (commits = () => resolve({ kept: true }))))
    const put = client()((session) => session.write('/in/945.edi', bytes('ISA*1')))
    await vi.waitFor(() => expect(answers).toEqual([]))
    const state = await Promise.race([put.then(() => 'answered'), new Promise((r) => setTimeout(() => r('waits'), 50))])
    expect([state, unfinished().length]).toEqual(['waits', 1])
    commits()
    await put
    expect(taken).toEqual(['harbor-3pl 945.edi ISA*1'])
    expect(unfinished()).toEqual([])
  })

  test('our own connector drops into it: a temporary name, then the name; the rename is what is answered late', async () => {
    await opened()
    const connection = await sftp({ ...host(), outbox: '/in' }).open(ports)
    const request = { key: 'k', verb: 'edi.send', attempt: 1, args: { fileName: '945.edi' } }
    const text = 'REF*IV*0123456789~'.repeat(40_000)
    answers.push(async () => ({ kept: false, why: 'the database is away' }))
    const send = (attempt: number) => connection.send([{ ...request, attempt, body: bytes(text) }], 10_000)
    expect(await send(1)).toMatchObject([{ result: 'later', reason: expect.stringContaining('the database is away') }])
    expect(taken).toEqual([])
    expect(await send(2)).toEqual([{ result: 'done' }])
    expect(taken).toEqual([`harbor-3pl 945.edi ${text}`])
    await connection.close()
  })

  test('S01: names of unfinished files wait for their rename, over connections too; what is taken in is told its size', async () => {
    await opened()
    const by = client()
    await by((session) => session.write('/in/945.edi.part', bytes('ISA*1')))
    await by((session) => session.write('/in/.hidden', bytes('x')))
    expect(taken).toEqual([])
    const again = client()
    expect((await again((session) => session.list('/in'))).map(({ name, bytes: size }) => [name, size])).toEqual([
      ['945.edi.part', 5],
      ['.hidden', 1],
    ])
    await again((session) => session.rename('/in/945.edi.part', '/in/945.edi'))
    expect(taken).toEqual(['harbor-3pl 945.edi ISA*1'])
    expect(await again((session) => session.looksOf('/in/945.edi'))).toEqual({ bytes: 5, changedAt: now })
    expect(await by((session) => session.looksOf('/in/945.edi'))).toBeUndefined()
    await expect(again((session) => session.remove('/in/945.edi'))).rejects.toThrow('taken in')
    await again((session) => session.remove('/in/.hidden'))
    expect(unfinished()).toEqual([])
  })

  test('S01: where it was agreed a file counts only once it is renamed, whatever it was called', async () => {
    await opened({}, { completes: 'rename' })
    const by = client()
    await by((session) => session.write('/in/945.uploading', bytes('ISA*1')))
    expect(taken).toEqual([])
    await by((session) => session.rename('/in/945.uploading', '/in/945.edi'))
    expect(taken).toEqual(['harbor-3pl 945.edi ISA*1'])
  })

  test('S02: strange names are data, and a path leads nowhere but into in/', async () => {
    await opened()
    const by = client()
    const strange = `a b\n\u202e${'x'.repeat(300)}.edi`
    await by((session) => session.write(`/in/${strange}`, bytes('1')))
    await by((session) => session.write('in/C:\\boot.ini', bytes('2')))
    expect(taken).toEqual([`harbor-3pl ${strange} 1`, 'harbor-3pl C:\\boot.ini 2'])
    for (const path of [
      '/in/../../etc/passwd',
      '/etc/passwd',
      '/in/a/b',
      '/850.edi',
      '/out/850.edi',
      '/in',
      '/in/a\0b',
      '',
    ])
      await expect(by((session) => session.write(path, bytes('3')))).rejects.toThrow()
    expect(taken).toHaveLength(2)
    expect(readdirSync(folder).sort()).toEqual(['harbor', 'other'])
  })

  test('S03: files are taken in the order in which they were finished, one name after another as often as it comes', async () => {
    await opened()
    const by = client()
    answers.push(() => new Promise((resolve) => setTimeout(() => resolve({ kept: true }), 50)))
    await Promise.all(
      ['1', '2', '3'].map((text) => by((session) => session.write('/in/a.edi', bytes(text)).catch(String))),
    )
    await by((session) => session.write('/in/a.edi', bytes('4')))
    expect(taken.at(0)).toBe('harbor-3pl a.edi 1')
    expect(taken.at(-1)).toBe('harbor-3pl a.edi 4')
  })

  test('S08: a transfer that breaks off is never read, and the name is free again; what has a temporary name may go on', async () => {
    await opened()
    const one = await raw()
    for (const path of ['/in/a.edi', '/in/a.edi.part']) await one.write(await one.open(path), 0, 'IS')
    one.hangUp()
    await vi.waitFor(() => expect(unfinished()).toHaveLength(1))
    expect(taken).toEqual([])
    const again = await raw()
    const handle = await again.open('/in/a.edi.part', 'a')
    await again.write(handle, 2, 'A*1')
    await again.close(handle)
    const by = client()
    await by((session) => session.rename('/in/a.edi.part', '/in/b.edi'))
    await by((session) => session.write('/in/a.edi', bytes('ISA*2')))
    expect(taken).toEqual(['harbor-3pl b.edi ISA*1', 'harbor-3pl a.edi ISA*2'])
  })

  test('a commit that does not come in time is a no that may be asked again', async () => {
    await opened({ commitMs: 50 })
    answers.push(() => new Promise(() => {}))
    const by = client()
    await expect(by((session) => session.write('/in/a.edi', bytes('1')))).rejects.toThrow('send it again')
    await by((session) => session.write('/in/a.edi', bytes('1')))
    expect(taken).toEqual(['harbor-3pl a.edi 1'])
  })

  test('too large, too many, too slow: a no, and nothing is kept of it', async () => {
    await opened({ mostBytes: 100_000, unfinishedFiles: 2, uploadMs: 1_000 })
    const by = client()
    await expect(by((session) => session.write('/in/a.edi', Buffer.alloc(100_001)))).rejects.toThrow()
    await by((session) => session.write('/in/1.part', bytes('1')))
    await by((session) => session.write('/in/2.part', bytes('1')))
    await expect(by((session) => session.write('/in/3.part', bytes('1')))).rejects.toThrow('Too many')
    now += 25 * 3_600_000
    const one = await raw()
    const handle = await one.open('/in/slow.edi')
    now += 1_001
    await expect(one.write(handle, 0, 'x')).rejects.toThrow('too long')
    await expect(one.close(handle)).rejects.toThrow('too long')
    expect(unfinished()).toEqual([])
    expect(taken).toEqual([])
    expect(pushesRefused.map((one) => one.replace('harbor-3pl ', ''))).toEqual([
      'a.edi: More than 0 MiB are not taken.',
      'slow.edi: The upload took too long.',
    ])
  })
})

describe('what waits for a partner', () => {
  test('it is listed, fetched and removed, and seen to be fetched; links and names of others are not shown', async () => {
    await opened()
    const text = 'ST*940*0001~'.repeat(30_000)
    writeFileSync(join(folder, 'harbor/out/940.edi'), text)
    writeFileSync(join(folder, 'harbor/out/.941.edi.part'), 'half')
    writeFileSync(join(folder, 'other/out/942.edi'), 'theirs')
    symlinkSync('/etc/hostname', join(folder, 'harbor/out/link.edi'))
    const source = sftpFolder({ ...host(), folder: '/out', afterwards: 'delete' }).open(ports)
    const [entry, ...more] = await source.list()
    expect([entry?.name, more]).toEqual(['940.edi', []])
    if (!entry) throw new Error('nothing waits')
    expect(Buffer.from(await source.read(entry)).equals(bytes(text))).toBe(true)
    expect(await source.move(entry, 'done', '')).toBe('moved')
    await source.close()
    expect(readFileSync(join(folder, 'harbor/taken/940.edi'), 'utf8')).toBe(text)
    const by = client()
    for (const path of ['/out/link.edi', '/out/../../other/out/942.edi', '/out/.941.edi.part', '/etc/hostname'])
      await expect(by((session) => session.read(path, 1_000))).rejects.toThrow()
  })

  test('nothing else can be done with it', async () => {
    await opened()
    writeFileSync(join(folder, 'harbor/out/940.edi'), 'ISA')
    const by = client()
    for (const work of [
      (session: Session) => session.write('/out/940.edi', bytes('x')),
      (session: Session) => session.rename('/out/940.edi', '/out/941.edi'),
      (session: Session) => session.rename('/out/940.edi', '/in/940.edi'),
      (session: Session) => session.makeFolder('/out/done'),
      (session: Session) => session.makeFolder('/in/done'),
      (session: Session) => session.read('/in/940.edi', 1_000),
    ])
      await expect(by<unknown>(work)).rejects.toThrow()
    await expect((await raw()).link('/etc/passwd', '/in/link')).rejects.toThrow('no links')
    expect(readFileSync(join(folder, 'harbor/out/940.edi'), 'utf8')).toBe('ISA')
    expect((await by((session) => session.list('/'))).map(({ name, kind }) => [name, kind])).toEqual([
      ['in', 'other'],
      ['out', 'other'],
    ])
    expect(troubles).toEqual([])
  })
})

describe('who may come in', () => {
  const looks = (more: Partial<SftpHost>) => client(more)((session) => session.list('/in'))

  test('the key of an account, and no other; a password only where there is one', async () => {
    await opened()
    expect(await looks({})).toEqual([])
    expect(await looks({ user: 'other', key: secret('OTHER') })).toEqual([])
    const { key: _key, ...keyless } = host()
    const withPassword = new Line({ ...keyless, user: 'other', password: secret('PASSWORD') }, secretOf)
    lines.push(withPassword)
    expect(await withPassword.use(5_000, (session) => session.list('/in'))).toEqual([])
    expect(refused).toEqual([])
    for (const more of [{ key: secret('STRANGER') }, { key: secret('OTHER') }, { user: 'nobody' }, { user: 'root' }])
      await expect(looks(more)).rejects.toThrow('authentication')
    for (const [user, password] of [
      ['harbor', 'PASSWORD'],
      ['other', 'WRONG'],
    ] as const) {
      const line = new Line({ ...keyless, user, password: secret(password) }, secretOf)
      lines.push(line)
      await expect(line.use(5_000, (session) => session.list('/in'))).rejects.toThrow('authentication')
    }
    expect(refused.length).toBeGreaterThanOrEqual(2)
  })

  test('so many connections of one partner and no more; another partner is not held up', async () => {
    await opened({ connectionsOfOne: 2 })
    const two = [client(), client()]
    for (const by of two) await by((session) => session.list('/in'))
    await expect(looks({})).rejects.toThrow('authentication')
    expect(await looks({ user: 'other', key: secret('OTHER') })).toEqual([])
    await lines[0]?.close()
    await vi.waitFor(async () => expect(await looks({})).toEqual([]))
  })

  test('who connects and says nothing, or half of something, is hung up on, and partners get in all the same', async () => {
    await opened({ signInMs: 1_500, strangers: 4 })
    const hungUp = Array.from({ length: 6 }, async (_, at) => {
      const socket = connect(door.port, '127.0.0.1')
      socket.on('error', () => {}) // being cut off is what is looked for
      if (at % 2 === 0) socket.write('SSH-2.0-Slow')
      socket.resume()
      await new Promise((resolve) => socket.once('close', resolve))
      return at
    })
    expect(await Promise.all(hungUp)).toHaveLength(6)
    expect(await looks({})).toEqual([])
  })

  test('who signs in and asks for nothing is hung up on, and what it had open is gone', async () => {
    await opened({ idleMs: 200 })
    const one = await raw()
    await one.open('/in/a.edi')
    await one.gone
    await vi.waitFor(() => expect(unfinished()).toEqual([]))
    expect(taken).toEqual([])
  })

  test('garbage in place of a handshake harms nobody', async () => {
    await opened()
    for (const garbage of [
      'GET / HTTP/1.1\r\n\r\n',
      'SSH-2.0-x\r\n\0\0\0\0\0\0',
      'SSH-2.0-x\r\n'.padEnd(70_000, 'A'),
    ]) {
      const socket = connect(door.port, '127.0.0.1')
      socket.on('error', () => {}) // being cut off is what is looked for
      socket.end(garbage)
      socket.resume()
      await new Promise((resolve) => socket.once('close', resolve))
    }
    expect(await looks({})).toEqual([])
    expect(troubles).toEqual([])
  })
})

/** Requests one by one, as no connector of ours makes them. */
async function raw() {
  const one = new ssh2.Client()
  clients.push(one)
  const gone = new Promise<void>((resolve) => one.once('close', () => resolve()))
  const session = await new Promise<Sftp>((resolve, reject) => {
    one.on('error', reject)
    one.on('ready', () => one.sftp((error, opened) => (error ? reject(error) : resolve(opened))))
    one.connect({
      host: '127.0.0.1',
      port: door.port,
      username: 'harbor',
      privateKey: harborKey.private,
      readyTimeout: 5_000,
      keepaliveInterval: 0,
      keepaliveCountMax: 3,
      hostVerifier: () => true,
    })
  })
  return {
    open: (path: string, flags = 'w') => asked<Buffer>((done) => session.open(path, flags, done)),
    write: (handle: Buffer, at: number, text: string) =>
      asked((done) => session.write(handle, bytes(text), 0, text.length, at, done)),
    close: (handle: Buffer) => asked((done) => session.close(handle, done)),
    link: (target: string, path: string) => asked((done) => session.symlink(target, path, done)),
    gone,
    hangUp: () => one.destroy(),
  }
}

const asked = <T = void>(ask: (done: (error: Error | null | undefined, value?: T) => void) => void): Promise<T> =>
  new Promise((resolve, reject) => ask((error, value) => (error ? reject(error) : resolve(value as T))))
