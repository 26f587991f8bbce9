import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { secret } from '../base/secret.ts'
import type { PartnerDefinition } from '../config/define-hub.ts'
import { type SftpFolderOptions, sftpFolder } from '../connectors/sftp/index.ts'
import { type KeyPair, keyPair, SftpServer } from '../connectors/sftp/testing/sftp-server.ts'
import type { Arrival } from '../intake/arrival.ts'
import { type FolderDoors, openFolderDoors } from './folder-doors.ts'

let hostKey: KeyPair
let clientKey: KeyPair
let server: SftpServer
let doors: FolderDoors | undefined
let taken: Arrival[]
let troubles: string[]

beforeAll(() => {
  hostKey = keyPair()
  clientKey = keyPair()
})
beforeEach(async () => {
  server = new SftpServer(clientKey)
  await server.listen(hostKey)
  taken = []
  troubles = []
})
afterEach(async () => {
  await doors?.close()
  await server.close()
})

/** The doors of a hub with one partner on the server, looked into when a test says so, every half minute of its clock. */
function watching(more: Partial<SftpFolderOptions> = {}): FolderDoors {
  const pickUp = sftpFolder({
    host: '127.0.0.1',
    port: server.port,
    user: 'acme',
    key: secret('KEY'),
    hostKey: hostKey.print,
    folder: '/out',
    every: '1h',
    ...more,
  })
  let now = 7
  const opened = openFolderDoors({
    definition: { partners: [{ name: 'bigbox', pickUp } as unknown as PartnerDefinition] },
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
    trouble: (what) => troubles.push(what),
    now: () => now,
  })
  doors = opened
  const poll = () => {
    now += 30_000
    return opened.poll()
  }
  return { ...opened, poll }
}

const texts = () => taken.map(({ bytes }) => Buffer.from(bytes).toString())

test('S01: a file on a server is taken once it stands still, and moved only then; unfinished names are left alone', async () => {
  const { poll } = watching()
  server.put('/out/850.edi', 'IS', 1)
  server.put('/out/851.edi.part', 'IS', 1)
  await poll()
  server.put('/out/850.edi', 'ISA*', 2)
  await poll()
  expect(taken).toEqual([])
  await poll()
  await poll()
  expect(taken).toMatchObject([{ tenant: 'acme', system: 'bigbox', channel: 'folder', fileName: '850.edi' }])
  expect(server.names('/out/done')).toEqual(['r1-850.edi'])
  expect(server.names('/out')).toEqual(['851.edi.part'])
})

test('S01: with a marker a file is taken at the first look, and the marker goes with it; without it never', async () => {
  const { poll } = watching({ marker: '.done' })
  server.put('/out/850.edi', 'ISA*1')
  server.put('/out/850.edi.done', '')
  await poll()
  expect(texts()).toEqual(['ISA*1'])
  expect(server.names('/out/done')).toEqual(['r1-850.edi', 'r1-850.edi.done'])
  server.put('/out/850.edi', 'ISA*2')
  for (let look = 0; look < 4; look += 1) await poll()
  expect(texts()).toEqual(['ISA*1'])
})

test('S01: a time of one’s own for standing still', async () => {
  const { poll } = watching({ quietFor: '45s' })
  server.put('/out/orders.csv', 'PO\n')
  for (let look = 0; look < 2; look += 1) await poll()
  expect(taken).toEqual([])
  await poll()
  expect(texts()).toEqual(['PO\n'])
})

test('S02: names that lead elsewhere are left alone with an alert; strange ones are data', async () => {
  const { poll } = watching()
  const strange = `a b\n${'x'.repeat(250)}\u202e.edi`
  for (const name of [strange, '..\\..\\boot.ini']) server.put(`/out/${name}`, `ISA*${name.length}`)
  await poll()
  await poll()
  expect(taken.map(({ fileName }) => fileName)).toEqual([strange])
  expect(server.names('/out/done')).toEqual([expect.stringMatching(/^r1-[\w.-]{100}$/)])
  expect(troubles).toEqual(['bigbox, ..\\..\\boot.ini: it is no plain file'])
})

test('S03: a name again with other bytes is another file', async () => {
  const { poll } = watching()
  for (const [text, changedAt] of [
    ['ISA*1', 1],
    ['ISA*2', 2],
  ] as const) {
    server.put('/out/850.edi', text, changedAt)
    await poll()
    await poll()
  }
  expect(texts()).toEqual(['ISA*1', 'ISA*2'])
  expect(new Set(taken.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2)
})

test('S04: links and folders are never followed', async () => {
  const { poll } = watching()
  server.link('/out/850.edi')
  await poll()
  await poll()
  expect(taken).toEqual([])
  expect(server.ledger).toEqual([])
  expect(troubles).toEqual(['bigbox, 850.edi: it is no plain file'])
})

test('S06: a server with another host key is told of, and nothing is taken from it', async () => {
  const { poll } = watching({ hostKey: clientKey.print })
  server.put('/out/850.edi', 'ISA*1')
  for (let look = 0; look < 3; look += 1) await poll()
  expect(taken).toEqual([])
  expect(troubles).toHaveLength(3)
  expect(server.connections).toBe(1)
})

test('S07: a file that cannot be moved after the commit has no second effect, and somebody is told', async () => {
  const { poll } = watching()
  server.put('/out/850.edi', 'ISA*1')
  server.faults.readOnly = true
  for (let look = 0; look < 4; look += 1) await poll()
  expect(taken).toHaveLength(1)
  expect(troubles).toEqual(['bigbox, 850.edi: it was taken in but cannot be moved to done'])
  server.faults.readOnly = false
  await poll()
  expect(taken).toHaveLength(1)
  expect(server.names('/out/done')).toEqual(['r1-850.edi'])
})

test('S08: a transfer that breaks off half way is fetched again, and its half never read', async () => {
  const { poll } = watching()
  const text = 'REF*IV*0123456789~'.repeat(10_000)
  server.put('/out/850.edi', text)
  await poll()
  server.faults.cutAfterBytes = text.length / 2
  await poll()
  expect(taken).toEqual([])
  expect(troubles).toEqual(['bigbox, 850.edi: it could not be taken in; it stays for the next look'])
  await poll()
  expect(texts()).toEqual([text])
})
