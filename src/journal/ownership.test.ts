import { expect, test } from 'vitest'
import { SimulatedTime } from '../base/simulated-time.ts'
import type { InstanceRow, LaneRow, Store } from '../store/contract.ts'
import type { Journal } from './journal.ts'
import { Ownership } from './ownership.ts'

/** Two instances that own half of the lanes each, seen from one of them; the other's lock and silence can be set. */
function shared() {
  const time = new SimulatedTime(1_000)
  const seen = { isAway: false, other: { alive: true, silentMs: 100 }, taken: [] as number[] }
  const owned = new Map(Array.from({ length: 128 }, (_, lane) => [lane, { lane, epoch: 1 }]))
  const rows = Array.from(
    { length: 256 },
    (_, lane): LaneRow => ({ lane, owner: lane < 128 ? 'us' : 'them', epoch: 1, head: 0, delivered: 0, format: 1 }),
  )
  const store: Partial<Store> = {
    register: async () => {},
    heartbeat: async () => {
      if (seen.isAway) throw new Error('away')
    },
    instances: async (): Promise<InstanceRow[]> => [
      { id: 'us', address: 'here', silentMs: 0, alive: true },
      { id: 'them', address: 'there', ...seen.other },
    ],
    lanes: async () => rows,
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
    readInbox: async () => {},
  } as unknown as Journal
  const ownership = new Ownership({
    store: store as Store,
    scheduler: time,
    monotonic: () => time.now(),
    journal,
    leaving: async () => true,
    staying: () => {},
    id: 'us',
    address: 'here',
    trouble: () => {},
  })
  return { seen, time, ownership }
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
