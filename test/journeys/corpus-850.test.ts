import { expect, test } from 'vitest'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import { definePartner, type HubDefinition } from '../../src/config/define-hub.ts'
import { folder } from '../../src/connectors/folder/index.ts'
import type { PurchaseOrder } from '../../src/documents/purchase-order/schema.ts'
import { readPurchaseOrderX12 } from '../../src/documents/purchase-order/x12.ts'
import { readX12 } from '../../src/edi/x12/read.ts'
import type { EdiProfile } from '../../src/intake/settings.ts'
import type { Landscape } from '../../src/simulators/landscape.ts'
import { corpusFiles, NOT_RUN } from '../corpus/corpus.ts'
import { type Journey, openHub, segments } from '../support/hub.ts'
import { aCustomer, anItem, landscapeOf } from '../support/landscape.ts'

/** What must become of a file, and why. */
interface Expected {
  readonly why: string
  /** The customer's order number; absent: no order comes of it. */
  readonly order?: string
  readonly lines?: number
  /** What the ERP bills, to the cent: quantity times price, summed over the file's PO1 segments by hand. */
  readonly total?: string
  /** Everything the partner is sent, in any order. */
  readonly sent: readonly string[]
  /** AK5 and AK9 of the 997, or TA104 and TA105. */
  readonly verdict: string
  /** Causes of the cases that are opened. */
  readonly cases?: readonly string[]
  /** Why the order waits for a person, before it goes on to the invoice. */
  readonly held?: string
}

const TO_THE_INVOICE = ['810', '855', '856', '997']

/**
 * The eight files as a partner's production mailbox sees them. A partner is set up for each with the ids, version and
 * usage its file says; its items are known by the numbers in the file, priced as agreed, and in stock.
 */
const EXPECTED: Readonly<Record<string, Expected>> = {
  'ediengine__850.OK.edi': {
    why: 'Lines end in LF alone and nothing is wrong with it. Prices are TE, per ordering unit.',
    order: '08292233294',
    lines: 6,
    total: '13045.94',
    sent: TO_THE_INVOICE,
    verdict: 'A A',
  },
  'ediengine__850.Composite.SLN.OK.edi': {
    why: 'Two lines of the order above with sublines (SLN), which are told and not ordered; AMT still states the sum of the six lines: the total that the customer states is not what its lines add up to, so a person looks before anything is promised.',
    order: '08292233294',
    lines: 2,
    total: '4143.80',
    sent: TO_THE_INVOICE,
    verdict: 'A A',
    held: 'The stated total is 13045.94, the parts add up to 4143.80.',
  },
  'edinet__x12.850a.edi': {
    why: 'IEA02 is 1 and ISA13 is 55: cut off or glued together on the way, so nothing of it is processed (TA1 R 001). Its ISA of 107 characters alone would be borne and reported.',
    sent: ['TA1'],
    verdict: 'R 001',
    cases: ['report refused'],
  },
  'edinet__x12.Issue91.edi': {
    why: 'The same broken envelope; there is no order in it either.',
    sent: ['TA1'],
    verdict: 'R 001',
    cases: ['report refused'],
  },
  'nodex12__850.edi': {
    why: 'ISA12 says 00400, GS08 004010VICS: the group’s version decides and is one we read. Passwords in ISA02 and ISA04 are not ours to check.',
    order: '08292233294',
    lines: 6,
    total: '13045.94',
    sent: TO_THE_INVOICE,
    verdict: 'A A',
  },
  'x12parser__Example1_PGWGlass.txt': {
    why: 'Byte order mark, two-space indents, | as terminator, CRLF behind it. BEG01 is 05, replace: of an order we never had, so it is the order. Items are named by the buyer’s own numbers alone.',
    order: 'S41000439',
    lines: 4,
    total: '884.06',
    sent: TO_THE_INVOICE,
    verdict: 'A A',
  },
  'x12parser__Example2_Adobe_TLP.txt': {
    why: '~ between elements, CR behind segments and none behind the last: read by what the ISA says, the missing end is reported. AMT states 12 for a line of 665: a person looks first.',
    order: 'TLP-X12',
    lines: 1,
    total: '665.00',
    sent: TO_THE_INVOICE,
    verdict: 'A A',
    held: 'The stated total is 12, the parts add up to 665.00.',
  },
  'x12parser__From_aojuk.txt': {
    why: 'Lines are numbered 6917 and 6915: every document back must echo them. Prices without a basis are per ordering unit, one of them a pack.',
    order: '6190',
    lines: 2,
    total: '229.98',
    sent: TO_THE_INVOICE,
    verdict: 'A A',
  },
}

