import { expect, test } from 'vitest'
import type { HubDefinition, SystemDefinition } from '../../src/config/define-hub.ts'
import { jsonata, map } from '../../src/documents/index.ts'
import type { Rule } from '../../src/documents/map/rules.ts'
import { sendersOf } from '../../src/hub/senders.ts'
import { openQuarantine } from '../../src/intake/again.ts'
import { requestKey } from '../../src/intake/keys.ts'
import { subjectOf } from '../../src/lifecycle/subject.ts'
import { openModelStore } from '../../src/store/model/model-store.ts'
import { openHub } from '../support/hub.ts'
import { acme, smallBusiness } from '../support/retailer.ts'

/** The shop of a business that writes its orders in its own way. */
const basket = map({
  name: 'basket',
  when: { at: '/basket', exists: true },
  rules: [
    { to: '/number', from: '/basket/no', as: 'text', required: true },
    { to: '/date', from: '/basket/at', split: { by: 'T', part: 0 }, required: true },
    { to: '/currency', value: 'USD' },
    { to: '/buyer/id', from: '/customer' },
    { to: '/shipTo/id', from: '/store' },
    {
      to: '/lines',
      each: '/basket/rows',
      required: true,
      rules: [
        { to: '/line', count: true, as: 'text' },
        { to: '/sku', from: '/article', required: true },
        { to: '/quantity', from: '/pieces', as: 'decimal', required: true },
        { to: '/uom', from: '/unit', lookup: { PCE: 'EA', KAR: 'CS' } },
      ],
    },
  ],
})
const aBasket = (no: string, rows: readonly object[]) =>
  JSON.stringify({ basket: { no, at: '2026-01-05T08:00:00Z', rows }, customer: 'web-1', store: '0042' })

const LINE: readonly Rule[] = ['line', 'item', 'quantity', 'price'].map((name) => ({
  to: `/${name}`,
  from: `/${name}`,
}))
/** What an ERP is asked in its own words; it understands ours, too, so both are there. */
const posting = (more: readonly Rule[] = []) =>
  map({
    name: 'posting',
    rules: [
      ...(['order', 'customer', 'customerOrder', 'currency', 'charges'] as const).map(
        (name): Rule => ({ to: `/${name}`, from: `/${name}` }),
      ),
      { to: '/reference', join: ['/customer', '/customerOrder'], with: '/' },
      { to: '/lines', each: '/lines', required: true, rules: LINE },
      ...more,
    ],
  })

const mapping = (system: string, maps: SystemDefinition['maps']): HubDefinition => ({
  ...acme,
  systems: { ...acme.systems, [system]: { ...(acme.systems[system] as SystemDefinition), maps } },
})

test('a shop’s own order goes through its map to its invoice; what no map is for is read as before', async () => {
  const hub = await openHub(mapping('shop', { in: [basket] }), { edi: true, landscape: smallBusiness() })
  const bytes = aBasket('W-1', [
    { article: 'BOLT', pieces: 3, unit: 'PCE' },
    { article: 'LAMP', pieces: '1', unit: 'KAR' },
  ])
  expect((await hub.arrives(bytes, { from: 'shop', key: 'W-1' })).status).toBe(202)
  expect((await hub.arrives(bytes, { from: 'shop', key: 'W-1' })).replayed).toBe(true)
  await hub.settles()
  const order = await hub.order('W-1')
  expect([order.state, order.lines.map(({ item, ordered }) => [item, ordered / 1e6])]).toEqual([
    'closed',
    [
      ['BOLT', 3],
      ['LAMP', 12],
    ],
  ])
})

