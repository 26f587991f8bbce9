import { expect, test } from 'vitest'
import { placeKey } from '../base/ids.ts'
import type { Connection, Connector, DeliveryClass, Outcome, Outgoing } from '../connectors/contract.ts'
import { guard } from './life.ts'

const REASON = 'This hub was restored from a backup of yesterday.'

/** A target that writes down what reaches it and knows the keys it is told to know. */
async function target(
  deliveryClass: DeliveryClass,
  { known = [] as string[], isMailbox = false, settled = false } = {},
) {
  const sent: string[] = []
  const asked: string[] = []
  const inner: Connection = {
    send: async (requests) => {
      sent.push(...requests.map(({ key }) => key))
      return requests.map((): Outcome => ({ result: 'done', answer: { fresh: true } }))
    },
    ask: async ({ key }) => {
      asked.push(key)
      return known.includes(key)
        ? { result: 'done', answer: { kept: true } }
        : { result: 'later', reason: 'unknown here' }
    },
    close: async () => {},
  }
  const connector: Connector = {
    kind: 'test',
    deliveryClass,
    batch: 10,
    concurrency: 1,
    timeoutMs: 1,
    open: async () => inner,
  }
  const guarded = guard(connector, { isMailbox, reason: REASON, isSettled: () => settled })
  const connection = await guarded.open({ now: () => 0, secret: () => '', dataFolder: '' })
  return { guarded, connection, sent, asked }
}

const request = (key: string, attempt = 1, args: Record<string, unknown> = {}): Outgoing => ({
  key,
  verb: 'order.post',
  body: new Uint8Array(),
  attempt,
  args,
})

test('class A gets its requests under their keys: it recognises what it did before', async () => {
  const { connection, sent, asked } = await target('A')
  expect(await connection.send([request('a'), request('b')], 1)).toHaveLength(2)
  expect([sent, asked]).toEqual([['a', 'b'], []])
})

test('class B is asked first, and sent only what is not there; outcomes stay in order', async () => {
  const { connection, sent } = await target('B', { known: ['b'] })
  const outcomes = await connection.send([request('a'), request('b'), request('c')], 1)
  expect(sent).toEqual(['a', 'c'])
  expect(outcomes.map((outcome) => (outcome as { answer?: object }).answer)).toEqual([
    { fresh: true },
    { kept: true },
    { fresh: true },
  ])
})

test('class C is not sent: it is in doubt, with the reason; redelivered by a person it goes', async () => {
  const { guarded, connection, sent } = await target('C')
  expect(guarded.deliveryClass).toBe('C')
  expect(await connection.send([request('a')], 1)).toEqual([{ result: 'unknown', reason: REASON, healthy: true }])
  expect(connection.ask).toBeUndefined() // what is blind cannot be asked, whatever its connector could do
  expect(sent).toEqual([])
  await connection.send([request('a', 2)], 1)
  expect(sent).toEqual(['a'])
})

test('a document to a partner is in doubt like class C; an acknowledgement is an answer and goes', async () => {
  const { guarded, connection, sent } = await target('B', { isMailbox: true })
  expect(guarded.deliveryClass).toBe('C')
  const outcomes = await connection.send(
    [request('a', 1, { fileName: '855-000010001.edi' }), request('b', 1, { fileName: '997-000010002.edi' })],
    1,
  )
  expect(outcomes.map(({ result }) => result)).toEqual(['unknown', 'done'])
  expect(sent).toEqual(['b'])
})

test('what has no identity of its own waits until the restore is settled, however it is tried', async () => {
  const key = `erp:order.cancel:o0-5f-1/cancelled/${placeKey(77)}`
  const { connection, sent, asked } = await target('A')
  expect(await connection.send([request(key)], 1)).toMatchObject([{ result: 'later', reason: REASON }])
  expect(await connection.ask?.(request(key), 1)).toMatchObject({ result: 'later', reason: REASON })
  expect([sent, asked]).toEqual([[], []])
})

test('once it is settled everything is sent as always', async () => {
  for (const deliveryClass of ['A', 'B', 'C'] as const) {
    const { connection, sent, asked } = await target(deliveryClass, { settled: true })
    await connection.send([request('a'), request(`b/${placeKey(1)}`)], 1)
    expect([sent, asked]).toEqual([['a', `b/${placeKey(1)}`], []])
  }
})
