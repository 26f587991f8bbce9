import { expect, test } from 'vitest'
import { Carrier } from './carrier/carrier.ts'
import type { Misbehaviour } from './misbehaviour.ts'
import type { SystemReport, Taken } from './protocol.ts'
import { SimulatedWorld } from './world.ts'

type Hub = (reports: readonly SystemReport[]) => Taken | readonly Taken[]

/** A carrier that was told of shipments and reports to a hub which answers as the test says. */
async function drives(
  shipments: number,
  hub: Hub,
  options: { batch?: number } = {},
  rules: Partial<Misbehaviour> = {},
) {
  const world = new SimulatedWorld()
  const calls: SystemReport[][] = []
  const emit = async (reports: readonly SystemReport[]) => {
    calls.push([...reports])
    return hub(reports)
  }
  const carrier = new Carrier({ name: 'carrier', concurrency: 4, ...options }, world.ports('carrier', emit))
  carrier.misbehave(rules)
  for (let at = 1; at <= shipments; at += 1) {
    const body = { order: `o${at}`, shipment: `S${at}` }
    await carrier.handle({ verb: 'shipment.notify', key: `k${at}`, body })
  }
  return { world, carrier, calls, sent: () => calls.flat() }
}

const sequences = (reports: readonly SystemReport[], order: string) =>
  reports.filter((report) => report.order === order).map((report) => report.sequence)

test('a report that is not taken is sent again, with the same id and before its followers', async () => {
  let refusals = 3
  const { world, carrier, sent } = await drives(1, () => {
    refusals -= 1
    return refusals >= 0 ? 'unknown' : 'ok'
  })
  await world.settle()
  expect(sequences(sent(), 'o1')).toEqual([1, 1, 1, 1, 2, 3])
  expect(new Set(sent().map((report) => report.id)).size).toBe(3)
  expect(carrier.unsent).toBe(0)
})

test('a broken connection is no answer: the report stays and goes again', async () => {
  let broken = true
  const { world, carrier } = await drives(1, () => {
    if (!broken) return 'ok'
    broken = false
    throw new Error('cable cut')
  })
  await world.settle()
  expect(carrier.unsent).toBe(0)
  const outcomes = [...carrier.ledger.rows()].filter((row) => row.kind === 'outcome').map((row) => row.detail)
  expect(outcomes).toEqual(['unknown', 'ok', 'ok', 'ok'])
})

test('one order that is stuck does not hold back another', async () => {
  const { world, sent, carrier } = await drives(2, ([report]) => (report?.order === 'o1' ? 'later' : 'ok'))
  for (let steps = 0; steps < 40; steps += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    world.step()
  }
  expect(sequences(sent(), 'o2')).toEqual([1, 2, 3])
  expect(new Set(sequences(sent(), 'o1'))).toEqual(new Set([1]))
  expect(carrier.unsent).toBe(3)
})

test('a report that is refused for good is not sent again', async () => {
  const { world, sent, carrier } = await drives(1, () => 'refused')
  await world.settle()
  expect(sequences(sent(), 'o1')).toEqual([1, 2, 3])
  expect(carrier.unsent).toBe(0)
})

test('a batch carries many orders and is answered report by report', async () => {
  let first = true
  const { world, calls, carrier } = await drives(
    10,
    (reports) => {
      const answers = reports.map((_, at): Taken => (first && at === 4 ? 'later' : 'ok'))
      first = false
      return answers
    },
    { batch: 50 },
  )
  await world.settle()
  expect(calls.map((call) => call.length)).toEqual([10, 1, 10, 10])
  expect(carrier.unsent).toBe(0)
})

test('a carrier that doubles its reports sends each twice under one id', async () => {
  const { world, sent } = await drives(1, () => 'ok', {}, { duplicateReports: 1 })
  await world.settle()
  expect(sequences(sent(), 'o1')).toEqual([1, 1, 2, 2, 3, 3])
})

test('a report that is held back is overtaken', async () => {
  const { world, sent } = await drives(1, () => 'ok', {}, { lateReports: 1, lateMs: 100_000 })
  for (let steps = 0; steps < 3; steps += 1) world.step()
  expect(sent()).toEqual([])
  await world.settle()
  expect(sequences(sent(), 'o1')).toEqual([1, 2, 3])
  expect(world.now()).toBe(Date.UTC(2026, 0, 5, 8) + 130_000)
})

test('a system that is down sends nothing until it is up again', async () => {
  const { world, sent, carrier } = await drives(1, () => 'ok')
  carrier.misbehave({ down: true })
  await world.settle()
  expect(sent()).toEqual([])
  carrier.misbehave({ down: false })
  await world.settle()
  expect(sequences(sent(), 'o1')).toEqual([1, 2, 3])
})
