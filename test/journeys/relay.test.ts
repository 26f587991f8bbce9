import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { seededRandom } from '../../src/base/random.ts'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import { definePartner, type HubDefinition } from '../../src/config/define-hub.ts'
import { memory } from '../../src/connectors/memory/index.ts'
import type { DocumentType } from '../../src/documents/document.ts'
import {
  inventoryAdvice,
  invoice,
  loadTender,
  map,
  orderAcknowledgement,
  priceCatalog,
  purchaseOrder,
  remittanceAdvice,
  shipmentStatus,
  shipNotice,
  tenderResponse,
  warehouseAdvice,
  warehouseOrder,
} from '../../src/documents/index.ts'
import { edifactBytes, writeEdifact } from '../../src/edi/edifact/write.ts'
import { type Journey, openHub } from '../support/hub.ts'
import { acme, interchangeOf, purchaseOrder850, smallBusiness } from '../support/retailer.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** A document from the folder of its type. */
const fixture = <T = never>(type: Pick<DocumentType, 'name'>, name: string): T =>
  JSON.parse(readFileSync(`src/documents/${type.name}/fixtures/${name}.json`, 'utf8')) as T

/** The business, with documents of the retailer that go to systems, and a carrier that is offered loads. */
const trading: HubDefinition = {
  ...acme,
  partners: [
    ...(acme.partners ?? []).map((partner) =>
      partner.name === 'bigbox'
        ? definePartner({ ...partner, relays: [remittanceAdvice.to('erp'), inventoryAdvice.to('carrier')] })
        : partner.name === 'harbor'
          ? definePartner({ ...partner, owes: [warehouseAdvice.within('2d', { after: warehouseOrder })] })
          : partner,
    ),
    definePartner({
      name: 'fast-freight',
      reach: memory({ handle: async () => ({ status: 500, body: {} }) }),
      speaks: { ours: 'ZZ:ACMESUPPLY', theirs: '02:FAST' },
      takes: [loadTender],
      relays: [tenderResponse.to('erp'), shipmentStatus.to('erp')],
      owes: [tenderResponse.within('1h', { after: loadTender })],
    }),
    definePartner({
      name: 'boltworks',
      supplier: 'V-100',
      reach: memory({ handle: async () => ({ status: 500, body: {} }) }),
      speaks: { ours: 'ZZ:ACMESUPPLY', theirs: 'ZZ:BOLTWORKS', ackWithinMs: 10 * MINUTE },
      takes: [purchaseOrder],
      relays: [orderAcknowledgement.to('erp'), shipNotice.to('erp'), invoice.to('erp')],
      owes: [
        orderAcknowledgement.within('1h', { after: purchaseOrder }),
        shipNotice.within('3h', { after: purchaseOrder }),
      ],
    }),
  ],
}

const open = (options = {}): Promise<Journey> => openHub(trading, { edi: true, landscape: smallBusiness(), ...options })

/** An interchange of the retailer with one document. */
function sent<T>(
  type: DocumentType<T>,
  document: T,
  control: number,
  from: Parameters<typeof interchangeOf>[0] = 'bigbox',
): string {
  const { set: id, functionalId } = type.x12
  return interchangeOf(from, control, { id, functionalId, segments: type.writeX12(document) as never })
}

const REMITTANCE = fixture<{ number: string }>(remittanceAdvice, 'two-invoices')
const remittance = (control: number, more: object = {}) =>
  sent(remittanceAdvice, { ...REMITTANCE, ...more } as never, control)

/** What the ERP was handed, by document. */
const handed = (hub: Journey) =>
  hub.effects(hub.systems.erp, 'document.deliver').map(({ detail }) => detail as { document: string; content: object })

test('an 820 is acknowledged, recorded and handed to the ERP as its canonical form, once', async () => {
  const hub = await open()
  const answer = await hub.arrives(remittance(950), { from: 'bigbox' })
  expect(answer).toMatchObject({ status: 202, body: { documents: [{ document: 'remittance-advice', status: 202 }] } })
  await hub.settles()
  expect(hub.got('bigbox')).toEqual(['997'])
  expect(handed(hub)).toMatchObject([{ document: 'remittance-advice', partner: 'bigbox', content: REMITTANCE }])
  expect(hub.of('document.received')).toMatchObject([{ partner: 'bigbox', to: ['erp'] }])
  expect(hub.of('document.delivered')).toMatchObject([{ to: 'erp' }])
  // the same in a new envelope has no effect and is acknowledged all the same
  await hub.arrives(remittance(951), { from: 'bigbox' })
  await hub.settles()
  expect(hub.got('bigbox')).toEqual(['997', '997'])
  expect(handed(hub)).toHaveLength(1)
  expect([hub.cases(), hub.troubles]).toEqual([[], []])
})

