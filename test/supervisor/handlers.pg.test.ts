import { afterEach, expect, test } from 'vitest'
import type { Placed } from '../../src/simulators/shop/shop.ts'
import { testDatabase } from '../support/database.ts'
import { record } from '../support/record.ts'
import { openTown, type Town } from './town.ts'

const ORDERS = 40
const WITHIN_MS = 5_000

const opened: Town[] = []
afterEach(async () => {
  for (const town of opened.splice(0)) await town.close()
})

for (const hubs of [1, 2]) {
  const planted: Record<number, 'loop' | 'objects' | 'buffers'> =
    hubs === 1 ? { 3: 'loop', 12: 'objects' } : { 5: 'loop', 14: 'buffers' }
  const names = Object.values(planted).join(' and ')

  test(`on ${hubs} instance${hubs > 1 ? 's' : ''} a handler that hangs or eats memory is cut off, and all else goes on (${names})`, {
    timeout: 180_000,
  }, async () => {
    const town = await openTown({ databaseUrl: database.url, hubs, planted })
    opened.push(town)
    const placed = await placeAll(town)
    const orders = new Map(placed.map((one, at) => [at, one]))
    const bad = Object.keys(planted).map((at) => orders.get(Number(at)) as Placed)

    await expect.poll(async () => (await database.query('select from parked')).length, { timeout: 60_000 }).toBe(2)
    const parked = await database.query<{ subject: string; since: string; reason: string }>(
      'select subject, since, reason from parked order by since',
    )
    expect(parked.map(({ subject }) => subject).sort()).toEqual(bad.map(({ order }) => `acme/order/${order}`).sort())
    let longestMs = 0
    for (const { subject, since, reason } of parked) {
      const entered = town.diary().filter(({ number }) => isOf(subject, number, bad))
      expect(entered).toHaveLength(1) // it is tried once, whoever takes the lane next
      const parkedAfterMs = Number(since) - (entered[0]?.at as number)
      expect(parkedAfterMs, reason).toBeLessThan(WITHIN_MS)
      longestMs = Math.max(longestMs, parkedAfterMs)
      // On a slow machine what eats memory may be cut off for its time before it has eaten enough.
      expect(reason).toMatch(/ran for .* without an end|took \d+ MiB of memory/)
    }
    await expect.poll(unfinished, { timeout: 90_000, interval: 250 }).toEqual([])
    expect(await subjectsWith(130)).toEqual(parked.map(({ subject }) => subject).sort())
    expect(await subjectsWith(150)).not.toEqual([]) // a case tells a person

    await town.mend()
    const hub = town.hubs[0] as string
    const headers = { authorization: `Bearer ${town.key}` }
    const listed = await fetch(`${hub}/v1/subjects/parked`, { headers })
    const { items } = (await listed.json()) as { items: { subject: string; kept: number }[] }
    expect(items.map(({ kept }) => kept)).toEqual([1, 1])
    for (const { subject } of items) {
      const resumed = await fetch(`${hub}/v1/subjects/${encodeURIComponent(subject)}/resume`, {
        method: 'POST',
        headers,
      })
      expect(resumed.status).toBe(202)
    }
    await expect.poll(() => finished(), { timeout: 60_000, interval: 250 }).toBe(ORDERS)
    expect(await database.query('select from parked_input')).toEqual([])
    const figures = { planted: bad.length, parked: parked.length, longestMs, orders: ORDERS, ended: await finished() }
    record(`handlers-${hubs}`, figures, 'npm test -- test/supervisor/handlers.pg.test.ts')
  })

  const database = testDatabase()
  const subjectsWith = async (type: number) =>
    (
      await database.query<{ subject: string }>('select distinct subject from journal where type = $1 order by 1', [
        type,
      ])
    ).map(({ subject }) => subject)
  const ENDED = `stage in ('closed', 'cancelled', 'rejected', 'backordered')`
  const unfinished = () => database.query(`select subject, stage from order_state where not ${ENDED}`)
  const finished = async () => (await database.query(`select from order_state where ${ENDED}`)).length
}

/** A steady trickle; who was cut off in mid-answer asks again, as senders do. */
async function placeAll({ shop }: Town): Promise<Placed[]> {
  const placed: Promise<Placed>[] = []
  for (let at = 0; at < ORDERS; at += 1) {
    placed.push(shop.place(at))
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return Promise.all(placed)
}

function isOf(subject: string, number: string, placed: readonly Placed[]): boolean {
  return placed.some(({ order, customerOrder }) => subject.endsWith(`/${order}`) && customerOrder === number)
}
