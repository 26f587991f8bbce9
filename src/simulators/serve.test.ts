import { afterEach, expect, test } from 'vitest'
import { systemClock } from '../base/clock.ts'
import { seededRandom } from '../base/random.ts'
import type { Outgoing } from '../connectors/contract.ts'
import { http } from '../connectors/http/index.ts'
import { Erp } from './erp/erp.ts'
import { buildLandscape } from './landscape.ts'
import { MemoryLedger } from './ledger.ts'
import { Mischief } from './misbehaviour.ts'
import { type Served, serve, takenFrom } from './serve.ts'

const landscape = buildLandscape({ seed: 7, items: 50 })
let open: Served | undefined

afterEach(async () => {
  await open?.close()
  open = undefined
})

async function servedErp(): Promise<string> {
  const erp = new Erp({ name: 'erp', seed: 7 }, landscape, {
    clock: systemClock,
    random: seededRandom(7),
    ledger: new MemoryLedger('erp'),
    schedule: (ms, fn) => void setTimeout(fn, ms).unref(),
    emit: async () => 'ok',
  })
  open = await serve(erp, { silentMs: 50 })
  return open.url
}

const order = { order: 'o1', customer: 'C0001', lines: [] }
const post = (url: string, key: string, body: object = order) =>
  fetch(`${url}/requests/order.post`, {
    method: 'POST',
    headers: { 'idempotency-key': key, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
const misbehave = (url: string, rules: object) =>
  fetch(`${url}/misbehave`, { method: 'POST', body: JSON.stringify(rules) })
const effects = async (url: string) => {
  const text = await (await fetch(`${url}/ledger`)).text()
  const rows = text.trim().split('\n').filter(Boolean)
  return rows.map((row) => (JSON.parse(row) as { kind: string }).kind)
}

test('an order posted over HTTP gets a number, and the same number when it is posted again', async () => {
  const url = await servedErp()
  expect(await (await post(url, 'k1')).json()).toEqual({ number: 'SO0000001' })
  expect(await (await post(url, 'k1')).json()).toEqual({ number: 'SO0000001' })
  expect(await effects(url)).toEqual(['effect', 'repeat'])
})

test('the connector says of a repeated key that it was a repeat, alone and in a batch; of its own second attempt it cannot', async () => {
  const url = await servedErp()
  const ports = { now: () => Date.now(), secret: () => '', dataFolder: '.' }
  const connection = await http({ url, batch: 10 }).open(ports)
  const body = new TextEncoder().encode(JSON.stringify(order))
  const asked = (key: string, attempt = 1): Outgoing => ({ key, verb: 'order.post', body, attempt, args: {} })
  const repeats = async (...requests: Outgoing[]) =>
    (await connection.send(requests, 2_000)).map((one) => one.result === 'done' && one.repeat === true)
  expect(await repeats(asked('k1'))).toEqual([false])
  expect(await repeats(asked('k1'))).toEqual([true])
  expect(await repeats(asked('k1', 2))).toEqual([false])
  expect(await repeats(asked('k1'), asked('k2'), asked('k1', 2))).toEqual([true, false, false])
  await connection.close()
})

test('a request without a key is refused before anything happens', async () => {
  const url = await servedErp()
  const response = await fetch(`${url}/requests/order.post`, { method: 'POST', body: JSON.stringify(order) })
  expect(response.status).toBe(400)
  expect(await effects(url)).toEqual([])
})

test('after a silence the caller can ask whether the effect is there', async () => {
  const url = await servedErp()
  await misbehave(url, { timeoutAfterEffect: 1 })
  await expect(post(url, 'k1')).rejects.toThrow()
  const known = await (await fetch(`${url}/requests?key=k1`)).json()
  expect(known).toEqual({ known: true, answer: { number: 'SO0000001' } })
  expect(await (await fetch(`${url}/requests?key=k2`)).json()).toEqual({ known: false })
})

test.each(['cutAnswer', 'notJson'])(
  '%s leaves the caller without an answer although the effect is there',
  async (how) => {
    const url = await servedErp()
    await misbehave(url, { [how]: 1 })
    await expect(post(url, 'k1').then((response) => response.json())).rejects.toThrow()
    expect(await effects(url)).toEqual(['fault', 'effect', 'withheld'])
  },
)

test('a system that is down neither answers nor does anything, and comes back', async () => {
  const url = await servedErp()
  await misbehave(url, { down: true })
  await expect(post(url, 'k1')).rejects.toThrow()
  await misbehave(url, { down: false })
  expect((await post(url, 'k1')).status).toBe(200)
  expect(await effects(url)).toEqual(['fault', 'effect'])
})

test('429 carries Retry-After and has no effect', async () => {
  const url = await servedErp()
  await misbehave(url, { throttle429: 1, retryAfterSeconds: 3 })
  const response = await post(url, 'k1')
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '3'])
  expect(await effects(url)).toEqual(['fault'])
})

test('a batch answers each line by itself', async () => {
  const url = await servedErp()
  const lines = ['a', 'b', 'a'].map((key) => JSON.stringify({ verb: 'order.post', key, body: order }))
  const wrong = JSON.stringify({ verb: 'order.dance', key: 'c', body: order })
  const response = await fetch(`${url}/requests`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: `${[...lines, wrong].join('\n')}\n`,
  })
  const answers = (await response.text()).trim().split('\n')
  expect(answers.map((line) => (JSON.parse(line) as { status: number }).status)).toEqual([200, 200, 200, 404])
  expect(await effects(url)).toEqual(['effect', 'effect', 'repeat', 'refused'])
})