test('an 820 that is refused goes nowhere, and is a case', async () => {
  const hub = await open()
  const broken = remittance(950).replace(/BPR\*[^~]*~/, '') // its mandatory segment
  expect(broken).not.toBe(remittance(950))
  await hub.arrives(broken, { from: 'bigbox' })
  await hub.settles()
  expect(hub.documents('bigbox', '997')).toHaveLength(1)
  expect([hub.of('document.received'), handed(hub)]).toEqual([[], []])
  expect(hub.cases()).toHaveLength(1)
})

test('another 820 under the same number is held as a possible duplicate, and a person hears of it', async () => {
  const hub = await open()
  await hub.arrives(remittance(950), { from: 'bigbox' })
  await hub.arrives(remittance(951, { date: '2026-02-01' }), { from: 'bigbox' })
  await hub.settles()
  expect(handed(hub)).toHaveLength(1)
  expect(hub.cases()).toMatchObject([
    { cause: 'possible duplicate', partner: 'bigbox', field: 'remittance-advice', again: 'arrival' },
  ])
})

test('what its system refuses is a case of that document, and stops nothing else', async () => {
  const hub = await open()
  await hub.arrives(sent(inventoryAdvice, fixture(inventoryAdvice, 'offered'), 951), { from: 'bigbox' })
  await hub.arrives(remittance(952), { from: 'bigbox' })
  await hub.settles()
  expect(hub.of('delivery.refused')).toMatchObject([{ target: 'carrier', verb: 'document.deliver' }])
  expect(hub.cases()).toMatchObject([{ cause: 'partner refused', member: 'document/bigbox/stock', again: 'delivery' }])
  expect(handed(hub)).toHaveLength(1)
})

test('test data is recorded and goes nowhere; a set that nobody asked for is refused as ever', async () => {
  const [partner, ...others] = trading.partners ?? []
  const onTest = { ...trading, partners: [{ ...partner, speaks: { ...partner?.speaks, usage: 'T' } }, ...others] }
  const hub = await openHub(onTest as HubDefinition, { edi: true, landscape: smallBusiness() })
  await hub.arrives(remittance(950).replace('*P*:', '*T*:').replace('*P*>', '*T*>'), { from: 'bigbox' })
  await hub.settles()
  expect(hub.of('document.received')).toMatchObject([{ to: [], test: true }])
  expect(handed(hub)).toEqual([])
  const strange = await open()
  await strange.arrives(sent(tenderResponse, fixture(tenderResponse, 'accepted'), 950), { from: 'bigbox' })
  await strange.settles()
  expect(strange.of('document.received')).toEqual([])
  expect(strange.cases()).toMatchObject([{ partner: 'bigbox' }])
})

const TENDER = fixture<{ shipment: string }>(loadTender, 'two-stops')
const posts = (hub: Journey, document: object, key: string) =>
  hub.arrives(JSON.stringify(document), { from: 'erp', topic: 'partners/fast-freight/documents/load-tender', key })

test('a 204 that a system posts goes to the carrier under numbers of ours, once, and its acknowledgement is matched', async () => {
  const hub = await open()
  expect(await posts(hub, TENDER, 'k1')).toMatchObject({
    status: 202,
    body: { partner: 'fast-freight', document: 'load-tender', state: 'issued' },
  })
  await hub.settles()
  expect(hub.got('fast-freight')).toEqual(['204'])
  const read = loadTender.readX12(hub.documents('fast-freight', '204')[0]?.set as never)
  expect(read.document).toMatchObject({ shipment: TENDER.shipment })
  expect(hub.of('document.sent')).toMatchObject([{ partner: 'fast-freight', control: '000000001' }])
  expect(hub.of('document.acknowledged')).toMatchObject([{ document: 'load-tender', verdict: 'A' }])
  // the same again, under its key and under another, is answered and not sent
  expect(await posts(hub, TENDER, 'k1')).toMatchObject({ status: 202, replayed: true })
  expect(await posts(hub, TENDER, 'k2')).toMatchObject({ status: 202, replayed: true })
  expect(await posts(hub, { ...TENDER, payment: 'CC' }, 'k3')).toMatchObject({ status: 409 })
  expect(await posts(hub, { ...TENDER, payment: 'CC', purpose: 'change' }, 'k4')).toMatchObject({ status: 202 })
  await hub.settles()
  expect(hub.documents('fast-freight', '204')).toHaveLength(2)
  expect(hub.troubles).toEqual([])
})

