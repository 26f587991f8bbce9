import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { systemScheduler } from '../../src/base/scheduler.ts'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import { type Simulated, simulate } from '../../src/cli/landscape/in-process.ts'
import type { Connector, Outgoing } from '../../src/connectors/contract.ts'
import { openServer, type Server } from '../../src/hub/server.ts'
import { testDatabase } from '../support/database.ts'
import { aCustomer, landscapeOf } from '../support/landscape.ts'
import { purchaseOrder850, shopOrder, smallBusiness } from '../support/retailer.ts'

/** Planted failures of the six causes together. */
const PLANTED = Number(process.env['CROSSDOCK_TEST_FAILURES'] ?? 2_000)
const share = (part: number) => Math.round((PLANTED * part) / 20)
const HOW_MANY = {
  unit: share(4),
  item: share(4),
  place: share(4),
  purpose: share(3),
  refused: share(3),
  code: share(2),
}
const ORDERS = HOW_MANY.unit + HOW_MANY.item + HOW_MANY.place + HOW_MANY.purpose + HOW_MANY.refused

const database = testDatabase()
let folder: string
let server: Server
let systems: Simulated
let key: string
/** The ERP has no sales area for this customer until somebody makes one. */
const erp = { knowsSalesArea: false }

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crossdock-cases-'))
  const business = smallBusiness({ stock: { DC1: { BOLT: 1_000_000 }, DC2: { BOLT: 1_000_000 } } })
  const place = business.customers[0]?.shipTos ?? []
  const customers = [...business.customers, aCustomer('C0002', { shipTos: place, channelIds: { shop: 'web-2' } })]
  const pace = { startMs: 1, pickMs: 1, packMs: 1, manifestMs: 1, dispatchMs: 1 }
  const landscape = landscapeOf({ items: business.items, customers, stock: business.stock })
  systems = simulate({
    seed: 7,
    items: 4,
    customers: 4,
    date: '2026-01-05',
    landscape,
    pace,
    batch: 32,
    edi: true,
    clock: systemClock,
    scheduler: systemScheduler,
  })
  const { erp: theErp, ...connectors } = systems.connectors
  const mail = Object.fromEntries(Object.entries(systems.mail).map(([name, { connector }]) => [name, connector]))
  server = await openServer({
    definition: simulatedBusiness({ edi: true }),
    dataFolder: folder,
    databaseUrl: database.url,
    port: 0,
    connectors: { ...connectors, ...mail, erp: withoutSalesArea(theErp as Connector) },
    say: () => {},
    trouble: () => {},
  })
  systems.hub = server.hub
  key = (await server.keys.make(server.hub.tenant, { name: 'ann', scopes: ['*'] })).text
  await systems.erp.exportMasters()
  for (const site of systems.warehouses) site.count()
}, 60_000)

