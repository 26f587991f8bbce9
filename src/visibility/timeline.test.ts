import { describe, expect, test } from 'vitest'
import type { JournalEvent } from '../journal/contract.ts'
import { type EventData, type EventType, eventCodes } from '../lifecycle/events.ts'
import { tell } from './tell.ts'
import { type DeliveryFact, timeline } from './timeline.ts'

let position = 0
function event<T extends EventType>(type: T, data: EventData[T], at = 1_000, source = 'order-to-cash'): JournalEvent {
  position += 1
  const subject = 'acme/order/o1'
  return { lane: 3, position, type, version: 1, subject, at, occurredAt: at, source, correlation: 'o1', data }
}

const nothing = { now: 10_000, delivery: () => undefined }
const planned = (verb: string, target: string) =>
  event('delivery.planned', { target, verb, key: `${verb}-1`, chain: 'o1', args: {}, digest: 'd' })

describe('the timeline of an order', () => {
  test('says who did what and when, in the order it was recorded', () => {
    const lines = [{ line: '1', item: 'bolts', quantity: 6_000_000, reason: 'not_found' }]
    const short = event('pick.short', { release: 'R1', facility: 'DC1', lines }, 9_000, 'wms-east')
    const held = event('order.held', { hold: 'credit', reason: 'over the limit' }, 2_000)
    const { steps } = timeline([short, held], nothing)
    expect(steps.map(({ who, what }) => `${who}: ${what}`)).toEqual([
      'Crossdock: Held (credit): over the limit',
      'wms-east: DC1 is short of 6 of bolts (not_found).',
    ])
    expect(steps[0]).toMatchObject({ occurredAt: '1970-01-01T00:00:02.000Z', position: `3/${held.position}` })
  })

  test('what a carrier says once is told once, though the order and its shipment both keep it', () => {
    const told = { order: 'o1', shipment: 's1', code: 'AF', at: '2026-01-05T08:00:00Z' }
    const later = { ...told, at: '2026-01-06T08:00:00Z' }
    const { shipment: _, ...own } = told
    const ofShipment = (data: EventData['shipment.milestone'], id = 's1') =>
      ({
        ...event('shipment.milestone', data, 2_000, 'carrier'),
        subject: `acme/shipment/${id}`,
        lane: 9,
      }) as JournalEvent
    const ofOrder = event('shipment.milestone', told, 1_000, 'carrier')
    const { steps } = timeline([ofOrder, ofShipment(own), ofShipment(later), ofShipment(own, 's2')], nothing)
    expect(steps.map(({ subject }) => subject)).toEqual(['acme/order/o1', 'acme/shipment/s1', 'acme/shipment/s2'])
    expect(steps[1]?.occurredAt).toBe('1970-01-01T00:00:02.000Z')

    const delivered = event('order.delivered', { shipment: 's1', deliveredAt: later.at }, 3_000, 'carrier')
    const signed = (signedBy?: string) =>
      ({
        ...event(
          'shipment.delivered',
          { order: 'o1', at: later.at, ...(signedBy ? { signedBy } : {}) },
          3_000,
          'carrier',
        ),
        subject: 'acme/shipment/s1',
      }) as JournalEvent
    const what = (...events: JournalEvent[]) => timeline(events, nothing).steps.map((step) => step.what)
    expect(what(delivered, signed())).toEqual(['Shipment s1 was delivered.'])
    expect(what(delivered, signed('DOCK'))).toEqual(['Shipment s1 was delivered.', 'Delivered, signed by DOCK.'])
    expect(what(signed())).toEqual(['Delivered.'])
  })

  test('a hold that stands says why, since when and what lifts it; a lifted one is gone', () => {
    const held = event('order.held', { hold: 'credit', reason: 'over the limit' }, 2_000)
    const price = event('order.held', { hold: 'price', reason: 'differs' }, 2_000)
    const lifted = event('order.hold_lifted', { hold: 'price', by: 'erp' }, 3_000)
    expect(timeline([held, price, lifted], nothing).waits).toEqual([
      {
        why: 'Held (credit): over the limit',
        since: '1970-01-01T00:00:02.000Z',
        wakes: 'The ERP approves the credit, or a person lifts the hold.',
      },
    ])
  })

  test('a request is shown with how it stands at its target', () => {
    const post = planned('order.post', 'erp')
    const facts: Record<string, DeliveryFact | undefined> = {
      done: { state: 'done', at: 5_000 },
      waiting: { state: 'waiting', attempts: 4, reason: '503', nextAt: 60_000 },
    }
    const seen = (fact: DeliveryFact | undefined) => timeline([post], { now: 10_000, delivery: () => fact })
    expect(seen(facts['done']).deliveries[0]).toMatchObject({ state: 'done', doneAt: '1970-01-01T00:00:05.000Z' })
    expect(seen(facts['done']).waits).toEqual([])
    expect(seen(facts['waiting']).waits[0]).toMatchObject({
      why: 'The order to erp: 503',
      wakes: 'The next attempt at 1970-01-01T00:01:00.000Z.',
    })
    expect(seen(undefined).waits[0]).toMatchObject({ why: 'The order to erp has not been answered.' })
  })

  test('while its target is paused a request waits for whoever paused it, not for its next attempt', () => {
    const post = planned('order.post', 'erp')
    const stands = { why: 'erp is paused by ann: month end', wakes: 'A person lets deliveries to erp go on.' }
    const standstill = (target: string) => (target === 'erp' ? stands : undefined)
    const seen = (fact: DeliveryFact | undefined) => timeline([post], { now: 10_000, delivery: () => fact, standstill })
    const waits = [{ why: 'The order to erp: erp is paused by ann: month end', wakes: stands.wakes }]
    expect(seen(undefined).waits).toMatchObject(waits)
    const waiting = seen({ state: 'waiting', attempts: 4, reason: '503', nextAt: 5_000 })
    expect(waiting.waits).toMatchObject(waits)
    expect(waiting.deliveries[0]).toMatchObject({ state: 'waiting', reason: stands.why })
    expect(waiting.deliveries[0]).not.toHaveProperty('nextAt')
    expect(seen({ state: 'done', at: 5_000 }).waits).toEqual([])
  })

  test('what the journal says of a request counts where nothing newer is known; refused stays refused', () => {
    const post = planned('order.post', 'erp')
    const about = {
      position: post.position,
      target: 'erp',
      verb: 'order.post',
      key: 'order.post-1',
      reason: 'no such customer',
    }
    const refused = event('delivery.refused', { ...about, retry: 'after-fix' })
    const { deliveries } = timeline([post, refused], { now: 1, delivery: () => ({ state: 'done' }) })
    expect(deliveries[0]).toMatchObject({ state: 'refused', reason: 'no such customer' })
    const parked = event('delivery.parked', { ...about, attempts: 9 })
    const { waits } = timeline([post, parked], nothing)
    expect(waits[0]).toMatchObject({ wakes: 'A person delivers it again or gives it up.' })
  })

  test('an order that was stopped waits for a person until it is let go', () => {
    const parked = event('subject.parked', { room: 'inventory', reason: 'numbers do not add up' })
    expect(timeline([parked], nothing).waits).toHaveLength(1)
    const resumed = event('subject.resumed', { by: 'ann' })
    expect(timeline([parked, resumed], nothing).waits).toEqual([])
  })

  test('a release that is planned for later says what opens it', () => {
    const notBefore = '1970-01-01T08:00:00.000Z'
    const release = event('order.release_planned', { release: 'R1', facility: 'DC1', lines: [], notBefore, by: 'oms' })
    expect(timeline([release], nothing).waits).toMatchObject([{ wakes: `${notBefore}.` }])
    const released = event('order.released', { release: 'R1', facility: 'DC1', lines: [] })
    expect(timeline([release, released], nothing).waits).toEqual([])
  })

  test('every kind of event has a sentence', () => {
    const quantity = { line: '1', item: 'bolts', quantity: 1_000_000, reason: 'r', available: 0, agrees: true }
    const rich = {
      lines: [quantity],
      parts: [{ facility: 'DC1', lines: [quantity], whole: true }],
      missing: [quantity],
      total: { amount: '1.00', currency: 'USD' },
      amount: { amount: '1.00', currency: 'USD' },
      carton: { carton: 'C1', lines: [quantity] },
      cartons: [],
      tracking: [],
      child: { item: 'screws' },
      quantity: 1,
      verb: 'order.post',
      owner: 'ann',
      document: 'ship-notice',
      partner: 'bigbox',
      dueAt: 0,
      verdicts: { succeeds: 2 },
      references: [{ kind: 'item', value: 'B-1' }],
      from: 1,
      to: 2,
    }
    for (const type of Object.keys(eventCodes) as EventType[]) {
      const said = tell({ ...event('subject.resumed', { by: 'x' }), type, data: rich as never })
      expect(said, type).toMatch(/^\S.*\S$/)
    }
  })
})
