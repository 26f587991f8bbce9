import { request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, test } from 'vitest'
import { seededRandom } from '../base/random.ts'
import { Admission } from './admission.ts'
import type { GatewayOptions } from './options.ts'
import { type FakeCore, type Given, givenGateway, goodOrder, headOf, overSocket } from './testing/given-gateway.ts'

let open: Given | undefined

/** A listening gateway; its times are a tenth of the real ones, so that a test sees them pass. */
async function listening(more: Partial<GatewayOptions<FakeCore>> = {}) {
  const hub = await givenGateway({
    ...more,
    limits: { headersTimeoutMs: 300, requestTimeoutMs: 600, checkEveryMs: 50, drainMs: 500, ...more.limits },
  })
  open = hub
  const { port, url } = await hub.gateway.listen()
  return { ...hub, port, url }
}

afterEach(async () => {
  await open?.gateway.drain()
  open = undefined
})

const body = JSON.stringify(goodOrder)
const key = 'Idempotency-Key: k-1'
const close = 'Connection: close'
const statusOf = (text: string) => Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1])
const heads = (text: string) => text.match(/HTTP\/1\.1 \d{3}/g) ?? []

test('an order over a socket is answered, and the connection stays for the next', async () => {
  const { port, shop } = await listening()
  const one = headOf(shop, [key, `Content-Length: ${body.length}`]) + body
  const { text, closed } = await overSocket(port, (socket) => void socket.write(one + one), 250)
  expect(heads(text)).toEqual(['HTTP/1.1 202', 'HTTP/1.1 202'])
  expect(closed).toBe(false)
})

describe('H02 a body over the limit', () => {
  test('with Content-Length is refused before it is read', async () => {
    const hub = await listening({ limits: { arrayBytes: 1_000_000 } })
    const { text, closed, tookMs } = await overSocket(hub.port, (socket) => {
      socket.write(headOf(hub.shop, [key, 'Content-Length: 900000000']))
    })
    expect([statusOf(text), closed]).toEqual([413, true])
    expect(text).toContain('XD_GATEWAY_BODY_TOO_LARGE')
    expect(tookMs).toBeLessThan(2_900)
    expect(hub.core.taken).toEqual([])
  })

  test('without Content-Length is read up to the limit and no further', async () => {
    const hub = await listening({ limits: { arrayBytes: 100_000 } })
    const chunk = `10000\r\n${' '.repeat(65_536)}\r\n`
    let written = 0
    const { text, closed } = await overSocket(hub.port, async (socket) => {
      socket.write(headOf(hub.shop, [key, 'Transfer-Encoding: chunked']))
      while (written < 50_000_000 && !socket.destroyed && !socket.readableEnded) {
        written += chunk.length
        if (!socket.write(chunk))
          await Promise.race([new Promise((resolve) => socket.once('drain', resolve)), pause(50)])
      }
    })
    expect([statusOf(text), closed]).toEqual([413, true])
    expect(written).toBeLessThan(50_000_000)
    expect(hub.core.taken).toEqual([])
  })

  test('that was sent whole still lets its sender see the answer', async () => {
    const hub = await listening({ limits: { arrayBytes: 100_000 } })
    const large = ' '.repeat(2_000_000)
    const { text } = await overSocket(hub.port, (socket) => {
      socket.write(headOf(hub.shop, [key, `Content-Length: ${large.length}`]))
      socket.write(large)
    })
    expect(statusOf(text)).toBe(413)
  })
})