const keysOf = (...keys: readonly string[]): Outgoing[] => {
  const body = new TextEncoder().encode(JSON.stringify(order))
  return keys.map((key) => ({ key, verb: 'order.post', body, attempt: 1, args: {} }))
}
const connectTo = (url: string) =>
  http({ url, batch: 8 }).open({ now: () => Date.now(), secret: () => '', dataFolder: '.' })

test('a system that says 200 and speaks of an error has done nothing, alone and in a batch; its caller does not know', async () => {
  const url = await servedErp()
  await misbehave(url, { errorBody: 1 })
  const response = await post(url, 'k1')
  expect([response.status, await response.json()]).toEqual([200, { error: 'planted' }])
  const connection = await connectTo(url)
  const reason = 'answered with an error under a 2xx: "planted"'
  const unknown = { result: 'unknown', reason }
  expect(await connection.send(keysOf('k1'), 2_000)).toEqual([unknown])
  expect(await connection.send(keysOf('k1', 'k2'), 2_000)).toEqual([unknown, unknown])
  expect(await effects(url)).toEqual(['fault', 'fault', 'fault', 'fault'])
  await misbehave(url, { errorBody: 0 })
  expect(await connection.send(keysOf('k1', 'k2'), 2_000)).toMatchObject([{ result: 'done' }, { result: 'done' }])
  await connection.close()
})

test('a batch that is answered for its first half is done as a whole: its caller does not know of the rest, and asks again', async () => {
  const url = await servedErp()
  await misbehave(url, { partialBatch: 1 })
  const connection = await connectTo(url)
  const results = async (...keys: readonly string[]) =>
    (await connection.send(keysOf(...keys), 2_000)).map((one) => (one.result === 'unknown' ? one.reason : one.result))
  const rest = 'the batch was answered in part'
  expect(await results('k1', 'k2', 'k3')).toEqual(['done', 'done', rest])
  expect(await effects(url)).toEqual(['effect', 'effect', 'effect', 'fault', 'withheld'])
  expect(await results('k3')).toEqual(['done']) // alone it is no batch
  expect(await effects(url)).toEqual(['effect', 'effect', 'effect', 'fault', 'withheld', 'repeat'])
  await connection.close()
})

test('rates that are new leave what a seed draws for the others as it was', async () => {
  const drawnWith = (more: object) => {
    const mischief = new Mischief(7)
    mischief.change({ fail500: 0.3, notJson: 0.3, ...more })
    return Array.from({ length: 50 }, () => [mischief.request(), mischief.isPartial()])
  }
  const before = drawnWith({})
  const after = drawnWith({ errorBody: 0.2 })
  expect(after.map(([fault]) => (fault === 'errorBody' ? undefined : fault))).toEqual(before.map(([fault]) => fault))
  expect(after.filter(([fault]) => fault === 'errorBody').length).toBeGreaterThan(0)
})

test('a doorway that answers each report by itself is understood report by report', () => {
  const body = [{ status: 202 }, { status: 422 }, { status: 429 }] as unknown as Record<string, unknown>
  expect(takenFrom({ status: 207, body }, 3)).toEqual(['ok', 'refused', 'later'])
  expect(takenFrom({ status: 202, body: {} }, 3)).toBe('ok')
  expect(takenFrom({ status: 0, body: {} }, 1)).toBe('unknown')
})
