import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { secret } from '../../base/secret.ts'
import type { Outgoing } from '../contract.ts'
import { httpSignatures } from '../http-signatures/index.ts'
import { standardWebhooks } from '../webhook/index.ts'
import { http } from './index.ts'

const secretOf = () => `whsec_${Buffer.alloc(32, 9).toString('base64')}`
const signature = standardWebhooks(secret('ERP_WEBHOOKS'))
const now = Date.UTC(2026, 0, 5, 8)
const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

/** A system that keeps what it was sent, and answers every request of a batch. */
async function target() {
  const came: { method: string; target: string; headers: IncomingHttpHeaders; body: Buffer }[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const { method = '', url: target = '', headers } = request
    came.push({ method, target, headers, body })
    const lines = body.toString().trim().split('\n')
    response.end(lines.length > 1 ? lines.map(() => '{"status":200,"body":{}}').join('\n') : '{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  cleanUp.push(() => new Promise((resolve) => server.close(resolve)))
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, came }
}

const request = (key: string, attempt = 1): Outgoing => ({
  key,
  verb: 'order.post',
  body: Buffer.from(`{"order":"${key}"}`),
  attempt,
  args: {},
})

test('what goes out is signed over its bytes, each try anew and under one id', async () => {
  const { url, came } = await target()
  const clock = { at: now }
  const connector = http({ url, signature, batch: 8 })
  expect(connector.secrets).toEqual([expect.objectContaining({ secret: 'ERP_WEBHOOKS' })])
  const connection = await connector.open({ now: () => clock.at, secret: secretOf, dataFolder: '.' })
  cleanUp.push(() => connection.close())
  await connection.send([request('order.post/o1')], 5_000)
  clock.at += 7_000
  await connection.send([request('order.post/o1', 2)], 5_000)
  await connection.send([request('order.post/o2')], 5_000)
  await connection.send([request('order.post/o3'), request('order.post/o4')], 5_000)
  const open = signature.open(secretOf)
  const ids = came.map(({ headers, body }) => {
    const verdict = open.verify(headers, body, clock.at, { method: 'POST', target: '/' })
    return verdict.fault ?? verdict.id
  })
  expect(ids).toEqual([expect.stringMatching(/^msg_[\w-]{27}$/), ids[0], ids[2], ids[3]])
  expect(new Set(ids).size).toBe(3)
  expect(came[0]?.headers['webhook-timestamp']).not.toBe(came[1]?.headers['webhook-timestamp'])
})

test('as RFC 9421 says, requests, batches and questions are signed, each for its method, address and key', async () => {
  const { url, came } = await target()
  const agreed = httpSignatures({ id: 'acme', secret: secret('HARBOR'), written: 'text' })
  const connector = http({ url: `${url}/v1`, signature: agreed, batch: 8, deliveryClass: 'B' })
  expect(connector.secrets).toEqual([expect.objectContaining({ secret: 'HARBOR' })])
  const connection = await connector.open({ now: () => now, secret: secretOf, dataFolder: '.' })
  cleanUp.push(() => connection.close())
  await connection.send([request('order.post/o1')], 5_000)
  await connection.send([request('o2'), request('o3')], 5_000)
  await connection.ask?.(request('order.post/o1'), 5_000)
  const open = agreed.open(secretOf)
  const verdicts = came.map(({ headers, body, ...line }) => [line.target, open.verify(headers, body, now, line)])
  expect(verdicts).toEqual([
    ['/v1/requests/order.post', { id: 'order.post/o1' }],
    ['/v1/requests', { id: expect.stringMatching(/^sig_/) }],
    ['/v1/requests?key=order.post%2Fo1', { id: expect.stringMatching(/^sig_/) }],
  ])
  const [first] = came
  if (!first) throw new Error('nothing came')
  expect(open.verify(first.headers, first.body, now, { ...first, target: '/v1/requests' }).fault).toBe('wrong')
})

test('without a signature nothing is signed', async () => {
  const { url, came } = await target()
  const connection = await http({ url }).open({ now: () => now, secret: secretOf, dataFolder: '.' })
  cleanUp.push(() => connection.close())
  expect(await connection.send([request('o1')], 5_000)).toEqual([{ result: 'done', answer: {} }])
  expect(Object.keys(came[0]?.headers ?? {}).filter((name) => name.startsWith('webhook-'))).toEqual([])
})