test('what the partner’s checker would fault is refused at the door, by the place in the document where it stands', async () => {
  const hub = await open()
  const [stop, ...stops] = (TENDER as unknown as { stops: { goods: object[] }[] }).stops
  const stated = (await posts(hub, { ...TENDER, scac: 'FASTTT' }, 'k1')) as { status: number; body: object }
  expect(stated).toMatchObject({
    status: 422,
    body: {
      code: 'XD_INTAKE_NOT_TO_STANDARD',
      errors: [{ pointer: '/scac', code: 'XD_EDI_ELEMENT_LONG', detail: expect.stringContaining('B202') }],
    },
  })
  const goods = stop?.goods.map((one) => ({ ...one, packaging: 'PX' }))
  expect(await posts(hub, { ...TENDER, stops: [{ ...stop, goods }, ...stops] }, 'k2')).toMatchObject({ status: 422 })
  const billTo = { name: 'Acme Supply', address: { lines: ['1 Main St'], city: 'Llanfairpwllgwyngyllgogerychwyrn' } }
  expect(await posts(hub, { ...TENDER, billTo }, 'k3')).toMatchObject({
    status: 422,
    body: { code: 'XD_DOCUMENTS_DOES_NOT_FIT', errors: [{ pointer: '/billTo/address/city' }] },
  })
  await hub.settles()
  expect([hub.got('fast-freight'), hub.of('document.issued')]).toEqual([[], []])
})

const answer = (response: 'accepted' | 'declined', control: number) =>
  sent(
    tenderResponse,
    { shipment: TENDER.shipment, scac: 'FAST', date: '2026-01-05', response } as never,
    control,
    'fast-freight',
  )

test('a carrier that answers a tender in time is counted so, and its answer goes to the system that asked', async () => {
  const hub = await open()
  await posts(hub, TENDER, 'k1')
  await hub.passes(20 * MINUTE)
  expect(await hub.arrives(answer('accepted', 10), { from: 'fast-freight' })).toMatchObject({ status: 202 })
  await hub.passes(2 * HOUR)
  const clock = { partner: 'fast-freight', document: 'tender-response', after: 'load-tender' }
  expect(hub.of('document.owed')).toMatchObject([clock])
  expect(hub.of('deadline.kept')).toMatchObject([{ ...clock, late: false, flagged: false }])
  expect(handed(hub)).toMatchObject([{ document: 'tender-response', content: { response: 'accepted' } }])
  expect([hub.of('deadline.near'), hub.cases(), hub.troubles]).toEqual([[], [], []])
})

test('a carrier that does not answer is a case before its time and after it, and both close when it does', async () => {
  const hub = await open()
  await posts(hub, TENDER, 'k1')
  await hub.passes(50 * MINUTE)
  expect(hub.cases().map(({ title }) => title)).toEqual([
    'tender-response to our load-tender of fast-freight: due soon',
  ])
  await hub.restarts()
  await hub.passes(20 * MINUTE)
  expect(hub.of('deadline.missed')).toHaveLength(1)
  expect(hub.cases()).toHaveLength(2)
  await hub.arrives(answer('declined', 10), { from: 'fast-freight' })
  await hub.settles()
  expect(hub.of('deadline.kept')).toMatchObject([{ late: true, flagged: true }])
  expect(hub.of('case.closed')).toHaveLength(2)
  expect(hub.troubles).toEqual([])
})

test('a tender that is cancelled needs no answer', async () => {
  const hub = await open()
  await posts(hub, TENDER, 'k1')
  await posts(hub, { ...TENDER, purpose: 'cancel' }, 'k2')
  await hub.passes(2 * HOUR)
  expect([hub.of('document.waived').length, hub.of('deadline.near'), hub.cases()]).toEqual([1, [], []])
})

