import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../../test/cli/run.ts'
import { testDatabase } from '../../test/support/database.ts'
import { type Answer, type Gate, openTown, type Town, until } from '../../test/support/town.ts'

const ORDERS = Number(process.env['CROSSDOCK_REPLAY_ORDERS'] ?? 120)
const database = testDatabase()
let town: Town

/** The same 40 of 100 each time, by their key. */
const isPlanted = (key: string): boolean => {
  let sum = 7
  for (const letter of key) sum = (sum * 31 + letter.charCodeAt(0)) % 10_007
  return sum % 5 < 2
}
const refuse: Gate = (system, { key }) =>
  (system === 'shop' || system === 'carrier') && isPlanted(key)
    ? { result: 'refused', retry: 'after-fix', reason: 'planted' }
    : undefined

beforeAll(async () => {
  town = await openTown({ url: database.url, gate: refuse })
  await town.orders(ORDERS)
  town.gate = () => undefined
}, 240_000)
afterAll(() => town?.close())

const plan = (select: object, more: object = {}, headers = {}) =>
  town.call('POST', '/v1/replays', { select, reason: 'the shop was mended', ...more }, headers)

async function untilState(id: string, ...states: string[]): Promise<Answer['body']> {
  const seen: { body?: Answer['body'] } = {}
  await until(async () => {
    seen.body = (await town.call('GET', `/v1/replays/${id}`)).body
    return states.includes(seen.body.state)
  }, 120_000)
  return seen.body
}

