import { expect, test } from 'vitest'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import { edifactBytes, type WrittenMessage, type WrittenSegment, writeEdifact } from '../../src/edi/edifact/write.ts'
import { openHub, segments } from '../support/hub.ts'
import { judged, RIGHT } from '../support/judged.ts'
import { smallBusiness } from '../support/retailer.ts'

const MINUTE = 60_000

/** The demo's business, whose Home Goods Depot speaks EDIFACT, and whose partners acknowledge within ten minutes. */
const demo = simulatedBusiness({ edi: true, edifact: true })
const partners = (demo.partners ?? []).map((one) => ({ ...one, speaks: { ...one.speaks, ackWithinMs: 10 * MINUTE } }))
const acme = { ...demo, partners }
const edifact = { edifact: true }

interface WantedLine {
  readonly line: string
  readonly item: string
  readonly quantity: string
  readonly uom?: string
  readonly price?: string
}

/** A message ORDERS, as Home Goods Depot writes it. */
function orders(number: string, lines: readonly WantedLine[], reference = '1'): WrittenMessage {
  const body = lines.flatMap(({ line, item, quantity, uom = 'PCE', price }): WrittenSegment[] => [
    ['LIN', line, '', [item, 'SA']],
    ['QTY', ['21', quantity, uom]],
    ...(price === undefined ? [] : [['PRI', ['AAA', price]] as WrittenSegment]),
  ])
  const segments: WrittenSegment[] = [
    ['BGM', '220', number, '9'],
    ['DTM', ['137', '20260105', '102']],
    ['NAD', 'DP', ['0042', '', '92']],
    ['CUX', ['2', 'USD', '9']],
    ...body,
    ['UNS', 'S'],
    ['CNT', ['2', String(lines.length)]],
  ]
  return { reference, type: 'ORDERS', release: '96A', association: 'EAN008', segments }
}

/** An interchange from Home Goods Depot; its references are far above those of its simulator. */
function interchange(messages: readonly WrittenMessage[], reference = '900', asks = true): Buffer {
  const text = writeEdifact({
    sender: { id: '4098765000010', qualifier: '14' },
    receiver: { id: '4012345000016', qualifier: '14' },
    date: '20260105',
    time: '0800',
    reference,
    ackRequested: asks,
    messages,
  })
  return edifactBytes(text)
}

const from = 'homegoods'
const GLOVES = [{ line: '7', item: 'GLOVE', quantity: '123', price: '4.35' }]

test('ORDERS becomes a sales order, a DESADV before the truck and an INVOIC to the cent, each acknowledged by CONTRL', async () => {
  const hub = await openHub(acme, { edi: edifact, landscape: smallBusiness(), carrier: { deliverMs: 3_600_000 } })
  await hub.drops(interchange([orders('4711', GLOVES)]), { from, fileName: '4711.edi' })
  await hub.settles()
  await hub.passes(3_600_000) // the truck is under way for an hour

  expect(hub.posted()).toEqual([{ number: 'SO0000001', lines: 1 }])
  expect(hub.got(from)).toEqual(['CONTRL', 'ORDRSP', 'DESADV', 'INVOIC'])
  const [asn] = hub.documents(from, 'DESADV')
  expect(segments(asn?.message, 'RFF').map(([reference]) => reference)).toContain('ON:4711')
  expect(segments(asn?.message, 'QTY').map(([quantity]) => quantity)).toContain('12:123:PCE')
  const [delivered] = hub.of('order.delivered')
  expect(asn?.at).toBeLessThan(Date.parse(delivered?.deliveredAt ?? ''))
  const [bill] = hub.documents(from, 'INVOIC')
  expect(segments(bill?.message, 'MOA').map(([amount]) => amount)).toContain('77:535.05') // 123 × 4.35
  expect(hub.sent.flatMap(({ message }) => message?.faults ?? [])).toEqual([])

  const sent = hub.of('interchange.sent').filter(({ standard }) => standard === 'edifact')
  expect(sent.map(({ set, control, expectsAck }) => [set, control, expectsAck])).toEqual([
    ['CONTRL', '000000001', false],
    ['ORDRSP', '000000002', true],
    ['DESADV', '000000003', true],
    ['INVOIC', '000000004', true],
  ])
  const answers = hub.of('acknowledgement.received').filter((answer) => answer.interchange !== undefined)
  expect(answers.map(({ interchange: about, verdict }) => [about, verdict])).toEqual([
    ['000000002', 'A'],
    ['000000003', 'A'],
    ['000000004', 'A'],
  ])
  expect((await hub.order('4711')).state).toBe('closed')
  await hub.passes(15 * MINUTE)
  expect([hub.cases(), hub.troubles]).toEqual([[], []])
})

