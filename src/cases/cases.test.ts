import { beforeEach, describe, expect, test } from 'vitest'
import { Floor } from '../../test/support/given.ts'
import type { Input, JournalEvent, NewEvent, Room } from '../journal/contract.ts'
import type { EventData, EventType } from '../lifecycle/events.ts'
import type { CaseState } from './case-state.ts'
import { causesOf, titleOf } from './cause.ts'
import { type CasesOptions, type CaseWords, cases } from './fold.ts'
import { type MemberState, memberKey } from './member-state.ts'

/** The rooms of cases without an engine. */
class Desk {
  readonly floor: Floor
  readonly #subjects = new Set<string>()

  constructor(options: CasesOptions = {}) {
    this.floor = new Floor(cases(options), 0)
  }

  /** Something happened to a subject; answers the events of the cases that heard it. */
  happens<T extends EventType>(type: T, subject: string, data: EventData[T], receipt?: string): string[] {
    this.floor.now += 1_000
    const fresh = {
      type,
      data,
      source: 'delivery',
      ...(receipt === undefined ? {} : { receipt }),
    } as unknown as NewEvent
    const events = this.floor.says(fresh, { name: 'delivery' } as Room, subject).slice(1)
    for (const event of events) this.#subjects.add(event.subject)
    return events.map((one) => one.type)
  }

  says<T extends keyof CaseWords>(subject: string, type: T, data: CaseWords[T]): string[] {
    const input: Input = { kind: 'arrival', type, subject, source: data.by, occurredAt: 1, data }
    return this.floor.takes(input).map((one) => one.type)
  }

  releases(member: string): string[] {
    return this.says(this.only.subject, 'case.release', { member, by: 'ann', trial: 't1' })
  }

  member(name: string): MemberState {
    return this.floor.state<MemberState>('case-members', memberKey(this.only.subject, name))
  }