describe('bodies whose size is not announced', () => {
  const admission = () => new Admission({ random: seededRandom(1), settings: { mostBytes: 1_000_000 } })

  test('a flood of chunks is held to the room for bodies, and told when to come again', async () => {
    const room = admission()
    const hub = await listening({ admission: room, limits: { requestTimeoutMs: 5_000 } })
    const chunk = `186a0\r\n${' '.repeat(100_000)}\r\n`
    const inside: number[] = []
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        overSocket(
          hub.port,
          async (socket) => {
            socket.write(headOf(hub.shop, [key, 'Transfer-Encoding: chunked']) + chunk)
            await pause(200)
            inside.push(room.room.bytes)
          },
          600,
        ),
      ),
    )
    expect(Math.max(...inside)).toBeLessThanOrEqual(1_000_000)
    expect(Math.max(...inside)).toBeGreaterThan(500_000)
    const refused = answers.filter(({ text }) => text !== '')
    expect(refused.length).toBeGreaterThanOrEqual(10)
    for (const { text } of refused)
      expect([statusOf(text), text.includes('XD_GATEWAY_OVERLOADED'), /\r\nretry-after: \d+/i.test(text)]).toEqual([
        503,
        true,
        true,
      ])
    await expect.poll(() => room.room).toMatchObject({ inside: 0, bytes: 0 })
  })

  test('what is packed counts as large as it is', async () => {
    const room = admission()
    const other = {
      priority: 1,
      caller: 'other',
      bytes: 300_000,
      isRead: false,
      isIntake: true,
      isProved: true,
    } as const
    room.stand(other)
    const hub = await listening({ admission: room })
    const random = seededRandom(3)
    const packed = gzipSync(Array.from({ length: 800_000 }, () => (random.next() < 0.5 ? '0' : '1')).join(''))
    const answer = await overSocket(
      hub.port,
      (socket) => {
        socket.write(headOf(hub.shop, [key, close, 'Content-Encoding: gzip', `Content-Length: ${packed.length}`]))
        socket.write(packed)
      },
      1_000,
    )
    expect(packed.length).toBeLessThan(300_000)
    expect(statusOf(answer.text)).toBe(503)
    room.stepDown(other)
    await expect.poll(() => room.room).toMatchObject({ inside: 0, bytes: 0 })
  })

  test('an order in chunks is taken, and its room given back', async () => {
    const room = admission()
    const hub = await listening({ admission: room })
    const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`
    const answer = await overSocket(
      hub.port,
      (socket) => void socket.write(headOf(hub.shop, [key, close, 'Transfer-Encoding: chunked']) + chunked),
      1_000,
    )
    expect(statusOf(answer.text)).toBe(202)
    expect(room.room).toMatchObject({ inside: 0, bytes: 0 })
  })
})

describe('H09 gzip', () => {
  const packed = (text: string | Buffer) => gzipSync(text)
  const send = (hub: { port: number; shop: string }, bytes: Buffer, ...headers: string[]) =>
    overSocket(hub.port, (socket) => {
      socket.write(headOf(hub.shop, [key, close, `Content-Length: ${bytes.length}`, ...headers]))
      socket.write(bytes)
    })

  test('is undone', async () => {
    const hub = await listening()
    expect(statusOf((await send(hub, packed(body), 'Content-Encoding: gzip')).text)).toBe(202)
    expect(hub.core.taken[0]?.body).toEqual(goodOrder)
  })

  test('a bomb is refused by its ratio, long before the limit', async () => {
    const hub = await listening({ limits: { arrayBytes: 50_000_000 } })
    const memory = process.memoryUsage().rss
    const { text } = await send(hub, packed(Buffer.alloc(40_000_000, 0x20)), 'Content-Encoding: gzip')
    expect(statusOf(text)).toBe(413)
    expect(process.memoryUsage().rss - memory).toBeLessThan(64 * 1024 * 1024)
    expect(hub.core.taken).toEqual([])
  })

  test('the limit counts unpacked bytes', async () => {
    const hub = await listening({ limits: { arrayBytes: 10_000 } })
    const noise = Array.from({ length: 5_000 }, (_, at) => String.fromCharCode(33 + ((at * 7919) % 90))).join('')
    const { text } = await send(hub, packed(`"${noise}${noise}${noise}"`), 'Content-Encoding: gzip')
    expect(statusOf(text)).toBe(413)
  })

  test('what is cut or is no gzip is 400, another encoding 415', async () => {
    const hub = await listening()
    expect(statusOf((await send(hub, packed(body).subarray(0, 40), 'Content-Encoding: gzip')).text)).toBe(400)
    expect(statusOf((await send(hub, Buffer.from(body), 'Content-Encoding: gzip')).text)).toBe(400)
    expect(statusOf((await send(hub, Buffer.from(body), 'Content-Encoding: br')).text)).toBe(415)
    expect(statusOf((await send(hub, Buffer.from(body), 'Content-Encoding: gzip, gzip')).text)).toBe(415)
  })
})

test('bodies that are read at once have a budget: beyond it 503, and it is free again afterwards', async () => {
  const hub = await listening({ limits: { readingBytes: 20_000 } })
  const half = `${headOf(hub.shop, [key, 'Content-Length: 30000'])}${' '.repeat(15_000)}`
  const held = overSocket(hub.port, (socket) => void socket.write(half), 400)
  await pause(50)
  const { text } = await overSocket(hub.port, (socket) => void socket.write(half))
  expect(statusOf(text)).toBe(503)
  expect(text).toContain('retry-after: 1')
  await held
  const sent = headOf(hub.shop, [key, close, `Content-Length: ${body.length}`]) + body
  expect(statusOf((await overSocket(hub.port, (socket) => void socket.write(sent))).text)).toBe(202)
})

test('connections from one address are counted', async () => {
  const hub = await listening({ limits: { socketsPerSource: 2 } })
  const ask = 'GET /none HTTP/1.1\r\nHost: hub\r\n\r\n'
  const open = Array.from({ length: 2 }, () => overSocket(hub.port, (socket) => void socket.write(ask), 300))
  await pause(100)
  const third = await overSocket(hub.port, (socket) => void socket.write(ask))
  expect([third.text, third.closed]).toEqual(['', true])
  for (const { text } of await Promise.all(open)) expect(statusOf(text)).toBe(404)
  await pause(50)
  expect(statusOf((await overSocket(hub.port, (socket) => void socket.write(ask), 300)).text)).toBe(404)
})

describe('H10 slow senders', () => {
  test('one header byte at a time: 408, and the connection ends', async () => {
    const { port } = await listening()
    const { text, closed, tookMs } = await overSocket(port, async (socket) => {
      for (const character of 'POST /v1/orders HTTP/1.1\r\nHost: hub\r\nX-Slow: ') {
        if (socket.destroyed) return
        socket.write(character)
        await pause(20)
      }
    })
    expect([statusOf(text), closed]).toEqual([408, true])
    expect(text).toContain('application/problem+json')
    expect(tookMs).toBeLessThan(2_500)
  })

  test('nothing after the headers: 408, and the connection ends', async () => {
    const hub = await listening()
    const { text, closed, tookMs } = await overSocket(hub.port, (socket) => {
      socket.write(headOf(hub.shop, [key, 'Content-Length: 10']))
    })
    expect([statusOf(text), closed]).toEqual([408, true])
    expect(tookMs).toBeLessThan(2_500)
    expect(hub.core.taken).toEqual([])
  })
})

describe('H11 requests that two parsers could read differently', () => {
  const bad = async (lines: string) => {
    const hub = await listening()
    const answer = await overSocket(hub.port, (socket) => void socket.write(lines.replace('KEY', hub.shop)))
    expect([statusOf(answer.text), answer.closed]).toEqual([400, true])
    expect(hub.core.taken).toEqual([])
    return answer.text
  }
  const start =
    'POST /v1/orders HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer KEY\r\nContent-Type: application/json\r\nIdempotency-Key: k'

  test('Content-Length and Transfer-Encoding', () =>
    bad(`${start}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`))
  test('two lengths', () => bad(`${start}\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\n{}{}`))
  test('a length with a sign', () => bad(`${start}\r\nContent-Length: +4\r\n\r\n{}{}`))
  test('a chunk size that is none', () => bad(`${start}\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n`))
  test('a bare line feed after a header', () => bad(`${start.replace('Host: hub\r\n', 'Host: hub\n')}\r\n\r\n`))
  test('a blank before the colon', () => bad(`${start}\r\nX-A : b\r\n\r\n`))
  test('no Host', () => bad('GET /livez HTTP/1.1\r\n\r\n'))
  test('no HTTP at all', () => bad('ISA*00*          *00*\r\n\r\n'))
})

test('headers over 16 KiB are 431', async () => {
  const { port } = await listening()
  const { text, closed } = await overSocket(
    port,
    (socket) => void socket.write(`GET / HTTP/1.1\r\nHost: hub\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`),
  )
  expect([statusOf(text), closed]).toEqual([431, true])
})

test('H17 TRACE is 405 and repeats nothing', async () => {
  const { port } = await listening()
  const { text } = await overSocket(
    port,
    (socket) => void socket.write(`TRACE /v1/orders HTTP/1.1\r\nHost: hub\r\nX-Canary: 4711\r\n${close}\r\n\r\n`),
  )
  expect(statusOf(text)).toBe(405)
  expect(text).not.toContain('4711')
})

describe('H21 a client that hangs up', () => {
  test('in the middle of its body: nothing happened', async () => {
    const hub = await listening()
    await overSocket(hub.port, async (socket) => {
      socket.write(`${headOf(hub.shop, [key, 'Content-Length: 5000'])}{"half`)
      await pause(50)
      socket.destroy()
    })
    await pause(100)
    expect(hub.core.taken).toEqual([])
    expect(hub.gateway.metrics.expose()).toContain('crossdock_http_hung_up_total 1')
    expect(hub.refusals.map(({ code }) => code)).toEqual(['XD_GATEWAY_HUNG_UP'])
  })

  test('after its body: it is recorded, and the retry gets the first answer', async () => {
    const hub = await listening()
    let goOn = () => {}
    hub.core.gate = new Promise((resolve) => {
      goOn = resolve
    })
    const sent = headOf(hub.shop, [key, close, `Content-Length: ${body.length}`]) + body
    await overSocket(hub.port, async (socket) => {
      socket.write(sent)
      await pause(50)
      socket.destroy()
    })
    goOn()
    await pause(50)
    const { text } = await overSocket(hub.port, (socket) => void socket.write(sent))
    expect(statusOf(text)).toBe(202)
    expect(text).toContain('idempotency-replayed: true')
    expect(hub.core.taken).toHaveLength(1)
  })
})

