/**
 * A backup in the middle of traffic, more traffic, kill -9, and a restore from the older state: what was done after the
 * backup is unknown to the hub and known to its targets.
 */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { LedgerRow } from '../../src/simulators/ledger.ts'
import type { Simulator } from '../../src/simulators/simulator.ts'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { run } from '../cli/run.ts'
import { queryOnce } from '../support/database.ts'
import { freePort } from '../support/free-port.ts'
import { givenInstallation } from './given-installation.ts'
import { end, judge, makeKeys, openWorld, startHub, untilQuiet } from './world.ts'

const ORDERS = Number(process.env['CROSSDOCK_RESTORE_ORDERS'] ?? 12)
const CLASSES = { erp: 'A', wms1: 'A', wms2: 'A', shop: 'B', carrier: 'C' } as const

const here = givenInstallation('restore')

const effects = (simulator: Simulator, from = 0): LedgerRow[] =>
  [...simulator.ledger.rows()].slice(from).filter(({ kind }) => kind === 'effect' || kind === 'repeat')

test(`${ORDERS} orders, half of them after the backup: nothing twice at class A and B, and class C is in doubt`, {
  timeout: 120_000 + ORDERS * 1_000,
}, async () => {
  await migrate({ url: here.database.url })
  const tokens = await makeKeys(here.database.url)
  const port = await freePort()
  here.world = await openWorld({ seed: 7, port, tokens })
  const { shop, carrier, erp, warehouses } = here.world
  const open = async (databaseUrl: string) => {
    const systems = Object.fromEntries(
      Object.entries(CLASSES).map(([name, deliveryClass]) => [
        name,
        { url: here.world.urls[name] as string, deliveryClass },
      ]),
    )
    const hub = await startHub({ databaseUrl, port, dataFolder: join(here.folder, 'hub'), systems }, (line) =>
      here.said.push(line),
    )
    here.hubs.push(hub)
    return hub
  }

  const first = await open(here.database.url)
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
  const to = join(here.folder, 'backup')
  const taken = await run(['backup', '--to', to, '--database-url', here.database.url, '--json'])
  expect(taken.code, taken.err).toBe(0)
  expect((await run(['backup', 'verify', to])).code).toBe(0)
  await place(half, ORDERS)
  for (let waited = 0; effects(carrier).length < ORDERS / 2 && waited < 20_000; waited += 100) await pause(100)
  await end(first, 'SIGKILL')
  const before = { carrier: carrier.ledger.length, shop: shop.ledger.length, erp: erp.ledger.length }
  const doneAtCarrier = new Set(effects(carrier).map(({ key }) => key))
  expect(ids.size).toBe(ORDERS)
  expect(doneAtCarrier.size).toBeGreaterThan(0)

  await queryOnce(here.database.url, 'create database restored template template0')
  const url = new URL(here.database.url)
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
  for (const system of [...warehouses, carrier, shop]) await here.world.repeat(system)
  await untilQuiet(here.world, 2_500)

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
  await untilQuiet(here.world, 1_500)
  const notified = effects(carrier).map(({ key }) => key)
  expect(new Set(notified).size).toBe(notified.length)

  for (const warehouse of warehouses) warehouse.close()
  const { lost, duplicates, phantom, reordered, illegal, unbalanced, gaps, details } = await judge(url.href, here.world)
  expect(
    { lost, duplicates, phantom, reordered, illegal, unbalanced, gaps, details: details.slice(0, 5) },
    here.said.join('\n'),
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
