import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemsText } from '../../src/cli/commands/systems.ts'
import { testDatabase } from '../support/database.ts'
import { shopOrder } from '../support/retailer.ts'
import { openServing, type Serving } from '../support/serving.ts'
import { run } from './run.ts'

const database = testDatabase()
let hub: Serving
let ben: string

beforeAll(async () => {
  hub = await openServing(database.url)
  const { tenant } = hub.server.hub
  ben = (await hub.server.keys.make(tenant, { name: 'ben', scopes: ['systems:read', 'systems:write'] })).text
}, 60_000)
afterAll(() => hub.close())

const crossdock = (args: readonly string[], key = hub.keys.ann, url = hub.server.url) =>
  run(['systems', ...args], { env: { CROSSDOCK_URL: url, CROSSDOCK_KEY: key } })

const pauses = async () => (await database.query('select from journal where type in (127, 128)')).length

async function systems(): Promise<Record<string, { state: string; reason: string | null; wakesAt: string | null }>> {
  const { out } = await crossdock(['--json'])
  const { items } = JSON.parse(out) as { items: { system: string; state: string; reason: string; wakesAt: string }[] }
  return Object.fromEntries(items.map((item) => [item.system, item]))
}

test('a system is paused, keeps its first reason whoever comes second, and goes on when it is resumed', async () => {
  const idle = await crossdock(['resume', 'erp'])
  expect([idle.code, idle.out]).toEqual([0, 'erp was not paused; it is up. Nothing was changed.\n'])
  const paused = await crossdock(['pause', 'erp', '--reason', 'month end'])
  expect([paused.code, paused.out]).toEqual([0, expect.stringContaining('erp is paused: month end.')])
  expect(await pauses()).toBe(1)

  const again = await crossdock(['pause', 'erp', '--reason', 'lunch'], ben)
  expect(again.out).toMatch(/^erp was paused already, by ann at \d{4}-\S+Z: month end\. That pause stands/)
  const json = JSON.parse((await crossdock(['pause', 'erp', '--reason', 'lunch', '--json'], ben)).out) as object
  expect(json).toEqual({ system: 'erp', state: 'paused', by: 'ann', reason: 'month end', since: expect.any(String) })
  expect(await pauses()).toBe(1)

  const document = shopOrder('paused-1', [{ item: 'BOLT', quantity: 1, price: '9.25' }])
  const headers = { 'idempotency-key': 'paused-1', authorization: `Bearer ${hub.keys.shop}` }
  expect((await hub.call('POST', '/v1/orders', document, headers)).status).toBe(202)
  expect((await systems())['erp']).toMatchObject({ state: 'paused', reason: 'paused by ann: month end', wakesAt: null })
  const listed = (await crossdock([])).out
  expect(listed).toMatch(/^erp +paused +class A, \d+ queued, .*\n {2}since \S+Z: paused by ann: month end; goes on by/m)
  expect(listed).toMatch(/^shop +up +class A, /m)

  const resumed = await crossdock(['resume', 'erp'], ben)
  expect([resumed.code, resumed.out]).toEqual([0, 'erp goes on: what waited for it is sent in order.\n'])
  expect((await crossdock(['resume', 'erp', '--json'])).out).toBe('{"system":"erp","state":"up"}\n')
  expect(await pauses()).toBe(2)
  await expect
    .poll(async () => (await hub.call('GET', '/v1/timeline/paused-1')).body['order'], { timeout: 30_000 })
    .toMatchObject({ state: 'closed' })
})

test('two instances, whichever owns the system: one pause, one reason, and each says the same', async () => {
  const other = await hub.beside()
  await expect.poll(() => other.hub.core.journal.lanes.owned().length, { timeout: 30_000 }).toBeGreaterThan(100)
  const before = await pauses()
  const urls = [hub.server.url, other.url, hub.server.url, other.url]
  for (const name of ['erp', 'shop', 'wms1', 'wms2']) {
    const events = await pauses()
    for (const [nth, url] of urls.entries()) {
      const said = await crossdock(
        ['pause', name, '--reason', `word ${nth}`, '--json'],
        nth === 0 ? hub.keys.ann : ben,
        url,
      )
      expect(said.code).toBe(0)
      await expect.poll(pauses, { timeout: 10_000 }).toBe(events + 1)
      if (nth > 0) expect(JSON.parse(said.out)).toMatchObject({ state: 'paused', by: 'ann', reason: 'word 0' })
    }
    // At once one after the other: the word that comes later stands, though the first may still be on its way.
    await crossdock(['resume', name], ben, other.url)
    await crossdock(['pause', name, '--reason', 'once more'], ben, other.url)
    await crossdock(['resume', name], ben, other.url)
    await expect.poll(pauses, { timeout: 10_000 }).toBe(events + 4)
    await expect.poll(async () => (await systems())[name]?.state, { timeout: 20_000 }).not.toBe('paused')
  }
  expect(await pauses()).toBe(before + 4 * 4)
})

test('an unknown system, a key without the right and a pause without a reason are refused', async () => {
  const unknown = await crossdock(['pause', 'nobody', '--reason', 'x'])
  expect([unknown.code, unknown.out, unknown.err]).toEqual([
    1,
    '',
    expect.stringContaining('XD_DELIVERY_SYSTEM_UNKNOWN'),
  ])
  const shown = await crossdock(['resume', 'nobody', '--json'])
  expect([shown.code, JSON.parse(shown.out)]).toEqual([1, expect.objectContaining({ status: 404 })])
  expect((await crossdock(['pause', 'erp'])).code).toBe(2)
  expect((await crossdock(['pause', 'erp', '--reason', ''])).code).toBe(2)
  const small = (await hub.server.keys.make(hub.server.hub.tenant, { name: 'eve', scopes: ['systems:read'] })).text
  expect((await crossdock(['pause', 'erp', '--reason', 'x'], small)).err).toContain('(XD_GATEWAY_')
})

test('a system that does not answer says since when, why and when it is tried again', () => {
  const figures = { deliveryClass: 'A', queued: 3, underWay: 0, waiting: 2, aside: 1 }
  const since = '2026-01-05T08:00:00.000Z'
  const down = { system: 'erp', ...figures, pace: '5 per second', state: 'down', since, reason: '503 from it' }
  const text = systemsText([
    { ...down, wakesAt: '2026-01-05T08:01:00.000Z' },
    { ...down, system: 'wms', pace: null, state: 'being tried', wakesAt: null },
  ])
  expect(text.split('\n')).toEqual([
    'erp  down         class A, 3 queued, 0 under way, 2 waiting, 1 aside, at most 5 per second',
    `  since ${since}: 503 from it; is tried again at 2026-01-05T08:01:00.000Z`,
    'wms  being tried  class A, 3 queued, 0 under way, 2 waiting, 1 aside',
    `  since ${since}: 503 from it; is being tried now`,
  ])
})
