import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../support/database.ts'
import { fixture, root, run, runProcess } from './run.ts'

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false // ESRCH: nobody has this number
  }
}

const database = testDatabase()
const running = new Set<ChildProcess>()
let data: string
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'crossdock-start-'))
})
afterEach(() => {
  for (const child of running) child.kill('SIGKILL')
})
afterAll(() => rm(data, { recursive: true, force: true }))

const order = {
  number: 'PO-4711',
  date: '2026-03-01',
  currency: 'USD',
  buyer: { name: 'Corner Store', id: 'C1' },
  shipTo: {
    name: 'Corner Store',
    address: { lines: ['1 Main St'], city: 'Springfield', postalCode: '12345', country: 'US' },
  },
  lines: [{ line: '1', sku: 'BOLT-M8', quantity: '10', uom: 'EA', price: { amount: '9.25' } }],
}

/** Starts a hub as a process and waits for what it prints. */
async function started() {
  const args = ['start', '--config', fixture('small.config.ts'), '--port', '0', '--data', data, '--json']
  const child = spawn(process.execPath, [`${root}bin/crossdock.js`, ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'], DATABASE_URL: database.url },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  const talk: string[] = []
  child.stderr.on('data', (bytes) => talk.push(String(bytes)))
  const [line] = (await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => Promise.reject(new Error(talk.join('')))),
  ])) as [Buffer]
  const told = JSON.parse(String(line)) as { url: string; pid: number; hub: string; setupToken?: string }
  const ended = once(child, 'exit').finally(() => running.delete(child))
  const again = async () => {
    const [next] = (await once(child.stdout, 'data')) as [Buffer]
    return JSON.parse(String(next)) as typeof told
  }
  return { ...told, child, talk, ended, again }
}

const answers = async (url: string) => (await fetch(`${url}/readyz`)).status

test('a hub is started, an order sent and traced, and SIGTERM closes it in order', async () => {
  const hub = await started()
  expect(hub.hub).toBe('small')
  const made = await fetch(`${hub.url}/v1/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${hub.setupToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'shop', system: 'shop', scopes: ['orders:write', 'orders:read', 'in:write'] }),
  })
  expect(made.status).toBe(201)
  const { key } = (await made.json()) as { key: string }
  const world = { env: { CROSSDOCK_URL: hub.url, CROSSDOCK_KEY: key }, stdin: Buffer.from(JSON.stringify(order)) }

  const first = await run(['send', '-', '--json'], world)
  expect([first.code, first.err]).toEqual([0, ''])
  const taken = JSON.parse(first.out) as { status: number; order: string; receipt: string }
  expect(taken).toMatchObject({ status: 202, customerOrder: 'PO-4711', state: expect.any(String) })
  const again = await run(['send', '-', '--json'], world)
  expect(JSON.parse(again.out)).toMatchObject({ order: taken.order, receipt: taken.receipt })

  await expect.poll(async () => (await run(['trace', 'PO-4711'], world)).code, { timeout: 10_000 }).toBe(0)
  const traced = await run(['trace', 'PO-4711'], world)
  expect(traced.out).toContain(`order ${taken.order}: `)
  expect(traced.out).toContain('PO-4711 of ')
  expect(traced.out).toMatch(/line 1 {2}.* ordered 10/)
  expect(traced.out).toContain('what happened')
  const asJson = await run(['trace', taken.order, '--json'], world)
  expect(JSON.parse(asJson.out)).toMatchObject({ order: { id: taken.order }, steps: expect.any(Array) })

  const unknown = await run(['trace', 'PO-0815'], world)
  expect([unknown.code, unknown.out]).toEqual([1, ''])
  expect(unknown.err).toContain('XD_VISIBILITY_UNKNOWN_KEY')
  const keyless = await run(['trace', 'PO-4711'], { env: { CROSSDOCK_URL: hub.url } })
  expect([keyless.code, keyless.err.includes('XD_CLI_KEY_MISSING')]).toEqual([1, true])

  const faulty = await run(['send', '-'], { ...world, stdin: Buffer.from(JSON.stringify({ ...order, lines: [] })) })
  expect([faulty.code, faulty.out]).toEqual([1, ''])
  expect(faulty.err).toMatch(/^422 .*\n {2}\/lines: /)

  hub.child.kill('SIGTERM')
  expect(await hub.ended).toEqual([0, null])
  expect(hub.talk.join('')).toContain('finishing what is under way')
})

test('a hub that is killed is started again by itself; when its keeper is gone it closes, too', async () => {
  const hub = await started()
  expect([hub.pid === hub.child.pid, await answers(hub.url)]).toEqual([false, 200])
  const next = hub.again()
  process.kill(hub.pid, 'SIGKILL')
  const second = await next
  expect([second.pid === hub.pid, await answers(second.url)]).toEqual([false, 200])
  expect(hub.talk.join('')).toContain(`The hub (process ${hub.pid}) ended by SIGKILL; it is started again.`)
  hub.child.kill('SIGKILL')
  await hub.ended
  await expect.poll(() => isAlive(second.pid), { timeout: 20_000 }).toBe(false)
})

test('once there is a key no token is made; with a faulty configuration nothing is opened', async () => {
  const hub = await started()
  expect(hub.setupToken).toBeUndefined()
  hub.child.kill('SIGINT')
  expect(await hub.ended).toEqual([0, null])

  const refused = await runProcess(['start', '--config', fixture('faulty.config.ts'), '--port', '0', '--data', data])
  expect([refused.code, refused.out]).toEqual([1, ''])
  expect(refused.err).toContain('faulty.config.ts has 3 errors; nothing was opened.')
})

test('secrets that are not set are all named before anything is opened', async () => {
  const config = `${root}examples/acme/crossdock.config.ts`
  const refused = await run(['start', '--config', config, '--port', '0', '--data', data])
  expect([refused.code, refused.out]).toEqual([1, ''])
  expect(refused.err).toMatch(/The secrets ERP_TOKEN, .*SHOP_TOKEN.* are not set\.\n.*\n\(XD_CLI_SECRETS\)/)
})

test('a hub that is not there is said not to be', async () => {
  const world = { env: { CROSSDOCK_URL: 'http://127.0.0.1:9', CROSSDOCK_KEY: 'xd' }, stdin: Buffer.from('{}') }
  const sent = await run(['send', '-'], world)
  expect([sent.code, sent.out, sent.err.includes('XD_CLI_HUB_UNREACHABLE')]).toEqual([1, '', true])
})

test('an EDI file without a doorway is asked wrongly', async () => {
  const sent = await run(['send', fixture('850.edi')])
  expect([sent.code, sent.out, sent.err]).toEqual([
    2,
    '',
    'An EDI file goes to a doorway: say whose with --system NAME.\n',
  ])
})
