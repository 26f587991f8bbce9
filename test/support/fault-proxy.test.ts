import { connect, createServer, type Server, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FaultProxy, openFaultProxy } from './fault-proxy.ts'

let echo: Server
let heard: string
let proxy: FaultProxy
let client: Socket
let got: string
let ended: string

beforeEach(async () => {
  heard = ''
  got = ''
  ended = ''
  echo = createServer((socket) => {
    socket.on('error', () => undefined) // lines are cut here
    socket.on('data', (bytes) => {
      heard += bytes
      socket.write(`<${bytes}>`)
    })
  })
  await new Promise<void>((ready) => echo.listen(0, '127.0.0.1', ready))
  proxy = await openFaultProxy((echo.address() as { port: number }).port)
  client = await dial()
})
afterEach(async () => {
  client.destroy()
  await proxy.close()
  await new Promise((closed) => echo.close(closed))
})

async function dial(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1')
  socket.on('data', (bytes) => {
    got += bytes
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    ended = error.code ?? ''
  })
  await new Promise<void>((ready) => socket.once('connect', ready).once('close', () => ready()))
  return socket
}

async function until(is: () => boolean): Promise<void> {
  for (let waited = 0; !is() && waited < 5_000; waited += 5) await pause(5)
  expect(is()).toBe(true)
}

test('without trouble it is a line', async () => {
  client.write('hello')
  await until(() => got === '<hello>')
  expect(proxy.heal()).toEqual({ connectionsReset: 0, bytesHeld: 0, bytesDropped: 0 })
})

test('a clogged line holds everything back and lets it go in order', async () => {
  proxy.afflict({ kind: 'clog' })
  client.write('one')
  await pause(50)
  client.write('two')
  await pause(50)
  expect([heard, got]).toEqual(['', ''])
  expect(proxy.heal().bytesHeld).toBe(6)
  await until(() => heard === 'onetwo')
})

test('through a half open line the request arrives and the answer does not', async () => {
  proxy.afflict({ kind: 'half open' })
  client.write('done?')
  await until(() => heard === 'done?')
  await pause(50)
  expect(got).toBe('')
  expect(proxy.heal().bytesDropped).toBe(7)
  await until(() => ended === 'ECONNRESET')
})

test('a black hole takes everything, and the connection breaks when it is over', async () => {
  proxy.afflict({ kind: 'black hole' })
  client.write('lost')
  await pause(50)
  expect(proxy.heal().bytesDropped).toBe(4)
  await until(() => ended === 'ECONNRESET')
  expect(heard).toBe('')
})

test('an answer is cut at byte n', async () => {
  proxy.afflict({ kind: 'truncate', afterBytes: 4 })
  client.write('hello')
  await until(() => ended === 'ECONNRESET')
  expect('<hello>'.startsWith(got)).toBe(true)
  expect(got.length).toBeLessThanOrEqual(4)
  expect(proxy.heal().connectionsReset).toBe(1)
})

test('a slow line drips', async () => {
  proxy.afflict({ kind: 'slow', bytesPerSecond: 200 })
  client.write('x'.repeat(100))
  await pause(150)
  expect(heard.length).toBeLessThan(100)
  proxy.heal()
  await until(() => heard.length === 100)
})

test('a reset line refuses whoever comes, until it is healed', async () => {
  proxy.afflict({ kind: 'reset' })
  await until(() => ended === 'ECONNRESET')
  ended = ''
  const again = await dial()
  await until(() => ended === 'ECONNRESET')
  again.destroy()
  expect(proxy.heal().connectionsReset).toBe(2)
  const third = await dial()
  third.write('hi')
  await until(() => got === '<hi>')
  third.destroy()
})

test('what carries the pattern arrives; its answer is kept back and the line is cut', async () => {
  client.write('before;')
  await until(() => got === '<before;>')
  const cut = proxy.cutAfter(Buffer.from('COMMIT'), Buffer.from('>'), 2_000)
  client.write('COM')
  await until(() => heard.endsWith('COM'))
  client.write('MIT')
  const { withheld } = (await cut) as { withheld: Buffer }
  expect(heard).toBe('before;COMMIT')
  expect(String(withheld)).toBe('<MIT>')
  await until(() => ended === 'ECONNRESET')
})

test('a pattern that never comes is waited for no longer than was said', async () => {
  expect(await proxy.cutAfter(Buffer.from('never'), Buffer.from('x'), 30)).toBeUndefined()
})
