/**
 * A backup in the middle of traffic, more traffic, kill -9, and a restore from the older state: what was done after the
 * backup is unknown to the hub and known to its targets.
 */
import type { ChildProcess } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { LedgerRow } from '../../src/simulators/ledger.ts'
import type { Simulator } from '../../src/simulators/simulator.ts'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { type Database, openDatabase } from '../../src/store/postgres/open-database.ts'
import { run } from '../cli/run.ts'
import { queryOnce } from '../support/database.ts'
import { end, judge, makeKeys, openWorld, startHub, untilQuiet, type World } from './world.ts'

const ORDERS = Number(process.env['CROSSDOCK_RESTORE_ORDERS'] ?? 12)
const CLASSES = { erp: 'A', wms1: 'A', wms2: 'A', shop: 'B', carrier: 'C' } as const

let folder = ''
let database: Database
let world: World
const hubs: ChildProcess[] = []
const said: string[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossdock-restore-'))
  await chmod(folder, 0o755) // as root the server runs as another user, who has to enter
  database = await openDatabase({ dataFolder: folder })
})
afterAll(async () => {
  for (const hub of hubs) await end(hub, 'SIGKILL')
  await world?.close()
  await database?.stop()
  await rm(folder, { recursive: true, force: true })
})

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as { port: number }
  await new Promise<void>((resolve) => probe.close(() => resolve()))
  return port
}

const effects = (simulator: Simulator, from = 0): LedgerRow[] =>
  [...simulator.ledger.rows()].slice(from).filter(({ kind }) => kind === 'effect' || kind === 'repeat')

test(`${ORDERS} orders, half of them after the backup: nothing twice at class A and B, and class C is in doubt`, {
  timeout: 120_000 + ORDERS * 1_000,
}, async () => {
  await migrate({ url: database.url })
  const tokens = await makeKeys(database.url)
  const port = await freePort()
  world = await openWorld({ seed: 7, port, tokens })
  const { shop, carrier, erp, warehouses } = world
  const open = async (databaseUrl: string) => {
    const systems = Object.fromEntries(
      Object.entries(CLASSES).map(([name, deliveryClass]) => [
        name,
        { url: world.urls[name] as string, deliveryClass },
      ]),
    )
    const hub = await startHub({ databaseUrl, port, dataFolder: join(folder, 'hub'), systems }, (line) =>
      said.push(line),
    )
    hubs.push(hub)
    return hub
  }

  const first = await open(database.url)
  await erp.exportMasters()
  for (const warehouse of warehouses) warehouse.count()
  await pause(300)
  const ids = new Map<number, string>()
  const place = async (from: number, to: number) => {
    const numbers = Array.from({ length: to - from }, (_, nth) => from + nth)
    const placed = await Promise.all(numbers.map((at) => shop.place(at)))
    placed.forEach(({ order }, nth) => {
      if (order) ids.set(from + nth, order)
    })
  }
  const half = Math.floor(ORDERS / 2)
  await place(0, half)
  const to = join(folder, 'backup')
  const taken = await run(['backup', '--to', to, '--database-url', database.url, '--json'])
  expect(taken.code, taken.err).toBe(0)
  expect((await run(['backup', 'verify', to])).code).toBe(0)
  await place(half, ORDERS)
  for (let waited = 0; effects(carrier).length < ORDERS / 2 && waited < 20_000; waited += 100) await pause(100)
  await end(first, 'SIGKILL')
  const before = { carrier: carrier.ledger.length, shop: shop.ledger.length, erp: erp.ledger.length }
  const doneAtCarrier = new Set(effects(carrier).map(({ key }) => key))
  expect(ids.size).toBe(ORDERS)
  expect(doneAtCarrier.size).toBeGreaterThan(0)

  await queryOnce(database.url, 'create database restored template template0')
  const url = new URL(database.url)
  url.pathname = '/restored'
  const restored = await run(['restore', to, '--database-url', url.href, '--json'])
  expect(restored.code, restored.err).toBe(0)
  expect(JSON.parse(restored.out)).toMatchObject({ incarnation: 2 })
  const known = await queryOnce(url.href, 'select from order_state')
  expect(known.length).toBeLessThan(ORDERS) // it really is an older state

  await open(url.href)
  // Senders repeat what they hold: the shop its orders, under their keys; then everybody their reports.
  const again = new Map<number, string | undefined>()
  await Promise.all(Array.from(ids.keys(), async (at) => again.set(at, (await shop.place(at)).order)))
  expect(Object.fromEntries(again)).toEqual(Object.fromEntries(ids)) // an order that comes again is the same order to everybody
  for (const system of [...warehouses, carrier, shop]) await world.repeat(system)
  await untilQuiet(world, 2_500)

  // Class C: nothing was sent blindly; everything that may have been done is in doubt, with a case that says why.
  expect(effects(carrier, before.carrier)).toEqual([])
  const doubtful = await queryOnce<{ key: string; reason: string; subject: string; position: string }>(
    url.href,
    `select key, reason, subject, position from waiting where target = 'carrier' and state = 'in doubt'`,
  )
  const doubted = new Set(doubtful.map(({ key }) => `carrier:shipment.notify:${key}`))
  const recorded = await queryOnce<{ n: number }>(url.href, `select count(*)::int4 as n from case_state where open`)
  const because = /restored from a backup|stopped while this was being sent/
  expect(doubtful.filter(({ reason }) => !because.test(reason))).toEqual([])
  expect(doubtful.some(({ reason }) => reason.includes('restored from a backup'))).toBe(true)
  expect(recorded[0]?.n).toBeGreaterThan(0)
  const sinceBackup = [...doneAtCarrier].filter((key) => doubted.has(key))
  expect(sinceBackup.length).toBeGreaterThan(0) // some of it was done before the loss, and would have been done twice

  // Class B never saw a request twice: it was asked.
  const shopAgain = [...shop.ledger.rows()].slice(before.shop).filter(({ kind }) => kind === 'repeat')
  expect(shopAgain.filter(({ what }) => what !== 'order.place')).toEqual([])
  // Class A was sent the same under the same key, and knew it.
  const refused = [...erp.ledger.rows()].slice(before.erp).filter(({ kind }) => kind === 'refused')
  expect(refused).toEqual([])

  // A person looks at the carrier's list, settles, and has sent what is not on it.
  expect((await run(['database', 'settle', '--database-url', url.href])).code).toBe(0)
  for (const { key, subject, position } of doubtful) {
    if (doneAtCarrier.has(`carrier:shipment.notify:${key}`)) continue
    const id = encodeURIComponent(`${subject}:${position}`)
    const answer = await fetch(`http://127.0.0.1:${port}/v1/deliveries/${id}/redelivery`, {
      method: 'POST',
      headers: { authorization: `Bearer ${tokens['desk']}`, 'idempotency-key': id.slice(-40) },
    })
    expect(answer.status, await answer.text()).toBe(202)
  }
  await untilQuiet(world, 1_500)
  const notified = effects(carrier).map(({ key }) => key)
  expect(new Set(notified).size).toBe(notified.length)

  for (const warehouse of warehouses) warehouse.close()
  const { lost, duplicates, phantom, reordered, illegal, unbalanced, gaps, details } = await judge(url.href, world)
  expect(
    { lost, duplicates, phantom, reordered, illegal, unbalanced, gaps, details: details.slice(0, 5) },
    said.join('\n'),
  ).toEqual({
    lost: 0,
    duplicates: 0,
    phantom: 0,
    reordered: 0,
    illegal: 0,
    unbalanced: 0,
    gaps: 0,
    details: [],
  })
})