const files = corpusFiles('x12')?.filter(({ name }) => name.startsWith('850/'))
if (!files) console.warn(NOT_RUN)

const known = (files ?? []).map(({ name, bytes }) => ({ name: name.slice('850/'.length), bytes }))
const fileOf = (name: string) => known.find((file) => file.name === name)?.bytes ?? new Uint8Array()

/** Who sends a file to whom, and the order that stands in it. */
function lookInto(bytes: Uint8Array) {
  const [interchange] = readX12(bytes).interchanges
  if (!interchange) throw new Error('no interchange')
  const { senderQualifier, sender, receiverQualifier, receiver, usage } = interchange
  const [set] = interchange.groups.flatMap((group) => group.sets)
  const order = set && readPurchaseOrderX12(set, undefined).document
  return {
    ours: `${receiverQualifier}:${receiver}`,
    theirs: `${senderQualifier}:${sender}`,
    usage: usage as 'P' | 'T',
    order,
  }
}

const CUSTOMER = 'CORPUS'

/** Masters that know what the order names: our number where it says one, else the buyer's own. */
function landscapeFor(theirs: string, order: PurchaseOrder | undefined): Landscape {
  const lines = (order?.lines ?? []).map((line, at) => ({
    sku: line.sku !== undefined && /^\w+$/.test(line.sku) ? line.sku : `OUR-${at + 1}`,
    buyers: line.ids?.find(({ qualifier }) => qualifier === 'BP')?.value,
    ...line,
    ...(line.sku !== undefined && /^\w+$/.test(line.sku) ? {} : { sku: `OUR-${at + 1}` }),
  }))
  const [qualifier = '', id = ''] = theirs.split(':')
  const place = order?.shipTo?.id
  const items = lines.map(({ sku, uom, price, description }) =>
    anItem(sku, price?.amount ?? '1.00', { baseUnit: uom, description: description ?? sku }),
  )
  const customer = {
    ...aCustomer(CUSTOMER, {
      ediIds: [{ qualifier, id }],
      shipTos: [{ ...SOMEWHERE, id: place ?? 'DOCK-1' }],
    }),
    items: lines.flatMap(({ sku, buyers }) => (buyers === undefined ? [] : [{ number: buyers, sku }])),
  }
  const stock = { DC1: items.map(({ sku }) => ({ item: sku, quantity: '10000' })) }
  return landscapeOf({ items, customers: [customer], stock })
}

const SOMEWHERE = {
  name: 'Dock',
  address: { lines: ['1 Main Street'], city: 'Solon', region: 'OH', postalCode: '44139', country: 'US' },
}

function businessWith(speaks: EdiProfile): HubDefinition {
  const reach = folder({ outbox: 'to' })
  const partner = definePartner({ name: 'customer', customer: CUSTOMER, reach, speaks })
  return { ...simulatedBusiness(), partners: [partner] }
}

/** A hub that trades with the sender of a file, as the file says. */
function hubFor(bytes: Uint8Array, agreed: Partial<EdiProfile> = {}): Promise<Journey> {
  const { ours, theirs, usage, order } = lookInto(bytes)
  return openHub(businessWith({ ours, theirs, usage, ...agreed }), { landscape: landscapeFor(theirs, order) })
}

/** The verdict of what answers an interchange. */
function verdictOf(hub: Journey): string {
  const [ta1] = hub.documents('customer', 'TA1')
  const [said] = ta1?.answers?.interchanges ?? []
  if (said) return `${said.verdict} ${said.note}`
  const [ack] = hub.documents('customer', '997')
  return ack ? `${segments(ack.set, 'AK5')[0]?.[0]} ${segments(ack.set, 'AK9')[0]?.[0]}` : 'none'
}

/** Nothing but the 997 has gone out; the order desk has asked the customer, and the ERP says that the price stands. */
async function isHeldThenLifted(hub: Journey, reason: string): Promise<void> {
  expect(hub.of('order.held')).toMatchObject([{ hold: 'price', reason }])
  expect(hub.got('customer')).toEqual(['997'])
  expect(hub.posted()).toEqual([])
  await hub.liftsHold(hub.of('order.received')[0]?.id ?? '', 'price')
  await hub.settles()
}

test.skipIf(!files)('every file of the corpus is expected to come to something', () => {
  expect(known.map(({ name }) => name).sort()).toEqual(Object.keys(EXPECTED).sort())
})

