import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase } from '../../test/support/database.ts'
import { type Answer, type Gate, openTown, type Town, until } from '../../test/support/town.ts'
import { laneOf } from '../base/ids.ts'
import type { HubDefinition } from '../config/define-hub.ts'

const database = testDatabase()
let town: Town

/** Of what goes to the shop: some is turned away until it is parked, some takes effect and its answer is lost. */
const broken: Gate = (system, { body }) => {
  if (system !== 'shop') return undefined
  // By order: what follows in the chain of something parked waits behind it.
  const { order } = JSON.parse(Buffer.from(body).toString()) as { order: string }
  const draw = laneOf(`planted ${order}`) % 20
  if (draw === 0) return { result: 'later', reason: 'not now', afterMs: 10 }
  if (draw === 1) return 'after effect'
  return draw < 8 ? { result: 'refused', retry: 'after-fix', reason: 'planted' } : undefined
}

beforeAll(async () => {
  // Whatever fails once is parked at once.
  const change = (definition: HubDefinition): HubDefinition => ({
    ...definition,
    delivery: { retry: { parkAfter: '1ms' } },
  })
  town = await openTown({ url: database.url, gate: broken, change })
  await town.orders(60)
  await until(async () => {
    const { body } = await town.call('GET', '/v1/deliveries?limit=200')
    // What stands behind a parked one waits with it, and was never tried.
    return body.items.every(({ state, attempts }: Answer['body']) => state === 'parked' || attempts === 0)
  })
  town.gate = () => undefined
}, 240_000)
afterAll(() => town?.close())

const say = (id: string, act: string, body: object = { reason: 'a test' }) =>
  town.call('POST', `/v1/replays/${id}/${act}`, body)

async function plan(select: object): Promise<string> {
  const { body } = await town.call('POST', '/v1/replays', { select, reason: 'the shop was mended' })
  await untilState(body.id, 'ready')
  return body.id
}

async function untilState(id: string, ...states: string[]): Promise<Answer['body']> {
  const seen: { body?: Answer['body'] } = {}
  await until(async () => {
    seen.body = (await town.call('GET', `/v1/replays/${id}`)).body
    return states.includes(seen.body.state)
  }, 120_000)
  return seen.body
}

const effectsAt = (system: string) => [...town.effects(system).values()].reduce((sum, one) => sum + one.effects, 0)
const sum = (figures: Record<string, Record<string, number>>, word: string): number =>
  Object.values(figures).reduce((all, target) => all + (target[word] ?? 0), 0)
const everyOnce = () => [...town.effects('shop').values()].every(({ effects }) => effects === 1)

test('it stops by itself as soon as too much fails, and goes on from one when it is resumed', async () => {
  const id = await plan({ targets: ['shop'], states: ['refused'] })
  town.gate = (system) =>
    system === 'shop' ? { result: 'refused', retry: 'after-fix', reason: 'still broken' } : undefined
  const before = effectsAt('shop')
  await say(id, 'start', { stopPercent: 5 })
  const stopped = await untilState(id, 'paused', 'finished')
  expect([stopped.state, stopped.why]).toEqual(['paused', '1 of 1 failed (refused 1), more than 5 %'])
  expect(stopped.outcome).toEqual({ shop: { refused: 1 } })
  expect(stopped.differences).toEqual([{ target: 'shop', forecast: 'new', outcome: 'refused', count: 1 }])
  expect(effectsAt('shop')).toBe(before)

  town.gate = () => undefined
  await say(id, 'resume')
  const over = await untilState(id, 'finished', 'paused')
  expect([over.state, over.why]).toEqual(['finished', null])
  expect(over.outcome).toEqual({ shop: { refused: 1, 'took effect': over.progress.items - 1 } })
  expect(effectsAt('shop')).toBe(before + over.progress.items - 1)
  expect(over.acts.map(({ who, act }: { who: string; act: string }) => `${who} ${act}`)).toEqual([
    'ann make',
    'ann start',
    'Crossdock pause',
    'ann resume',
    'Crossdock finish',
  ])
})

