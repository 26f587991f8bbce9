/** What partners push to the hub's own SFTP doorway, into the real rooms; and what waits for them there. */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { secret } from '../../src/base/secret.ts'
import type { HubDefinition } from '../../src/config/define-hub.ts'
import type { Connection, OpenSource } from '../../src/connectors/contract.ts'
import { sftp, sftpFolder } from '../../src/connectors/sftp/index.ts'
import { keyPair } from '../../src/connectors/sftp/testing/sftp-server.ts'
import { sftpOut } from '../../src/connectors/sftp-doorway/index.ts'
import { csv, stockFile } from '../../src/documents/index.ts'
import type { SftpDoor } from '../../src/gateway/sftp/server.ts'
import type { RefusedAtDoor } from '../../src/governance/refusals.ts'
import { openSftpDoorway } from '../../src/hub/sftp-doorway.ts'
import { type Journey, openHub } from '../support/hub.ts'
import { acme, purchaseOrder850, smallBusiness } from '../support/retailer.ts'

const key = keyPair()
const counted = { sku: { required: true }, quantity: { type: 'integer', required: true } } as const
const stock = stockFile({ name: 'stock', uom: 'EA', layout: csv({ columns: counted }) })
const pushing: HubDefinition = {
  ...acme,
  sftp: { port: 0 },
  partners: (acme.partners ?? []).map((partner) =>
    partner.name === 'bigbox' || partner.name === 'harbor'
      ? {
          ...partner,
          pushes: { user: partner.name, keys: [key.public] },
          ...(partner.name === 'harbor' ? { files: [stock] } : {}),
        }
      : partner,
  ),
}

let hub: Journey
let door: SftpDoor
let dataFolder: string
let picksUp: boolean
let isAway: boolean
let by: Connection
let files: OpenSource
const said: string[] = []
const troubles: string[] = []
const refused: RefusedAtDoor[] = []

async function openDoor(limits: Parameters<typeof openSftpDoorway>[0]['limits'] = {}): Promise<SftpDoor> {
  const { intake } = hub.hub
  const opened = await openSftpDoorway({
    definition: pushing,
    hub: {
      tenant: hub.hub.tenant,
      core: hub.hub.core,
      intake: {
        ...intake,
        submit: (arrival, how) =>
          isAway ? Promise.reject(new Error('the database is away')) : hub.until(intake.submit(arrival, how)),
      },
    },
    dataFolder,
    secret: () => '',
    now: () => hub.time.now(),
    say: (sentence) => said.push(sentence),
    trouble: (what) => troubles.push(what),
    refused: (refusal) => refused.push(refusal),
    picksUp: () => picksUp,
    limits,
  })
  if (!opened) throw new Error('There is no doorway.')
  return opened
}

beforeEach(async () => {
  hub = await openHub(pushing, { edi: true, landscape: smallBusiness() })
  dataFolder = mkdtempSync(join(tmpdir(), 'crossdock-pushed-'))
  picksUp = true
  isAway = false
  for (const list of [said, troubles, refused]) list.length = 0
  door = await openDoor()
  const host = { host: '127.0.0.1', port: door.port, user: 'bigbox', key: secret('KEY'), hostKey: door.print }
  const ports = { now: () => 0, dataFolder: '.', secret: () => key.private }
  by = await sftp({ ...host, outbox: '/in' }).open(ports)
  files = sftpFolder({ ...host, folder: '/out', afterwards: 'delete' }).open(ports)
})
afterEach(async () => {
  await by.close()
  await files.close()
  await door.close()
  await hub.close()
  rmSync(dataFolder, { recursive: true })
})

let drops = 0
/** Pushes a file, as often as it is asked to. */
async function pushes(text: string, fileName = '850.edi', through = by) {
  drops += 1
  const [outcome] = await through.send(
    [{ key: `k${drops}`, verb: 'edi.send', body: Buffer.from(text), attempt: 1, args: { fileName } }],
    20_000,
  )
  await hub.settles()
  return outcome
}
const order = (number: string, control = 900) =>
  purchaseOrder850({ number, control, lines: [{ item: 'BOLT', quantity: 3 }] })