test('a 3PL owes the 945 to each 940 of the order process, and its advice stops the clock', async () => {
  const hub = await open()
  const lines = [{ item: 'GLOVE', quantity: 5 }]
  await hub.arrives(purchaseOrder850({ number: 'PO-1', lines }), { from: 'bigbox' })
  await hub.settles()
  await hub.passes(HOUR)
  expect(hub.got('harbor')).toContain('940')
  const clock = { partner: 'harbor', document: 'warehouse-advice', after: 'warehouse-order' }
  expect(hub.of('document.owed')).toMatchObject([clock])
  expect(hub.of('deadline.kept').filter(({ partner }) => partner === 'harbor')).toMatchObject([
    { ...clock, late: false },
  ])
  expect(hub.of('document.received')).toMatchObject([{ document: 'warehouse-advice', to: [] }])
  expect((await hub.order('PO-1')).state).toBe('closed')
  expect(hub.troubles).toEqual([])
})

const ORDERED = {
  number: 'P-1',
  date: '2026-01-05',
  currency: 'USD',
  lines: [
    { line: '1', quantity: '500', uom: 'EA', ids: [{ qualifier: 'VN', value: 'BW-8' }], price: { amount: '4.10' } },
  ],
}
const buys = (hub: Journey, document: object, key: string) =>
  hub.arrives(JSON.stringify(document), { from: 'erp', topic: 'partners/boltworks/documents/purchase-order', key })

test('as a buyer: an 850 goes to the supplier, and its 855, 856 and 810 to the ERP, in order; what it owes is told by order', async () => {
  const hub = await open()
  for (const number of ['P-1', 'P-2', 'P-3']) await buys(hub, { ...ORDERED, number }, number)
  await hub.settles()
  expect(hub.got('boltworks')).toEqual(['850', '850', '850'])
  expect(hub.of('document.owed')).toHaveLength(6)
  const accepted = fixture<object>(orderAcknowledgement, 'accepted')
  for (const [at, number] of ['P-1', 'P-2'].entries()) {
    const document = { ...accepted, purchaseOrder: number }
    await hub.arrives(sent(orderAcknowledgement, document as never, 20 + at, 'boltworks'), { from: 'boltworks' })
  }
  await hub.passes(HOUR)
  // one notice covers two orders; the third has answered nothing
  const notice = {
    ...fixture<object>(shipNotice, 'pallet-and-two-orders'),
    orders: [{ purchaseOrder: 'P-1' }, { purchaseOrder: 'P-2' }],
  }
  const [first, second] = ['P-1', 'P-2']
  const items = (notice as unknown as { items: object[] }).items.map((item, at) => ({
    ...item,
    purchaseOrder: at === 0 ? first : second,
  }))
  await hub.arrives(sent(shipNotice, { ...notice, items } as never, 30, 'boltworks'), { from: 'boltworks' })
  const bill = { ...fixture<object>(invoice, 'one-line'), purchaseOrder: 'P-1' }
  await hub.arrives(sent(invoice, bill as never, 31, 'boltworks'), { from: 'boltworks' })
  await hub.passes(2 * HOUR)
  expect(handed(hub).map(({ document }) => document)).toEqual([
    'order-acknowledgement',
    'order-acknowledgement',
    'ship-notice',
    'invoice',
  ])
  expect(hub.of('deadline.missed')).toMatchObject([
    { document: 'order-acknowledgement', after: 'purchase-order' },
    { document: 'ship-notice', after: 'purchase-order' },
  ])
  const missed = hub.events.filter(({ type }) => type === 'deadline.missed').map(({ subject }) => subject)
  expect(new Set(missed)).toEqual(new Set(['acme/document/boltworks/order/P-3']))
  expect(hub.troubles).toEqual([])
})

/** The business whose Home Goods Depot speaks EDIFACT. */
const demo = simulatedBusiness({ edi: true, edifact: true })
const inEdifact: HubDefinition = {
  ...demo,
  partners: (demo.partners ?? []).map((partner) =>
    partner.name === 'homegoods'
      ? definePartner({ ...partner, relays: [remittanceAdvice.to('erp')], takes: [priceCatalog, loadTender] })
      : partner,
  ),
}

