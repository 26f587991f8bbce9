import { describe, expect, test } from 'vitest'
import { stretchesFrom } from './choosing.ts'
import { type Forecast, forecastOf, type Known, mayBeSent, mustAsk, type TargetTraits } from './forecast.ts'
import { isDone, type Place, statesFor } from './job.ts'
import { isAsForecast } from './outcome.ts'
import { mustStop, room, STEPS, WINDOW } from './ramp.ts'
import { replaying } from './room.ts'
import { digestOf, fits, isEmpty, sourceOf } from './selection.ts'

const DAY = 86_400_000
const askable: TargetTraits = { deliveryClass: 'A', canBeAsked: true, remembersForMs: 30 * DAY }
const silent: TargetTraits = { deliveryClass: 'A', canBeAsked: false, remembersForMs: 30 * DAY }
const blind: TargetTraits = { deliveryClass: 'C', canBeAsked: false }
const known = (rest: Partial<Known>): Known => ({
  books: 'done',
  attempts: 1,
  ageMs: DAY,
  target: askable,
  content: 'same',
  ...rest,
})

describe('the forecast', () => {
  test.each<[string, Partial<Known>, Forecast]>([
    ['what was done is done', {}, 'already done'],
    ['what was done in another shape conflicts', { content: 'other' }, 'would conflict'],
    ['what cannot be written again conflicts', { content: 'unknown', contentFault: 'it differs' }, 'would conflict'],
    ['what was done before the target forgets is too old', { ageMs: 31 * DAY }, 'too old'],
    ['a target that never forgets', { ageMs: 900 * DAY, target: { ...blind, deliveryClass: 'A' } }, 'already done'],
    ['parked, and the target has it all the same', { books: 'parked', asked: 'there' }, 'already done'],
    ['parked, and the target says it has not had it', { books: 'parked', asked: 'not there' }, 'new'],
    [
      'parked so long ago that a no proves nothing',
      { books: 'parked', asked: 'not there', ageMs: 31 * DAY },
      'too old',
    ],
    ['an old one that was never tried', { books: 'parked', asked: 'not there', ageMs: 31 * DAY, attempts: 0 }, 'new'],
    ['refused long ago had no effect', { books: 'refused', asked: 'not there', ageMs: 31 * DAY }, 'new'],
    ['no answer is no knowledge', { books: 'parked', asked: 'no answer' }, 'cannot know'],
    ['cannot be asked, was tried', { books: 'parked', target: silent }, 'cannot know'],
    [
      'cannot be asked, was tried longer ago than it remembers',
      { books: 'parked', target: silent, ageMs: 31 * DAY },
      'too old',
    ],
    [
      'does not answer, was tried longer ago than it remembers',
      { books: 'parked', asked: 'no answer', ageMs: 31 * DAY },
      'too old',
    ],
    ['cannot be asked, was never tried', { books: 'waiting', attempts: 0, target: silent }, 'new'],
    ['blind and in doubt', { books: 'in doubt', target: blind }, 'cannot know'],
    ['blind and turned away each time', { books: 'parked', target: blind }, 'new'],
    ['blind and refused', { books: 'refused', target: blind }, 'new'],
    ['planned a moment ago', { books: 'on its way' }, 'on its way'],
    ['a system nobody has any more', { target: undefined }, 'cannot know'],
    ['waits in its first shape', { books: 'parked', asked: 'not there', content: 'other' }, 'would conflict'],
    ['refused, and written anew', { books: 'refused', asked: 'not there', content: 'other' }, 'new'],
  ])('%s', (_title, rest, forecast) => {
    expect(forecastOf(known(rest)).forecast).toBe(forecast)
  })

  test('a target is asked only about what the books do not know', () => {
    expect(mustAsk('done', askable)).toBe(false)
    expect(mustAsk('parked', askable)).toBe(true)
    expect(mustAsk('parked', silent)).toBe(false)
    expect(mustAsk('on its way', askable)).toBe(false)
  })

  test('nothing that a blind target may have had is sent again under a key that it cannot read', () => {
    expect(mayBeSent('new', blind)).toBe(true)
    expect(mayBeSent('already done', blind)).toBe(false)
    expect(mayBeSent('cannot know', blind)).toBe(false)
    expect(mayBeSent('already done', askable)).toBe(true)
    expect(mayBeSent('cannot know', silent)).toBe(true)
    expect(mayBeSent('too old', askable)).toBe(false)
    expect(mayBeSent('would conflict', askable)).toBe(false)
  })

  test('an outcome is as forecast, or it is a difference', () => {
    expect(isAsForecast('new', 'took effect')).toBe(true)
    expect(isAsForecast('new', 'found done')).toBe(false)
    expect(isAsForecast('already done', 'no second effect')).toBe(true)
    expect(isAsForecast('already done', 'took effect')).toBe(false)
    expect(isAsForecast('new', 'refused')).toBe(false)
    expect(isAsForecast('too old', 'issued anew')).toBe(true)
  })
})

