/** SFTP against Debian's OpenSSH: what the server in our own process does, a real one must do, too. */
import { existsSync, readdirSync, readFileSync, renameSync, symlinkSync, utimesSync } from 'node:fs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { secret } from '../../src/base/secret.ts'
import type { PartnerDefinition } from '../../src/config/define-hub.ts'
import type { Connection } from '../../src/connectors/contract.ts'
import { Opened, request } from '../../src/connectors/remote-folder/testing/dropping.ts'
import { sftp, sftpFolder } from '../../src/connectors/sftp/index.ts'
import { keyPair } from '../../src/connectors/sftp/testing/sftp-server.ts'
import { openFolderDoors } from '../../src/hub/folder-doors.ts'
import type { Arrival } from '../../src/intake/arrival.ts'
import { OpenSshServer } from './openssh-server.ts'

const hostKey = keyPair()
let server: OpenSshServer
const opened = new Opened()

beforeEach(async () => {
  server = new OpenSshServer()
  await server.start(hostKey)
})
afterEach(async () => {
  await opened.close()
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
  expect(inbox()).toEqual([])
})

test('another file under the name is never written over (S09)', async () => {
  server.put('in/855.edi', 'somebody else’s')
  expect(await (await dropping()).send([request(1, 'ISA*')], 5_000)).toMatchObject([{ result: 'refused' }])
  expect(readFileSync(server.at('in/855.edi'), 'utf8')).toBe('somebody else’s')
})

test('a server that is away is later, and once it is back the file is there once', async () => {
  const connection = await dropping()
  await server.stop()
  expect(await connection.send([request(1, 'ISA*1')], 5_000)).toMatchObject([{ result: 'later' }])
  await server.start(hostKey)
  expect(await connection.send([request(2, 'ISA*1')], 5_000)).toEqual([{ result: 'done' }])
  expect(inbox()).toEqual(['855.edi'])
})

test('a server that shows another host key is told nothing any more (S06)', async () => {
  const connection = await dropping()
  await server.stop()
  await server.start(keyPair())
  for (const attempt of [1, 2])
    expect(await connection.send([request(attempt, 'ISA*')], 5_000)).toMatchObject([
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
  opened.keep(doors)
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
