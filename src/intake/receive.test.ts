import { expect, test } from 'vitest'
import { IdMint } from '../base/ids.ts'
import type { Input } from '../journal/contract.ts'
import type { Work } from '../journal/work.ts'
import type { EventData } from '../lifecycle/events.ts'
import { partsOf } from '../lifecycle/subject.ts'
import type { KeyRow, Row } from '../store/contract.ts'
import type { Arrival } from './arrival.ts'
import { masterRoom } from './master-room.ts'
import { openIntake } from './receive.ts'
import { isSame } from './recognise.ts'
import { intakeRoom, type ReferenceWait } from './room.ts'
import { HAMMER, json, NOW, SHOP, SHOP_ORDER, smallMaster } from './testing/desk.ts'
import { OneRoom } from './testing/post.ts'

/** Intake on an engine that commits one piece of work at a time, when it is told to. */
class SmallHub {
  readonly master = smallMaster()
  readonly room: OneRoom<ReferenceWait> = new OneRoom(intakeRoom(), NOW)
  readonly told: Input[] = []
  readonly #keys: KeyRow[] = []
  readonly #line: Work[] = []
  readonly #mint = new IdMint()
  /** Holds commits back until {@link commits} is called. */
  slow = false
  readonly intake = openIntake({
    offer: (work) => {
      this.#line.push(work)
      if (!this.slow) queueMicrotask(() => this.commits())
    },
    sender: (tenant, system) =>
      tenant === 'acme' && ['shop', 'erp'].includes(system) ? { ...SHOP, system } : undefined,
    master: () => this.master,
    delay: async () => {},
    store: {
      countRows: async () => (this.onDisk().length > 0 ? [[0, this.onDisk().length]] : []),
      loadLanes: async () => this.onDisk(),
    },
    trouble: (what, error) => {
      throw new Error(what, { cause: error })
    },
  })

  /** The orders that wait, as they are on disk. */
  onDisk(): Row[] {
    return [...this.room.states()].flatMap(([subject, state]) => {
      const row = intakeRoom().save(state)
      return row ? [[0, subject, ...row] as Row] : []
    })
  }

  sends(body: unknown, about: Partial<Arrival> = {}, options: { waitSeconds?: number } = {}) {
    const arrival: Arrival = {
      tenant: 'acme',
      system: 'shop',
      channel: 'http',
      bytes: json(body),
      receivedAt: NOW,
      ...about,
    }
    return this.intake.submit(arrival, options)
  }

  commits(): void {
    const pending: KeyRow[] = []
    for (const work of this.#line.splice(0)) {
      const found = [...this.#keys, ...pending.map((row) => ({ ...row, pending: true }))].filter((row) =>
        work.claims?.some(({ kind, hash }) => kind === row.kind && isSame(hash, row.hash)),
      )
      const admission = work.admit(found, {
        now: NOW,
        mint: (kind, lane) => this.#mint.mint(kind, lane, NOW),
        name: (kind, identity, lane) => this.#mint.name(kind, lane, identity),
        owns: () => true,
      })
      pending.push(...(admission.keys ?? []))
      this.told.push(...admission.inputs)
      const events = this.room.takes(admission.inputs.filter(({ subject }) => partsOf(subject).kind === 'order'))
      work.settled({ answer: admission.answer, events, at: NOW })
    }
    this.#keys.push(...pending)
  }

  get holds(): string[] {
    return this.room.events
      .filter(({ type }) => type === 'order.held')
      .map(({ data }) => (data as EventData['order.held']).reason)
  }
}

test('an order becomes order.received; a total that does not add up becomes a hold', async () => {
  const hub = new SmallHub()
  await hub.sends({ ...SHOP_ORDER, lines: [SHOP_ORDER.lines[0]], total: '30.00' })
  expect(hub.room.events.map(({ type, source }) => [type, source])).toEqual([
    ['order.received', 'shop'],
    ['order.held', 'intake'],
  ])
  expect(hub.holds[0]).toContain('30.00')
})

test('somebody we do not know is refused', async () => {
  await expect(new SmallHub().sends(SHOP_ORDER, { system: 'stranger' })).rejects.toMatchObject({
    code: 'XD_INTAKE_SENDER_UNKNOWN',
    status: 403,
  })
})

test('who waits while the same request is under way is given its answer', async () => {
  const hub = new SmallHub()
  hub.slow = true
  const first = hub.sends(SHOP_ORDER, { idempotencyKey: 'k-1' })
  const waits = hub.sends(SHOP_ORDER, { idempotencyKey: 'k-1' }, { waitSeconds: 1 })
  const hurries = hub.sends(SHOP_ORDER, { idempotencyKey: 'k-1' })
  hub.slow = false
  hub.commits()
  expect((await hurries).status).toBe(409)
  expect((await waits).body).toEqual((await first).body)
  expect(hub.room.events).toHaveLength(1)
})

