/** SFTP against Debian's OpenSSH: what the server in our own process does, a real one must do, too. */
import { existsSync, readdirSync, readFileSync, renameSync, symlinkSync, utimesSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { secret } from '../../src/base/secret.ts'
import type { PartnerDefinition } from '../../src/config/define-hub.ts'
import type { Connection, Outgoing } from '../../src/connectors/contract.ts'
import { sftp, sftpFolder } from '../../src/connectors/sftp/index.ts'
import { keyPair } from '../../src/connectors/sftp/testing/sftp-server.ts'
import { openFolderDoors } from '../../src/hub/folder-doors.ts'
import type { Arrival } from '../../src/intake/arrival.ts'
import { OpenSshServer } from './openssh-server.ts'

const hostKey = keyPair()
let server: OpenSshServer
const open: { close(): Promise<unknown> }[] = []

beforeEach(async () => {
  server = new OpenSshServer()
  await server.start(hostKey)
})
afterEach(async () => {
  for (const one of open.splice(0)) await one.close()
  await server.end()
})

const host = () => ({
  host: '127.0.0.1',
  port: server.port,
  user: server.user,
  key: secret('KEY'),
  hostKey: hostKey.print,
})

async function dropping(): Promise<Connection> {
  const { clientKey } = server
  const connector = sftp({ ...host(), outbox: server.at('in'), taken: server.at('in/taken') })
  const connection = await connector.open({ now: () => 0, dataFolder: '.', secret: () => clientKey.private })
  open.push(connection)
  return connection
}

const request = (body: string, attempt = 1): Outgoing => ({
  key: 'mailbox/bigbox/1',
  verb: 'edi.send',
  body: Buffer.from(body),
  attempt,
  args: { fileName: '855.edi' },
})
const inbox = () => readdirSync(server.at('in')).filter((name) => name !== 'taken')

test('a file of some megabytes is dropped whole, found again by a later attempt, and known once it was taken', async () => {
  const connection = await dropping()
  const text = 'REF*IV*0123456789~'.repeat(200_000)
  expect(await connection.send([request(text)], 30_000)).toEqual([{ result: 'done' }])
  expect(inbox()).toEqual(['855.edi'])
  expect(readFileSync(server.at('in/855.edi'), 'utf8') === text).toBe(true)
  expect(await connection.send([request(text, 2)], 30_000)).toEqual([{ result: 'done' }])
  renameSync(server.at('in/855.edi'), server.at('in/taken/855.edi'))
  expect(await connection.ask?.(request(text, 2), 5_000)).toEqual({ result: 'done' })
  expect(inbox()).toEqual([])
})

test('another file under the name is never written over (S09)', async () => {
  server.put('in/855.edi', 'somebody else’s')
  expect(await (await dropping()).send([request('ISA*')], 5_000)).toMatchObject([{ result: 'refused' }])
  expect(readFileSync(server.at('in/855.edi'), 'utf8')).toBe('somebody else’s')
})

test('a server that is away is later, and once it is back the file is there once', async () => {
  const connection = await dropping()
  await server.stop()
  expect(await connection.send([request('ISA*1')], 5_000)).toMatchObject([{ result: 'later' }])
  await server.start(hostKey)
  expect(await connection.send([request('ISA*1', 2)], 5_000)).toEqual([{ result: 'done' }])
  expect(inbox()).toEqual(['855.edi'])
})

test('a server that shows another host key is told nothing any more (S06)', async () => {
  const connection = await dropping()
  await server.stop()
  await server.start(keyPair())
  for (const attempt of [1, 2])
    expect(await connection.send([request('ISA*', attempt)], 5_000)).toMatchObject([
      { result: 'later', reason: expect.stringContaining('XD_SFTP_HOST_KEY_CHANGED') },
    ])
  expect(server.said.match(/Connection closed by 127\.0\.0\.1/g)?.length ?? 0).toBeLessThanOrEqual(3)
  expect(inbox()).toEqual([])
})

test('files are picked up in the order they were written, links never, and moved aside', async () => {
  const { clientKey } = server
  const taken: Arrival[] = []
  const alerts: string[] = []
  const partner = {
    name: 'bigbox',
    pickUp: sftpFolder({ ...host(), folder: server.at('out'), every: '1h', quietFor: '0ms' }),
  }
  const doors = openFolderDoors({
    definition: { partners: [partner as unknown as PartnerDefinition] },
    hub: {
      tenant: 'acme',
      intake: {
        submit: async (arrival: Arrival) => {
          taken.push(arrival)
          return { status: 202, body: {}, receipt: `r${taken.length}` }
        },
      } as never,
    },
    dataFolder: '.',
    secret: () => clientKey.private,
    trouble: (what) => alerts.push(what),
  })
  open.push(doors)
  server.put('out/b.edi', 'ISA*1')
  utimesSync(server.at('out/b.edi'), 1_767_600_000, 1_767_600_000)
  server.put('out/a.edi', 'ISA*2')
  server.put('out/c.edi.part', 'ISA*3')
  symlinkSync('/etc/hostname', server.at('out/link.edi'))
  await doors.poll()
  expect(taken).toEqual([])
  await doors.poll()
  expect(taken.map(({ fileName }) => fileName)).toEqual(['b.edi', 'a.edi'])
  expect(readdirSync(server.at('out/done')).sort()).toEqual(['r1-b.edi', 'r2-a.edi'])
  expect(alerts).toEqual(['bigbox, link.edi: it is no plain file'])
  expect(existsSync(server.at('out/c.edi.part'))).toBe(true)
})
