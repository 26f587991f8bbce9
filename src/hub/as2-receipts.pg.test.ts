import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { secret } from '../base/secret.ts'
import { as2 } from '../connectors/as2/index.ts'
import { entityOf, inbound } from '../connectors/as2/message.ts'
import { openParties } from '../connectors/as2/parties.ts'
import type { Receipt } from '../connectors/as2/receipt.ts'
import { selfSigned } from '../connectors/as2/testing/self-signed.ts'
import type { Outgoing } from '../connectors/contract.ts'
import { as2PortsOf } from './as2.ts'
import { receiptBook, sweepReceipts } from './as2-receipts.ts'

const database = testDatabase()
let pool: pg.Pool
const query = async (text: string, values: readonly unknown[]) =>
  (await pool.query(text, [...values])).rows as Record<string, unknown>[]
const us = selfSigned('Acme Supply', 1)
const them = selfSigned('Big Box', 2)
const ports = { now: () => 0, secret: (name: string) => (name === 'US' ? us.key : them.key), dataFolder: '.' }
const theirs = openParties(
  {
    ours: 'BIGBOX',
    theirs: 'ACME',
    own: [{ certificate: them.certificate, key: secret('THEM') }],
    certificates: [us.certificate],
  },
  ports,
)

/** What the partner would confirm: it takes every message, and says nothing yet. */
const owed: Receipt[] = []
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const { headers, body } = { headers: request.headers, body: Buffer.concat(chunks) }
  const read = inbound(entityOf(headers, body), theirs, 'sha-256')
  owed.push({ about: headers['message-id'] as string, ...(read.mic ? { mic: read.mic } : {}) })
  response.end()
})
beforeAll(async () => {
  pool = new pg.Pool({ connectionString: database.url, max: 4 })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
})
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve))
  await pool.end()
})

const unheard = () => expect.unreachable('nothing goes wrong at the door')

/** One instance of a hub: its own connector and its own door, on the database of all. */
async function instance() {
  const reach = as2({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    receiptsAt: 'https://acme.example/as2',
    ours: 'ACME',
    theirs: 'BIGBOX',
    own: [{ certificate: us.certificate, key: secret('US') }],
    certificates: [them.certificate],
  })
  const door = as2PortsOf(
    { partners: [{ name: 'bigbox', reach, speaks: {} as never }] },
    ports,
    { trouble: unheard, hub: { tenant: 'acme', core: { journal: { submit: unheard } } }, now: () => 0 },
    receiptBook(query),
  )
  const connection = await reach.open(ports)
  return {
    sends: async (one: Outgoing, timeoutMs: number) => (await connection.send([one], timeoutMs))[0],
    hears: async (receipt: Receipt) => door.as2Partner('ACME', 'BIGBOX')?.confirmed(receipt),
    reach,
  }
}

const message = (key: string): Outgoing => ({
  key,
  verb: 'edi.send',
  body: Buffer.from('ISA*00*~'),
  attempt: 1,
  args: {},
})
const owing = async (count: number): Promise<Receipt> => {
  while (owed.length < count) await new Promise((resolve) => setTimeout(resolve, 5))
  return owed[count - 1] as Receipt
}

test('a receipt that comes to another instance confirms the message that waits for it', async () => {
  const [sender, other] = [await instance(), await instance()]
  const outcome = sender.sends(message('m/1'), 20_000)
  const receipt = await owing(1)
  expect(await other.hears({ ...receipt, about: '<unknown@acme>' })).toBe(false)
  expect(await other.hears(receipt)).toBe(true)
  expect(await outcome).toMatchObject({ result: 'done', answer: { messageId: receipt.about } })
  expect(sender.reach.waiting.size).toBe(0)
})

test('a receipt that comes when its instance is gone confirms the next try, and nothing is sent again', async () => {
  const gone = await instance()
  expect(await gone.sends(message('m/2'), 50)).toMatchObject({ result: 'unknown' })
  const receipt = await owing(2)
  expect(await (await instance()).hears(receipt)).toBe(true)
  const next = await instance()
  expect(await next.sends({ ...message('m/2'), attempt: 2 }, 20_000)).toMatchObject({ result: 'done' })
  expect(owed).toHaveLength(2)
})

test('a no that came before does not answer the next try; a wait that is long over is dropped', async () => {
  const [sender, other] = [await instance(), await instance()]
  expect(await sender.sends(message('m/3'), 50)).toMatchObject({ result: 'unknown' })
  await other.hears({ ...(await owing(3)), refused: 'processed/error: decryption-failed' })
  const outcome = sender.sends({ ...message('m/3'), attempt: 2 }, 20_000)
  await other.hears(await owing(4))
  expect(await outcome).toMatchObject({ result: 'done' })
  await query(`update as2_wait set sent_at = now() - interval '40 days' where message_id = $1`, [owed[0]?.about])
  await sweepReceipts(query)
  const left = await query('select message_id from as2_wait', [])
  expect(left.map((row) => row['message_id']).toSorted()).toEqual([owed[1]?.about, owed[2]?.about].toSorted())
})