/** The whole frozen set, page by page. */
async function itemsOf(id: string, query = ''): Promise<Answer['body'][]> {
  const all: Answer['body'][] = []
  for (let cursor = ''; ; ) {
    const { body } = await town.call('GET', `/v1/replays/${id}/items?limit=200${query}${cursor}`)
    all.push(...body.items)
    if (!body.nextCursor) return all
    cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`
  }
}

const sum = (figures: Record<string, Record<string, number>>, word: string): number =>
  Object.values(figures).reduce((all, target) => all + (target[word] ?? 0), 0)

test('the forecast of a replay, counted for each target, is what the ledgers of the targets then show', async () => {
  const before = new Map(['shop', 'carrier'].map((system) => [system, town.effects(system)]))
  const made = await plan({ targets: ['shop', 'carrier'] })
  expect(made.status).toBe(202)
  const { id } = made.body
  const ready = await untilState(id, 'ready')
  const all = ready.progress.items
  expect(all).toBeGreaterThan(ORDERS * 3)
  expect(sum(ready.forecast, 'new') / all).toBeGreaterThan(0.3)
  expect(sum(ready.forecast, 'new') + sum(ready.forecast, 'already done')).toBe(all)
  expect(town.effects('shop')).toEqual(before.get('shop')) // a forecast sends nothing

  const started = await town.call('POST', `/v1/replays/${id}/start`, { include: ['new', 'already done'] })
  expect(started.status).toBe(200)
  const again = await town.call('POST', `/v1/replays/${id}/start`, { include: ['already done', 'new'] })
  expect(again.status).toBe(200)
  const other = await town.call('POST', `/v1/replays/${id}/start`, { include: ['new'] })
  expect([other.status, other.body.code]).toEqual([409, 'XD_REPLAY_OTHER_ORDERS'])

  const over = await untilState(id, 'finished', 'paused')
  expect([over.state, over.why]).toEqual(['finished', null])
  expect(over.differences).toEqual([])
  expect(over.asForecast).toBe(all)
  const items = await itemsOf(id)
  expect(items.length).toBe(all)
  for (const system of ['shop', 'carrier']) {
    // What the process plans because the carrier has its parcels now is no part of the frozen set.
    const frozen = new Set(items.map(({ target, request, key }) => `${target}:${request}:${key}`))
    const was = before.get(system) as ReturnType<Town['effects']>
    const is = new Map([...town.effects(system)].filter(([key]) => frozen.has(key)))
    const fresh = [...is].filter(([key]) => !was.has(key))
    const repeated = [...is].filter(([key, { repeats }]) => repeats > (was.get(key)?.repeats ?? 0))
    expect(fresh.length, system).toBe(ready.forecast[system].new)
    expect(repeated.length, system).toBe(ready.forecast[system]['already done'])
    expect(
      [...is.values()].every(({ effects }) => effects === 1),
      system,
    ).toBe(true)
  }
  process.stderr.write(
    `replay: ${all} messages, ${sum(ready.forecast, 'already done')} already done, ${sum(ready.forecast, 'new')} new; as forecast ${over.asForecast}\n`,
  )
})

test('pressed again it finds everything done; a start that would send nothing is refused and uses nothing up', async () => {
  const before = town.effects('shop')
  const { body } = await plan({ targets: ['shop', 'carrier'] })
  const ready = await untilState(body.id, 'ready')
  expect(sum(ready.forecast, 'already done')).toBe(ready.progress.items)
  const idle = await town.call('POST', `/v1/replays/${body.id}/start`, {})
  expect([idle.status, idle.body.code]).toEqual([409, 'XD_REPLAY_NOTHING_ASKED'])
  expect(idle.body.detail).toContain(`It has ${ready.progress.items} already done, and stays ready.`)
  expect((await town.call('GET', `/v1/replays/${body.id}`)).body.state).toBe('ready')
  expect(town.effects('shop')).toEqual(before)
  await town.call('POST', `/v1/replays/${body.id}/cancel`, { reason: 'a test' })
})

test('the same question, and the same key, give the same replay', async () => {
  const [one, two] = await Promise.all([plan({ verbs: ['invoice.send'] }), plan({ verbs: ['invoice.send'] })])
  expect(one.body.id).toBe(two.body.id)
  expect([one.status, two.status].toSorted()).toEqual([200, 202])
  const keyed = await plan({ verbs: ['order.status'] }, {}, { 'idempotency-key': 'press-1' })
  const repeated = await plan({ verbs: ['order.status'] }, {}, { 'idempotency-key': 'press-1' })
  expect([keyed.status, repeated.status, repeated.body.id]).toEqual([202, 200, keyed.body.id])
  const reused = await plan({ verbs: ['shipment.notify'] }, {}, { 'idempotency-key': 'press-1' })
  expect([reused.status, reused.body.code]).toEqual([422, 'XD_REPLAY_KEY_REUSED'])
  for (const { body } of [one, keyed]) await town.call('POST', `/v1/replays/${body.id}/cancel`, { reason: 'a test' })
})

test('one order is chosen by its number; its timeline shows the replay and the original', async () => {
  const { body: list } = await town.call('GET', '/v1/orders?limit=1')
  const [order] = list.items ?? list.orders
  const { body } = await plan({ orders: [order.customerOrder], targets: ['erp'], verbs: ['order.post'] })
  await untilState(body.id, 'ready')
  const { body: page } = await town.call('GET', `/v1/replays/${body.id}/items`)
  expect(page.items).toHaveLength(1)
  expect(page.items[0]).toMatchObject({ target: 'erp', request: 'order.post', forecast: 'already done' })
  const posted = town.effects('erp')
  await town.call('POST', `/v1/replays/${body.id}/start`, { include: ['already done'] })
  expect((await untilState(body.id, 'finished')).differences).toEqual([])
  const { body: timeline } = await town.call('GET', `/v1/timeline/${order.customerOrder}`)
  const told = timeline.steps.filter((one: { type: string }) => one.type === 'delivery.replayed').at(-1)
  expect([told.who, told.what]).toEqual([
    'ann',
    `ann sent the order to erp again (request ${page.items[0].original.split('/')[1]}, replay ${body.id}): the shop was mended`,
  ])
  expect(timeline.steps.filter((one: { type: string }) => one.type === 'order.posted')).toHaveLength(1)
  expect([...town.effects('erp').values()].every(({ effects }) => effects === 1)).toBe(true)
  expect(town.effects('erp').size).toBe(posted.size)
})

test('a new effect is asked for in so many words, under a new key, by whoever may', async () => {
  const { body: list } = await town.call('GET', '/v1/orders?limit=1')
  const [order] = list.items ?? list.orders
  const { body } = await plan({ orders: [order.customerOrder], targets: ['shop'], verbs: ['invoice.send'] })
  const ready = await untilState(body.id, 'ready')
  const before = town.effects('shop').size
  const refused = await town.call('POST', `/v1/replays/${body.id}/start`, { include: ['too old'] })
  expect([refused.status, refused.body.code]).toEqual([422, 'XD_REPLAY_NOT_INCLUDABLE'])
  const weak = (await town.server.keys.make('acme', { name: 'weak', scopes: ['replays:write', 'replays:read'] })).text
  const forbidden = await town.call(
    'POST',
    `/v1/replays/${body.id}/start`,
    { include: ['already done'], reissue: true },
    { authorization: `Bearer ${weak}` },
  )
  expect([forbidden.status, forbidden.body.code]).toEqual([403, 'XD_REPLAY_REISSUE_SCOPE'])
  await town.call('POST', `/v1/replays/${body.id}/start`, { include: ['already done'], reissue: true })
  const over = await untilState(body.id, 'finished')
  expect(sum(over.outcome, 'issued anew')).toBe(ready.progress.items)
  expect(town.effects('shop').size).toBe(before + ready.progress.items)
})

test('the members of a case are chosen by the case', async () => {
  const { body: open } = await town.call('GET', '/v1/cases?partner=carrier')
  const [refused] = open.cases.filter((one: { cause: string }) => one.cause === 'partner refused')
  const { body } = await plan({ case: refused.id, targets: ['carrier'] })
  const ready = await untilState(body.id, 'ready')
  expect(ready.progress.items).toBe(refused.members)
  expect(sum(ready.forecast, 'already done')).toBe(refused.members) // the first test replayed them
})

test('what is in doubt is tried again in bulk only by name; the command line says so', async () => {
  const env = { CROSSDOCK_URL: town.server.url, CROSSDOCK_KEY: town.key }
  const row = (key: string, state: string) =>
    database.query(
      `insert into waiting (lane, subject, position, target, verb, key, chain, args, digest, planned_at, attempts, next_at, state, reason)
       values (3, 'acme/order/o0-03-' || $1, 1, 'shop', 'order.status', $1, $1, '{}', 'd', 1000, 1, 9007199254740991, $2, '')`,
      [key, state],
    )
  await row('doubtful', 'in doubt')
  await row('stands', 'parked')
  const frozen = async (...args: string[]) => {
    const all = ['replay', 'new', '--redeliver', '--until', '1970-01-01T00:01Z', '--reason', 'bulk', '--json', ...args]
    const { code, out } = await run(all, { env })
    const { id, state } = JSON.parse(out)
    expect([code, state]).toEqual([0, 'ready'])
    return (await itemsOf(id)).map(({ key }) => key)
  }
  expect(await frozen('--target', 'shop')).toEqual(['stands'])
  expect(await frozen('--target', 'shop', '--state', 'in doubt')).toEqual(['doubtful'])
  expect(await frozen('--target', 'shop', '--state', 'parked', '--partner', 'nobody')).toEqual([])
  await database.query("delete from waiting where key in ('doubtful', 'stands')")
})

test('the command line plans, waits for the forecast, starts and says what came of it', async () => {
  const env = { CROSSDOCK_URL: town.server.url, CROSSDOCK_KEY: town.key }
  const crossdock = (...args: string[]) => run(['replay', ...args], { env })
  const made = await crossdock('new', '--verb', 'shipment.notify', '--reason', 'by hand', '--json')
  expect(made.code).toBe(0)
  const { id, state, forecast } = JSON.parse(made.out)
  expect(state).toBe('ready')
  const again = await crossdock('new', '--verb', 'shipment.notify', '--reason', 'by hand')
  expect([again.code, again.out.split('\n')[0]]).toEqual([0, `${id}: ready`])
  expect(again.out).toContain(`forecast carrier: ${forecast.carrier['already done']} already done`)
  const started = await crossdock('start', id, '--include', 'already done', '--json')
  expect([started.code, JSON.parse(started.out).state]).toEqual([0, 'finished'])
  expect(JSON.parse(started.out).asForecast).toBe(forecast.carrier['already done'])
  expect(started.err).toMatch(/under way/)
  expect((await crossdock('list')).out).toContain(`ann: by hand`)
  const { items } = JSON.parse((await crossdock('list', '--json')).out) as { items: { id: string; madeAt: string }[] }
  expect(items.map(({ madeAt }) => madeAt)).toEqual(
    items
      .map(({ madeAt }) => madeAt)
      .sort()
      .reverse(),
  )
  const pages: string[] = []
  for (let cursor = ''; ; ) {
    const page = (await town.call('GET', `/v1/replays?limit=2${cursor}`)).body
    pages.push(...page.items.map((one: { id: string }) => one.id))
    if (!page.nextCursor) break
    cursor = `&cursor=${encodeURIComponent(page.nextCursor)}`
  }
  expect(pages).toEqual(items.map((one) => one.id))
  const other = await crossdock('start', id, '--include', 'new')
  expect([other.code, other.err]).toEqual([1, expect.stringContaining('is finished now')])
  const late = await crossdock('cancel', id, '--reason', 'too late')
  expect([late.code, late.out]).toEqual([1, ''])
  expect(late.err).toContain('XD_REPLAY_STATE')
  expect((await crossdock('show', 'rp0-none')).code).toBe(1)
  expect((await crossdock('start', id, '--stop-percent', 'half')).code).toBe(2)
  const planned = await crossdock('new', '--verb', 'shipment.notify', '--reason', 'none new')
  const done = planned.out.split(':')[0] as string
  expect(planned.err).toContain(`crossdock replay start ${done} --include "already done"`)
  const idle = await crossdock('start', done)
  expect([idle.code, idle.err]).toEqual([1, expect.stringContaining('XD_REPLAY_NOTHING_ASKED')])
  expect((await crossdock('start', done, '--include', 'already done')).out).toContain(`${done}: finished`)
})

test('what is asked wrongly ends with 2 and says in words what could have been asked', async () => {
  const env = { CROSSDOCK_URL: town.server.url, CROSSDOCK_KEY: town.key }
  const asked = async (...args: string[]) => {
    const { code, err } = await run(['replay', ...args], { env })
    return [code, err]
  }
  const because = ['--reason', 'a try']
  const of = (...words: string[]) => [2, expect.stringContaining(words.join())]
  expect(await asked('new', '--state', 'bogus', ...because)).toEqual(of('It is none of done, refused'))
  expect(await asked('start', 'rp0-none', '--include', 'bogus')).toEqual(of('It is none of new, already done'))
  expect(await asked('new', '--from', 'yesterday', ...because)).toEqual(of('Write it in UTC'))
  expect(await asked('new', ...because)).toEqual(of('XD_REPLAY_NOTHING_CHOSEN'))
  expect(await asked('new', '--target', 'nosuch', ...because)).toEqual(of('XD_REPLAY_UNKNOWN_SYSTEM'))
  expect(await asked('list', '--url', 'nonsense')).toEqual(of('XD_CLI_URL'))
})