describe('the ramp', () => {
  test('goes one, ten, a hundred, then as many as may be under way', () => {
    expect(STEPS).toEqual([1, 10, 100])
    expect(room({ step: 0, sent: 0, underWay: 0 })).toEqual({ send: 1, over: false })
    expect(room({ step: 0, sent: 1, underWay: 1 })).toEqual({ send: 0, over: false })
    expect(room({ step: 0, sent: 1, underWay: 0 })).toEqual({ send: 0, over: true })
    expect(room({ step: 1, sent: 4, underWay: 4 })).toEqual({ send: 6, over: false })
    expect(room({ step: 3, sent: 900, underWay: 900 })).toEqual({ send: WINDOW - 900, over: false })
    expect(room({ step: 3, sent: 9_000, underWay: WINDOW })).toEqual({ send: 0, over: false })
  })

  test('stops when more fails than it may, and at the first thing that is not what was frozen', () => {
    expect(mustStop({ 'took effect': 95, refused: 5 }, { percent: 5 })).toBeUndefined()
    expect(mustStop({ 'took effect': 94, refused: 5, parked: 1 }, { percent: 5 })).toBe(
      '6 of 100 failed (refused 5, parked 1), more than 5 %',
    )
    expect(mustStop({ refused: 1 }, { percent: 5 })).toBe('1 of 1 failed (refused 1), more than 5 %')
    expect(mustStop({ 'took effect': 900, changed: 1 }, { percent: 50 })).toMatch(/other content/)
    expect(mustStop({}, { percent: 0 })).toBeUndefined()
  })
})

describe('the selection', () => {
  test('two ways to ask the same are the same question', () => {
    const asked = digestOf('replay', 'as sent', { verbs: ['b', 'a'], targets: ['erp'] })
    expect(digestOf('replay', 'as sent', { targets: ['erp'], verbs: ['a', 'b', 'a'] })).toBe(asked)
    expect(digestOf('replay', 'today', { targets: ['erp'], verbs: ['a', 'b'] })).not.toBe(asked)
    expect(digestOf('redeliver', 'as sent', { targets: ['erp'], verbs: ['a', 'b'] })).not.toBe(asked)
  })

  test('is read from the smallest place that holds all of it', () => {
    expect(sourceOf({ orders: ['PO-1'], states: ['parked'] })).toBe('orders')
    expect(sourceOf({ case: 'c' })).toBe('case')
    expect(sourceOf({ states: ['parked', 'waiting'] })).toBe('waiting')
    expect(sourceOf({ states: ['parked'], customers: ['ACME'] })).toBe('waiting')
    expect(sourceOf({ customers: ['ACME'] })).toBe('journal')
    expect(sourceOf({ states: ['parked', 'done'] })).toBe('journal')
    expect(sourceOf({ targets: ['erp'] })).toBe('journal')
  })

  test('an item fits all of it, or does not', () => {
    const one = { target: 'erp', verb: 'order.post', key: 'k', plannedAt: 100 }
    expect(fits({}, one)).toBe(true)
    expect(fits({ from: 100, until: 101, targets: ['erp'], verbs: ['order.post'], keys: ['k'] }, one)).toBe(true)
    expect(fits({ until: 100 }, one)).toBe(false)
    expect(fits({ from: 101 }, one)).toBe(false)
    expect(fits({ targets: ['wms'] }, one)).toBe(false)
    expect(isEmpty({})).toBe(true)
    expect(isEmpty({ targets: [] })).toBe(true)
    expect(isEmpty({ from: 1 })).toBe(false)
  })
})

