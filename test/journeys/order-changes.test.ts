import { expect, test } from 'vitest'
import { openHub, segments } from '../support/hub.ts'
import { acme, interchangeOf, orderChange860, purchaseOrder850, smallBusiness } from '../support/retailer.ts'

const open = (options = {}) => openHub(acme, { edi: true, landscape: smallBusiness(), ...options })
const BOLTS_AND_LAMPS = [
  { line: '10', item: 'BOLT', quantity: 30 },
  { line: '20', item: 'LAMP', quantity: 6 },
]
const ORDER = purchaseOrder850({ number: '4711', lines: BOLTS_AND_LAMPS })
const HOUR = 3_600_000

/** The one 865 that went out: verdict, and per line its ACK and the reason in it. */
function answerOf(hub: Awaited<ReturnType<typeof open>>) {
  const sent = hub.documents('bigbox', '865')
  expect(sent).toHaveLength(1)
  const [beginning] = segments(sent[0]?.set, 'BCA')
  const lines = segments(sent[0]?.set, 'POC').map(([line]) => line)
  const answers = segments(sent[0]?.set, 'ACK').map((ack) => [ack[0], ack[1] ?? '', ack[28] ?? ''])
  return { verdict: beginning?.[1], lines, answers }
}

/** An order that is held by its customer's credit, so that no warehouse has heard of it. */
async function held() {
  const hub = await open()
  hub.systems.erp.block('BIGBOX', true)
  await hub.arrives(ORDER, { from: 'bigbox' })
  await hub.settles()
  expect((await hub.order('4711')).state).toBe('held')
  return hub
}

test('an 860 that cancels an order before it is released is done, and answered by an 865', async () => {
  const hub = await held()
  await hub.arrives(orderChange860({ number: '4711', purpose: '01' }), { from: 'bigbox' })
  await hub.settles()
  expect((await hub.order('4711')).state).toBe('cancelled')
  expect(answerOf(hub)).toEqual({
    verdict: 'AD',
    lines: ['10', '20'],
    answers: [
      ['ID', '', ''],
      ['ID', '', ''],
    ],
  })
  expect(hub.effects(hub.systems.warehouses[0], 'warehouse.release')).toEqual([])
  expect(hub.troubles).toEqual([])
})

test('an 860 that changes quantities before release: what is posted, released and billed is what is wanted then', async () => {
  const hub = await held()
  const lines = [
    ['POC', '10', 'QD', '30', '12', 'EA', '9.25', 'PE', 'VN', 'BOLT'],
    ['POC', '20', 'QI', '9', '9', 'EA'],
  ]
  await hub.arrives(orderChange860({ number: '4711', lines }), { from: 'bigbox' })
  await hub.settles()
  expect(answerOf(hub)).toEqual({
    verdict: 'AD',
    lines: ['10', '20'],
    answers: [
      ['IA', '12', ''],
      ['IA', '9', ''],
    ],
  })
  hub.systems.erp.block('BIGBOX', false)
  await hub.liftsHold((await hub.order('4711')).id, 'credit')
  await hub.settles()
  const [posted] = hub.effects(hub.systems.erp, 'order.post')
  expect(posted?.detail).toMatchObject({ lines: [{ quantity: { value: '12' } }, { quantity: { value: '9' } }] })
  expect(segments(hub.documents('bigbox', '810')[0]?.set, 'IT1').map(([, quantity]) => quantity)).toEqual(['12', '9'])
  expect(hub.troubles).toEqual([])
})

/** A floor on which nobody begins for an hour. */
const LATER = { pace: { startMs: HOUR } }

test('an 860 for goods that a warehouse has asks it for them, and the ERP hears what it gave back', async () => {
  const hub = await open(LATER)
  await hub.arrives(ORDER, { from: 'bigbox' })
  await hub.settles()
  expect((await hub.order('4711')).state).toBe('released')
  const lines = [['POC', '10', 'QD', '12', '12', 'EA']]
  await hub.arrives(orderChange860({ number: '4711', lines }), { from: 'bigbox' })
  await hub.settles()
  expect(hub.of('order.recalled')).toHaveLength(1)
  expect(answerOf(hub)).toEqual({ verdict: 'AD', lines: ['10'], answers: [['IA', '12', '']] })
  expect(hub.effects(hub.systems.erp, 'order.cancel').map(({ detail }) => detail)).toMatchObject([
    { lines: [{ line: '1', quantity: { value: '18', uom: 'EA' } }] },
  ])
  await hub.passes(3 * HOUR)
  expect(
    segments(hub.documents('bigbox', '856')[0]?.set, 'SN1').reduce((sum, [, count]) => sum + Number(count), 0),
  ).toBe(18)
  expect(hub.troubles).toEqual([])
})

