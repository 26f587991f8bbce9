import { beforeEach, describe, expect, test } from 'vitest'
import type { DecideContext, Input, JournalEvent } from '../journal/contract.ts'
import type { RouteRequest } from '../journal/route.ts'
import { type EventData, type EventType, eventCodes } from '../lifecycle/events.ts'
import type { CaseBook } from './case-book.ts'
import { type CaseState, MOST_NAMED } from './case-state.ts'
import { causeOf } from './cause.ts'
import { type CasesOptions, cases } from './fold.ts'
import { type CasesPorts, routes } from './routes.ts'

const context = {} as DecideContext

/** The room without an engine. */
class Desk {
  readonly states = new Map<string, CaseState>()
  readonly #room
  #now = 0

  constructor(options: CasesOptions = {}) {
    this.#room = cases(options)
  }

  /** Something happened to a subject; answers the events of the cases that heard it. */
  happens<T extends EventType>(type: T, subject: string, data: EventData[T], source = 'delivery'): string[] {
    this.#now += 1_000
    const event = eventOf(type, subject, data, this.#now, source)
    const hears = this.#room.hears?.[type] as ((event: JournalEvent) => readonly string[]) | undefined
    return (hears?.(event) ?? []).flatMap((name) => this.input({ kind: 'heard', subject: name, event }))
  }

  input(input: Input): string[] {
    const state = this.#stateOf(input.subject)
    const decided = this.#room.decide(state, input, context)?.events ?? []
    for (const one of decided) {
      this.#room.fold(state, eventOf(one.type, input.subject, one.data, this.#now, 'cases'), input.subject)
    }
    const row = this.#room.save?.(state)
    if (row) this.states.set(input.subject, this.#room.load(input.subject, row))
    return decided.map((one) => one.type)
  }

  get only(): CaseState {
    expect(this.states.size).toBe(1)
    return [...this.states.values()][0] as CaseState
  }

  #stateOf(subject: string): CaseState {
    return this.states.get(subject) ?? this.#room.initial(subject)
  }
}

function eventOf(type: EventType, subject: string, data: unknown, at: number, source: string): JournalEvent {
  return {
    lane: 0,
    position: 1,
    type,
    version: 1,
    subject,
    at,
    occurredAt: at,
    source,
    correlation: '',
    data: data as never,
  }
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

describe('folding failures', () => {
  let desk: Desk
  beforeEach(() => {
    desk = new Desk({ owners: { 'partner refused': 'order-desk' }, otherwise: 'integration' })
  })

  test('nine hundred orders refused for one unit code are one case', () => {
    for (let nth = 1; nth <= 900; nth += 1) desk.happens('delivery.refused', order(nth), refusal)
    expect(desk.only).toMatchObject({
      title: 'order.post of erp: partner refused',
      owner: 'order-desk',
      count: 900,
      example: 'unit BX unknown',
      openedAt: 1_000,
      lastAt: 900_000,
    })
    expect(desk.only.members).toHaveLength(MOST_NAMED)
  })

  test('an order joins its case once', () => {
    expect(desk.happens('delivery.refused', order(1), refusal)).toEqual(['case.opened'])
    expect(desk.happens('delivery.refused', order(1), refusal)).toEqual([])
    expect(desk.happens('delivery.refused', order(2), refusal)).toEqual(['case.joined'])
    expect(desk.only.count).toBe(2)
  })

  test('another target, another request, another tenant: another case', () => {
    desk.happens('delivery.refused', order(1), refusal)
    desk.happens('delivery.refused', order(1), { ...refusal, target: 'wms' })
    desk.happens('delivery.refused', order(1), { ...refusal, verb: 'invoice.request' })
    desk.happens('delivery.refused', 'other/order/o1', refusal)
    expect(desk.states.size).toBe(4)
  })

  test('a cause without an owner of its own goes to the others', () => {
    const { retry: _, ...parked } = refusal
    desk.happens('delivery.parked', order(1), { ...parked, attempts: 9 })
    expect(desk.only).toMatchObject({ cause: 'not delivered', owner: 'integration' })
  })

  test('a closed case opens again when its cause comes back, with new members', () => {
    desk.happens('delivery.refused', order(1), refusal)
    const { subject } = desk.only
    const closing = { by: 'ann', reason: 'unit added in the ERP' }
    const close: Input = { kind: 'arrival', type: 'case.close', subject, source: 'ann', occurredAt: 1, data: closing }
    expect(desk.input(close)).toEqual(['case.closed'])
    expect(desk.input(close)).toEqual([])
    expect(desk.only).toMatchObject({ open: false, closedBy: 'ann' })
    expect(desk.happens('delivery.refused', order(2), refusal)).toEqual(['case.opened'])
    expect(desk.only).toMatchObject({ open: true, members: [order(2)], count: 1 })
  })

  test('what is in order needs nobody', () => {
    const group = { groupControl: '17', functionalId: 'IN', verdict: 'A' as const, sets: [] }
    expect(desk.happens('acknowledgement.received', 'acme/mailbox/bigbox', group)).toEqual([])
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

  test('each kind of trouble has a cause of its own', () => {
    const refused = (code: string) =>
      causeOf(eventOf('report.refused', order(1), { code, report: 'pick.short', from: 'wms', reason: 'r' }, 0, 'wms'))
    const phrases = ['AUTHORITY', 'INVARIANT', 'STATE', 'CONFLICT', 'REFERENCE', 'EARLY_TOO_LONG', 'GAP', 'OTHER'].map(
      (code) => refused(code)?.cause,
    )
    expect(new Set(phrases).size).toBe(8)
    const troubles: EventType[] = ['delivery.refused', 'delivery.parked', 'delivery.in_doubt', 'subject.parked']
    expect(new Set(troubles.map((type) => causeOf(eventOf(type, order(1), refusal, 0, 'x'))?.cause)).size).toBe(4)
    for (const type of troubles) expect(eventCodes[type]).toBeGreaterThan(0)
  })
})

describe('the doors of cases', () => {
  const desk = new Desk()
  desk.happens('delivery.refused', order(1), refusal)
  desk.happens('delivery.refused', order(2), refusal)
  const book: CaseBook = {
    list: async (tenant) => [...desk.states.values()].filter((one) => one.subject.startsWith(`${tenant}/`)),
    one: async (subject) => desk.states.get(subject),
  }
  const ports: CasesPorts = {
    cases: book,
    valuesOf: async (subjects) => subjects.map(() => ({ amount: '12.50', currency: 'USD' })),
    submit: async (input) => ({ closed: desk.input(input).length > 0 }),
  }
  const ask = async (operationId: string, more: Record<string, unknown> = {}) => {
    const route = routes.find((one) => one.operationId === operationId)
    const caller = { key: 'ann', tenant: 'acme', scopes: [] }
    const request = { tenant: 'acme', params: {}, query: {}, caller, now: 3_601_000, ...more }
    return (await route?.handle(request as unknown as RouteRequest, ports))?.body
  }

  test('the list says owner, age and money at risk', async () => {
    expect(await ask('listCases')).toMatchObject({
      cases: [{ owner: 'operations', members: 2, ageMs: 3_600_000, atRisk: [{ amount: '25.00', currency: 'USD' }] }],
      ages: { '0-15m': 0, '1-4h': 1 },
    })
  })

  test('a case is closed by who asks, with a reason; an unknown one is not found, nor that of another tenant', async () => {
    const id = desk.only.subject.slice('acme/case/'.length)
    expect(await ask('getCase', { params: { id } })).toMatchObject({ members: [order(1), order(2)] })
    await expect(ask('getCase', { params: { id }, tenant: 'other' })).rejects.toMatchObject({ status: 404 })
    expect(await ask('closeCase', { params: { id }, body: { reason: 'done' } })).toEqual({ id, closed: true })
    expect(desk.only).toMatchObject({ open: false, closedBy: 'ann', closedFor: 'done' })
    await expect(ask('closeCase', { params: { id: 'none' }, body: { reason: 'x' } })).rejects.toMatchObject({
      code: 'XD_CASES_UNKNOWN_CASE',
    })
  })
})