test('the journal is read in stretches: long lanes in pieces, short ones together, each position once', () => {
  const heads = [0, 3, 12, 0, 2]
  const seen: string[] = []
  for (let place: Place | undefined = { lane: 0, after: 0, heads }; place; ) {
    const { stretches, next } = stretchesFrom(place, 5)
    const size = stretches.reduce((sum, { after, until }) => sum + until - after, 0)
    expect(size).toBeLessThanOrEqual(5)
    for (const { lane, after, until } of stretches)
      for (let position = after + 1; position <= until; position += 1) seen.push(`${lane}/${position}`)
    place = next
  }
  const all = heads.flatMap((head, lane) => Array.from({ length: head }, (_, at) => `${lane}/${at + 1}`))
  expect(seen).toEqual(all)
  expect(stretchesFrom({ lane: 0, after: 0, heads: [0, 0] }, 5)).toEqual({ stretches: [], next: undefined })
})

test('what is over cannot be started, paused or resumed, and what was said twice was said once', () => {
  expect(statesFor('start')).toEqual(['ready'])
  expect(isDone('start', 'running')).toBe(true)
  expect(isDone('start', 'choosing')).toBe(false)
  expect(isDone('resume', 'cancelled')).toBe(false)
  expect(isDone('cancel', 'cancelled')).toBe(true)
  expect(statesFor('pause')).not.toContain('ready')
})

describe('the room', () => {
  const bare = { name: 'delivery', about: 'order', initial: () => null, load: () => null, save: () => null } as const
  const room = replaying({ ...bare, fold: () => false, decide: () => ({ answer: 'its own' }) })
  const data = {
    job: 'rp0',
    n: 7,
    by: 'ann',
    reason: 'again',
    way: 'again',
    position: 12,
    target: 'erp',
    verb: 'order.post',
    key: 'o1',
    chain: 'acme/order/o1',
    args: { a: 1 },
    body: '{"x":1}',
    repeats: true,
  }
  const ask = (over: object) =>
    room.decide(
      null,
      { kind: 'arrival', type: 'replay.item', subject: 's', source: 'ann', occurredAt: 1, data: { ...data, ...over } },
      {} as never,
    )

  test('plans the request again under its own key, with its bytes, linked to the original', () => {
    const decision = ask({})
    expect(decision?.events?.[0]).toMatchObject({
      type: 'delivery.replayed',
      data: { job: 'rp0', n: 7, position: 12, way: 'again', by: 'ann', reason: 'again' },
    })
    expect(decision?.requests).toEqual([
      {
        target: 'erp',
        verb: 'order.post',
        key: 'o1',
        chain: 'acme/order/o1',
        args: { a: 1, replay: 'rp0/7', repeats: true },
        body: Buffer.from('{"x":1}'),
        keep: true,
        priority: 3,
      },
    ])
  })

  test('a redelivery plans nothing; a new effect has a new key', () => {
    const redelivery = ask({ way: 'redelivery', body: undefined })
    expect([redelivery?.requests, redelivery?.events?.length]).toEqual([undefined, 1])
    expect(ask({ way: 'reissue', newKey: 'o1/rp0/7', repeats: false })?.requests?.[0]).toMatchObject({
      key: 'o1/rp0/7',
      args: { a: 1, replay: 'rp0/7' },
    })
  })

  test('everything else is the business of the room it rides in', () => {
    expect(room.decide(null, { kind: 'timer', subject: 's', name: 't', dueAt: 1 }, {} as never)).toEqual({
      answer: 'its own',
    })
  })
})
