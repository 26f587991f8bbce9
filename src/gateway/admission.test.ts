import { describe, expect, test } from 'vitest'
import { type Random, seededRandom } from '../base/random.ts'
import type { Priority } from '../journal/route.ts'
import { Admission, type Entrant, TICK_MS } from './admission.ts'

const entrant = (priority: Priority, caller = `of ${priority}`, more: Partial<Entrant> = {}): Entrant => ({
  priority,
  caller,
  bytes: 1_000,
  isRead: false,
  isIntake: true,
  isProved: true,
  ...more,
})

/** What is inside since when. */
interface Waiting {
  readonly one: Entrant
  readonly at: number
}

/** Somebody who sends so many a second, at random moments. */
interface Source {
  readonly priority: Priority
  readonly caller: string
  readonly perSecond: number
  /** Says in the head who it is, and proves nothing: it is answered 401 after so many milliseconds. */
  readonly unprovedFor?: number
}

interface Tally {
  offered: number
  taken: number
  finished: number
  refused: number
  readonly waits: number[]
  readonly inside: number[]
}

/**
 * A hub that commits what waits every `turnMs`, at most `perSecond` of it, in the order in which it came; one step is a
 * millisecond. Answers what became of each sender's work in the second half of the time.
 */
function run(
  admission: Admission,
  sources: readonly Source[],
  hub: { readonly perSecond: number; readonly turnMs: number },
  ms: number,
  random: Random = seededRandom(5),
): Map<string, Tally> {
  const tallies = new Map(
    sources.map(({ caller }) => [
      caller,
      { offered: 0, taken: 0, finished: 0, refused: 0, waits: [], inside: [] } as Tally,
    ]),
  )
  const queue: Waiting[] = []
  const doubted: (Waiting & { readonly until: number })[] = []
  for (let now = 0; now < ms; now += 1) {
    const counts = now > ms / 2
    while (doubted[0] && doubted[0].until <= now) {
      const { one, at } = doubted.shift() as Waiting
      admission.leave(one, now - at, false)
    }
    for (const { priority, caller, perSecond, unprovedFor } of sources) {
      const tally = tallies.get(caller) as Tally
      for (let left = perSecond / 1_000; random.next() < left; left -= 1) {
        const one = entrant(priority, caller, { isProved: unprovedFor === undefined })
        const refusal = admission.enter(one)
        if (!refusal && unprovedFor !== undefined) doubted.push({ one, at: now, until: now + unprovedFor })
        else if (!refusal) queue.push({ one, at: now })
        if (!counts) continue
        tally.offered += 1
        if (refusal) tally.refused += 1
        else tally.taken += 1
      }
    }
    if (now % hub.turnMs === 0)
      for (const { one, at } of queue.splice(0, Math.round((hub.perSecond * hub.turnMs) / 1_000))) {
        admission.leave(one, now - at, true)
        const tally = tallies.get(one.caller) as Tally
        if (!counts) continue
        tally.finished += 1
        tally.waits.push(now - at)
      }
    if (now % TICK_MS === 0) admission.tick(now)
  }
  for (const { one, at } of queue) admission.leave(one, ms - at, true)
  for (const { one, at } of doubted) admission.leave(one, ms - at, false)
  return tallies
}

