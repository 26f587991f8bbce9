import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Delivery, OrderLine, Step } from '../../console/src/api.ts'
import { byDay, entriesOf, papersOf, participants, readLine, sharesOf, targetsOf } from '../../console/src/chronicle.ts'

const at = (minute: number) => new Date(Date.parse('2026-11-21T05:00:00Z') + minute * 60_000).toISOString()

function step(position: string, minute: number, who: string, type: string, what = type): Step {
  return { position, recordedAt: at(minute), occurredAt: at(minute), who, what, type, subject: 'acme/order/o1' }
}

function delivery(position: string, minute: number, target: string, state: string): Delivery {
  return {
    position,
    target,
    verb: 'order.post',
    what: `The order to ${target}`,
    key: 'k',
    state,
    plannedAt: at(minute),
  }
}

describe('one order’s story', () => {
  test('what was said, decided and told stands in the order in which it was recorded', () => {
    const entries = entriesOf({
      steps: [step('1/1', 0, 'shop', 'order.received'), step('1/5', 2, 'erp', 'order.posted')],
      deliveries: [delivery('1/3', 1, 'erp', 'done')],
    })
    expect(entries.map(({ who, direction }) => [who, direction])).toEqual([
      ['shop', 'in'],
      ['erp', 'out'],
      ['erp', 'in'],
    ])
  })

  test('within one instant, positions of a lane decide', () => {
    const entries = entriesOf({
      steps: [step('1/2', 0, 'Crossdock', 'order.held'), step('1/10', 0, 'Crossdock', 'order.accepted')],
      deliveries: [delivery('1/3', 0, 'erp', 'planned')],
    })
    expect(entries.map((entry) => entry.key)).toEqual(['1/2', '1/3', '1/10'])
  })

  test('a report that came long after the fact says when it happened', () => {
    const late = { ...step('1/1', 10, 'wms1', 'pick.confirmed'), occurredAt: at(0) }
    const [said, onTime] = entriesOf({ steps: [late, step('1/2', 11, 'wms1', 'pick.started')], deliveries: [] })
    expect(said?.happenedAt).toBe(at(0))
    expect(onTime).not.toHaveProperty('happenedAt')
  })

  test('refusals and cases are marked as bad, holds and shorts as warnings', () => {
    const types = ['report.refused', 'order.release_refused', 'case.opened', 'order.held', 'pick.short', 'order.posted']
    const entries = entriesOf({ steps: types.map((type, n) => step(`1/${n}`, n, 'x', type)), deliveries: [] })
    expect(entries.map((entry) => entry.tone)).toEqual(['bad', 'bad', 'bad', 'warn', 'warn', 'quiet'])
  })

  test('days change at the warehouse’s midnight', () => {
    const entries = entriesOf({ steps: [step('1/1', 30, 'a', 'x'), step('1/2', 90, 'a', 'x')], deliveries: [] })
    expect(byDay(entries, 'America/Chicago').map(({ day, entries: its }) => [day, its.length])).toEqual([
      ['Fri, Nov 20, 2026', 1],
      ['Sat, Nov 21, 2026', 1],
    ])
    expect(byDay(entries, 'UTC')).toHaveLength(1)
  })

  test('everyone who takes part can be asked for', () => {
    const entries = entriesOf({
      steps: [step('1/1', 0, 'shop', 'order.received')],
      deliveries: [delivery('1/2', 1, 'erp', 'done'), delivery('1/3', 2, 'erp', 'waiting')],
    })
    expect(participants(entries)).toEqual([
      { who: 'shop', count: 1 },
      { who: 'erp', count: 2 },
    ])
  })

  test('each system is shown with how much of what it should be told it knows', () => {
    const told = targetsOf([
      delivery('1/1', 0, 'erp', 'done'),
      delivery('1/2', 1, 'wms1', 'parked'),
      delivery('1/3', 2, 'erp', 'waiting'),
    ])
    expect(told.map(({ target, deliveries, done }) => [target, deliveries.length, done])).toEqual([
      ['erp', 2, 1],
      ['wms1', 1, 0],
    ])
  })
})

