/** FTPS against Debian's vsftpd: no MLSD, and data connections only over the session of the control connection. */
import { readdirSync, readFileSync, renameSync, symlinkSync } from 'node:fs'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { secret } from '../../src/base/secret.ts'
import { selfSigned } from '../../src/connectors/as2/testing/self-signed.ts'
import type { Connection } from '../../src/connectors/contract.ts'
import { ftps, ftpsFolder } from '../../src/connectors/ftps/index.ts'
import { Opened, request } from '../../src/connectors/remote-folder/testing/dropping.ts'
import { VsftpdServer } from './vsftpd-server.ts'

let theirs: ReturnType<typeof selfSigned>
let server: VsftpdServer
const opened = new Opened()

beforeAll(() => {
  theirs = selfSigned('files.bigbox.example', 1)
})
beforeEach(async () => {
  server = new VsftpdServer()
  await server.start(theirs)
})
afterEach(async () => {
  await opened.close()
  await server.end()
})

const ports = { now: () => 0, dataFolder: '.', secret: () => 'anything' }
const host = (certificates = [theirs.certificate]) => ({
  host: '127.0.0.1',
  port: server.port,
  user: 'anonymous',
  password: secret('PASSWORD'),
  certificates,
})
async function dropping(certificates?: string[]): Promise<Connection> {
  const connection = await ftps({ ...host(certificates), outbox: server.at('in'), taken: server.at('in/taken') }).open(
    ports,
  )
  opened.keep(connection)
  return connection
}

const inbox = () => readdirSync(server.at('in')).filter((name) => name !== 'taken')

test('a file of some megabytes is dropped whole, found again by a later attempt, and known once it was taken', async () => {
  const connection = await dropping()
  const text = 'REF*IV*0123456789~'.repeat(200_000)
  expect(await connection.send([request(1, text)], 30_000)).toEqual([{ result: 'done' }])
  expect(inbox()).toEqual(['855.edi'])
  expect(readFileSync(server.at('in/855.edi'), 'utf8') === text).toBe(true)
  expect(await connection.send([request(2, text)], 30_000)).toEqual([{ result: 'done' }])
  renameSync(server.at('in/855.edi'), server.at('in/taken/855.edi'))
  expect(await connection.ask?.(request(2, text), 5_000)).toEqual({ result: 'done' })
  server.put('in/855.edi', 'somebody else’s')
  expect(await connection.send([request(1, 'ISA*')], 5_000)).toMatchObject([{ result: 'refused' }])
  expect(readFileSync(server.at('in/855.edi'), 'utf8')).toBe('somebody else’s')
})

test('a server that is away is later, and once it is back the file is there once', async () => {
  const connection = await dropping()
  expect(await connection.send([request(1, 'ISA*1')], 5_000)).toEqual([{ result: 'done' }])
  renameSync(server.at('in/855.edi'), server.at('out/855.edi'))
  await server.stop()
  const [outcome] = await connection.send([request(1, 'ISA*2')], 5_000)
  if (outcome?.result !== 'done') {
    await server.start(theirs)
    expect(await connection.send([request(2, 'ISA*2')], 5_000)).toEqual([{ result: 'done' }])
  }
  expect(inbox()).toEqual(['855.edi'])
})

test('a server that shows another certificate is told nothing (S06)', async () => {
  const connection = await dropping([selfSigned('files.bigbox.example', 2).certificate])
  expect(await connection.send([request(1, 'ISA*')], 5_000)).toMatchObject([
    { result: 'later', reason: expect.stringContaining('XD_FTPS_CERTIFICATE_REFUSED') },
  ])
  expect(inbox()).toEqual([])
})

test('files are listed with their times, links never, read whole, moved aside exactly, or deleted', async () => {
  const text = 'ST*850*0001~'.repeat(200_000)
  server.put('out/850.edi', text)
  server.put('out/851.edi', 'ISA*2')
  symlinkSync('/etc/hostname', server.at('out/link.edi'))
  const files = ftpsFolder({ ...host(), folder: server.at('out') }).open(ports)
  opened.keep(files)
  const entries = await files.list()
  expect(entries.filter(({ kind }) => kind === 'file').map(({ name, bytes }) => [name, bytes])).toEqual([
    ['850.edi', text.length],
    ['851.edi', 5],
  ])
  const [first, second] = entries
  if (!first || !second) throw new Error('nothing was listed')
  expect(Math.abs(first.changedAt - Date.now())).toBeLessThan(120_000)
  expect(Buffer.from(await files.read(first)).toString() === text).toBe(true)
  expect(await files.move(first, 'done', 'r1-850.edi')).toBe('moved')
  expect(await files.move(first, 'done', 'r1-850.edi')).toBe('gone')
  expect(await files.move({ ...second, bytes: 4 }, 'done', 'r2-851.edi')).toBe('changed')
  const deleting = ftpsFolder({ ...host(), folder: server.at('out'), afterwards: 'delete' }).open(ports)
  opened.keep(deleting)
  expect(await deleting.move(second, 'done', '')).toBe('moved')
  expect(readdirSync(server.at('out')).sort()).toEqual(['done', 'link.edi'])
})
