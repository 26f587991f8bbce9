import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../support/database.ts'
import { purchaseOrder850, shopOrder } from '../support/retailer.ts'
import { askHub, openServing, type Serving } from '../support/serving.ts'
import { run } from './run.ts'

const database = testDatabase()
let hub: Serving

beforeAll(async () => {
  hub = await openServing(database.url)
}, 60_000)
afterAll(() => hub.close())

const crossdock = (...args: string[]) =>
  run(['cases', ...args], { env: { CROSSDOCK_URL: hub.server.url, CROSSDOCK_KEY: hub.keys.ann } })

interface Listed {
  readonly id: string
  readonly title: string
  readonly left: number
  readonly returned: number
}

async function listed(title: string): Promise<Listed> {
  let found: Listed | undefined
  await expect
    .poll(
      async () => {
        const { out } = await crossdock('list', '--json')
        const { cases } = JSON.parse(out) as { cases: Listed[] }
        found = cases.find((one) => one.title === title)
        return found?.title
      },
      { timeout: 30_000 },
    )
    .toBe(title)
  return found as Listed
}

async function orders(many: number, prefix: string, item: string, buyer = 'web-1'): Promise<void> {
  for (let nth = 0; nth < many; nth += 1) {
    const document = shopOrder(`${prefix}-${nth}`, [{ item, quantity: 1, price: '9.25' }], buyer)
    const headers = { 'idempotency-key': `${prefix}-${nth}`, authorization: `Bearer ${hub.keys.shop}` }
    expect((await hub.call('POST', '/v1/orders', document, headers)).status).toBe(202)
  }
}

const trialIn = (out: string) => (JSON.parse(out) as { trial: { id: string; verdicts: Record<string, number> } }).trial