const p99 = (times: readonly number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0

function given(settings = {}) {
  return new Admission({ random: seededRandom(3), settings })
}

describe('ten times what the hub can do', () => {
  const hub = { perSecond: 600, turnMs: 20 }
  const sources: Source[] = [
    { priority: 0, caller: 'warehouse', perSecond: 180 },
    { priority: 1, caller: 'shop', perSecond: 2_600 },
    { priority: 2, caller: 'notices', perSecond: 1_900 },
    { priority: 3, caller: 'exports', perSecond: 1_300 },
  ]

  test('what is urgent is all taken in, and quickly', () => {
    const { offered, taken, waits } = run(given(), sources, hub, 20_000).get('warehouse') as Tally
    expect(taken).toBe(offered)
    expect(p99(waits)).toBeLessThan(250)
  })

  test('also where much is committed at once and seldom', () => {
    const { offered, taken, waits } = run(given(), sources, { perSecond: 600, turnMs: 100 }, 20_000).get(
      'warehouse',
    ) as Tally
    expect(taken).toBe(offered)
    expect(p99(waits)).toBeLessThan(400)
  })

  test('orders fill the rest: nothing of what can be done is wasted', () => {
    const tallies = run(given(), sources, hub, 20_000)
    const finished = [...tallies.values()].reduce((sum, tally) => sum + tally.finished, 0)
    expect(finished).toBeGreaterThan(0.97 * 600 * 10)
    expect((tallies.get('shop') as Tally).finished).toBeGreaterThan(0.5 * 600 * 10)
    expect(p99((tallies.get('shop') as Tally).waits)).toBeLessThan(500)
  })

  test('what can wait waits, but some of it is let in', () => {
    const notices = run(given(), sources, hub, 20_000).get('notices') as Tally
    expect(notices.taken).toBeGreaterThan(0.03 * 600 * 10)
    expect(notices.refused).toBeGreaterThan(notices.taken)
  })

  test('after it everybody is let in at once', () => {
    const admission = given()
    run(admission, sources, hub, 10_000)
    const after = run(admission, [{ priority: 1, caller: 'shop', perSecond: 300 }], hub, 4_000)
    expect((after.get('shop') as Tally).refused).toBe(0)
  })
})

test('a warehouse that tells a whole day at once slows orders down, and does not stop them', () => {
  const sources: Source[] = [
    { priority: 0, caller: 'warehouse', perSecond: 2_000 },
    { priority: 1, caller: 'shop', perSecond: 60 },
    { priority: 2, caller: 'notices', perSecond: 60 },
  ]
  const tallies = run(given(), sources, { perSecond: 600, turnMs: 20 }, 20_000)
  const [orders, notices] = [tallies.get('shop') as Tally, tallies.get('notices') as Tally]
  expect(orders.taken).toBeGreaterThan(0.07 * 600 * 10)
  expect(orders.taken).toBeGreaterThan(1.5 * notices.taken)
  expect(notices.taken).toBeGreaterThan(0.03 * 600 * 10)
})

test('a flood that comes all at once does not stand in line before it is noticed', () => {
  const admission = given()
  const queue: Waiting[] = []
  const waits: number[] = []
  const random = seededRandom(9)
  for (let now = 0; now < 12_000; now += 1) {
    const isFlood = now >= 6_000
    if (random.next() < 0.06) {
      const urgent = entrant(0)
      if (!admission.enter(urgent)) queue.push({ one: urgent, at: now })
    }
    for (let left = isFlood ? 6 : 0.48; random.next() < left; left -= 1) {
      const one = entrant(1)
      if (!admission.enter(one)) queue.push({ one, at: now })
    }
    if (now % 20 === 0)
      for (const { one, at } of queue.splice(0, 12)) {
        admission.leave(one, now - at, true)
        if (isFlood && one.priority === 0) waits.push(now - at)
      }
    if (now % TICK_MS === 0) admission.tick(now, isFlood ? 1 : 0.9)
  }
  expect(waits.length).toBeGreaterThan(200)
  expect(Math.max(...waits)).toBeLessThan(400)
})

test('one sender at twenty times its share costs the others nothing', () => {
  const hub = { perSecond: 600, turnMs: 20 }
  const others = ['a', 'b', 'c', 'd'].map((caller): Source => ({ priority: 1, caller, perSecond: 100 }))
  const flood: Source = { priority: 1, caller: 'flood', perSecond: 2_000 }
  const tallies = run(given(), [...others, flood], hub, 20_000)
  for (const { caller } of others) {
    const { offered, taken } = tallies.get(caller) as Tally
    expect(taken / offered).toBeGreaterThan(0.95)
  }
  expect((tallies.get('flood') as Tally).finished).toBeGreaterThan(0.8 * 200 * 10)
})

test('one warehouse at twenty times its share costs the other warehouses nothing', () => {
  const hub = { perSecond: 600, turnMs: 20 }
  const others = ['dc1', 'dc2', 'dc3'].map((caller): Source => ({ priority: 0, caller, perSecond: 60 }))
  const flood: Source = { priority: 0, caller: 'flood', perSecond: 3_000 }
  const tallies = run(given(), [...others, flood], hub, 20_000)
  for (const { caller } of others) {
    const { offered, taken } = tallies.get(caller) as Tally
    expect(taken / offered).toBeGreaterThan(0.95)
  }
  expect((tallies.get('flood') as Tally).finished).toBeGreaterThan(0.8 * 400 * 10)
})

describe('a flood of what nobody has proved', () => {
  const hub = { perSecond: 600, turnMs: 20 }
  const doors = ['wms1', 'wms2', 'carrier', 'shop', 'anyone']
  const flood = doors.map(
    (name, at): Source => ({
      priority: at < 3 ? 0 : 1,
      caller: `${name} said`,
      perSecond: 2_000,
      unprovedFor: 1_000,
    }),
  )
  const proved: Source[] = [
    { priority: 0, caller: 'warehouse', perSecond: 180 },
    { priority: 1, caller: 'store', perSecond: 250 },
  ]

  test.each([1, 2, 3])('refuses no warehouse that has proved itself, and slows it by nothing: seed %i', (seed) => {
    const calm = run(given(), proved, hub, 20_000, seededRandom(seed)).get('warehouse') as Tally
    const tallies = run(given(), [...flood, ...proved], hub, 20_000, seededRandom(seed))
    const { offered, taken, waits } = tallies.get('warehouse') as Tally
    expect(offered).toBeGreaterThan(1_500)
    expect(taken).toBe(offered)
    expect(p99(waits)).toBeLessThan(2 * p99(calm.waits))
    const orders = tallies.get('store') as Tally
    expect(orders.taken / orders.offered).toBeGreaterThan(0.95)
  })

  test('is held to a room of its own, whatever the class of its doors', () => {
    const admission = given({ placesAtFirst: 1_000 })
    const came = flood.flatMap(({ priority, caller }) =>
      Array.from({ length: 2_000 }, () => entrant(priority, caller, { isProved: false })),
    )
    const inside = came.filter((one) => !admission.enter(one))
    expect(inside.length).toBeGreaterThan(100)
    expect(inside.length).toBeLessThan(400)
    expect(admission.room.inside).toBe(0)
    for (const one of inside) admission.leave(one, 5, false)
    expect(admission.room).toMatchObject({ unproved: 0, bytes: 0 })
  })

  test('says nothing about what the hub can do', () => {
    const calm = given()
    const flooded = given()
    run(calm, proved, hub, 5_000)
    run(flooded, [...proved, ...flood], hub, 5_000)
    expect(flooded.room.limit).toBeLessThan(1.5 * calm.room.limit)
  })

  test('is refused more memory than its part of it, and leaves the rest to whoever is proved', () => {
    const admission = given({ mostBytes: 192_000_000 })
    const names = ['anyone', 'shop', 'wms1']
    const inside = names.map((caller) => entrant(0, caller, { bytes: 0, isProved: false }))
    for (const one of inside) expect(admission.enter(one)).toBeUndefined()
    expect(inside.map((one) => admission.grow(one, 20_000_000)?.reason)).toEqual([undefined, undefined, 'bytes'])
    for (const one of inside) admission.leave(one, 5, false)
    const later = entrant(0, 'wms1', { bytes: 0, isProved: false })
    expect(admission.enter(later)).toBeUndefined()
    expect(admission.grow(later, 40_000_000)).toBeUndefined()
  })

  test('cannot fill the memory by saying how much it is going to send', () => {
    const admission = given({ mostBytes: 192_000_000 })
    const large = { bytes: 48_000_000 }
    while (!admission.enter(entrant(1, 'bigbox', { ...large, isProved: false })));
    while (!admission.enter(entrant(1, 'shop', large)));
    expect(admission.enter(entrant(0, 'warehouse', { bytes: 20_000_000 }))).toBeUndefined()
  })
})

test('who has proved itself leaves the room of the unproved, and counts in its class from then on', () => {
  const admission = given({ placesAtFirst: 100 })
  const of = (caller: string) => entrant(0, caller, { isProved: false })
  const first = of('wms1')
  expect(admission.enter(first)).toBeUndefined()
  const proved = admission.prove(first)
  expect(proved).toMatchObject({ caller: 'wms1', isProved: true })
  expect(admission.room).toMatchObject({ inside: 1, unproved: 0, bytes: 1_000 })
  admission.leave(proved, 5, true)
  expect(admission.room).toMatchObject({ inside: 0, unproved: 0, bytes: 0 })
  expect(admission.counts[0]?.waits.count).toBe(1)
})

test('a sender has one share, whether it proves itself by a key or by a signature', () => {
  const admission = given({ placesAtFirst: 100 })
  expect(admission.enter(entrant(1, 'store'))).toBeUndefined()
  const refusals: (string | undefined)[] = []
  for (let at = 0; at < 200; at += 1) {
    const signed = entrant(1, 'shop', { isProved: false })
    const refusal = admission.enter(signed)
    refusals.push(refusal?.reason)
    if (!refusal) admission.prove(signed)
  }
  expect(admission.room.inside).toBeLessThan(70)
  expect(new Set(refusals)).toEqual(new Set([undefined, 'share']))
})

test('who asks to wait is bounded like all others, also where it is urgent; what operators do never is', () => {
  const admission = given({ mostReads: 10, mostBytes: 1_000_000 })
  const waiting = (more: Partial<Entrant> = {}) => entrant(0, 'warehouse', { isRead: true, bytes: 10, ...more })
  for (let at = 0; at < 20; at += 1) expect(admission.enter(waiting())).toBeUndefined()
  expect(admission.enter(waiting())?.reason).toBe('load')
  expect(admission.enter(waiting({ isIntake: false }))).toBeUndefined()
  admission.closedFrom = 0
  expect(admission.enter(waiting())?.reason).toBe('disk')
  const other = given({ mostBytes: 10_000_000 })
  expect(other.enter(waiting({ bytes: 9_000_000 }))).toBeUndefined()
  expect(other.enter(waiting({ bytes: 9_000_000 }))?.reason).toBe('bytes')
})

test('a database that is slow but not busy is not taken for overload', () => {
  const slow = { perSecond: 5_000, turnMs: 150 }
  const { offered, taken } = run(given(), [{ priority: 1, caller: 'shop', perSecond: 1_000 }], slow, 30_000).get(
    'shop',
  ) as Tally
  expect(taken / offered).toBeGreaterThan(0.95)
})

test('how slow a hub is in its first second says nothing about what it can do', () => {
  const admission = given({ targetMs: 1_000, placesAtFirst: 4_096 })
  const queue: Waiting[] = []
  let refused = 0
  for (let now = 0; now < 6_000; now += 1) {
    // Eight hundred senders, each with one order under way: what is answered comes again at once.
    while (queue.length < 800 && refused < 100) {
      const one = entrant(1)
      if (admission.enter(one)) refused += 1
      else queue.push({ one, at: now })
    }
    const done = now < 300 ? 4 : 80
    if (now % 20 === 0) for (const { one, at } of queue.splice(0, done)) admission.leave(one, now - at, true)
    if (now % TICK_MS === 0) admission.tick(now, 1)
  }
  expect(refused).toBe(0)
})

test('when nothing is committed any more, only a few are let in to wait', () => {
  const admission = given()
  let inside = 0
  for (let now = 0; now < 5_000; now += 1) {
    if (!admission.enter(entrant(1))) inside += 1
    if (now % TICK_MS === 0) admission.tick(now)
  }
  expect(inside).toBeLessThan(1_100)
  expect(admission.room.limit).toBe(16)
})

test('a standstill of a third of a second turns nobody away', () => {
  const admission = given()
  const queue: Waiting[] = []
  let refused = 0
  for (let now = 0; now < 10_000; now += 1) {
    const one = entrant(1)
    if (admission.enter(one)) refused += 1
    else queue.push({ one, at: now })
    const stands = now % 3_000 < 330
    if (!stands && now % 10 === 0)
      for (const { one: done, at } of queue.splice(0, 60)) admission.leave(done, now - at, true)
    if (now % TICK_MS === 0) admission.tick(now)
  }
  expect(refused).toBe(0)
})

test('a pace the hub keeps up with is not turned away for some tenths of a second of a slow disk', () => {
  const admission = given()
  const queue: Waiting[] = []
  const random = seededRandom(5)
  let refused = 0
  for (let now = 0; now < 20_000; now += 1) {
    for (const [priority, perMs] of [
      [0, 0.6],
      [1, 0.1],
    ] as const) {
      if (random.next() >= perMs) continue
      const one = entrant(priority)
      if (admission.enter(one)) refused += 1
      else queue.push({ one, at: now })
    }
    const commitMs = now % 3_000 > 2_600 ? 90 : 10
    while (queue[0] && now - queue[0].at >= commitMs) admission.leave((queue.shift() as Waiting).one, commitMs, true)
    if (now % TICK_MS === 0) admission.tick(now, 0.85)
  }
  expect(refused).toBe(0)
})

test('bodies that wait are bounded by their bytes', () => {
  const admission = given({ mostBytes: 10_000_000 })
  const large = entrant(1, 'shop', { bytes: 6_000_000 })
  expect(admission.enter(large)).toBeUndefined()
  expect(admission.enter(large)?.reason).toBe('bytes')
  admission.leave(large, 5, true)
  expect(admission.enter(large)).toBeUndefined()
})

test('what comes beyond what was announced is counted as it comes, and refused where there is no room for it', () => {
  const admission = given({ mostBytes: 10_000_000 })
  const chunked = [1, 2].map(() => entrant(1, 'shop', { bytes: 0 }))
  for (const one of chunked) expect(admission.enter(one)).toBeUndefined()
  const [first, second] = chunked as [Entrant, Entrant]
  expect(admission.grow(first, 6_000_000)).toBeUndefined()
  expect(admission.room).toMatchObject({ inside: 17, bytes: 6_000_000 })
  expect(admission.grow(second, 2_000_000)).toBeUndefined()
  expect(admission.grow(second, 5_000_000)?.reason).toBe('bytes')
  expect(admission.enter(entrant(1, 'shop', { bytes: 5_000_000 }))?.reason).toBe('bytes')
  for (const one of chunked) admission.leave(one, 5, true)
  expect(admission.room).toMatchObject({ inside: 0, bytes: 0 })
})

test('of the memory something is kept for what is urgent', () => {
  const admission = given({ mostBytes: 10_000_000 })
  for (const bytes of [5_000_000, 3_000_000]) expect(admission.enter(entrant(1, 'shop', { bytes }))).toBeUndefined()
  expect(admission.enter(entrant(1, 'shop', { bytes: 1_500_000 }))?.reason).toBe('bytes')
  expect(admission.enter(entrant(0, 'warehouse', { bytes: 1_500_000 }))).toBeUndefined()
})

test('a full disk closes the classes one by one, and never what operators do', () => {
  const admission = given()
  admission.closedFrom = 2
  expect(admission.enter(entrant(1))).toBeUndefined()
  expect(admission.enter(entrant(2))?.reason).toBe('disk')
  admission.closedFrom = 0
  expect(admission.enter(entrant(0))?.reason).toBe('disk')
  expect(admission.enter(entrant(1, 'operator', { isIntake: false }))).toBeUndefined()
  expect(admission.enter(entrant(2, 'reader', { isRead: true, isIntake: false }))).toBeUndefined()
})

test('who is refused is told to come at different times, within half a minute', () => {
  const admission = given()
  admission.closedFrom = 0
  for (let now = 0; now < 20_000; now += TICK_MS) {
    for (let at = 0; at < 20; at += 1) admission.enter(entrant(1))
    admission.tick(now)
  }
  const seconds = Array.from({ length: 200 }, () => admission.enter(entrant(1))?.retryAfterSeconds ?? 0)
  expect(Math.min(...seconds)).toBeGreaterThanOrEqual(1)
  expect(Math.max(...seconds)).toBeLessThanOrEqual(30)
  expect(new Set(seconds).size).toBeGreaterThan(10)
})