test.each(known)('$name', async ({ name, bytes }) => {
  const expected = EXPECTED[name] as Expected
  const hub = await hubFor(bytes)
  await hub.drops(bytes, { from: 'customer', fileName: name })
  await hub.settles()
  if (expected.held !== undefined) await isHeldThenLifted(hub, expected.held)

  expect(hub.got('customer').sort()).toEqual([...expected.sent].sort())
  expect(verdictOf(hub)).toBe(expected.verdict)
  expect(hub.cases().map(({ cause }) => cause)).toEqual(expected.cases ?? [])
  expect(hub.of('order.received').map((facts) => facts.customerOrder)).toEqual(expected.order ? [expected.order] : [])
  if (expected.order === undefined) {
    expect(hub.posted()).toEqual([])
    return
  }
  const { state, lines } = await hub.order(expected.order)
  expect([state, lines.length]).toEqual(['closed', expected.lines])
  expect(hub.posted()).toMatchObject([{ lines: expected.lines }])
  expect(hub.of('order.invoiced').map(({ total }) => total.amount)).toEqual([expected.total])
  expect(hub.troubles).toEqual([])
  echoesTheOrder(hub, lookInto(bytes).order)
})

/** The three documents name the customer's order, line numbers and quantities; the invoice's TDS is in cents. */
function echoesTheOrder(hub: Journey, order: PurchaseOrder | undefined): void {
  const [acknowledgement, notice, invoice] = ['855', '856', '810'].map((id) => hub.documents('customer', id)[0]?.set)
  if (!order || !acknowledgement || !notice || !invoice) throw new Error('a document is missing')
  expect(segments(acknowledgement, 'BAK')[0]?.slice(0, 3)).toEqual(['00', 'AD', order.number])
  expect(segments(acknowledgement, 'PO1').map(([line, quantity]) => [line, quantity])).toEqual(
    order.lines.map(({ line, quantity }) => [line, quantity]),
  )
  expect(segments(acknowledgement, 'ACK').map(([verdict]) => verdict)).toEqual(order.lines.map(() => 'IA'))

  expect(segments(notice, 'PRF').map(([number]) => number)).toEqual([order.number])
  const shipped = new Map<string, number>()
  const counts = segments(notice, 'SN1').map(([, quantity]) => Number(quantity))
  for (const [at, [line = '']] of segments(notice, 'LIN').entries()) {
    shipped.set(line, (shipped.get(line) ?? 0) + (counts[at] ?? 0))
  }
  expect([...shipped].sort()).toEqual(order.lines.map(({ line, quantity }) => [line, Number(quantity)]).sort())

  expect(segments(invoice, 'BIG')[0]?.[3]).toBe(order.number)
  expect(segments(invoice, 'IT1').map(([line, quantity]) => [line, quantity])).toEqual(
    order.lines.map(({ line, quantity }) => [line, quantity]),
  )
  const [{ total } = { total: undefined }] = hub.of('order.invoiced')
  expect(segments(invoice, 'TDS')[0]?.[0]).toBe(total?.amount.replace('.', ''))
}

const good = known.filter(({ name }) => EXPECTED[name]?.order !== undefined)

test.each(good)('$name sent a second time is acknowledged again and ordered once', async ({ name, bytes }) => {
  const hub = await hubFor(bytes)
  await hub.drops(bytes, { from: 'customer', fileName: name })
  await hub.settles()
  const once = hub.got('customer').filter((id) => id !== '997')
  await hub.drops(bytes, { from: 'customer', fileName: `again-${name}` })
  await hub.settles()
  const acknowledgements = hub.documents('customer', '997')
  expect(acknowledgements).toHaveLength(2)
  expect(acknowledgements[0]?.control).toBe(acknowledgements[1]?.control)
  expect(hub.got('customer').filter((id) => id !== '997')).toEqual(once)
  expect(hub.of('order.received')).toHaveLength(1)
  expect(hub.cases()).toEqual([])
})

/** A file in a new envelope: what a partner does that sends an order again on another day. */
function inNewEnvelope(bytes: Uint8Array, from: string, to: string): Buffer {
  return Buffer.from(Buffer.from(bytes).toString('latin1').replaceAll(from, to), 'latin1')
}

const SIX_LINES = 'ediengine__850.OK.edi'
const SUBLINES = 'ediengine__850.Composite.SLN.OK.edi'