test('master data from the ERP is stored, and is known only when it is committed', async () => {
  const hub = new SmallHub()
  hub.slow = true
  const item = { type: 'item.upserted', ...HAMMER, sku: 'NEW-1', gtins: [] }
  const wrong = { type: 'item.upserted', sku: 'NEW-2', baseUnit: 'EA', gtins: ['036000291453'] }
  const answer = hub.sends([item, wrong], { system: 'erp', topic: 'master' })
  expect(hub.master.item('NEW-1')).toBeUndefined()
  hub.commits()
  expect((await answer).body['results']).toMatchObject([{ status: 202 }, { status: 422 }])
  expect(hub.master.item('NEW-1')).toMatchObject({ sku: 'NEW-1', baseUnit: 'EA' })
  expect(hub.master.item('NEW-2')).toBeUndefined()
  const changes = hub.told.filter((input) => input.kind === 'arrival' && input.type === 'master.changed')
  expect(changes.map(({ subject }) => subject)).toEqual(['acme/master-item/all'])
  const room = new OneRoom(masterRoom('item'), NOW)
  expect(room.takes(changes).map(({ type }) => type)).toEqual(['master.changed'])
})

test('an order held for an unknown item is told when the ERP sends the item', async () => {
  const hub = new SmallHub()
  const lines = [{ ...SHOP_ORDER.lines[0], sku: 'NEW-1', quantity: '2', uom: 'CA' }]
  const { body } = await hub.sends({ ...SHOP_ORDER, lines })
  expect(hub.holds).toEqual(['line 10: item NEW-1 is not known'])

  await hub.sends({ type: 'item.upserted', ...HAMMER, sku: 'OTHER', gtins: [] }, { system: 'erp' })
  expect(
    hub.told.some(({ kind, ...input }) => kind === 'arrival' && 'type' in input && input.type === 'reference.resolved'),
  ).toBe(false)

  await hub.sends({ type: 'item.upserted', ...HAMMER, sku: 'NEW-1', gtins: [] }, { system: 'erp' })
  const resolved = () => hub.told.find((input) => input.kind === 'arrival' && input.type === 'reference.resolved')
  await expect.poll(resolved).toMatchObject({
    subject: `acme/order/${body['order']}`,
    source: 'erp',
    data: { remaining: 0, lines: [{ line: '1', item: 'NEW-1', base: 24_000_000, baseUnit: 'EA', factor: [12, 1] }] },
  })
})

test('a cancellation is asked of its order once', async () => {
  const hub = new SmallHub()
  const { body } = await hub.sends(SHOP_ORDER)
  hub.room.peers['order-facts'] = { facts: hub.room.events[0]?.data }
  const topic = `orders/${body['order']}/cancellation`
  const wish = { reason: 'ordered twice' }
  expect(await hub.sends(wish, { topic, idempotencyKey: 'c-1' })).toMatchObject({ status: 202 })
  expect(await hub.sends(wish, { topic, idempotencyKey: 'c-1' })).toMatchObject({ status: 202, replayed: true })
  expect(hub.room.events.slice(1)).toMatchObject([
    { type: 'order.cancellation_requested', data: { by: 'shop', reason: 'ordered twice' } },
  ])
})

test('a purchase order that changes or cancels another finds it by its number, and its lines by the customer’s', async () => {
  const hub = new SmallHub()
  await hub.sends(SHOP_ORDER)
  hub.room.peers['order-facts'] = { facts: hub.room.events[0]?.data }
  const [, second] = SHOP_ORDER.lines
  const changed = await hub.sends({ ...SHOP_ORDER, purpose: 'change', lines: [{ ...second, quantity: '1' }] })
  expect(changed).toMatchObject({ status: 202, body: { state: 'requested' } })
  const cancelled = await hub.sends({ ...SHOP_ORDER, purpose: 'cancel', lines: [] })
  expect(cancelled.status).toBe(202)
  expect(hub.room.events.slice(1)).toMatchObject([
    { type: 'order.change_requested', data: { lines: [{ line: '2', quantity: 12_000_000 }] } },
    { type: 'order.cancellation_requested', data: { by: 'shop' } },
  ])
  expect(hub.room.events[2]?.data).not.toHaveProperty('lines')
})

test('a change that adds a line, and one of an order that is not here, are for a person', async () => {
  const hub = new SmallHub()
  const change = { ...SHOP_ORDER, purpose: 'change' }
  expect(await hub.sends(change)).toMatchObject({ status: 422, body: { code: 'XD_INTAKE_ORDER_MISSING' } })
  expect(hub.told).toMatchObject([{ type: 'arrival.refused', subject: 'acme/mailbox/shop' }])

  await hub.sends(SHOP_ORDER)
  hub.room.peers['order-facts'] = { facts: hub.room.events[0]?.data }
  await hub.sends({ ...change, lines: [{ ...SHOP_ORDER.lines[0], line: '30' }] })
  expect(hub.room.events.at(-1)).toMatchObject({ type: 'report.refused', data: { code: 'XD_INTAKE_LINE_UNKNOWN' } })
})
