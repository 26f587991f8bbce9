import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { secret } from '../../base/secret.ts'
import type { Connection, OpenSource } from '../contract.ts'
import { drop, Opened, request, testDropping } from '../remote-folder/testing/dropping.ts'
import { type SftpOptions, sftp, sftpFolder } from './index.ts'
import { type KeyPair, keyPair, SftpServer } from './testing/sftp-server.ts'

let hostKey: KeyPair
let clientKey: KeyPair
let server: SftpServer
const opened = new Opened()

beforeAll(() => {
  hostKey = keyPair()
  clientKey = keyPair()
})
beforeEach(async () => {
  server = new SftpServer(clientKey)
  await server.listen(hostKey)
})
afterEach(async () => {
  await opened.close()
  await server.close()
})

const ports = {
  now: () => 0,
  dataFolder: '.',
  secret: (name: string) => (name === 'KEY' ? clientKey.private : 'open sesame'),
}
const host = () => ({
  host: '127.0.0.1',
  port: server.port,
  user: 'acme',
  key: secret('KEY'),
  hostKey: hostKey.print,
})

async function connection(more: Partial<SftpOptions> = {}): Promise<Connection> {
  return opened.keep(await sftp({ ...host(), outbox: '/in', taken: '/in/taken', ...more }).open(ports))
}

function folder(more: Partial<Parameters<typeof sftpFolder>[0]> = {}): OpenSource {
  return opened.keep(sftpFolder({ ...host(), folder: '/out', ...more }).open(ports))
}

const named = () => server.ledger.filter(({ what }) => what === 'renamed').map(({ path, to }) => [path, to])

testDropping({ server: () => server, connection, folder, renames: () => named().length })

test('a file is written under its temporary name, then renamed; its name leads nowhere else', async () => {
  const by = await connection()
  expect(await drop(by, request())).toEqual({ result: 'done' })
  expect(await drop(by, request(1, 'ISA*2', '../../etc/855.edi'))).toEqual({ result: 'done' })
  expect(named()).toEqual([
    ['/in/.855.edi.part', '/in/855.edi'],
    ['/in/.__.._etc_855.edi.part', '/in/__.._etc_855.edi'],
  ])
  expect(server.text('/in/855.edi')).toBe('ISA*00*')
  expect(server.connections).toBe(1)
})

test('large files come whole, up and down', async () => {
  const text = 'REF*IV*0123456789~'.repeat(20_000)
  const by = await connection()
  expect(await drop(by, request(1, text))).toEqual({ result: 'done' })
  expect(server.text('/in/855.edi')).toBe(text)
  server.put('/out/850.edi', text)
  const listed = { name: '850.edi', bytes: text.length }
  expect(Buffer.from(await folder().read(listed)).equals(Buffer.from(text))).toBe(true)
  // it has grown since: one byte too many says so, and no more is read
  expect((await folder().read({ ...listed, bytes: 1_000 })).length).toBe(1_001)
})

test('a password opens, too; a wrong key is later, with the reason', async () => {
  const { key: _key, ...rest } = host()
  const by = await sftp({ ...rest, password: secret('PASSWORD'), outbox: '/in' }).open(ports)
  opened.keep(by)
  expect(await drop(by, request())).toEqual({ result: 'done' })
  const stranger = keyPair()
  const other = await sftp({ ...host(), outbox: '/in' }).open({ ...ports, secret: () => stranger.private })
  opened.keep(other)
  expect(await drop(other, request())).toMatchObject({
    result: 'later',
    reason: expect.stringContaining('authentication'),
  })
  const none = await sftp({ ...host(), outbox: '/in' }).open({ ...ports, secret: () => 'no key at all' })
  opened.keep(none)
  expect(await drop(none, request())).toMatchObject({ result: 'later', reason: expect.stringContaining('privateKey') })
})

test('S06: a server with another host key is told nothing, now and later; both keys may be named while it is replaced', async () => {
  const by = await connection()
  const files = folder()
  const { port } = server
  await server.close()
  const next = keyPair()
  await server.listen(next, port)
  const before = server.connections
  for (let attempt = 1; attempt < 4; attempt += 1) {
    expect(await drop(by, request(attempt))).toMatchObject({
      result: 'later',
      reason: expect.stringContaining(`XD_SFTP_HOST_KEY_CHANGED: 127.0.0.1 showed the host key ${next.print}`),
    })
  }
  await expect(files.list()).rejects.toThrow('not the one agreed')
  await expect(files.list()).rejects.toThrow('not the one agreed')
  expect(server.connections - before).toBe(2) // one look each, and none after that
  expect(server.ledger).toEqual([])
  expect(await drop(await connection({ hostKey: [hostKey.print, next.print] }), request())).toEqual({ result: 'done' })
})

test('S09: what was taken meanwhile is known by the folder of what is taken; without one nobody can say', async () => {
  const by = await connection()
  await drop(by, request())
  server.disk.set('/in/taken/855.edi', server.disk.get('/in/855.edi') as never)
  server.disk.delete('/in/855.edi')
  expect(await by.ask?.(request(2), 5_000)).toEqual({ result: 'done' })
  const { taken: _taken, ...blind } = { ...host(), outbox: '/in', taken: undefined }
  expect(sftp(blind).deliveryClass).toBe('C')
  const unsure = await sftp(blind).open(ports)
  opened.keep(unsure)
  server.faults.losesRenameReply = true
  const sent = drop(unsure, request(1, 'ISA*', '810.edi'))
  const gone = setInterval(() => server.disk.delete('/in/810.edi'), 1)
  expect(await sent).toMatchObject({ result: 'unknown' })
  clearInterval(gone)
})

test('a file is listed, read, and moved aside exactly as it was looked at', async () => {
  server.put('/out/850.edi', 'ISA*1')
  const files = folder()
  const [entry] = await files.list()
  expect(entry).toEqual({ name: '850.edi', bytes: 5, changedAt: 1_767_600_000_000, kind: 'file' })
  if (!entry) throw new Error('nothing was listed')
  server.put('/out/850.edi', 'ISA*22')
  expect(await files.move(entry, 'done', 'r1-850.edi')).toBe('changed')
  server.put('/out/850.edi', 'ISA*1')
  expect(await files.move(entry, 'done', '../../r1-850.edi')).toBe('moved')
  expect(await files.move(entry, 'done', 'r1-850.edi')).toBe('gone')
  expect(server.names('/out/done')).toEqual(['r1-850.edi'])
})