test('an 860 that comes when the goods are on the truck is refused with the reason in its 865', async () => {
  const hub = await open()
  await hub.arrives(ORDER, { from: 'bigbox' })
  await hub.settles()
  const lines = [
    ['POC', '10', 'DI', '', '', '', '', '', 'VN', 'BOLT'],
    ['POC', '20', 'PC', '', '', '', '12.00', 'PE', 'VN', 'LAMP'],
    ['POC', '30', 'AI', '5', '5', 'EA', '4.35', 'PE', 'VN', 'GLOVE'],
  ]
  await hub.arrives(orderChange860({ number: '4711', lines }), { from: 'bigbox' })
  await hub.settles()
  expect(answerOf(hub)).toEqual({
    verdict: 'RD',
    lines: ['10', '20', '30'],
    answers: [
      ['IR', '30', 'SHIPPED'],
      ['IR', '6', 'SHIPPED'],
      ['IR', '5', 'OVER'],
    ],
  })
  expect(hub.of('order.line_cancelled')).toEqual([])
  expect(hub.troubles).toEqual([])
})

test('a 3PL that takes no recalls by file keeps the goods, and the 865 says that they are released', async () => {
  const hub = await open(LATER)
  await hub.arrives(purchaseOrder850({ number: '4711', lines: [{ line: '10', item: 'GLOVE', quantity: 5 }] }), {
    from: 'bigbox',
  })
  await hub.settles()
  await hub.arrives(orderChange860({ number: '4711', purpose: '01' }), { from: 'bigbox' })
  await hub.settles()
  expect(answerOf(hub)).toEqual({ verdict: 'RD', lines: ['10'], answers: [['IR', '5', 'RELEASED']] })
})

test('an 860 that comes before its order waits for it, and is done before anything is promised (X15)', async () => {
  const hub = await open()
  const lines = [['POC', '10', 'QD', '12', '12', 'EA']]
  await hub.arrives(orderChange860({ number: '4711', lines }), { from: 'bigbox' })
  await hub.passes(2 * HOUR)
  expect([hub.cases(), hub.documents('bigbox', '865')]).toEqual([[], []])
  await hub.restarts()
  await hub.arrives(ORDER, { from: 'bigbox' })
  await hub.settles()
  expect(answerOf(hub)).toEqual({ verdict: 'AD', lines: ['10'], answers: [['IA', '12', '']] })
  expect(hub.effects(hub.systems.erp, 'order.post').map(({ detail }) => detail)).toMatchObject([
    { lines: [{ quantity: { value: '12' } }, { quantity: { value: '6' } }] },
  ])
  expect(hub.effects(hub.systems.erp, 'order.cancel')).toEqual([])
  expect((await hub.order('4711')).state).toBe('closed')
  expect([hub.cases(), hub.troubles]).toEqual([[], []])
})

test('an 860 whose order never comes is a case after the partner’s limit (X15)', async () => {
  const hub = await open()
  await hub.arrives(orderChange860({ number: '4711', purpose: '01' }), { from: 'bigbox' })
  await hub.passes(23 * HOUR)
  expect(hub.cases()).toEqual([])
  await hub.passes(2 * HOUR)
  expect(hub.cases()).toHaveLength(1)
  expect(hub.of('report.refused')).toMatchObject([{ report: 'order.change_received', code: 'EARLY_TOO_LONG' }])
})