test('a bad message beside a good one: the good one ships, the bad one is refused where it is wrong', async () => {
  const hub = await openHub(acme, { edi: edifact, landscape: smallBusiness() })
  const bad = orders('4712', [{ line: '1', item: 'BOLT', quantity: '1O' }], '2')
  await hub.arrives(interchange([orders('4711', GLOVES), bad]), { from })
  await hub.settles()
  expect(hub.of('order.received').map(({ customerOrder }) => customerOrder)).toEqual(['4711'])
  expect(hub.got(from)).toEqual(['CONTRL', 'ORDRSP', 'DESADV', 'INVOIC'])
  const [contrl] = hub.documents(from, 'CONTRL')
  expect(segments(contrl?.message, 'UCI')[0]?.slice(3)).toEqual(['7'])
  expect(segments(contrl?.message, 'UCM').map(([reference, , action]) => [reference, action])).toEqual([['2', '4']])
  expect(segments(contrl?.message, 'UCS')).toEqual([['7']])
  expect(segments(contrl?.message, 'UCD').map(([error]) => error)).toEqual(['37'])
  expect(hub.cases()).toMatchObject([{ cause: 'not a number', partner: from, field: 'QTY/1/2 1O' }])
})

test('the same file, the same order in a new envelope, and the same order again after a restart are one order', async () => {
  const hub = await openHub(acme, { edi: edifact, landscape: smallBusiness() })
  const file = interchange([orders('4711', GLOVES)])
  await hub.arrives(file, { from })
  await hub.settles()
  await hub.arrives(file, { from })
  await hub.arrives(interchange([orders('4711', GLOVES)], '901'), { from })
  await hub.settles()
  await hub.restarts()
  await hub.arrives(file, { from })
  await hub.settles()
  expect(hub.posted()).toHaveLength(1)
  expect(hub.got(from).filter((id) => id !== 'CONTRL')).toEqual(['ORDRSP', 'DESADV', 'INVOIC'])
  const contrls = hub.documents(from, 'CONTRL')
  expect(contrls.map(({ control }) => control)).toEqual(['000000001', '000000001', '000000005', '000000001'])
  expect(hub.cases()).toEqual([])
})

test('an ORDCHG changes an order that no warehouse has, as an 860 does, and is answered by one ORDRSP', async () => {
  const hub = await openHub(acme, { edi: edifact, landscape: smallBusiness() })
  hub.systems.erp.block('HOMEGOODS', true)
  const lines = [
    { line: '10', item: 'BOLT', quantity: '30' },
    { line: '20', item: 'LAMP', quantity: '6' },
  ]
  const change: WrittenMessage = {
    reference: '1',
    type: 'ORDCHG',
    release: '96A',
    segments: [
      ['BGM', '230', 'AE-1', '4'],
      ['DTM', ['137', '20260105', '102']],
      ['RFF', ['ON', '4711']],
      ['DTM', ['171', '20260105', '102']],
      ['CUX', ['2', 'USD', '9']],
      ['LIN', '10', '3', ['BOLT', 'SA']],
      ['QTY', ['21', '12', 'PCE']],
      ['LIN', '20', '2', ['LAMP', 'SA']],
      ['UNS', 'S'],
      ['CNT', ['2', '2']],
    ],
  }
  await hub.arrives(interchange([change]), { from }) // it overtakes its order
  await hub.arrives(interchange([orders('4711', lines)], '901'), { from })
  await hub.settles()
  const [response] = hub.documents(from, 'ORDRSP')
  expect(segments(response?.message, 'RFF')).toContainEqual(['PP:AE-1'])
  expect(segments(response?.message, 'LIN').map(([, action]) => action)).toEqual(['5', '2'])
  expect(response?.message?.faults).toEqual([])

  hub.systems.erp.block('HOMEGOODS', false)
  await hub.liftsHold((await hub.order('4711')).id, 'credit')
  await hub.settles()
  const [posted] = hub.effects(hub.systems.erp, 'order.post')
  expect(posted?.detail).toMatchObject({ lines: [{ quantity: { value: '12' } }] })
  expect(hub.got(from).sort()).toEqual(['CONTRL', 'CONTRL', 'DESADV', 'INVOIC', 'ORDRSP', 'ORDRSP'])
  expect(hub.troubles).toEqual([])
})

