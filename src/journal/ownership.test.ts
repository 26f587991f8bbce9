import { expect, test } from 'vitest'
import { SimulatedTime } from '../base/simulated-time.ts'
import type { InstanceRow, LaneRow, Store } from '../store/contract.ts'
import type { Journal } from './journal.ts'
import { Ownership } from './ownership.ts'

/** Two instances that own half of the lanes each, seen from one of them; the other's lock and silence can be set. */
function shared(ours = 128) {
  const time = new SimulatedTime(1_000)
  const seen = {
    isAway: false,
    other: { alive: true, silentMs: 100 },
    taken: [] as number[],
    beats: 0,
    leaving: [] as number[],
    staying: 0,
    released: [] as number[],
  }
  const owned = new Map(Array.from({ length: ours }, (_, lane) => [lane, { lane, epoch: 1 }]))
  const rows = Array.from(
    { length: 256 },
    (_, lane): LaneRow => ({ lane, owner: lane < ours ? 'us' : 'them', epoch: 1, head: 0, delivered: 0, format: 1 }),
  )
  const ended = Promise.withResolvers<boolean>()
  const store: Partial<Store> = {
    register: async () => {},
    heartbeat: async () => {
      if (seen.isAway) throw new Error('away')
      seen.beats += 1
    },
    instances: async (): Promise<InstanceRow[]> => [
      { id: 'us', address: 'here', silentMs: 0, alive: true },
      { id: 'them', address: 'there', ...seen.other },
    ],
    lanes: async () => rows,
    releaseLanes: async (_, held) => {
      seen.released.push(...held.map(({ lane }) => lane))
    },
    takeLanes: async (_, wanted) => {
      seen.taken.push(...wanted.map(({ lane }) => lane))
      return []
    },
  }
  const journal = {
    lanes: {
      get: (lane: number) => owned.get(lane),
      owned: () => [...owned.values()],
      owns: (lane: number) => owned.has(lane),
    },
    quiet: (act: () => Promise<void>) => act(),
    take: async () => {},
    lose: (lanes: ReadonlySet<number>) => {
      for (const lane of lanes) owned.delete(lane)
    },
    readInbox: async () => {},
  } as unknown as Journal
  const ownership = new Ownership({
    store: store as Store,
    scheduler: time,
    monotonic: () => time.now(),
    journal,
    leaving: (lanes) => {
      seen.leaving.push(...lanes)
      return ended.promise
    },
    staying: () => {
      seen.staying += 1
    },
    id: 'us',
    address: 'here',
    trouble: () => {},
  })
  return { seen, time, ownership, owned, ended }
}

test('the lanes of an instance whose lock is free are taken at the next heartbeat', async () => {
  const { seen, time, ownership } = shared()
  await ownership.start()
  seen.other = { alive: false, silentMs: 500 }
  await time.run({ limitMs: 4_000 })
  expect(seen.taken.length).toBeGreaterThan(0)
})

test('after the database was away everybody’s lock is free: the others get three seconds to come back', async () => {
  const { seen, time, ownership } = shared()
  await ownership.start()
  seen.isAway = true
  await time.run({ limitMs: 6_500 })
  seen.isAway = false
  seen.other = { alive: false, silentMs: 4_500 }
  await time.run({ limitMs: 9_000 })
  expect(seen.taken).toEqual([])
  await time.run({ limitMs: 13_000 })
  expect(seen.taken.length).toBeGreaterThan(0)
})

/** Its first round waits for calls to end. */
async function starts(ownership: Ownership, time: SimulatedTime): Promise<void> {
  const started = ownership.start()
  await time.run({ limitMs: 1_500 })
  await started
}

test('heartbeats go on while a newcomer waits for calls to end; then it has its half', async () => {
  const { seen, time, ownership, ended } = shared(256)
  await starts(ownership, time)
  await time.run({ limitMs: 9_000 })
  expect(seen.beats).toBeGreaterThan(5)
  expect(seen.leaving).toHaveLength(128) // asked once
  expect(seen.released).toEqual([])
  ended.resolve(true)
  await time.run({ limitMs: 11_000 })
  expect(seen.released).toEqual(seen.leaving)
})

test('lanes whose calls do not end are kept, and so are those whose newcomer has gone', async () => {
  const stuck = shared(256)
  await starts(stuck.ownership, stuck.time)
  stuck.ended.resolve(false)
  await stuck.time.run({ limitMs: 3_000 })
  expect([stuck.seen.staying > 0, stuck.seen.released]).toEqual([true, []])

  const gone = shared(256)
  await starts(gone.ownership, gone.time)
  await gone.time.run({ limitMs: 3_000 })
  gone.seen.other = { alive: false, silentMs: 20_000 }
  await gone.time.run({ limitMs: 5_000 })
  gone.ended.resolve(true)
  await gone.time.run({ limitMs: 9_000 })
  expect([gone.seen.staying, gone.seen.released]).toEqual([1, []])
})

test('a lane that went and came back meanwhile is not given under its old epoch', async () => {
  const { seen, time, ownership, owned, ended } = shared(256)
  await starts(ownership, time)
  await time.run({ limitMs: 3_000 })
  owned.set(255, { lane: 255, epoch: 3 })
  ended.resolve(true)
  await time.run({ limitMs: 6_000 })
  expect(seen.released).toHaveLength(127)
  expect(seen.released).not.toContain(255)
})
