import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { secret } from '../../base/secret.ts'
import { selfSigned } from '../as2/testing/self-signed.ts'
import type { Connection, OpenSource, Outgoing } from '../contract.ts'
import { type FtpsOptions, ftps, ftpsFolder } from './index.ts'
import { FtpsServer } from './testing/ftps-server.ts'

let theirs: ReturnType<typeof selfSigned>
let next: ReturnType<typeof selfSigned>
let server: FtpsServer
const open: { close(): Promise<unknown> }[] = []

beforeAll(() => {
  theirs = selfSigned('files.bigbox.example', 1)
  next = selfSigned('files.bigbox.example', 2)
})
beforeEach(async () => {
  server = new FtpsServer(theirs)
  await server.listen()
})
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
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
  const opened = await ftps({ ...host(), outbox: '/in', taken: '/in/taken', ...more }).open(ports)
  open.push(opened)
  return opened
}

function folder(more: Partial<Parameters<typeof ftpsFolder>[0]> = {}): OpenSource {
  const opened = ftpsFolder({ ...host(), folder: '/out', ...more }).open(ports)
  open.push(opened)
  return opened
}

const request = (attempt = 1, body = 'ISA*00*', fileName = '855.edi'): Outgoing => ({
  key: 'mailbox/bigbox/1',
  verb: 'edi.send',
  body: Buffer.from(body),
  attempt,
  args: { fileName },
})
const drop = async (by: Connection, one: Outgoing, timeoutMs = 5_000) => (await by.send([one], timeoutMs))[0]
const renames = () => server.said.filter((line) => line.startsWith('RNTO'))

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

test('where it was agreed, what is taken is deleted, and what is refused is put aside', async () => {
  server.put('/out/850.edi', 'ISA*1')
  server.put('/out/851.edi', 'no EDI')
  const files = folder({ afterwards: 'delete' })
  const [good, bad] = await files.list()
  if (!good || !bad) throw new Error('nothing was listed')
  expect(await files.move(good, 'done', 'r1-850.edi')).toBe('moved')
  expect(await files.move(bad, 'refused', 'r2-851.edi')).toBe('moved')
  expect([...server.disk.keys()]).toEqual(['/out/refused/r2-851.edi'])
})

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

test('S08: a transfer that breaks off half way is none, up or down, and is made again', async () => {
  const text = 'x'.repeat(200_000)
  const by = await connection()
  server.faults.cutAfterBytes = 40_000
  expect(await drop(by, request(1, text))).toMatchObject({ result: 'later' })
  expect(server.names('/in')).toEqual(['.855.edi.part'])
  expect(await drop(by, request(2, text))).toEqual({ result: 'done' })
  server.put('/out/850.edi', text)
  const files = folder()
  server.faults.cutAfterBytes = 40_000
  const listed = { name: '850.edi', bytes: 200_000 }
  await expect(files.read(listed)).rejects.toThrow('lost')
  expect((await files.read(listed)).length).toBe(200_000)
  await expect(files.read({ ...listed, bytes: 199_999 })).rejects.toThrow('larger than it was listed')
})

test('S09: a rename whose reply is lost is looked for, and not sent again', async () => {
  const by = await connection()
  server.faults.losesRenameReply = true
  expect(await drop(by, request())).toEqual({ result: 'done' })
  expect(await drop(by, request(2))).toEqual({ result: 'done' })
  expect(renames()).toHaveLength(1)
})

test('S09: cut off before the rename it is later, and then there once; what was taken is known', async () => {
  const by = await connection()
  server.faults.cutsBeforeRename = true
  expect(await drop(by, request())).toMatchObject({ result: 'later' })
  expect(await by.ask?.(request(2), 5_000)).toMatchObject({ result: 'later' })
  expect(await drop(by, request(2))).toEqual({ result: 'done' })
  expect(server.names('/in')).toEqual(['855.edi'])
  server.disk.set('/in/taken/855.edi', server.disk.get('/in/855.edi') as never)
  server.disk.delete('/in/855.edi')
  expect(await by.ask?.(request(2), 5_000)).toEqual({ result: 'done' })
})

test('another file under the name is never written over, whatever the server would do', async () => {
  server.put('/in/855.edi', 'somebody else’s')
  const by = await connection()
  for (const attempt of [1, 2])
    expect(await drop(by, request(attempt))).toMatchObject({ result: 'refused', retry: 'after-fix' })
  expect(server.text('/in/855.edi')).toBe('somebody else’s')
})

test('a server that says nothing costs its time and no more; a connection that was closed meanwhile is made again', async () => {
  const by = await connection()
  server.faults.silent = true
  expect(await drop(by, request(), 1_200)).toMatchObject({
    result: 'later',
    reason: expect.stringContaining('in time'),
  })
  server.faults.silent = false
  expect(await drop(by, request(2))).toEqual({ result: 'done' })
  server.cut()
  await new Promise((resolve) => setTimeout(resolve, 20))
  expect(await drop(by, request(1, 'ISA*2', '810.edi'))).toEqual({ result: 'done' })
})
