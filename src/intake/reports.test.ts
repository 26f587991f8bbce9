import { expect, test } from 'vitest'
import { IdMint } from '../base/ids.ts'
import { Desk, json, NOW, WAREHOUSE } from './testing/desk.ts'

const ORDER = new IdMint().mint('o', 95, NOW)

const pick = (over: object = {}) => ({
  id: 'wms1-000001',
  type: 'pick.confirmed',
  order: ORDER,
  release: 'R-1',
  sequence: 2,
  occurredAt: '2026-01-05T10:15:00Z',
  lines: [{ line: '2', item: '4711', quantity: { value: '2', uom: 'CS' } }],
  ...over,
})

test('a pick report becomes a report for its order, in millionths of the base unit', () => {
  const outcome = new Desk(WAREHOUSE).takes(pick())
  expect(outcome.answer).toMatchObject({ status: 202, body: { id: 'wms1-000001' } })
  expect(outcome.inputs).toEqual([
    {
      kind: 'report',
      type: 'pick.confirmed',
      subject: `acme/order/${ORDER}`,
      source: 'wms1',
      sequence: 2,
      occurredAt: Date.UTC(2026, 0, 5, 10, 15),
      receipt: outcome.answer.receipt,
      data: { release: 'R-1', lines: [{ line: '2', item: '4711', quantity: 24_000_000 }] },
    },
  ])
})

test('a report that is sent again, alone or in a batch, has no effect', () => {
  const desk = new Desk(WAREHOUSE)
  desk.takes(pick())
  expect(desk.takes(pick()).inputs).toEqual([])
  const batch = desk.takes([pick(), pick({ id: 'wms1-000002' })])
  expect(batch.inputs).toHaveLength(1)
  expect(batch.answer).toMatchObject({ status: 202, body: { results: [{ status: 202 }, { status: 202 }] } })
})

test('another report under the same id is a conflict and a case', () => {
  const desk = new Desk(WAREHOUSE)
  desk.takes(pick())
  const other = desk.takes(pick({ release: 'R-2' }))
  expect(other.answer).toMatchObject({ status: 409, body: { code: 'XD_INTAKE_REPORT_CONFLICT' } })
  expect(other.inputs).toMatchObject([
    {
      type: 'arrival.refused',
      subject: `acme/order/${ORDER}`,
      data: { report: 'pick.confirmed', code: 'XD_INTAKE_REPORT_CONFLICT' },
    },
  ])
})

test('one faulty report of a batch is answered with its faults and made a case; the others go on', () => {
  const lines = [
    { line: '2', item: 'nothing we have', quantity: { value: '2', uom: 'CS' } },
    { line: '3', item: '4711', quantity: { value: '2', uom: 'PL' } },
  ]
  const outcome = new Desk(WAREHOUSE).takes([
    pick(),
    pick({ id: '2', lines, occurredAt: '2026-02-30T10:00:00Z' }),
    pick({ id: '3' }),
  ])
  expect(outcome.answer.status).toBe(207)
  expect(outcome.answer.body['results']).toMatchObject([{ status: 202 }, { status: 422 }, { status: 202 }])
  const [, faulty] = outcome.answer.body['results'] as { errors: { pointer: string }[] }[]
  expect(faulty?.errors.map(({ pointer }) => pointer)).toEqual([
    '/occurredAt',
    '/lines/0/item',
    '/lines/1/quantity/uom',
  ])
  expect(outcome.inputs.map(({ kind }) => kind)).toEqual(['report', 'arrival', 'report'])
  expect(outcome.receipts).toMatchObject([{ verdict: 'quarantined' }])
})

test('NDJSON is read line by line', () => {
  const bytes = Buffer.concat([json(pick()), Buffer.from('\n'), json(pick({ id: '2' })), Buffer.from('\n')])
  expect(new Desk(WAREHOUSE).takes(bytes, { contentType: 'application/x-ndjson' }).inputs).toHaveLength(2)
})

test('shorts, cartons and dispatch carry what the warehouse said', () => {
  const desk = new Desk(WAREHOUSE)
  const [short] = desk.takes(
    pick({
      id: 'a',
      type: 'pick.short',
      lines: [{ line: '2', item: '4711', quantity: { value: '1', uom: 'EA' }, reason: 'not_found' }],
    }),
  ).inputs
  expect(short).toMatchObject({
    type: 'pick.short',
    data: { facility: 'DC1', lines: [{ quantity: 1_000_000, reason: 'not_found' }] },
  })

  const carton = {
    carton: 'C1',
    sscc: '106141411234567897',
    weight: '12.62',
    weightUnit: 'LB',
    lines: [
      {
        line: '1',
        item: '0815',
        quantity: { value: '1', uom: 'CA' },
        lot: 'L7',
        weight: { value: '12.62', uom: 'LB' },
      },
    ],
  }
  const [closed] = desk.takes(pick({ id: 'b', type: 'carton.closed', carton })).inputs
  expect(closed).toMatchObject({
    data: { carton: { carton: 'C1', weight: '12.62', lines: [{ quantity: 1_000_000, lot: 'L7', weight: '12.62' }] } },
  })

  const dispatch = {
    type: 'shipment.dispatched',
    shipment: 'DC1-0000001',
    cartons: [carton],
    scac: 'UPSN',
    shipDate: '2026-01-05',
  }
  const [shipped] = desk.takes(pick({ id: 'c', ...dispatch })).inputs
  expect(shipped).toMatchObject({
    subject: `acme/order/${ORDER}`,
    data: { shipment: 'DC1-0000001', order: ORDER, facility: 'DC1', scac: 'UPSN', shipDate: '2026-01-05' },
  })
})