test('a change that comes again under its number in a new envelope has no second effect, another one is a case', async () => {
  const hub = await held()
  const change = { number: '4711', changeNumber: '1', lines: [['POC', '10', 'QD', '12', '12', 'EA']] }
  await hub.arrives(orderChange860(change), { from: 'bigbox' })
  await hub.arrives(orderChange860({ ...change, control: 951 }), { from: 'bigbox' })
  await hub.settles()
  expect(hub.of('order.change_received')).toHaveLength(1)
  expect(hub.documents('bigbox', '865')).toHaveLength(1)
  const other = [['POC', '10', 'QD', '10', '10', 'EA']]
  await hub.arrives(orderChange860({ ...change, lines: other, control: 952 }), { from: 'bigbox' })
  await hub.settles()
  expect(hub.of('order.change_received')).toHaveLength(1)
  expect(hub.of('report.refused')).toMatchObject([{ code: 'XD_INTAKE_CHANGE_CONFLICT' }])
})

test('a change without a number has its effect once, however many envelopes it comes in; another content goes on', async () => {
  const hub = await held()
  const adds = ['POC', '30', 'AI', '5', '5', 'EA', '4.35', 'PE', 'VN', 'GLOVE']
  const moreBolts = { number: '4711', lines: [adds, ['POC', '10', 'QI', '40', '40', 'EA']] }
  const fewerBolts = { number: '4711', lines: [['POC', '10', 'QD', '20', '20', 'EA']] }
  const goods = async () => JSON.stringify((await hub.order('4711')).lines)
  await hub.arrives(orderChange860(moreBolts), { from: 'bigbox' })
  await hub.settles()
  const first = await goods()
  expect((await hub.order('4711')).lines).toHaveLength(3)
  for (const control of [951, 952, 953]) {
    await hub.arrives(orderChange860({ ...moreBolts, control }), { from: 'bigbox' })
    if (control === 952) await hub.restarts()
    await hub.settles()
  }
  expect([await goods(), hub.of('order.change_received').length, hub.documents('bigbox', '865').length]).toEqual([
    first,
    1,
    1,
  ])
  expect(hub.documents('bigbox', '997')).toHaveLength(5) // of the order too: every envelope is acknowledged
  await hub.arrives(orderChange860({ ...fewerBolts, control: 954 }), { from: 'bigbox' })
  await hub.settles()
  expect(hub.of('order.change_received')).toHaveLength(2)
  expect(await goods()).not.toEqual(first)
  expect(hub.troubles).toEqual([])
})

test('an 860 with another price and a new line after the promise: the ERP agrees, and both are released and billed', async () => {
  const hub = await open({ pace: { startMs: HOUR } })
  await hub.arrives(ORDER, { from: 'bigbox' })
  await hub.settles()
  expect((await hub.order('4711')).state).toBe('released')
  const lines = [
    ['POC', '30', 'AI', '5', '5', 'EA', '13.79', 'PE', 'VN', 'TORCH'],
    ['POC', '20', 'PC', '', '', '', '1.00', 'PE', 'VN', 'LAMP'],
  ]
  await hub.arrives(orderChange860({ number: '4711', lines: lines.slice(0, 1) }), { from: 'bigbox' })
  await hub.settles()
  expect(answerOf(hub)).toEqual({ verdict: 'AD', lines: ['30'], answers: [['IA', '5', '']] })
  expect(hub.of('order.terms_changed')).toMatchObject([{ added: [{ line: '3', customerLine: '30', item: 'TORCH' }] }])
  await hub.arrives(orderChange860({ number: '4711', lines: lines.slice(1), control: 951 }), { from: 'bigbox' })
  await hub.settles()
  const [, refused] = hub.documents('bigbox', '865')
  expect(segments(refused?.set, 'ACK').map((ack) => [ack[0], ack[28]])).toEqual([['IR', 'ERP']])
  await hub.passes(4 * HOUR)
  await hub.settles()
  expect((await hub.order('4711')).state).toBe('closed')
  const billed = hub.documents('bigbox', '810').flatMap(({ set }) => segments(set, 'IT1').map((row) => row.slice(0, 4)))
  expect(billed.toSorted()).toEqual([
    ['10', '30', 'EA', '9.25'],
    ['20', '6', 'EA', '13.79'],
    ['30', '5', 'EA', '13.79'],
  ])
  expect(hub.troubles).toEqual([])
})