test('a map that fails is a case with both places; corrected in what was sent, it is taken in under its receipt', async () => {
  const definition = mapping('shop', { in: basket })
  const hub = await openHub(definition, { edi: true, landscape: smallBusiness() })
  const answer = await hub.arrives(aBasket('W-2', [{ article: 'BOLT', pieces: 3, unit: 'STK' }]), { from: 'shop' })
  expect(answer).toMatchObject({
    status: 422,
    body: {
      code: 'XD_INTAKE_MAP_FAULTY',
      errors: [{ pointer: '/lines/0/uom', source: '/basket/rows/0/unit', code: 'XD_DOCUMENTS_CODE_UNKNOWN' }],
    },
  })
  expect(hub.cases()).toHaveLength(1)
  expect(hub.of('report.refused')).toMatchObject([
    { report: 'basket', wrong: { field: '/basket/rows/[]/unit', value: 'STK' }, data: { version: basket.version } },
  ])
  const senders = sendersOf(definition)
  const store = openModelStore(hub.disk)
  const desk = openQuarantine({
    offer: (work) => hub.hub.core.journal.submit(work),
    findKeys: async () => [],
    sender: (_tenant, system) => senders.get(system),
    master: () => hub.hub.master,
  })
  const receipt = await store.readReceipt(answer.receipt as string)
  const meant = { kind: 'mapping', partner: 'shop', where: '/basket/rows/[]/unit', from: 'STK', to: 'PCE' } as const
  expect(receipt).toBeDefined()
  expect(await desk.try({ receipt: receipt! }, [])).toMatchObject({ verdict: 'fails' })
  expect(await desk.try({ receipt: receipt! }, [{ ...meant, from: 'ROLL' }])).toMatchObject({
    verdict: 'fails',
    why: expect.stringContaining('No correction applies'),
  })
  expect(await desk.try({ receipt: receipt! }, [meant])).toMatchObject({ verdict: 'succeeds' })
  const whose = { tenant: 'acme', system: 'shop', scope: 'release', key: 'case-1' }
  const once = { key: requestKey(whose, new Uint8Array(32), 0), also: [], at: hub.time.now() }
  const released = () => hub.until(desk.release({ receipt: receipt! }, [meant], once))
  expect([(await released()).verdict, (await released()).verdict]).toEqual(['succeeds', 'done'])
  await hub.settles()
  expect((await hub.order('W-2')).state).toBe('closed')
  expect(hub.of('order.received')).toHaveLength(1)
})

test('what no order can be made of says where in the shop’s own document it stands', async () => {
  const hub = await openHub(mapping('shop', { in: basket }), { edi: true, landscape: smallBusiness() })
  const { body } = await hub.arrives(aBasket('W-3', [{ article: 'BOLT', pieces: '0', unit: 'PCE' }]), { from: 'shop' })
  expect(body['errors']).toMatchObject([{ pointer: '/lines/0/quantity', source: '/basket/rows/0/pieces' }])
  expect(hub.cases()).toHaveLength(1)
})

test('a request goes out through its map: the bytes stay, and the version of the map is known', async () => {
  const out = posting()
  const hub = await openHub(mapping('erp', { out: { 'order.post': out } }), { edi: true, landscape: smallBusiness() })
  await hub.arrives(aBasketOfOurs('W-4'), { from: 'shop', topic: 'orders' })
  await hub.settles()
  expect((await hub.order('W-4')).state).toBe('closed')
  const planned = hub.of('delivery.planned').filter(({ verb }) => verb === 'order.post')
  expect(planned.map(({ args }) => args['map'])).toEqual([out.version])
  const body = JSON.parse(planned[0]?.body ?? '{}') as Record<string, unknown>
  expect(body['reference']).toBe(`${String(body['customer'])}/W-4`)
  expect(hub.of('delivery.planned').filter(({ verb, body: kept }) => verb === 'credit.check' && kept)).toEqual([])
  const [event] = hub.events.filter(
    ({ type, data }) => type === 'delivery.planned' && (data as { verb: string }).verb === 'order.post',
  )
  const events = hub.events.filter(({ subject }) => subject === event?.subject)
  const request = { ...(event?.data as object), subject: event?.subject, position: event?.position } as never
  const { rendering } = hub.hub
  expect(JSON.parse(Buffer.from(rendering.from(events, request)).toString())).toEqual(body)
  expect(JSON.parse(Buffer.from(rendering.today(events, request)).toString())).toEqual(body)
})