test('an ORDCHG without a number of its own has its effect once, in however many envelopes it comes', async () => {
  const hub = await openHub(acme, { edi: edifact, landscape: smallBusiness() })
  hub.systems.erp.block('HOMEGOODS', true)
  await hub.arrives(interchange([orders('4711', [{ line: '10', item: 'BOLT', quantity: '30' }])]), { from })
  await hub.settles()
  const adding: WrittenMessage = {
    reference: '1',
    type: 'ORDCHG',
    release: '96A',
    segments: [
      ['BGM', '230', '4711', '4'], // its number is the order’s
      ['DTM', ['137', '20260105', '102']],
      ['RFF', ['ON', '4711']],
      ['DTM', ['171', '20260105', '102']],
      ['CUX', ['2', 'USD', '9']],
      ['LIN', '20', '1', ['LAMP', 'SA']],
      ['QTY', ['21', '6', 'PCE']],
      ['UNS', 'S'],
      ['CNT', ['2', '1']],
    ],
  }
  for (const reference of ['901', '902', '903']) {
    await hub.arrives(interchange([adding], reference), { from })
    await hub.settles()
  }
  expect(hub.of('order.change_received')).toHaveLength(1)
  expect((await hub.order('4711')).lines).toHaveLength(2)
  expect(hub.got(from).filter((type) => type === 'CONTRL')).toHaveLength(4)
})

test('nobody acknowledges an INVOIC in time, and a person hears of it', async () => {
  const hub = await openHub(acme, { edi: edifact, landscape: smallBusiness() })
  for (const partner of hub.systems.partners) if (partner.name === from) partner.misbehave({ down: true })
  await hub.arrives(interchange([orders('4711', GLOVES)]), { from })
  await hub.passes(15 * MINUTE)
  const overdue = hub.of('report.refused').filter(({ code }) => code === 'XD_INTAKE_ACKNOWLEDGEMENT_OVERDUE')
  expect(overdue.map(({ report }) => report)).toEqual(['CONTRL', 'CONTRL', 'CONTRL'])
  expect(hub.cases().length).toBeGreaterThan(0)
})

test('customers in X12 and in EDIFACT who repeat, resend and err, and systems that stumble: nothing is lost, nothing twice', async () => {
  const habits = { ...edifact, repeatRate: 0.3, resendRate: 0.3, faultRate: 0.2 }
  const hub = await openHub(acme, { seed: 8, edi: habits, shortRate: 0.1, countAfterMs: 30_000, facilities: FEW })
  for (const simulator of hub.systems.all) if (simulator.role !== 'shop') simulator.misbehave(STUMBLING)
  for (const partner of hub.systems.partners) await partner.order(15)
  await hub.settles()
  await hub.passes(3_600_000)
  await hub.settles()
  const { details, ...verdict } = judged(hub)
  expect(details).toEqual([])
  expect(verdict).toMatchObject(RIGHT)
  expect(hub.systems.partners.map((partner) => partner.unanswered)).toEqual([0, 0])
  expect(hub.documents(from, 'INVOIC').length).toBeGreaterThan(5)
  expect(hub.troubles).toEqual([])
})

const STUMBLING = { timeoutAfterEffect: 0.02, fail503: 0.02, duplicateReports: 0.05, reorderReports: 0.02 }

/** So little in the own warehouses that the 3PL is needed. */
const FEW = { DC1: [10, 60], DC2: [10, 60], '3PL1': [500, 900] } as const