test('N09: a serial that stands twice in one shipment is refused and made a case', () => {
  const line = { line: '1', item: '4711', quantity: { value: '1', uom: 'EA' }, serials: ['S1'] }
  const outcome = new Desk(WAREHOUSE).takes(pick({ lines: [line, { ...line, line: '2' }] }))
  expect(outcome.answer).toMatchObject({ status: 422, body: { errors: [{ code: 'XD_INTAKE_SERIAL_REPEATED' }] } })
  expect(outcome.inputs).toMatchObject([{ type: 'arrival.refused' }])
})

test('a substitution is a child line with its ratio to the original', () => {
  const made = {
    type: 'substitution.made',
    line: '1',
    item: '4711',
    quantity: { value: '4', uom: 'EA' },
    replaces: { value: '2', uom: 'EA' },
  }
  const [input] = new Desk(WAREHOUSE).takes(pick({ ...made, lines: undefined })).inputs
  expect(input).toMatchObject({
    data: { line: '1', child: { line: '1.1', item: '4711', base: 4_000_000 }, quantity: 4_000_000, ratio: [1, 2] },
  })
})

test('a stock count is for the facility it was taken in', () => {
  const counted = {
    id: 'i-1',
    type: 'inventory.counted',
    facility: 'DC1',
    occurredAt: '2026-01-05T06:00:00+01:00',
    lines: [{ item: '4711', status: 'available', quantity: { value: '10', uom: 'CA' } }],
  }
  const [input] = new Desk(WAREHOUSE).takes(counted).inputs
  expect(input).toMatchObject({
    subject: 'acme/stock/DC1',
    occurredAt: Date.UTC(2026, 0, 5, 5),
    data: { facility: 'DC1', lines: [{ item: '4711', status: 'available', quantity: 120_000_000 }] },
  })
})

test('a report that says no order of ours, or a type nobody knows, is 422', () => {
  const desk = new Desk(WAREHOUSE)
  expect(desk.takes(pick({ order: 'PO-1' })).answer.status).toBe(422)
  expect(desk.takes(pick({ id: '2', type: 'pick.imagined' })).answer).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: '/type', code: 'XD_INTAKE_TYPE_UNKNOWN' }] },
  })
})

test('N05: an hour that a clock leaves out, or strikes twice, is one instant, because it comes with its offset', () => {
  const at = (occurredAt: string) => new Desk(WAREHOUSE).takes(pick({ occurredAt })).inputs[0]
  // in New York 02:30 of 8 March 2026 does not exist, and 01:30 of 1 November comes twice
  expect(at('2026-03-08T02:30:00-05:00')).toMatchObject({ occurredAt: Date.UTC(2026, 2, 8, 7, 30) })
  expect(at('2026-11-01T01:30:00-04:00')).toMatchObject({ occurredAt: Date.UTC(2026, 10, 1, 5, 30) })
  expect(at('2026-11-01T01:30:00-05:00')).toMatchObject({ occurredAt: Date.UTC(2026, 10, 1, 6, 30) })
})

test.each(['2026-01-05T24:00:00Z', '2026-01-05T10:00:00', '2026-02-30T10:00:00Z', '05.01.2026'])(
  'N05: %s is no instant',
  (occurredAt) => {
    expect(new Desk(WAREHOUSE).takes(pick({ occurredAt })).answer.status).toBe(422)
  },
)

const lift = (hold: string) => ({
  id: 'erp-1',
  type: 'order.hold_lifted',
  order: ORDER,
  occurredAt: '2026-01-05T10:15:00Z',
  hold,
  reason: 'paid',
})

test('the system that decides on credit says when a hold is over', () => {
  const desk = new Desk({ system: 'erp', role: 'erp' })
  expect(desk.takes(lift('credit')).inputs).toMatchObject([
    { kind: 'report', type: 'order.hold_lifted', source: 'erp', data: { hold: 'credit', by: 'erp', reason: 'paid' } },
  ])
  expect(desk.takes({ ...lift('credid'), id: 'erp-2' }).answer).toMatchObject({
    status: 422,
    body: { errors: [{ pointer: '/hold' }] },
  })
})