test('an 860 that names the right price lifts the hold of an order whose price was wrong', async () => {
  const hub = await open()
  const wrong = purchaseOrder850({ number: '4712', lines: [{ line: '10', item: 'BOLT', quantity: 4, price: '8.00' }] })
  await hub.arrives(wrong, { from: 'bigbox' })
  await hub.settles()
  expect((await hub.order('4712')).holds).toEqual(['price'])
  const lines = [['POC', '10', 'PC', '', '', '', '9.25', 'PE', 'VN', 'BOLT']]
  await hub.arrives(orderChange860({ number: '4712', lines }), { from: 'bigbox' })
  await hub.settles()
  expect(hub.documents('bigbox', '865')).toHaveLength(1)
  expect((await hub.order('4712')).state).toBe('closed')
  expect(segments(hub.documents('bigbox', '810')[0]?.set, 'IT1').map(([, , , price]) => price)).toEqual(['9.25'])
  expect(hub.troubles).toEqual([])
})

test('an 860 moves the day of an order that no warehouse has yet, and it is released when that day is near', async () => {
  const hub = await held()
  const movedTo = (day: string) => [
    ['POC', '10', 'RS', '30', '30', 'EA'],
    ['DTM', '037', day],
    ['POC', '20', 'RS', '6', '6', 'EA'],
    ['DTM', '037', day],
  ]
  await hub.arrives(orderChange860({ number: '4711', lines: movedTo('20260112') }), { from: 'bigbox' })
  await hub.settles()
  expect(answerOf(hub).answers.map(([status]) => status)).toEqual(['IA', 'IA'])
  hub.systems.erp.block('BIGBOX', false)
  await hub.liftsHold((await hub.order('4711')).id, 'credit')
  await hub.passes(2 * HOUR)
  expect(hub.of('order.release_planned')).toEqual([])
  await hub.arrives(orderChange860({ number: '4711', lines: movedTo('20260105'), control: 951 }), { from: 'bigbox' })
  await hub.settles()
  expect(hub.of('order.release_planned')[0]).toMatchObject({ notBefore: '2026-01-05' })
  expect(hub.troubles).toEqual([])
})

test('an 860 for an order that was split over stores finds all of its parts, and changes what it says of each', async () => {
  const stores = ['0042', '0043'].map((id) => ({ id, name: `Store ${id}` }))
  const hub = await open({
    pace: { startMs: HOUR },
    landscape: smallBusiness({ customers: { shipTos: stores } as never }),
  })
  const segmentsOf = [
    ['BEG', '00', 'SA', '4713', '', '20260105'],
    ['CUR', 'BY', 'USD'],
    ['PO1', '10', '9', 'EA', '9.25', 'PE', 'VN', 'BOLT'],
    ['SDQ', 'EA', '92', '0042', '4', '0043', '5'],
    ['CTT', '1'],
  ]
  const order = interchangeOf('bigbox', 900, { id: '850', functionalId: 'PO', segments: segmentsOf })
  await hub.arrives(order, { from: 'bigbox' })
  await hub.settles()
  expect(hub.ids('4713')).toHaveLength(2)
  await hub.arrives(order.replace('*000000900*', '*000000902*').replace('IEA*1*000000900', 'IEA*1*000000902'), {
    from: 'bigbox',
  })
  const lines = [
    ['POC', '10', 'QD', '6', '6', 'EA', '9.25', 'PE', 'VN', 'BOLT'],
    ['SDQ', 'EA', '92', '0042', '1', '0043', '5'],
  ]
  await hub.arrives(orderChange860({ number: '4713', lines }), { from: 'bigbox' })
  await hub.settles()
  const wanted = hub
    .of('order.line_cancelled')
    .map(({ lines: cancelled }) => cancelled.map(({ quantity }) => quantity / 1e6))
  expect(wanted).toEqual([[3]])
  expect(hub.documents('bigbox', '865').map(({ set }) => segments(set, 'ACK').map((ack) => [ack[0], ack[1]]))).toEqual(
    expect.arrayContaining([[['IA', '1']], [['IA', '5']]]),
  )
  expect([hub.cases(), hub.troubles]).toEqual([[], []])
})