test('a case is listed, shown, assigned, tried, released and closes, all from the command line', async () => {
  await orders(3, 'cli', 'SHOP-BOLT')
  const { id } = await listed('SHOP-BOLT of shop: unknown item')
  expect((await crossdock('assign', id, '--owner', 'ben', '--priority', '1')).out).toContain('open, ben, priority 1')
  const silent = await crossdock('assign', id)
  expect([silent.code, silent.err]).toEqual([2, expect.stringContaining('XD_CLI_ASSIGN_WHAT')])
  expect((await crossdock('assign', id, '--priority', '9')).code).toBe(2)
  const shown = await crossdock('show', id, '--members', '2')
  expect(shown.out).toMatch(/3 members, 3 left.*\n.*\n {2}open {2}order\/.*\n {2}open {2}order\//)

  const wrong = await crossdock('try', id, '--means', 'item:SHOP-BOLT=NOSUCH', '--json')
  expect([wrong.code, trialIn(wrong.out).verdicts['fails']]).toEqual([1, 3])
  const why = /fails: .+ \(order\/\S+ and 2 more\)/
  const said = await crossdock('try', id, '--means', 'item:SHOP-BOLT=NOSUCH')
  expect([said.code, said.out]).toEqual([1, expect.stringMatching(why)])
  const explained = (await crossdock('show', id)).out
  expect(explained).toMatch(why)
  expect(explained).toContain(': item SHOP-BOLT of shop means NOSUCH')
  expect((await crossdock('show', id, '--members', '9999')).code).toBe(2)
  const useless = await crossdock('release', id, trialIn(wrong.out).id)
  expect([useless.code, useless.err]).toEqual([1, expect.stringContaining('XD_CASES_NOTHING_TO_RELEASE')])
  expect(useless.err).toContain('(“crossdock cases show ID”)')
  expect((await hub.call('GET', '/v1/corrections')).body['corrections']).toEqual([])
  const nonsense = await crossdock('try', id, '--means', 'nonsense')
  expect([nonsense.code, nonsense.err]).toEqual([2, expect.stringContaining('XD_CLI_CORRECTION')])
  expect((await crossdock('try', id, '--map', 'x')).err).toContain('“x” is no mapping.')
  const tried = await crossdock('try', id, '--means', 'item:SHOP-BOLT=BOLT', '--json')
  expect([tried.code, trialIn(tried.out).verdicts['succeeds']]).toEqual([0, 3])

  const released = await crossdock('release', id, trialIn(tried.out).id)
  expect([released.code, released.out]).toEqual([0, expect.stringContaining('3 released, 0 failed')])
  expect(released.err).toContain('item SHOP-BOLT of shop means BOLT.')
  expect((await crossdock('corrections')).out).toBe('item SHOP-BOLT of shop means BOLT\n')
  expect((await crossdock('list')).out).not.toContain('SHOP-BOLT')
  expect((await crossdock('list', '--closed')).out).toContain('SHOP-BOLT of shop: unknown item')
  expect((await crossdock('close', id, 'done')).out).toContain('It was closed already')
  const unknown = await crossdock('show', 'nothing')
  expect([unknown.code, unknown.err.includes('XD_CASES_UNKNOWN_CASE')]).toEqual([1, true])

  await orders(1, 'later', 'SHOP-BOLT') // the correction holds for what comes in from now on
  const { body } = await hub.call('GET', '/v1/corrections')
  expect(body['corrections']).toEqual([
    { kind: 'crosswalk', partner: 'shop', type: 'item', value: 'SHOP-BOLT', means: 'BOLT' },
  ])
  await expect
    .poll(async () => (await database.query("select from order_view where over and channel = 'shop'")).length, {
      timeout: 60_000,
    })
    .toBe(4)
})

test('corrected bytes take the place of one document, under a receipt of their own; the other stays in its case', async () => {
  const files = [1, 2].map((nth) =>
    purchaseOrder850({ number: `PAY-${nth}`, control: 500 + nth, lines: [{ item: 'BOLT', quantity: 1, price: '' }] }),
  )
  for (const file of files) {
    await hub.call('POST', '/in/bigbox', file.replace('BEG*00', 'BEG*QQ'), { 'content-type': 'application/edi-x12' })
  }
  const { id } = await listed('BEG/1 QQ of bigbox: unknown code')
  const { body } = await hub.call('GET', `/v1/cases/${id}/members`)
  const [first] = body['members'] as { member: string }[]
  const corrections = [{ kind: 'payload', member: first?.member, content: files[0] }]
  const begun = await hub.call('POST', `/v1/cases/${id}/trials`, { corrections })
  const { id: trial } = begun.body['trial'] as { id: string }
  const path = `/v1/cases/${id}/trials/${trial}`
  const state = async () => (await hub.call('GET', path)).body['trial']
  await expect.poll(state, { timeout: 30_000 }).toMatchObject({ state: 'tried', verdicts: { succeeds: 1, fails: 1 } })
  await hub.call('POST', `/v1/cases/${id}/release`, { trial })
  await expect.poll(state, { timeout: 30_000 }).toMatchObject({ state: 'released', released: 1, failed: 0 })
  expect(await listed('BEG/1 QQ of bigbox: unknown code')).toMatchObject({ left: 1 })
  expect(
    await database.query("select from receipt where channel = 'correction' and verdict = 'accepted'"),
  ).toHaveLength(1)
  const tried = (await hub.call('GET', `${path}/members?verdict=fails`)).body['members'] as { why: string }[]
  expect(tried[0]?.why).toContain('QQ')
})

test('what is released too soon returns; two instances and two presses release everything once', async () => {
  await orders(12, 'area', 'BOLT', 'web-2')
  const title = 'invoice.request of erp: partner refused (Customer … has no sales area.)'
  await expect.poll(async () => (await listed(title)).left, { timeout: 30_000 }).toBe(12)
  const { id } = await listed(title)
  const early = trialIn((await crossdock('try', id, '--json')).out)
  expect((await crossdock('release', id, early.id)).code).toBe(0)
  await expect.poll(async () => listed(title), { timeout: 30_000 }).toMatchObject({ left: 12, returned: 12 })

  hub.erp.knowsSalesArea = true
  const other = await hub.beside()
  await expect.poll(() => other.hub.core.journal.lanes.owned().length, { timeout: 30_000 }).toBeGreaterThan(100)
  const { id: trial } = trialIn((await crossdock('try', id, '--json')).out)
  const press = (url: string) => askHub(url, hub.keys.ann, 'POST', `/v1/cases/${id}/release`, { trial })
  await Promise.all([press(hub.server.url), press(other.url), press(other.url)])
  const one = async () => (await hub.call('GET', `/v1/cases/${id}`)).body['case']
  await expect.poll(one, { timeout: 60_000 }).toMatchObject({ open: false, left: 0, released: 24, returned: 12 })
  const invoiced = () =>
    [...hub.systems.erp.ledger.rows()].filter(({ kind, what }) => kind === 'effect' && what === 'invoice.request')
  const ofArea = new Set(
    (await database.query<{ subject: string }>("select subject from order_view where customer = 'C0002'")).map(
      ({ subject }) => subject.slice('acme/order/'.length),
    ),
  )
  const ours = () => invoiced().filter(({ order }) => ofArea.has(String(order)))
  await expect.poll(() => ours().length, { timeout: 30_000 }).toBe(12)
  expect(new Set(ours().map(({ order }) => order)).size).toBe(12)

  await orders(8, 'both', 'B-BOLT')
  const unknown = await listed('B-BOLT of shop: unknown item')
  await expect.poll(async () => (await listed('B-BOLT of shop: unknown item')).left, { timeout: 30_000 }).toBe(8)
  const means = trialIn((await crossdock('try', unknown.id, '--means', 'item:B-BOLT=BOLT', '--json')).out)
  const done = await crossdock('release', unknown.id, means.id, '--json')
  expect([done.code, trialIn(done.out)]).toEqual([0, expect.objectContaining({ released: 8, failed: 0 })])
})

test('a release that goes on after a crash tells a refused report once: nothing but its key can know', async () => {
  await hub.call('POST', '/in/wms2', {
    id: 'not-its-1',
    type: 'inventory.status_changed',
    occurredAt: '2026-01-05T09:00:00Z',
    facility: 'DC1',
    lines: [{ item: 'BOLT', from: 'available', to: 'damaged', quantity: { value: '1', uom: 'EA' } }],
  })
  const refusals = () => database.query("select from journal where type = 141 and subject = 'acme/stock/DC1'")
  await expect.poll(async () => (await refusals()).length, { timeout: 30_000 }).toBe(1)
  const [found] = await database.query<{ subject: string; again: string }>(
    "select split_part(subject, '#', 1) as subject, again from case_member where about = 'acme/stock/DC1'",
  )
  expect(found?.again).toBe('report')
  const id = found?.subject.split('/')[2] as string
  const { trial } = JSON.parse((await crossdock('try', id, '--json')).out) as { trial: { id: string } }
  const released = () => database.query("select from case_trial where id = $1 and state = 'released'", [trial.id])
  expect((await crossdock('release', id, trial.id)).code).toBe(0)
  expect(await refusals()).toHaveLength(2) // told again, and refused again: it still is not its to say

  await database.query('update case_trial_member set outcome = null where trial = $1', [trial.id])
  await database.query("update case_trial set state = 'releasing', released = 0 where id = $1", [trial.id])
  await expect.poll(async () => (await released()).length, { timeout: 30_000 }).toBe(1)
  expect(await refusals()).toHaveLength(2)
})