test('what is parked is asked about: the target may have had it all the same, and it is not had twice', async () => {
  const parked = (await town.call('GET', '/v1/deliveries?target=shop&state=parked&limit=200')).body.items
  const id = await plan({ targets: ['shop'], states: ['parked', 'in doubt'] })
  const ready = (await town.call('GET', `/v1/replays/${id}`)).body
  expect(ready.progress.items).toBe(parked.length)
  const known = town.effects('shop')
  const had = parked.filter(({ request, key }: Answer['body']) => known.has(`shop:${request}:${key}`)).length
  expect([ready.forecast.shop['already done'], ready.forecast.shop.new]).toEqual([had, parked.length - had])
  expect(had).toBeGreaterThan(0)
  const before = effectsAt('shop')
  await say(id, 'start', { include: ['new', 'already done'] })
  const over = await untilState(id, 'finished', 'paused')
  expect([over.state, over.differences]).toEqual(['finished', []])
  expect(over.outcome.shop).toEqual({ 'took effect': parked.length - had, 'no second effect': had })
  expect(everyOnce()).toBe(true)
  // What waited in the chains behind the parked ones has gone out, too.
  await until(async () => (await town.call('GET', '/v1/deliveries?target=shop')).body.items.length === 0)
  expect(effectsAt('shop')).toBeGreaterThanOrEqual(before + parked.length - had)
  expect(everyOnce()).toBe(true)
})

test('paused half way it sends nothing more; the hub goes down and comes back; resumed, the rest is sent once', async () => {
  const id = await plan({ targets: ['shop', 'erp'] })
  const ready = (await town.call('GET', `/v1/replays/${id}`)).body
  const all = ready.progress.items
  expect(sum(ready.forecast, 'already done') + sum(ready.forecast, 'new')).toBe(all)
  town.gate = (system, request) => {
    slow.seen.add(`${system} ${request.key} ${request.verb}`)
    return undefined
  }
  const slow = { seen: new Set<string>() }
  await say(id, 'start', { include: ['new', 'already done'] })
  await until(() => slow.seen.size > 20)
  expect((await say(id, 'pause')).body.state).toBe('paused')
  expect((await say(id, 'pause')).body.state).toBe('paused') // said twice
  await until(async () => (await town.call('GET', `/v1/replays/${id}`)).body.progress.states.sent === undefined)
  const paused = (await town.call('GET', `/v1/replays/${id}`)).body
  expect(paused.progress.states.over).toBeLessThan(all)
  const sent = slow.seen.size
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(slow.seen.size).toBe(sent)
  await town.reopen()
  expect((await town.call('GET', `/v1/replays/${id}`)).body.state).toBe('paused')
  await say(id, 'resume')
  const over = await untilState(id, 'finished', 'paused')
  expect([over.state, over.asForecast, over.differences]).toEqual(['finished', all, []])
  expect(everyOnce()).toBe(true)
  town.gate = () => undefined
})

test('every connection to the database is cut, and the instance goes down half way: another goes on, and nothing has a second effect', async () => {
  const id = await plan({ targets: ['shop', 'erp', 'wms1', 'wms2'] })
  const { body: before } = await town.call('GET', `/v1/replays/${id}`)
  const repeats = { seen: 0 }
  town.gate = () => {
    repeats.seen += 1
    return undefined
  }
  await say(id, 'start', { include: ['already done'] })
  await until(() => repeats.seen > 30)
  await database.query(
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  await until(() => repeats.seen > 60)
  await town.reopen()
  const over = await untilState(id, 'finished', 'paused')
  expect([over.state, over.asForecast]).toEqual(['finished', before.progress.items])
  for (const system of ['shop', 'erp', 'wms1', 'wms2']) {
    expect(
      [...town.effects(system).values()].every(({ effects }) => effects === 1),
      system,
    ).toBe(true)
  }
})

test('cancelled half way it is over for good; the rest is another replay', async () => {
  const id = await plan({ targets: ['erp'] })
  const seen = { count: 0 }
  town.gate = () => {
    seen.count += 1
    return undefined
  }
  await say(id, 'start', { include: ['already done'] })
  await until(() => seen.count > 5)
  expect((await say(id, 'cancel')).body.state).toBe('cancelled')
  const refused = await say(id, 'resume')
  expect([refused.status, refused.body.code]).toEqual([409, 'XD_REPLAY_STATE'])
  const again = await plan({ targets: ['erp'] })
  expect(again).not.toBe(id)
})