test('an 850 that is pushed is an order once the push is answered', async () => {
  expect(await pushes(order('PO-1'))).toEqual({ result: 'done' })
  expect(hub.of('order.received').map(({ customerOrder }) => customerOrder)).toEqual(['PO-1'])
  expect(hub.got('bigbox').slice(0, 2)).toEqual(['997', '855'])
})

test('S03: the same bytes again have no effect, under any name, and are acknowledged again; other bytes are another file', async () => {
  await pushes(order('PO-1'))
  const before = hub.documents('bigbox', '997').length
  expect(await pushes(order('PO-1'), 'again.edi')).toEqual({ result: 'done' })
  expect(hub.of('order.received')).toHaveLength(1)
  expect(hub.documents('bigbox', '997')).toHaveLength(before + 1)
  expect(await pushes(order('PO-2', 901))).toEqual({ result: 'done' })
  expect(hub.of('order.received')).toHaveLength(2)
})

test('what nobody can read is taken in all the same, and is one case when it is pushed again at once', async () => {
  for (let push = 0; push < 2; push += 1) expect(await pushes('no EDI at all', 'a.edi')).toEqual({ result: 'done' })
  expect(hub.of('report.refused')).toHaveLength(1)
})

test('a push that is thrown away is one case of its partner, however often it is tried; a file that fits is taken as ever', async () => {
  await door.close()
  door = await openDoor({ mostBytes: 1_000_000 })
  await by.close()
  const host = { host: '127.0.0.1', port: door.port, user: 'bigbox', key: secret('KEY'), hostKey: door.print }
  by = await sftp({ ...host, outbox: '/in' }).open({ now: () => 0, dataFolder: '.', secret: () => key.private })
  for (let push = 0; push < 2; push += 1)
    expect(await pushes('x'.repeat(1_000_001), 'large.edi')).not.toEqual({ result: 'done' })
  expect(hub.of('report.refused')).toMatchObject([
    {
      report: 'SFTP upload',
      code: 'XD_HUB_PUSH_REFUSED',
      reason: expect.stringMatching(/^\S*large\.edi\S* was pushed over SFTP and not taken in: More than/),
    },
  ])
  expect(hub.cases()).toMatchObject([{ cause: 'report refused', partner: 'bigbox' }])
  expect(await pushes('x'.repeat(1_000_001), 'other.edi')).not.toEqual({ result: 'done' })
  expect(hub.of('report.refused').map(({ reason }) => /(\w+)\.edi/.exec(reason)?.[1])).toEqual(['large', 'other'])
  expect(await pushes(order('PO-1'))).toEqual({ result: 'done' })
})

const MINUTE = 60_000
/** Harbor pushes how many bolts it has. */
async function harbor() {
  const host = { host: '127.0.0.1', port: door.port, user: 'harbor', key: secret('KEY'), hostKey: door.print }
  const line = await sftp({ ...host, outbox: '/in' }).open({ now: () => 0, dataFolder: '.', secret: () => key.private })
  return {
    line,
    counts: (bolts: number, name: string) => pushes(`sku,quantity\nBOLT,${bolts}\n`, name, line),
  }
}
/** What the hub made of the files that Harbor pushed. */
const verdicts = () =>
  [...hub.disk.receipts.values()]
    .filter(({ sender, channel }) => sender === 'harbor' && channel === 'sftp')
    .map(({ verdict }) => verdict)

test.each([
  ['names of their own', (at: number) => `stock-${at}.csv`],
  ['one name', () => 'stock.csv'],
])(
  'S03: a stock that is as it was before is a stock like any other, under %s: 100, 90, 100, 90',
  async (_under, nameOf) => {
    const { line, counts: push } = await harbor()
    for (const [at, bolts] of [100, 90, 100, 90].entries()) {
      expect(await push(bolts, nameOf(at))).toEqual({ result: 'done' })
    }
    await line.close()
    expect([said.length, troubles]).toEqual([1, []])
  },
)