test('a replay has the choice between what was sent and what today’s map writes', async () => {
  const definition = mapping('erp', { out: { 'order.post': posting() } })
  const hub = await openHub(definition, { edi: true, landscape: smallBusiness() })
  await hub.arrives(aBasketOfOurs('W-7'), { from: 'shop', topic: 'orders' })
  await hub.settles()
  Object.assign(definition.systems['erp'] as object, {
    maps: { out: { 'order.post': posting([{ to: '/branch', value: 'west' }]) } },
  })
  await hub.restarts()
  const [event] = hub.events.filter((one) => (one.data as { verb?: string }).verb === 'order.post')
  const events = hub.events.filter(({ subject }) => subject === event?.subject)
  const request = { ...(event?.data as object), subject: event?.subject, position: event?.position } as never
  const written = (bytes: Uint8Array) => JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>
  const { rendering } = hub.hub
  expect(written(rendering.from(events, request))['branch']).toBeUndefined()
  expect(written(rendering.today(events, request))['branch']).toBe('west')
})

test('a map that cannot write a request parks the order, which goes on once the map is mended', async () => {
  const definition = mapping('erp', {
    out: { 'order.post': posting([{ to: '/branch', from: '/nowhere', required: true }]) },
  })
  const hub = await openHub(definition, { edi: true, landscape: smallBusiness() })
  await hub.arrives(aBasketOfOurs('W-5'), { from: 'shop', topic: 'orders' })
  await hub.settles()
  expect(hub.cases()).toHaveLength(1)
  const why = 'The map posting cannot write order.post for erp: /nowhere to /branch: '
  expect(hub.of('subject.parked').map(({ reason }) => reason)).toEqual([expect.stringContaining(why)])
  expect(hub.posted()).toEqual([])
  Object.assign(definition.systems['erp'] as object, { maps: { out: { 'order.post': posting() } } })
  await hub.restarts()
  const [id = ''] = hub.ids('W-5')
  await hub.until(hub.hub.core.journal.resume(subjectOf('acme', 'order', id), 'ada'))
  await hub.settles()
  expect((await hub.order('W-5')).state).toBe('closed')
  expect(hub.posted()).toHaveLength(1)
})

test('an answer in a system’s own words is made ours', async () => {
  const definition = mapping('erp', {
    answers: { 'order.post': map({ name: 'posted', rules: [{ to: '/number', from: '/number', required: true }] }) },
  })
  const hub = await openHub(definition, { edi: true, landscape: smallBusiness() })
  await hub.arrives(aBasketOfOurs('W-6'), { from: 'shop', topic: 'orders' })
  await hub.settles()
  expect((await hub.order('W-6')).number).toBe(hub.posted()[0]?.number)
})

test('an order in JSONata is taken in like any other', async () => {
  const expression = jsonata({
    name: 'basket',
    text: `{ "number": $string(no), "date": $substring($now(), 0, 10), "currency": "USD", "buyer": { "id": "web-1" },
             "shipTo": { "id": "0042" },
             "lines": [rows#$at.{ "line": $string($at + 1), "sku": article, "quantity": $string(pieces), "uom": "EA" }] }`,
  })
  const hub = await openHub(mapping('shop', { in: expression }), { edi: true, landscape: smallBusiness() })
  const arrives = (text: string) =>
    hub.time.during(
      hub.hub.intake.submit({
        tenant: 'acme',
        system: 'shop',
        channel: 'http',
        bytes: Buffer.from(text),
        receivedAt: hub.time.now(),
      }),
    )
  const taken = arrives(JSON.stringify({ no: 77, rows: [{ article: 'BOLT', pieces: 2 }] }))
  await hub.settles()
  expect((await taken).status).toBe(202)
  expect((await hub.order('77')).state).toBe('closed')
  const faulty = arrives(JSON.stringify({ no: 78, rows: [] }))
  await hub.settles()
  expect(await faulty).toMatchObject({ status: 422, body: { code: 'XD_INTAKE_MAP_FAULTY' } })
})

function aBasketOfOurs(number: string): string {
  return JSON.stringify({
    number,
    date: '2026-01-05',
    currency: 'USD',
    buyer: { id: 'web-1' },
    shipTo: { id: '0042' },
    lines: [{ line: '1', sku: 'BOLT', quantity: '2', uom: 'EA' }],
  })
}
