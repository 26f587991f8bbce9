import { expect, test } from 'vitest'
import { openHub } from '../support/hub.ts'
import { judged, RIGHT } from '../support/judged.ts'
import { acme } from '../support/retailer.ts'

test.each([7, 8, 9])(
  'two customers who send files twice, orders again and wrong ones, and systems that stumble (seed %i): nothing is lost, nothing twice',
  async (seed) => {
    const habits = { repeatRate: 0.3, resendRate: 0.3, faultRate: 0.2 }
    const hub = await openHub(acme, { seed, edi: habits, shortRate: 0.1, countAfterMs: 30_000, facilities: FEW })
    for (const simulator of hub.systems.all) if (simulator.role !== 'shop') simulator.misbehave(STUMBLING)
    for (const partner of hub.systems.partners) await partner.order(40)
    for (let index = 0; index < 20; index += 1) void hub.systems.shop.place(index)
    await hub.settles()
    await hub.passes(3_600_000)
    await hub.settles()
    const { details, ...verdict } = judged(hub)
    expect(details).toEqual([])
    expect(verdict).toMatchObject(RIGHT)
    expect(hub.systems.partners.map((partner) => partner.unanswered)).toEqual([0, 0])
    expect(hub.documents('harbor', '940').length).toBeGreaterThan(0)
    expect(hub.troubles).toEqual([])
  },
)

test('a hub that is restarted with files on the way and orders on the floor goes on where it was', async () => {
  const hub = await openHub(acme, { edi: { repeatRate: 0.3 }, facilities: FEW })
  for (const partner of hub.systems.partners) await partner.order(10)
  for (let moment = 0; moment < 4; moment += 1) {
    await hub.passes(3_000)
    await hub.restarts()
  }
  await hub.settles()
  const { details, ...verdict } = judged(hub)
  expect(details).toEqual([])
  expect(verdict).toMatchObject(RIGHT)
  expect(hub.of('order.invoiced').length).toBeGreaterThanOrEqual(20)
  expect(hub.troubles).toEqual([])
})

test('the same customers and the same seed tell the same story, to the last event', async () => {
  const story = async () => {
    const hub = await openHub(acme, { edi: { repeatRate: 0.3 }, shortRate: 0.2, facilities: FEW })
    for (const partner of hub.systems.partners) await partner.order(10)
    await hub.settles()
    return hub.events.map(({ type, subject, at, data }) => JSON.stringify([type, subject, at, data]))
  }
  expect(await story()).toEqual(await story())
})

const STUMBLING = { timeoutAfterEffect: 0.02, fail503: 0.02, duplicateReports: 0.05, reorderReports: 0.02 }

/** So little in the own warehouses that the 3PL is needed. */
const FEW = { DC1: [10, 60], DC2: [10, 60], '3PL1': [500, 900] } as const