test('a refused key costs the sender no body: with Expect it is told before it sends', async () => {
  const { port } = await listening()
  const { text } = await overSocket(port, (socket) => {
    socket.write(headOf('xd_live_wrong', [key, 'Content-Length: 100000', 'Expect: 100-continue']))
  })
  expect(heads(text)).toEqual(['HTTP/1.1 401'])
})

test('with a good key Expect is answered by 100 and then the outcome', async () => {
  const hub = await listening()
  const { text } = await overSocket(hub.port, async (socket) => {
    socket.write(headOf(hub.shop, [key, close, `Content-Length: ${body.length}`, 'Expect: 100-continue']))
    await pause(50)
    socket.write(body)
  })
  expect(heads(text)).toEqual(['HTTP/1.1 100', 'HTTP/1.1 202'])
})

test('a refused request with a small body leaves the connection usable', async () => {
  const hub = await listening()
  const bad = `${headOf('xd_live_wrong', [key, `Content-Length: ${body.length}`])}${body}`
  const good = `${headOf(hub.shop, [key, `Content-Length: ${body.length}`])}${body}`
  const { text } = await overSocket(hub.port, (socket) => void socket.write(bad + good), 250)
  expect(heads(text)).toEqual(['HTTP/1.1 401', 'HTTP/1.1 202'])
})

test('draining: what is under way is answered, new connections are refused', async () => {
  const hub = await listening()
  let goOn = () => {}
  hub.core.gate = new Promise((resolve) => {
    goOn = resolve
  })
  const answered = new Promise<number>((resolve, reject) => {
    const headers = { authorization: `Bearer ${hub.shop}`, 'content-type': 'application/json', 'idempotency-key': 'k' }
    request(`${hub.url}/v1/orders`, { method: 'POST', headers }, (answer) => resolve(answer.statusCode ?? 0))
      .on('error', reject)
      .end(body)
  })
  await pause(50)
  const drained = hub.gateway.drain()
  expect(hub.gateway.accepting).toBe(false)
  setTimeout(goOn, 100)
  expect(await answered).toBe(202)
  await drained
  await expect(fetch(`${hub.url}/livez`)).rejects.toThrow()
})