test('S03: the last file of a name that comes again at once has no second effect, over a crash too, and somebody is told; later it is news', async () => {
  const first = await harbor()
  await first.counts(100, 'stock.csv')
  await first.line.close()
  await door.close()
  door = await openDoor() // it was killed before it could say yes
  const second = await harbor()
  said.length = 0
  expect(await second.counts(100, 'stock.csv')).toEqual({ result: 'done' })
  expect(verdicts()).toEqual(['accepted', 'repeat'])
  expect(said).toEqual([expect.stringMatching(/^harbor pushed stock.csv again with the same content: receipt r/)])
  await hub.passes(11 * MINUTE)
  await second.counts(100, 'stock.csv')
  await second.counts(100, 'copy.csv')
  expect(verdicts()).toEqual(['accepted', 'repeat', 'accepted', 'accepted'])
  expect(said).toHaveLength(1)
  await second.line.close()
})

test('S03: a push that was refused for now is not taken for one that was taken in', async () => {
  const { line, counts: push } = await harbor()
  isAway = true
  expect(await push(100, 'stock.csv')).toMatchObject({ result: 'later' })
  isAway = false
  expect(await push(100, 'stock.csv')).toEqual({ result: 'done' })
  expect(verdicts()).toEqual(['accepted'])
  expect(said).toHaveLength(1)
  await line.close()
})

test('while nothing can be stored the push is answered with no, and with yes when it comes again', async () => {
  isAway = true
  expect(await pushes(order('PO-1'))).toMatchObject({ result: 'later' })
  expect(troubles).toEqual(['850.edi of bigbox could not be taken in'])
  isAway = false
  picksUp = false
  expect(await pushes(order('PO-1'))).toMatchObject({ result: 'later', reason: expect.stringContaining('later') })
  picksUp = true
  expect(await pushes(order('PO-1'))).toEqual({ result: 'done' })
  expect(hub.of('order.received')).toHaveLength(1)
})

test('what is sent waits in out/ until it is fetched, and then it is known that it was', async () => {
  const reach = await sftpOut({ user: 'bigbox' }).open({ now: () => 0, dataFolder, secret: () => '' })
  const request = { key: 'k', verb: 'edi.send', body: Buffer.from('ISA*1'), attempt: 1, args: { fileName: '855.edi' } }
  expect(await reach.send([request], 1_000)).toEqual([{ result: 'done' }])
  const [entry] = await files.list()
  expect(entry).toMatchObject({ name: '855.edi', bytes: 5 })
  if (entry) expect(await files.move(entry, 'done', '')).toBe('moved')
  expect(await files.list()).toEqual([])
  expect(await reach.ask?.({ ...request, attempt: 2 }, 1_000)).toEqual({ result: 'done' })
})

test('the host key is made once and kept to ourselves; who cannot sign in is noted', async () => {
  expect(said).toEqual([`SFTP for partners at 127.0.0.1:${door.port}; its host key is ${door.print}.`])
  expect(statSync(join(dataFolder, 'sftp/host_key')).mode & 0o777).toBe(0o600)
  const before = door.print
  await door.close()
  door = await openDoor()
  expect(door.print).toBe(before)
  const stranger = keyPair()
  const other = await sftp({
    host: '127.0.0.1',
    port: door.port,
    user: 'bigbox',
    key: secret('KEY'),
    hostKey: door.print,
    outbox: '/in',
  }).open({ now: () => 0, dataFolder: '.', secret: () => stranger.private })
  const request = { key: 'k', verb: 'edi.send', body: Buffer.from('x'), attempt: 1, args: {} }
  expect(await other.send([request], 5_000)).toMatchObject([
    { result: 'later', reason: expect.stringContaining('authentication') },
  ])
  await other.close()
  await door.close()
  expect(refused.map(({ code, source }) => [code, source])).toEqual([['XD_SFTPDOOR_SIGN_IN_REFUSED', '127.0.0.1']])
})