afterAll(async () => {
  systems.hub = undefined
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

function withoutSalesArea(connector: Connector): Connector {
  const orders = new Set<unknown>()
  const refuses = ({ verb, body }: Outgoing) => {
    const { order, customer } = JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>
    if (verb === 'order.post' && customer === 'C0002') orders.add(order)
    return !erp.knowsSalesArea && verb === 'invoice.request' && orders.has(order)
  }
  return {
    ...connector,
    open: async (ports) => {
      const connection = await connector.open(ports)
      const send: typeof connection.send = async (requests, timeoutMs) => {
        const answers = await connection.send(
          requests.filter((one) => !refuses(one)),
          timeoutMs,
        )
        const rest = [...answers]
        return requests.map((one) =>
          refuses(one)
            ? { result: 'refused', retry: 'after-fix', reason: 'Customer C0002 has no sales area.' }
            : (rest.shift() as (typeof answers)[number]),
        )
      }
      return { ...connection, send }
    },
  }
}

async function call(method: 'GET' | 'POST', path: string, body?: unknown, headers: Record<string, string> = {}) {
  const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  const ask = () =>
    fetch(`${server.url}${path}`, { method, headers: { authorization: `Bearer ${key}`, ...type, ...headers }, ...sent })
  let response = await ask()
  while (response.status === 429 || response.status === 503) {
    await response.body?.cancel()
    await new Promise((resolve) => setTimeout(resolve, 200)) // busy: every sender asks again
    response = await ask()
  }
  return { status: response.status, body: (await response.json()) as never }
}

async function each(count: number, act: (nth: number) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < count; at += 40) {
    await Promise.all(Array.from({ length: Math.min(40, count - at) }, (_, n) => act(at + n)))
  }
}

const edi = { 'content-type': 'application/edi-x12' }
const shopKeys: { text?: string } = {}

async function orderFromShop(nth: number, buyer: string, place: string): Promise<void> {
  const document = shopOrder(`S-${buyer}-${nth}`, [{ item: 'BOLT', quantity: 1 }], buyer)
  const { status } = await call(
    'POST',
    '/v1/orders',
    { ...document, shipTo: { id: place } },
    { 'idempotency-key': `${buyer}-${nth}`, authorization: `Bearer ${shopKeys.text}` },
  )
  expect(status).toBe(202)
}

async function plant(): Promise<void> {
  shopKeys.text = (await server.keys.make(server.hub.tenant, { name: 'shop', system: 'shop', scopes: ['*'] })).text
  const line = { item: 'BOLT', quantity: 1, price: '' }
  await each(HOW_MANY.unit, (n) =>
    call(
      'POST',
      '/in/bigbox',
      purchaseOrder850({ number: `U${n}`, control: 10_000 + n, lines: [{ ...line, uom: 'BD' }] }),
      edi,
    ),
  )
  await each(HOW_MANY.item, (n) =>
    call(
      'POST',
      '/in/homegoods',
      purchaseOrder850({
        from: 'homegoods',
        number: `I${n}`,
        control: 20_000 + n,
        lines: [{ ...line, item: 'HG-BOLT' }],
      }),
      edi,
    ),
  )
  await each(HOW_MANY.purpose, (n) => {
    const control = 30_000 + n
    const sound = purchaseOrder850({ number: `P${n}`, control, lines: [line] })
    return call('POST', '/in/bigbox', sound.replace('BEG*00', 'BEG*ZZ'), edi)
  })
  await each(HOW_MANY.place, (n) => orderFromShop(n, 'web-1', '9999'))
  await each(HOW_MANY.refused, (n) => orderFromShop(n, 'web-2', '0042'))
  await each(HOW_MANY.code, (n) =>
    call('POST', '/in/wms1', {
      id: `broken-${n}`,
      type: 'inventory.status_changed',
      occurredAt: '2026-01-05T09:00:00Z',
      facility: 'DC1',
      lines: [{ item: 'BOLT', from: 'available', to: 'BRK', quantity: { value: '1', uom: 'EA' } }],
    }),
  )
}

interface CaseAnswer {
  readonly id: string
  readonly title: string
  readonly cause: string
  readonly members: number
  readonly left: number
  readonly open: boolean
  readonly orders: number
  readonly atRisk: readonly { amount: string; currency: string }[]
}
interface TrialAnswer {
  readonly id: string
  readonly state: string
  readonly verdicts: Record<string, number>
  readonly released: number
  readonly failed: number
}

const openCases = async () => ((await call('GET', '/v1/cases')).body as { cases: CaseAnswer[] }).cases

async function tried(id: string, corrections: readonly object[]): Promise<TrialAnswer> {
  const begun = (await call('POST', `/v1/cases/${id}/trials`, { corrections })).body as { trial: TrialAnswer }
  return standing(id, begun.trial.id, 'tried')
}

async function standing(id: string, trial: string, state: string): Promise<TrialAnswer> {
  let found: TrialAnswer | undefined
  await expect
    .poll(
      async () => {
        found = ((await call('GET', `/v1/cases/${id}/trials/${trial}`)).body as { trial: TrialAnswer }).trial
        return found.state
      },
      { timeout: 60_000 },
    )
    .toBe(state)
  return found as TrialAnswer
}

const count = async (what: string, where = 'true') => {
  const [row] = await database.query<{ n: number }>(`select count(*)::int as n from ${what} where ${where}`)
  return row?.n ?? 0
}

const CORRECTIONS: Readonly<Record<string, readonly object[]>> = {
  'unknown unit': [{ kind: 'crosswalk', type: 'unit', value: 'BD', means: 'EA' }],
  'unknown item': [{ kind: 'crosswalk', type: 'item', value: 'HG-BOLT', means: 'BOLT' }],
  'unknown ship-to': [{ kind: 'crosswalk', type: 'ship-to', value: '9999', means: '0042' }],
  'unknown code BEG': [{ kind: 'mapping', where: 'BEG/1', from: 'ZZ', to: '00' }],
  'unknown code report': [{ kind: 'mapping', where: '/lines/[]/to', from: 'BRK', to: 'damaged' }],
  'partner refused': [],
}

test(`${PLANTED} planted failures of six causes give six cases; one correction each, released once, no repeat`, async () => {
  await expect.poll(() => server.hub.master.size.items, { timeout: 10_000 }).toBeGreaterThan(3)
  await plant()
  await expect
    .poll(async () => (await openCases()).reduce((sum, one) => sum + one.left, 0), { timeout: 60_000 })
    .toBe(PLANTED)
  const cases = await openCases()
  expect(cases.map(({ title, members }) => [title, members]).sort()).toEqual(
    [
      ['9999 of shop: unknown ship-to', HOW_MANY.place],
      ['BD of bigbox: unknown unit', HOW_MANY.unit],
      ['HG-BOLT of homegoods: unknown item', HOW_MANY.item],
      ['/lines/[]/to BRK of wms1: unknown code', HOW_MANY.code],
      ['invoice.request of erp: partner refused (Customer … has no sales area.)', HOW_MANY.refused],
      ['BEG/1 ZZ of bigbox: unknown code', HOW_MANY.purpose],
    ].sort(),
  )
  const held = cases.find(({ cause }) => cause === 'unknown ship-to')
  await expect
    .poll(async () => (await openCases()).find(({ id }) => id === held?.id)?.orders, { timeout: 20_000 })
    .toBe(HOW_MANY.place)
  const DONE = 'type in (1, 3, 156, 160)' // received, hold lifted, released, master data
  const before = await count('journal', DONE)

  const trials: [string, string][] = []
  erp.knowsSalesArea = true
  for (const { id, cause, title, members } of cases) {
    const which = cause === 'unknown code' ? `unknown code ${title.startsWith('BEG') ? 'BEG' : 'report'}` : cause
    const trial = await tried(id, CORRECTIONS[which] ?? [])
    expect([title, trial.verdicts]).toEqual([
      title,
      { succeeds: members, fails: 0, conflicts: 0, done: 0, 'in doubt': 0 },
    ])
    trials.push([id, trial.id])
  }
  expect(await count('journal', DONE)).toBe(before) // a trial does nothing
  expect(await count('case_state', 'open')).toBe(6)

  const release = ([id, trial]: [string, string]) => call('POST', `/v1/cases/${id}/release`, { trial })
  const pressed = await Promise.all(trials.flatMap((one) => [release(one), release(one)]))
  expect(new Set(pressed.map(({ status }) => status))).toEqual(new Set([202]))
  for (const [at, [id, trial]] of trials.entries()) {
    const ended = await standing(id, trial, 'released')
    expect([ended.released, ended.failed]).toEqual([cases[at]?.members, 0])
    expect((await release([id, trial])).status).toBe(202)
  }
  const ours = cases.map(({ id }) => `'acme/case/${id}'`).join(', ')
  await expect.poll(() => count('case_state', `open and subject in (${ours})`), { timeout: 30_000 }).toBe(0)
  expect(await count('journal', 'type = 156')).toBe(PLANTED)

  await expect.poll(() => count('order_view', 'over'), { timeout: 120_000, interval: 500 }).toBe(ORDERS)
  expect(await count('order_view')).toBe(ORDERS)
  for (const [system, verb] of [
    [systems.erp, 'order.post'],
    [systems.erp, 'invoice.request'],
  ] as const) {
    const rows = [...system.ledger.rows()].filter((row) => row.kind === 'effect' && row.what === verb)
    expect([verb, rows.length, new Set(rows.map((row) => row.key)).size]).toEqual([verb, ORDERS, ORDERS])
  }
  const ofStock = await count('journal', "type = 83 and subject like '%/stock/DC1'")
  expect(ofStock).toBe(HOW_MANY.code)
  expect(await count('case_state', `open and subject in (${ours})`)).toBe(0)
}, 240_000)
