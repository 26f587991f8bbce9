/** The hub's own SFTP doorway, spoken to by Debian's `sftp`: what our client asks is not all that partners' clients ask. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { PartnerDefinition } from '../../src/config/define-hub.ts'
import { keyPair } from '../../src/connectors/sftp/testing/sftp-server.ts'
import type { SftpDoor } from '../../src/gateway/sftp/server.ts'
import { openSftpDoorway } from '../../src/hub/sftp-doorway.ts'
import type { Arrival } from '../../src/intake/arrival.ts'
import { OpenSshClient } from './openssh-client.ts'

const key = keyPair()
let dataFolder: string
let door: SftpDoor
let client: OpenSshClient
let taken: Arrival[]
let isAway: boolean

beforeEach(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'crossdock-doorway-'))
  taken = []
  isAway = false
  const submit = async (arrival: Arrival) => {
    if (isAway) throw new Error('the database is away')
    taken.push(arrival)
    return { status: 202, body: {}, receipt: `r${taken.length}` }
  }
  const opened = await openSftpDoorway({
    definition: {
      sftp: { port: 0 },
      partners: [{ name: 'harbor', pushes: { user: 'harbor', keys: [key.public] } } as unknown as PartnerDefinition],
    },
    hub: { tenant: 'acme', core: undefined as never, intake: { submit } as never },
    dataFolder,
    secret: () => '',
    now: Date.now,
    say: () => {},
    trouble: () => {},
    refused: () => {},
  })
  if (!opened) throw new Error('There is no doorway.')
  door = opened
  client = new OpenSshClient('harbor', key, door.port)
})
afterEach(async () => {
  client.end()
  await door.close()
  rmSync(dataFolder, { recursive: true })
})

const came = () => taken.map(({ fileName, bytes }) => [fileName, Buffer.from(bytes).toString()])
const at = (name: string) => join(dataFolder, 'sftp/harbor', name)

test('files are put, with their times too, under a temporary name too, and are taken in once each', async () => {
  client.put('945.edi', 'ISA*1')
  client.put('big.edi', 'REF*IV*0123456789~'.repeat(300_000))
  const said = await client.run([
    'cd in',
    'put -p 945.edi',
    'put 945.edi 946.edi.part',
    'rename 946.edi.part 946.edi',
    'put big.edi',
    'ls -l',
  ])
  expect(said).toMatchObject({ code: 0 })
  expect(came().map(([name, text]) => [name, text?.length])).toEqual([
    ['945.edi', 5],
    ['946.edi', 5],
    ['big.edi', 5_400_000],
  ])
  expect(readdirSync(at('unfinished'))).toEqual([])
})

test('an upload that broke off is gone on with, and counts once it is whole', async () => {
  client.put('945.edi.part', 'ISA*')
  expect(await client.run(['put 945.edi.part in/945.edi.part'])).toMatchObject({ code: 0 })
  client.put('945.edi.part', 'ISA*00*12345')
  expect(await client.run(['reput 945.edi.part in/945.edi.part', 'rename in/945.edi.part in/945.edi'])).toMatchObject({
    code: 0,
  })
  expect(came()).toEqual([['945.edi', 'ISA*00*12345']])
})

test('what waits is listed, fetched and removed', async () => {
  const text = 'ST*940*0001~'.repeat(200_000)
  writeFileSync(at('out/940.edi'), text)
  symlinkSync('/etc/hostname', at('out/link.edi'))
  const said = await client.run(['ls -l out', 'get out/940.edi', 'rm out/940.edi', 'ls out'])
  expect(said.code).toBe(0)
  expect(said.text).toContain('940.edi')
  expect(said.text).not.toContain('link.edi')
  expect(readFileSync(client.at('940.edi'), 'utf8') === text).toBe(true)
  expect([readdirSync(at('out')), readdirSync(at('taken'))]).toEqual([['link.edi'], ['940.edi']])
})

test('while nothing can be stored a put fails, loudly, and succeeds when it is tried again', async () => {
  client.put('945.edi', 'ISA*1')
  isAway = true
  expect((await client.run(['put 945.edi in/'])).code).not.toBe(0)
  isAway = false
  expect(await client.run(['put 945.edi in/'])).toMatchObject({ code: 0 })
  expect(came()).toEqual([['945.edi', 'ISA*1']])
})

test.each([
  ['a folder', 'mkdir in/new'],
  ['a link', 'ln -s /etc/passwd in/link'],
  ['a way out', 'get ../../../../etc/passwd'],
  ['another place', 'put key /etc/key'],
  ['what was taken in', 'get in/945.edi'],
  ['another name for what waits', 'rename out/940.edi out/941.edi'],
])('%s is refused', async (_what, command) => {
  client.put('945.edi', 'ISA*1')
  writeFileSync(at('out/940.edi'), 'ISA*2')
  const said = await client.run(['put 945.edi in/', command])
  expect(said.code).not.toBe(0)
  expect(came()).toEqual([['945.edi', 'ISA*1']])
})

test('somebody else’s key, and a shell, get nobody in', async () => {
  const stranger = new OpenSshClient('harbor', keyPair(), door.port)
  expect(await stranger.run(['ls'])).toMatchObject({ code: 255 })
  stranger.end()
  expect((await client.run(['!true', 'ls'], '-s', '/bin/sh')).code).not.toBe(0)
})