test.skipIf(!files)('the same order in a new envelope is acknowledged and nothing else', async () => {
  const bytes = fileOf(SIX_LINES)
  const hub = await hubFor(bytes)
  await hub.drops(bytes, { from: 'customer', fileName: SIX_LINES })
  await hub.drops(inNewEnvelope(bytes, '000003438', '000003439'), { from: 'customer', fileName: 'next-day.edi' })
  await hub.settles()
  expect(hub.got('customer').sort()).toEqual(['810', '855', '856', '997', '997'])
  expect(hub.of('order.received')).toHaveLength(1)
  expect(hub.cases()).toEqual([])
})

test.skipIf(!files)('two files of one sender under one number: the second is refused with 025 and a case', async () => {
  const hub = await hubFor(fileOf(SIX_LINES))
  await hub.drops(fileOf(SIX_LINES), { from: 'customer', fileName: SIX_LINES })
  await hub.settles()
  await hub.drops(fileOf(SUBLINES), { from: 'customer', fileName: SUBLINES })
  await hub.settles()
  expect(hub.got('customer').sort()).toEqual(['810', '855', '856', '997', 'TA1'])
  expect(verdictOf(hub)).toBe('R 025')
  expect(hub.of('order.received')).toHaveLength(1)
  expect(hub.cases().map(({ cause }) => cause)).toEqual(['report refused'])
})

test.skipIf(!files)('a PO number that comes again with other content is a conflict for a person', async () => {
  const hub = await hubFor(fileOf(SIX_LINES))
  await hub.drops(fileOf(SIX_LINES), { from: 'customer', fileName: SIX_LINES })
  await hub.settles()
  const other = inNewEnvelope(fileOf(SUBLINES), '000003438', '000003439')
  await hub.drops(other, { from: 'customer', fileName: 'other.edi' })
  await hub.settles()
  expect(hub.got('customer').sort()).toEqual(['810', '855', '856', '997', '997'])
  expect(hub.of('order.received')).toHaveLength(1)
  expect(hub.of('report.refused').map(({ code }) => code)).toEqual(['XD_INTAKE_ORDER_CONFLICT'])
  expect(hub.cases().map(({ cause }) => cause)).toEqual(['report refused'])
})

const BROKEN = 'edinet__x12.850a.edi'
const NO_ORDER = 'edinet__x12.Issue91.edi'

test.skipIf(!files)('test data on a production route is refused with 020, whatever else is wrong with it', async () => {
  const hub = await hubFor(fileOf(BROKEN), { usage: 'P', policy: { numberMismatch: 'accept' } })
  await hub.drops(fileOf(BROKEN), { from: 'customer', fileName: BROKEN })
  await hub.settles()
  expect(hub.got('customer')).toEqual(['TA1'])
  expect(verdictOf(hub)).toBe('R 020')
  expect(hub.of('order.received')).toEqual([])
})

test.skipIf(!files)(
  'a test order of a partner whose trailers we bear is understood and never reaches a system',
  async () => {
    const hub = await hubFor(fileOf(BROKEN), { policy: { numberMismatch: 'accept' } })
    await hub.drops(fileOf(BROKEN), { from: 'customer', fileName: BROKEN })
    await hub.settles()
    expect(hub.of('order.received')).toMatchObject([{ customerOrder: '4600000406', test: true }])
    expect(hub.documents('customer', '997').map(({ set }) => segments(set, 'AK5'))).toEqual([[['E', '5']]])
    expect([...hub.systems.erp.ledger.rows()].filter((row) => row.kind === 'effect')).toEqual([])
    expect((await hub.order('4600000406')).state).toBe('received')
  },
)

test.skipIf(!files)('a set without an order, with a wrong count, is rejected with every fault in one 997', async () => {
  const hub = await hubFor(fileOf(NO_ORDER), { policy: { numberMismatch: 'accept' } })
  await hub.drops(fileOf(NO_ORDER), { from: 'customer', fileName: NO_ORDER })
  await hub.settles()
  const [ack] = hub.documents('customer', '997')
  if (!ack) throw new Error('no 997')
  expect(segments(ack.set, 'AK5')).toEqual([['R', '4', '5']])
  expect(segments(ack.set, 'AK9')[0]?.slice(0, 4)).toEqual(['R', '1', '1', '0'])
  expect(segments(ack.set, 'AK3').map(([tag, , , code]) => `${tag} ${code}`)).toEqual(
    expect.arrayContaining(['XYZ 1', 'BEG 3', 'PO1 3']),
  )
  expect(hub.of('order.received')).toEqual([])
})
