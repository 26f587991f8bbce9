import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { secret } from '../../base/secret.ts'
import { selfSigned } from '../as2/testing/self-signed.ts'
import type { Connection, OpenSource } from '../contract.ts'
import { drop, Opened, request, testDropping } from '../remote-folder/testing/dropping.ts'
import { type FtpsOptions, ftps, ftpsFolder } from './index.ts'
import { FtpsServer } from './testing/ftps-server.ts'

let theirs: ReturnType<typeof selfSigned>
let next: ReturnType<typeof selfSigned>
let server: FtpsServer
const opened = new Opened()

beforeAll(() => {
  theirs = selfSigned('files.bigbox.example', 1)
  next = selfSigned('files.bigbox.example', 2)
})
beforeEach(async () => {
  server = new FtpsServer(theirs)
  await server.listen()
})
afterEach(async () => {
  await opened.close()
  await server.close()
})

const ports = { now: () => 0, dataFolder: '.', secret: (name: string) => (name === 'WRONG' ? 'sesame' : 'open sesame') }
const host = () => ({
  host: '127.0.0.1',
  port: server.port,
  user: 'acme',
  password: secret('PASSWORD'),
  certificates: [theirs.certificate],
})

async function connection(more: Partial<FtpsOptions> = {}): Promise<Connection> {
  return opened.keep(await ftps({ ...host(), outbox: '/in', taken: '/in/taken', ...more }).open(ports))
}

function folder(more: Partial<Parameters<typeof ftpsFolder>[0]> = {}): OpenSource {
  return opened.keep(ftpsFolder({ ...host(), folder: '/out', ...more }).open(ports))
}

const renames = () => server.said.filter((line) => line.startsWith('RNTO'))

testDropping({ server: () => server, connection, folder, renames: () => renames().length })

test('a file is written under its temporary name, then renamed, over one connection, and nothing is said in the clear', async () => {
  const by = await connection()
  const text = 'REF*IV*0123456789~'.repeat(20_000)
  expect(await drop(by, request(1, text))).toEqual({ result: 'done' })
  expect(await drop(by, request(1, 'ISA*2', '../../etc/855.edi'))).toEqual({ result: 'done' })
  expect(renames()).toEqual(['RNTO /in/855.edi', 'RNTO /in/__.._etc_855.edi'])
  expect(server.text('/in/855.edi') === text).toBe(true)
  expect(server.connections).toBe(1)
  expect(server.clear).toEqual(['AUTH TLS'])
})

test.each([true, false])(
  'files are listed with their times, read whole, and moved exactly (MLSD: %s)',
  async (hasMlsd) => {
    await server.close()
    server = new FtpsServer({ ...theirs, hasMlsd })
    await server.listen()
    const text = 'REF*IV*0123456789~'.repeat(20_000)
    server.put('/out/850.edi', text)
    const files = folder()
    const [entry, ...others] = await files.list()
    expect(entry).toEqual({ name: '850.edi', bytes: text.length, changedAt: expect.any(Number), kind: 'file' })
    expect(others).toEqual([])
    if (!entry) throw new Error('nothing was listed')
    expect(Buffer.from(await files.read(entry)).toString() === text).toBe(true)
    server.put('/out/850.edi', text, Date.UTC(2026, 0, 5, 9))
    expect(await files.move(entry, 'done', 'r1-850.edi')).toBe('changed')
    server.put('/out/850.edi', text)
    expect(await files.move(entry, 'done', '../../r1-850.edi')).toBe('moved')
    expect(await files.move(entry, 'done', 'r1-850.edi')).toBe('gone')
    expect(server.names('/out/done')).toEqual(['r1-850.edi'])
    expect((await files.list()).map(({ name, kind }) => [name, kind])).toEqual([['done', 'other']])
  },
)

test('S06: a server with another certificate is told nothing; both may be named while it is replaced', async () => {
  server.shows(next)
  const by = await connection()
  expect(await drop(by, request())).toMatchObject({
    result: 'later',
    reason: expect.stringContaining('XD_FTPS_CERTIFICATE_REFUSED'),
  })
  const publicly = await connection({ certificates: undefined } as never)
  expect(await drop(publicly, request())).toMatchObject({ reason: expect.stringContaining('CERTIFICATE_REFUSED') })
  expect(server.said).toEqual(['AUTH TLS', 'AUTH TLS'])
  const both = await connection({ certificates: [theirs.certificate, next.certificate] })
  expect(await drop(both, request())).toEqual({ result: 'done' })
})

test('a server without TLS is sent nothing, and a wrong password is later, with the reason', async () => {
  server.faults.refusesTls = true
  expect(await drop(await connection(), request())).toMatchObject({
    result: 'later',
    reason: expect.stringContaining('XD_FTPS_TLS_REFUSED'),
  })
  expect(server.said).toEqual(['AUTH TLS'])
  server.faults.refusesTls = false
  const wrong = await connection({ password: secret('WRONG') })
  expect(await drop(wrong, request())).toMatchObject({ result: 'later', reason: expect.stringContaining('530') })
})

test('S08: a download that breaks off half way is none, and is made again', async () => {
  server.put('/out/850.edi', 'x'.repeat(200_000))
  const files = folder()
  server.faults.cutAfterBytes = 40_000
  const listed = { name: '850.edi', bytes: 200_000 }
  await expect(files.read(listed)).rejects.toThrow('lost')
  expect((await files.read(listed)).length).toBe(200_000)
  await expect(files.read({ ...listed, bytes: 199_999 })).rejects.toThrow('larger than it was listed')
})

test('a connection that was closed meanwhile is made again', async () => {
  const by = await connection()
  expect(await drop(by, request())).toEqual({ result: 'done' })
  server.cut()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(await drop(by, request(1, 'ISA*2', '810.edi'))).toEqual({ result: 'done' })
})
