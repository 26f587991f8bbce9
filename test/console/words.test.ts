import { describe, expect, test } from 'vitest'
import type { SystemStatus } from '../../console/src/api.ts'
import { countPhases, phases, reasonsOf, standing, zoneOf } from '../../console/src/words.ts'
import type { Stage } from '../../src/lifecycle/order-line.ts'

/** Every state of the lifecycle: a new one fails the type check here, and then wants a place on the board. */
const STAGES: Readonly<Record<Stage, true>> = {
  received: true,
  held: true,
  backordered: true,
  accepted: true,
  reserved: true,
  released: true,
  'in fulfilment': true,
  picked: true,
  packed: true,
  'partially shipped': true,
  shipped: true,
  'partially invoiced': true,
  invoiced: true,
  closed: true,
  cancelled: true,
  rejected: true,
}

describe('the board of states', () => {
  test('has a place for every state of the lifecycle, once', () => {
    const shown = phases.flatMap((phase) => phase.states)
    expect(shown.toSorted()).toEqual(Object.keys(STAGES).toSorted())
  })

  test('shows states without orders too, so that nothing moves', () => {
    const [comingIn] = countPhases([{ state: 'held', count: 3 }])
    expect(comingIn).toEqual({
      name: 'Coming in',
      total: 3,
      states: [
        { state: 'received', count: 0 },
        { state: 'held', count: 3 },
      ],
    })
  })

  test('loses no order whose state it does not know', () => {
    const board = countPhases([
      { state: 'closed', count: 2 },
      { state: 'on the moon', count: 5 },
    ])
    expect(board.reduce((sum, phase) => sum + phase.total, 0)).toBe(7)
    expect(board.at(-1)).toMatchObject({ name: 'Other', total: 5 })
  })
})

describe('why an order is where it is', () => {
  const order = { state: 'accepted', holds: [], backorderedLines: 0, lines: 5 }

  test('what went wrong comes first, then holds, then backorders', () => {
    const trouble = 'warehouse.release to wms2 waits: timeout'
    expect(reasonsOf({ ...order, holds: ['credit', 'price'], backorderedLines: 2, trouble })).toEqual([
      { tone: 'bad', says: 'Release to wms2 waits: timeout' },
      { tone: 'warn', says: 'Credit and price hold' },
      { tone: 'warn', says: '2 of 5 lines on backorder' },
    ])
  })

  test('when nothing is wrong it says what comes next', () => {
    expect(reasonsOf(order)).toEqual([{ tone: 'quiet', says: 'Its release to a warehouse' }])
  })

  test('an order that is over waits for nothing', () => {
    for (const state of ['closed', 'cancelled', 'rejected']) expect(reasonsOf({ ...order, state })).toEqual([])
  })

  test('trouble with an unknown request is shown as it is', () => {
    expect(reasonsOf({ ...order, trouble: 'stopped: the rule fails' })[0]?.says).toBe('Stopped: the rule fails')
  })
})

describe('how a system stands', () => {
  const none = { since: null, reason: null, wakesAt: null, queued: 0, underWay: 0, waiting: 0 }
  const up: SystemStatus = { system: 'wms1', state: 'up', ...none }

  test('one that is up and has something waiting is catching up', () => {
    expect(standing({ ...up, state: 'down' })).toEqual({ word: 'down', tone: 'bad' })
    expect(standing({ ...up, state: 'being tried' }).word).toBe('being tried')
    expect(standing({ ...up, waiting: 4 }).word).toBe('up, catching up')
    expect(standing(up)).toEqual({ word: 'up', tone: 'good' })
  })

  test('times are the first facility’s whose zone is known, else the reader’s', () => {
    const systems = [
      { ...up, facility: 'DC1' },
      { ...up, facility: 'DC2', zone: 'America/Denver' },
    ]
    expect(zoneOf(['DC1', 'DC2'], systems, 'UTC')).toBe('America/Denver')
    expect(zoneOf(['DC1'], systems, 'UTC')).toBe('UTC')
  })
})