describe('the documents of an order', () => {
  test('an EDI order came as an 850 and was answered with an 855 and an 810', () => {
    const steps = [
      step('1/1', 0, 'Crossdock', 'order.received'),
      step('1/2', 1, 'Crossdock', 'document.issued', 'A order-acknowledgement was written for bigbox.'),
      step('1/3', 2, 'Crossdock', 'document.issued', 'An invoice was written for bigbox.'),
    ]
    expect(papersOf(steps, 'bigbox-as2').map((paper) => [paper.set, paper.name, paper.direction, paper.with])).toEqual([
      ['850', 'purchase order', 'in', 'bigbox'],
      ['855', 'order acknowledgement', 'out', 'bigbox'],
      ['810', 'invoice', 'out', 'bigbox'],
    ])
  })

  test('a warehouse that got a 940 said what left with a 945; one that is called said so by itself', () => {
    const steps = [
      step('1/1', 0, 'Crossdock', 'order.received'),
      step('1/2', 1, 'Crossdock', 'document.issued', 'A warehouse-order was written for threepl.'),
      step('1/3', 2, 'threepl', 'order.shipped'),
      step('1/4', 3, 'wms1', 'order.shipped'),
    ]
    expect(papersOf(steps, 'shop').map((paper) => [paper.set, paper.name, paper.with])).toEqual([
      [undefined, 'purchase order', 'shop'],
      ['940', 'warehouse order', 'threepl'],
      ['945', 'warehouse advice', 'threepl'],
    ])
  })
})

describe('the bar of a line', () => {
  const none = {
    cancelled: '0',
    substituted: '0',
    reserved: '0',
    backordered: '0',
    released: '0',
    recalled: '0',
    shorted: '0',
    picked: '0',
    packed: '0',
    shipped: '0',
    invoiced: '0',
  }
  const line = (quantities: Partial<OrderLine>): OrderLine => ({
    ...none,
    line: '1',
    item: 'A',
    state: 'accepted',
    ordered: '10',
    ...quantities,
  })

  test('what was shipped is not drawn again as picked', () => {
    const shares = sharesOf(
      line({ released: '10', shorted: '2', picked: '8', packed: '8', shipped: '6', backordered: '2' }),
    )
    expect(shares).toEqual([
      { name: 'shipped', permille: 600 },
      { name: 'packed', permille: 200 },
      { name: 'backordered', permille: 200 },
    ])
  })

  test('a line that was never promised is not shown as on backorder', () => {
    const held = readLine(line({ state: 'held', backordered: '10' }))
    expect(sharesOf(held)).toEqual([{ name: 'open', permille: 1000 }])
    expect(readLine(line({ state: 'backordered', backordered: '10' })).backordered).toBe('10')
  })

  test('what nothing is known of yet is drawn as open', () => {
    expect(sharesOf(line({ reserved: '2.5' }))).toEqual([
      { name: 'reserved', permille: 250 },
      { name: 'open', permille: 750 },
    ])
    expect(sharesOf(line({ ordered: '0' }))).toEqual([])
  })

  test('a sound ledger fills its bar', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 7, maxLength: 7 })
    fc.assert(
      fc.property(
        steps,
        ([open = 0, reserved = 0, released = 0, picked = 0, packed = 0, shipped = 0, invoiced = 0]) => {
          const inHand = [invoiced, shipped, packed, picked, released].map((_, n, all) =>
            String(all.slice(0, n + 1).reduce((sum, one) => sum + one, 0)),
          )
          const ordered = open + reserved + released + picked + packed + shipped + invoiced
          const [i = '0', s = '0', pa = '0', pi = '0', r = '0'] = inHand
          const ledger = {
            ordered: String(ordered),
            reserved: String(reserved),
            released: r,
            picked: pi,
            packed: pa,
            shipped: s,
            invoiced: i,
          }
          const drawn = sharesOf(line(ledger)).reduce((sum, { permille }) => sum + permille, 0)
          if (ordered > 0) expect(Math.abs(drawn - 1000)).toBeLessThanOrEqual(4)
        },
      ),
    )
  })
})
