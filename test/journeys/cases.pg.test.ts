import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../support/database.ts'
import { record } from '../support/record.ts'
import { purchaseOrder850, shopOrder } from '../support/retailer.ts'
import { openServing, type Serving } from '../support/serving.ts'

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
let hub: Serving

beforeAll(async () => {
  hub = await openServing(database.url)
}, 60_000)
afterAll(() => hub.close())

const call: Serving['call'] = (...asked) => hub.call(...asked)

async function each(count: number, act: (nth: number) => Promise<unknown>): Promise<void> {
  for (let at = 0; at < count; at += 40) {
    await Promise.all(Array.from({ length: Math.min(40, count - at) }, (_, n) => act(at + n)))
  }
}

const edi = { 'content-type': 'application/edi-x12' }

async function orderFromShop(nth: number, buyer: string, place: string): Promise<void> {
  const document = shopOrder(`S-${buyer}-${nth}`, [{ item: 'BOLT', quantity: 1 }], buyer)
  const { status } = await call(
    'POST',
    '/v1/orders',
    { ...document, shipTo: { id: place } },
    { 'idempotency-key': `${buyer}-${nth}`, authorization: `Bearer ${hub.keys.shop}` },
  )
  expect(status).toBe(202)
}

async function plant(): Promise<void> {
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

const openCases = async () => ((await call('GET', '/v1/cases')).body as unknown as { cases: CaseAnswer[] }).cases

async function tried(id: string, corrections: readonly object[]): Promise<TrialAnswer> {
  const begun = (await call('POST', `/v1/cases/${id}/trials`, { corrections })).body as unknown as {
    trial: TrialAnswer
  }
  return standing(id, begun.trial.id, 'tried')
}

async function standing(id: string, trial: string, state: string): Promise<TrialAnswer> {
  let found: TrialAnswer | undefined
  await expect
    .poll(
      async () => {
        found = ((await call('GET', `/v1/cases/${id}/trials/${trial}`)).body as unknown as { trial: TrialAnswer }).trial
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
  hub.erp.knowsSalesArea = true
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
  // pressed twice at once and once more, each correction was recorded once
  const corrections = Object.values(CORRECTIONS).flat().length
  expect(await count('journal', "type = 160 and subject = 'acme/master-correction/all'")).toBe(corrections)
  // as after a crash between the effects and their outcomes: the release goes on, and nothing has a second effect
  const [first] = trials
  await database.query(`update case_trial_member set outcome = null where trial = $1`, [first?.[1]])
  await database.query(`update case_trial set state = 'releasing', released = 0 where id = $1`, [first?.[1]])
  const resumed = await standing(first?.[0] ?? '', first?.[1] ?? '', 'released')
  expect([resumed.released, resumed.failed]).toEqual([cases[0]?.members, 0])
  const ours = cases.map(({ id }) => `'acme/case/${id}'`).join(', ')
  await expect.poll(() => count('case_state', `open and subject in (${ours})`), { timeout: 30_000 }).toBe(0)
  const released = await count('journal', 'type = 156')
  expect(released).toBe(PLANTED)

  await expect.poll(() => count('order_view', 'over'), { timeout: 120_000, interval: 500 }).toBe(ORDERS)
  expect(await count('order_view')).toBe(ORDERS)
  let repeats = 0
  for (const [system, verb] of [
    [hub.systems.erp, 'order.post'],
    [hub.systems.erp, 'invoice.request'],
  ] as const) {
    const rows = [...system.ledger.rows()].filter((row) => row.kind === 'effect' && row.what === verb)
    const keys = new Set(rows.map((row) => row.key)).size
    expect([verb, rows.length, keys]).toEqual([verb, ORDERS, ORDERS])
    repeats += rows.length - keys
  }
  const ofStock = await count('journal', "type = 83 and subject like '%/stock/DC1'")
  expect(ofStock).toBe(HOW_MANY.code)
  expect(await count('case_state', `open and subject in (${ours})`)).toBe(0)
  record(
    'cases',
    { planted: PLANTED, cases: cases.length, released, repeats, ordersEnded: await count('order_view', 'over') },
    'npm test -- test/journeys/cases.pg.test.ts',
  )
}, 240_000)