  get all(): CaseState[] {
    return [...this.#subjects].map((subject) => this.floor.state<CaseState>('cases', subject))
  }

  get only(): CaseState {
    expect(this.#subjects.size).toBe(1)
    return this.all[0] as CaseState
  }
}

function eventOf(type: EventType, subject: string, data: unknown): JournalEvent {
  const at = 0
  const rest = { lane: 0, position: 1, version: 1, at, occurredAt: at, source: 'wms', correlation: '' }
  return { ...rest, type, subject, data: data as never }
}

const refusal = {
  position: 1,
  target: 'erp',
  verb: 'order.post',
  key: 'k',
  reason: 'unit BX unknown',
  retry: 'after-fix' as const,
}
const order = (nth: number) => `acme/order/o${nth}`
const held = (value: string, kind: 'item' | 'ship-to' = 'item') =>
  ({ hold: 'reference', reason: 'r', missing: [{ kind, value }], from: 'shop' }) as const

describe('folding failures', () => {
  let desk: Desk
  beforeEach(() => {
    desk = new Desk({ owners: { 'partner refused': 'order-desk' }, otherwise: 'integration' })
  })

  test('nine hundred orders refused for one unit code are one case', () => {
    for (let nth = 1; nth <= 900; nth += 1) desk.happens('delivery.refused', order(nth), refusal)
    expect(desk.only).toMatchObject({
      title: 'order.post of erp: partner refused (unit BX unknown)',
      owner: 'order-desk',
      count: 900,
      left: 900,
      example: 'unit BX unknown',
      openedAt: 1_000,
      lastAt: 900_000,
    })
    expect(desk.member('order/o900')).toMatchObject({ standing: 'open', about: order(900), again: 'delivery' })
  })

  test('an order joins its case once', () => {
    expect(desk.happens('delivery.refused', order(1), refusal)).toEqual(['case.opened'])
    expect(desk.happens('delivery.refused', order(1), refusal)).toEqual([])
    expect(desk.happens('delivery.refused', order(2), refusal)).toEqual(['case.joined'])
    expect(desk.only.count).toBe(2)
  })

  test('another target, request, tenant or sentence is another case; another order number in it is not', () => {
    desk.happens('delivery.refused', order(1), refusal)
    desk.happens('delivery.refused', order(1), { ...refusal, target: 'wms' })
    desk.happens('delivery.refused', order(1), { ...refusal, verb: 'invoice.request' })
    desk.happens('delivery.refused', 'other/order/o1', refusal)
    desk.happens('delivery.refused', order(1), { ...refusal, reason: 'Customer C0009 is not known.' })
    desk.happens('delivery.refused', order(2), { ...refusal, reason: 'Customer C0010 is not known.' })
    expect(desk.all.map(({ count }) => count)).toEqual([1, 1, 1, 1, 2])
  })

  test('a cause without an owner of its own goes to the others', () => {
    const { retry: _, ...parked } = refusal
    desk.happens('delivery.parked', order(1), { ...parked, attempts: 9 })
    expect(desk.only).toMatchObject({ cause: 'not delivered', owner: 'integration' })
  })

  test('a code nobody knows is a case by itself, whatever document and line it stands in', () => {
    const refused = (field: string, value: string, receipt: string, part: string) =>
      desk.happens(
        'report.refused',
        'acme/mailbox/bigbox',
        {
          report: 'purchase-order',
          code: 'XD_INTAKE_DOCUMENT_FAULTY',
          reason: 'The order has 1 fault.',
          from: 'bigbox',
          data: null,
          wrong: { code: 'XD_INTAKE_UOM_CONVERSION', field, value },
          part,
        },
        receipt,
      )
    expect(refused('/lines/[]/uom', 'STK', 'r1', '1/1/1')).toEqual(['case.opened'])
    expect(refused('/lines/[]/uom', 'STK', 'r1', '1/1/2')).toEqual(['case.joined'])
    expect(refused('/lines/[]/uom', 'STK', 'r1', '1/1/2')).toEqual([])
    expect(desk.only).toMatchObject({ cause: 'unknown unit', field: 'STK', partner: 'bigbox', count: 2 })
    expect(desk.member('r1/1/1/2')).toMatchObject({ about: 'acme/mailbox/bigbox', again: 'arrival' })
    expect(refused('/lines/[]/uom', 'BDL', 'r2', '1/1/1')).toEqual(['case.opened'])
  })

  test('what is in order needs nobody', () => {
    const group = { groupControl: '17', functionalId: 'IN', verdict: 'A' as const, sets: [] }
    expect(desk.happens('acknowledgement.received', 'acme/mailbox/bigbox', group)).toEqual([])
    expect(desk.happens('order.held', order(1), { hold: 'credit', reason: 'over the limit' })).toEqual([])
    expect(desk.happens('acknowledgement.received', 'acme/mailbox/bigbox', { ...group, verdict: 'R' })).toEqual([
      'case.opened',
    ])
    expect(desk.only).toMatchObject({ partner: 'bigbox', field: 'IN' })
  })

  test('a case that is stopped opens no case about itself', () => {
    const stopped = { room: 'cases', reason: 'out of memory' }
    expect(desk.happens('subject.parked', 'acme/case/1', stopped)).toEqual([])
    expect(desk.happens('subject.parked', order(1), stopped)).toEqual(['case.opened'])
  })

  test('a letter in a number is no unknown code', () => {
    const wrong = (code: string) => ({ code, field: 'PO1/2', value: '1O' })
    const refused = (code: string) => {
      const data = {
        code: 'XD_INTAKE_SET_REJECTED',
        report: 'x12 850',
        from: 'bigbox',
        reason: 'r',
        wrong: wrong(code),
      }
      const [cause] = causesOf(eventOf('report.refused', order(1), data))
      return cause && titleOf(cause)
    }
    expect(refused('XD_EDI_ELEMENT_CHARACTER')).toBe('PO1/2 1O of bigbox: not a number')
    expect(refused('XD_EDI_ELEMENT_CODE')).toBe('PO1/2 1O of bigbox: unknown code')
  })

  test('each kind of trouble has a cause of its own', () => {
    const refused = (code: string) =>
      causesOf(eventOf('report.refused', order(1), { code, report: 'pick.short', from: 'wms', reason: 'r' }))[0]
    const codes = ['AUTHORITY', 'INVARIANT', 'STATE', 'CONFLICT', 'REFERENCE', 'EARLY_TOO_LONG', 'GAP', 'OTHER']
    expect(new Set(codes.map((code) => refused(code)?.cause)).size).toBe(8)
    const troubles: EventType[] = ['delivery.refused', 'delivery.parked', 'delivery.in_doubt', 'subject.parked']
    expect(new Set(troubles.map((type) => causesOf(eventOf(type, order(1), refusal))[0]?.cause)).size).toBe(4)
  })
})

describe('working a case', () => {
  let desk: Desk
  beforeEach(() => {
    desk = new Desk()
    desk.happens('delivery.refused', order(1), refusal)
    desk.happens('delivery.refused', order(2), refusal)
  })

  test('a member is released once, and the case closes by itself with the last one', () => {
    expect(desk.releases('order/o1')).toEqual(['case.released'])
    expect(desk.releases('order/o1')).toEqual([])
    expect(desk.releases('order/o9')).toEqual([])
    expect(desk.only).toMatchObject({ open: true, left: 1, released: 1 })
    expect(desk.releases('order/o2')).toEqual(['case.released', 'case.closed'])
    expect(desk.only).toMatchObject({ open: false, left: 0, closedBy: 'Crossdock' })
  })

  test('a released member that fails again has returned, and its case is open again', () => {
    desk.releases('order/o1')
    desk.releases('order/o2')
    expect(desk.happens('delivery.refused', order(1), refusal)).toEqual(['case.returned'])
    expect(desk.happens('delivery.refused', order(1), refusal)).toEqual([])
    expect(desk.only).toMatchObject({ open: true, count: 2, left: 1, returned: 1, life: 1 })
    expect(desk.member('order/o1').standing).toBe('returned')
    expect(desk.releases('order/o1')).toEqual(['case.released', 'case.closed'])
  })

  test('what fails again after a day is a failure like any other', () => {
    desk.releases('order/o1')
    desk.releases('order/o2')
    desk.floor.now += 25 * 3_600_000
    expect(desk.happens('delivery.refused', order(1), refusal)).toEqual(['case.opened'])
    expect(desk.only).toMatchObject({ open: true, count: 1, left: 1, returned: 0, life: 2 })
  })

  test('a case closed by hand opens anew, and its earlier members are not in it', () => {
    const { subject } = desk.only
    const closing = { by: 'ann', reason: 'unit added in the ERP' }
    expect(desk.says(subject, 'case.close', closing)).toEqual(['case.closed'])
    expect(desk.says(subject, 'case.close', closing)).toEqual([])
    expect(desk.only).toMatchObject({ open: false, closedBy: 'ann', closedFor: 'unit added in the ERP' })
    expect(desk.happens('delivery.refused', order(3), refusal)).toEqual(['case.opened'])
    expect(desk.only).toMatchObject({ open: true, count: 1, left: 1 })
    expect(desk.releases('order/o1')).toEqual([])
    expect(desk.happens('delivery.refused', order(2), refusal)).toEqual(['case.joined'])
  })

  test('owner, priority and word are recorded with who gave them', () => {
    const { subject } = desk.only
    desk.says(subject, 'case.assign', { by: 'ann', owner: 'bob', priority: 0 })
    desk.says(subject, 'case.assign', { by: 'ann', priority: 1 })
    desk.says(subject, 'case.note', { by: 'bob', note: 'asked the ERP desk' })
    expect(desk.only).toMatchObject({ owner: 'bob', priority: 1, note: 'bob: asked the ERP desk' })
    expect(desk.floor.events.filter(({ type }) => type === 'case.assigned').map(({ source }) => source)).toEqual([
      'ann',
      'ann',
    ])
  })

  test('everything is as it was after a restart', () => {
    desk.releases('order/o1')
    desk.floor.restarts()
    expect(desk.only).toMatchObject({ open: true, count: 2, left: 1, released: 1 })
    expect(desk.releases('order/o1')).toEqual([])
    expect(desk.happens('delivery.refused', order(1), refusal)).toEqual(['case.returned'])
  })
})

test('a member that a person refuses is settled with the reason, once, and what was refused is not released', () => {
  const desk = new Desk()
  const refusal = {
    report: 'tender-response',
    code: 'XD_INTAKE_DOCUMENT_CONFLICT',
    reason: 'A tender-response L-1 came before, with other content.',
    from: 'fast',
    data: { key: 'L-1' },
    part: '950/1/0001',
  }
  desk.happens('report.refused', 'acme/document/fast/load/L-1', refusal, 'r1')
  const { subject, cause } = desk.only
  expect(cause).toBe('possible duplicate')
  const member = 'r1/950/1/0001'
  const words = { member, by: 'ann', reason: 'the first one counts' }
  expect(desk.says(subject, 'case.refuse', words)).toEqual(['case.settled', 'case.closed'])
  expect(desk.member(member).standing).toBe('settled')
  expect(desk.says(subject, 'case.refuse', words)).toEqual([])
  expect(desk.releases(member)).toEqual([])
})

test('each order that came under a number that was here is a member of its own, and is read again from what came in', () => {
  const desk = new Desk()
  const conflict = {
    report: 'purchase-order',
    code: 'XD_INTAKE_ORDER_CONFLICT',
    reason: 'Order PO-1 is here already as o1, with other content.',
    from: 'bigbox',
    data: { key: 'PO-1' },
  }
  desk.happens('report.refused', 'acme/order/o1', conflict, 'r1')
  desk.happens('report.refused', 'acme/order/o1', conflict, 'r2')
  expect(['r1', 'r2'].map((name) => [desk.member(name).again, desk.member(name).about])).toEqual([
    ['arrival', 'acme/order/o1'],
    ['arrival', 'acme/order/o1'],
  ])
})

test('an order that waits for two unknown items stands in two cases, and leaves both when they are known', () => {
  const desk = new Desk()
  const missing = [
    { kind: 'item', value: 'BB-1' },
    { kind: 'item', value: 'BB-2' },
    { kind: 'item', value: 'BB-1' },
  ] as const
  desk.happens('order.held', order(1), { ...held('BB-1'), missing })
  desk.happens('order.held', order(2), held('BB-1'))
  desk.happens('order.held', order(3), held('0099', 'ship-to'))
  expect(desk.all.map(({ title, count }) => [title, count])).toEqual([
    ['BB-1 of shop: unknown item', 2],
    ['BB-2 of shop: unknown item', 1],
    ['0099 of shop: unknown ship-to', 1],
  ])
  const settled = { references: missing, from: 'shop', known: true }
  const events = desk.happens('order.reference_settled', order(1), settled)
  expect(events.sort()).toEqual(['case.closed', 'case.settled', 'case.settled'])
  expect(desk.all.map(({ open, left }) => [open, left])).toEqual([
    [true, 1],
    [false, 0],
    [true, 1],
  ])
})

describe('what a partner expects', () => {
  const deadline = { partner: 'bigbox', document: 'ship-notice', shipment: 's1', dueAt: Date.UTC(2026, 0, 5, 15) }

  test('is one case for each document that is due soon, and leaves it once it went out', () => {
    const desk = new Desk()
    for (const nth of [1, 2]) desk.happens('deadline.near', order(nth), deadline)
    expect(desk.only).toMatchObject({ cause: 'due soon', field: 'ship-notice', partner: 'bigbox', left: 2, open: true })
    expect(desk.happens('deadline.kept', order(1), { ...deadline, late: false, flagged: true })).toEqual([
      'case.settled',
    ])
    expect(desk.only).toMatchObject({ left: 1, open: true })
    expect(desk.happens('deadline.kept', order(2), { ...deadline, late: false, flagged: true })).toEqual([
      'case.settled',
      'case.closed',
    ])
  })

  test('that is missed is another case; what goes out late settles both', () => {
    const desk = new Desk()
    desk.happens('deadline.near', order(1), deadline)
    desk.happens('deadline.missed', order(1), deadline)
    expect(desk.all.map(({ cause }) => cause)).toEqual(['due soon', 'overdue'])
    desk.happens('deadline.kept', order(1), { ...deadline, late: true, flagged: true })
    expect(desk.all.map(({ open }) => open)).toEqual([false, false])
  })

  test('and comes while nobody has been told concerns no case', () => {
    const desk = new Desk()
    expect(desk.happens('deadline.kept', order(1), { ...deadline, late: false, flagged: false })).toEqual([])
  })
})
