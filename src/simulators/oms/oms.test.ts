import { expect, test } from 'vitest'
import { buildLandscape } from '../landscape.ts'
import type { SystemReport } from '../protocol.ts'
import { SimulatedWorld } from '../world.ts'
import { Oms } from './oms.ts'

const stocked = (dc1: number, dc2: number) =>
  buildLandscape({ seed: 7, items: 10, catchWeightEvery: 0, facilities: { DC1: [dc1, dc1], DC2: [dc2, dc2] } })

function oms(dc1: number, dc2: number) {
  const world = new SimulatedWorld()
  const reports: SystemReport[] = []
  const emit = async (sent: readonly SystemReport[]) => {
    reports.push(...sent)
    return 'ok' as const
  }
  const options = { name: 'oms', facilities: ['DC1', 'DC2'], releaseAfterMs: 1_000 }
  const system = new Oms(options, stocked(dc1, dc2), world.ports('oms', emit))
  let keys = 0
  const source = async (quantities: readonly string[], shipComplete = false) => {
    keys += 1
    const lines = quantities.map((value, at) => ({
      line: String(at + 1),
      item: `ITEM-000${at + 1}`,
      quantity: { value, uom: 'EA' },
    }))
    const body = { order: `o${keys}`, customer: 'C0001', lines, shipComplete, backorders: true }
    const answer = await system.handle({ verb: 'order.source', key: `k${keys}`, body })
    return answer.body as { parts: { facility: string; lines: unknown[] }[]; backordered: { line: string }[] }
  }
  return { world, reports, system, source }
}

test('an order ships from the first facility that has all of it, and is released after a while', async () => {
  const { world, reports, source } = oms(5, 50)
  const { parts, backordered } = await source(['4', '10'])
  expect(parts.map((part) => [part.facility, part.lines.length])).toEqual([['DC2', 2]])
  expect(backordered).toEqual([])
  await world.settle()
  expect(reports).toMatchObject([{ type: 'order.release_planned', facility: 'DC2', sequence: 1 }])
})

test('an order no facility has alone is split by line, and the rest waits', async () => {
  const { source } = oms(5, 8)
  const { parts, backordered } = await source(['5', '7', '90'])
  expect(parts.map((part) => part.facility)).toEqual(['DC1', 'DC2'])
  expect(backordered.map((line) => line.line)).toEqual(['3'])
})

test('an order that must ship complete waits as a whole', async () => {
  const { source, reports, world } = oms(5, 5)
  const { parts, backordered } = await source(['5', '90'], true)
  expect(parts).toEqual([])
  expect(backordered).toHaveLength(2)
  await world.settle()
  expect(reports).toEqual([])
})

test('a cancelled order is not released, and what it was promised is free again', async () => {
  const { world, source, system, reports } = oms(5, 0)
  const { parts } = await source(['5'])
  await system.handle({ verb: 'order.cancel', key: 'c', body: { order: 'o1', lines: [], reason: 'wish' } })
  expect(system.free('DC1', 'ITEM-0001')).toBe(5_000_000)
  expect(parts[0]?.lines).toHaveLength(1) // what was answered stays answered
  await world.settle()
  expect(reports).toEqual([])
})

test('what is cancelled of a line is free again, and the rest of it is released', async () => {
  const { world, source, system, reports } = oms(5, 0)
  await source(['5'])
  const lines = [{ line: '1', item: 'ITEM-0001', quantity: { value: '2', uom: 'EA' } }]
  await system.handle({ verb: 'order.cancel', key: 'c', body: { order: 'o1', lines, reason: 'wish' } })
  expect(system.free('DC1', 'ITEM-0001')).toBe(2_000_000)
  await world.settle()
  expect(reports).toMatchObject([{ lines: [{ line: '1', quantity: { value: '3', uom: 'EA' } }] }])
})

test('the last unit is promised once', async () => {
  const { source, system } = oms(1, 0)
  expect((await source(['1'])).parts).toHaveLength(1)
  expect((await source(['1'])).backordered).toHaveLength(1)
  expect(system.free('DC1', 'ITEM-0001')).toBe(0)
})