test('in EDIFACT it is the same: a REMADV goes to the ERP, a PRICAT to the partner, whose CONTRL is matched to it', async () => {
  const hub = await openHub(inEdifact, { edi: { edifact: true }, landscape: smallBusiness() })
  const payment = fixture<{ number: string }>(remittanceAdvice, 'remadv-two-invoices')
  const message = { reference: '1', type: 'REMADV', release: '96A', association: 'EAN008' }
  const segments = remittanceAdvice.edifact?.write(payment as never) as never
  const file = (reference: string) =>
    edifactBytes(
      writeEdifact({
        sender: { id: '4098765000010', qualifier: '14' },
        receiver: { id: '4012345000016', qualifier: '14' },
        date: '20260105',
        time: '0800',
        reference,
        ackRequested: true,
        messages: [{ ...message, segments }],
      }),
    )
  await hub.arrives(file('900'), { from: 'homegoods' })
  await hub.arrives(file('901'), { from: 'homegoods' })
  await hub.settles()
  expect(hub.got('homegoods')).toEqual(['CONTRL', 'CONTRL'])
  expect(handed(hub)).toMatchObject([{ document: 'remittance-advice', content: { number: payment.number } }])
  const topic = (type: string) => ({ from: 'erp', topic: `partners/homegoods/documents/${type}`, key: type })
  const catalog = JSON.stringify(fixture(priceCatalog, 'pricat-two-items'))
  expect(await hub.arrives(catalog, topic('price-catalog'))).toMatchObject({ status: 202 })
  expect(await hub.arrives(JSON.stringify(TENDER), topic('load-tender'))).toMatchObject({ status: 202 })
  await hub.settles()
  expect(hub.got('homegoods').slice(2)).toEqual(['PRICAT', 'IFTMIN'])
  expect(hub.of('document.acknowledged').map(({ document, verdict }) => [document, verdict])).toEqual([
    ['price-catalog', 'A'],
    ['load-tender', 'A'],
  ])
  expect([hub.cases(), hub.troubles]).toEqual([[], []])
})

test('a system whose JSON is its own gets a partner’s document through its map', async () => {
  const erp = { ...trading.systems['erp'], role: 'erp', maps: { out: { 'document.deliver': PAYMENT } } } as const
  const hub = await openHub(
    { ...trading, systems: { ...trading.systems, erp } },
    { edi: true, landscape: smallBusiness() },
  )
  await hub.arrives(remittance(950), { from: 'bigbox' })
  await hub.settles()
  expect(handed(hub)).toEqual([{ payment: REMITTANCE.number, from: 'bigbox' }])
  expect(hub.troubles).toEqual([])
})

test('whatever comes twice, in whatever order and over restarts, a system gets each status once and those of a load in order', async () => {
  const random = seededRandom(11)
  const statuses = ['S-1', 'S-2', 'S-3'].flatMap((shipment) =>
    ['08:00', '09:00', '10:00', '11:00'].map((time) => ({ shipment, time })),
  )
  const hub = await open()
  hub.systems.erp.misbehave({ fail503: 0.2, failAfterEffect: 0.2, timeoutAfterEffect: 0.1 })
  const sentSoFar: typeof statuses = []
  for (const [at, status] of statuses.entries()) {
    sentSoFar.push(status)
    const again = sentSoFar[Math.floor(random.next() * sentSoFar.length)] as (typeof statuses)[number]
    for (const [twice, one] of [status, again].entries()) {
      await hub.arrives(statusOf(one, 100 + 2 * at + twice), { from: 'fast-freight' })
    }
    if (random.next() < 0.2) await hub.restarts()
  }
  await hub.settles()
  const got = handed(hub).map(
    ({ content }) => content as { shipment: string; lines: { milestones: { time: string }[] }[] },
  )
  expect(got).toHaveLength(statuses.length)
  for (const load of ['S-1', 'S-2', 'S-3']) {
    const times = got.filter(({ shipment }) => shipment === load).map(({ lines }) => lines[0]?.milestones[0]?.time)
    expect(times).toEqual(['08:00', '09:00', '10:00', '11:00'])
  }
  expect(hub.cases()).toEqual([])
})

const PAYMENT = map({
  name: 'payment',
  rules: [
    { to: '/payment', from: '/content/number', required: true },
    { to: '/from', from: '/partner' },
  ],
})

function statusOf({ shipment, time }: { readonly shipment: string; readonly time: string }, control: number): string {
  const milestones = [{ milestone: 'in_transit', date: '2026-01-05', time }]
  const document = { shipment, scac: 'FAST', lines: [{ line: '1', milestones }] }
  return sent(shipmentStatus, document as never, control, 'fast-freight')
}
