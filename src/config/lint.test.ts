import { expect, test } from 'vitest'
import { secret } from '../base/secret.ts'
import type { Connector } from '../connectors/contract.ts'
import {
  csv,
  invoice,
  jsonata,
  loadTender,
  map,
  orderAcknowledgement,
  remittanceAdvice,
  shipNotice,
  stockFile,
  tenderResponse,
  warehouseAdvice,
} from '../documents/index.ts'
import type { EdifactProfile } from '../intake/settings.ts'
import { delegatedToCrossdock, together, withOrderManagement, withoutOrderManagement } from '../lifecycle/authority.ts'
import type { HubDefinition, PartnerDefinition } from './define-hub.ts'
import { lint } from './lint.ts'
import { lintExpressions } from './lint-maps.ts'

const now = Date.parse('2026-03-01T00:00:00Z')
const connector = {
  kind: 'http',
  deliveryClass: 'A',
  batch: 1,
  concurrency: 1,
  timeoutMs: 1,
  open: () => Promise.reject(),
} as Connector
const land = { erp: 'erp', warehouses: { DC1: 'wms' } }

const bigBox: PartnerDefinition = {
  name: 'bigbox',
  customer: 'BIGBOX',
  reach: connector,
  speaks: { ours: 'ZZ:ACME', theirs: '12:5555550142' },
}

const fast: PartnerDefinition = {
  name: 'fast',
  carrier: 'FAST',
  reach: connector,
  speaks: { ours: 'ZZ:ACME', theirs: '02:FAST' },
}

const kontor: EdifactProfile = { standard: 'edifact', ours: '4012345000016:14', theirs: '4098765000010:14' }

const sound: HubDefinition = {
  name: 'acme',
  systems: {
    erp: { role: 'erp', connector },
    wms: { role: 'wms', facility: 'DC1', connector },
    shop: { role: 'shop', connector },
  },
  partners: [bigBox],
  lifecycle: { authority: delegatedToCrossdock(land) },
  process: [
    {
      name: 'order-to-cash',
      options: {
        erp: 'erp',
        warehouses: [{ facility: 'DC1', system: 'wms' }],
        channels: { shop: { kind: 'http' }, bigbox: { kind: 'edi' } },
      },
    },
  ],
}

const options = sound.process[0].options
const withOptions = (changed: Partial<typeof options>): HubDefinition => ({
  ...sound,
  process: [{ name: 'order-to-cash', options: { ...options, ...changed } }],
})
const withPartner = (changed: Partial<PartnerDefinition>, ...others: PartnerDefinition[]): HubDefinition => ({
  ...sound,
  partners: [{ ...bigBox, ...changed }, ...others],
})
const says = (definition: HubDefinition) =>
  lint(definition, { now }).map(({ severity, where, says: sentence }) => `${severity} ${where}: ${sentence}`)

test('a partner may be a carrier, a supplier, or several things at once', () => {
  const mill = { ...fast, name: 'mill', supplier: 'V-100', speaks: { ours: 'ZZ:ACME', theirs: 'ZZ:MILL' } }
  const { carrier: _, ...onlySupplier } = mill
  const partners = [{ ...bigBox, supplier: 'V-7' }, fast, onlySupplier]
  const heard = { ...sound, partners, lifecycle: { authority: delegatedToCrossdock({ ...land, carriers: ['fast'] }) } }
  expect(says(heard)).toEqual([])
  expect(says({ ...heard, lifecycle: sound.lifecycle })).toEqual([
    'warning partners[1].carrier: fast may not say where shipments are: name it among the carriers of the authority profile.',
  ])
  const carried = (carrier: string) => [{ facility: 'DC1', system: 'wms', carrier }]
  const told = (carrier: string) =>
    says({ ...heard, process: withOptions({ warehouses: carried(carrier), carrier: 'fast' }).process })
  expect(told('fast')).toEqual([])
  expect(told('bigbox')).toEqual([
    "error process[0].options.warehouses[0].carrier: bigbox is no carrier: say its SCAC, such as carrier: 'UPSN'.",
  ])
  expect(told('nobody')[0]).toContain('There is no system named nobody.')
})

test('a sound configuration has nothing said against it', () => {
  expect(says(withPartner({ speaks: { ...kontor, version: 'D.96A', charset: 'UNOA', una: false } }))).toEqual([])
  expect(says(sound)).toEqual([])
})

const at = 'process[0].options'
const erpOnly = { erp: sound.systems['erp']!, shop: sound.systems['shop']! }

test.each<[string, HubDefinition, string]>([
  [
    'a system that is not there',
    withOptions({ erp: 'sap' }),
    `error ${at}.erp: There is no system named sap. There are: erp, wms, shop.`,
  ],
  [
    'a system in the wrong job',
    withOptions({ erp: 'shop' }),
    `error ${at}.erp: shop has the role shop; here it must be erp.`,
  ],
  [
    'a system without a way to it',
    { ...sound, systems: { ...sound.systems, erp: { role: 'erp' } } },
    'error systems.erp: erp is sent requests and has no connector.',
  ],
  [
    'a warehouse system without a facility',
    { ...sound, systems: { ...sound.systems, wms: { role: 'wms', connector } } },
    'error systems.wms: The warehouse system wms has no facility.',
  ],
  [
    'a facility with two warehouse systems',
    { ...sound, systems: { ...sound.systems, wms2: { role: 'wms', facility: 'DC1', connector } } },
    'error systems.wms2.facility: DC1 has two warehouse systems; systems.wms.facility names it too.',
  ],
  [
    'a warehouse of another system',
    withOptions({ warehouses: [{ facility: 'DC9', system: 'wms' }] }),
    `error ${at}.warehouses[0].facility: wms speaks for DC1, not for DC9.`,
  ],
  ['no warehouse', withOptions({ warehouses: [] }), `error ${at}.warehouses: There is no warehouse to ship from.`],
  [
    'a warehouse that is listed twice',
    withOptions({ warehouses: [options.warehouses[0]!, options.warehouses[0]!] }),
    `error ${at}.warehouses[1].facility: DC1 is listed twice.`,
  ],
  [
    'a warehouse in no time zone',
    withOptions({ warehouses: [{ facility: 'DC1', system: 'wms', zone: 'America/Chicgo' }] }),
    `error ${at}.warehouses[0].zone: “America/Chicgo” is no time zone.`,
  ],
  [
    'a cut-off that is no time',
    withOptions({ warehouses: [{ facility: 'DC1', system: 'wms', cutoff: '25:00' }] }),
    `error ${at}.warehouses[0]: “25:00” is no time of the day. Write '16:30'.`,
  ],
  [
    'a 3PL without a mailbox',
    withOptions({ warehouses: [{ facility: 'DC1', system: 'harbor', speaks: 'edi' }] }),
    `error ${at}.warehouses[0].partner: There is no partner named harbor to send the 940 to. There are: bigbox.`,
  ],
  [
    'a 3PL that is named like a system',
    withOptions({ warehouses: [{ facility: 'DC1', system: 'bigbox' }] }),
    `error ${at}.warehouses[0].system: bigbox is a partner, which gets 940s: add speaks: 'edi', partner: 'bigbox'.`,
  ],
  [
    'a 3PL that is named as a partner alone',
    withOptions({ warehouses: [{ facility: 'DC1', partner: 'bigbox' } as never] }),
    `error ${at}.warehouses[0].system: It is not said who speaks for DC1: add system: 'bigbox', speaks: 'edi', partner: 'bigbox'.`,
  ],
  [
    'a warehouse for which nobody speaks',
    withOptions({ warehouses: [{ facility: 'DC1' } as never] }),
    `error ${at}.warehouses[0].system: It is not said which system speaks for DC1. There are: erp, wms, shop.`,
  ],
  [
    'a 3PL that the process does not name',
    withPartner({ facility: '3PL1' }),
    "warning partners[0].facility: 3PL1 is no warehouse of the process, so bigbox is never sent an order. Add to its warehouses: { facility: '3PL1', system: 'bigbox', speaks: 'edi', partner: 'bigbox' }.",
  ],
  [
    'a facility that is not shipped from',
    { ...sound, systems: { ...sound.systems, wms2: { role: 'wms', facility: 'DC2', connector } } },
    'warning systems.wms2.facility: DC2 is no warehouse of the process: nothing is ever shipped from it.',
  ],
  [
    'a channel that leads nowhere',
    withOptions({ channels: { ...options.channels, web: { kind: 'http' } } }),
    `error ${at}.channels.web: There is no system named web. There are: erp, wms, shop.`,
  ],
  [
    'a customer who would hear nothing',
    withOptions({ channels: {} }),
    'warning partners[0]: bigbox has no channel, so its orders are answered with nothing but a 997.',
  ],
  [
    'sourcing over an unknown facility',
    withOptions({ sourcing: { order: ['DC3'] } }),
    `error ${at}.sourcing.order[0]: DC3 is no warehouse. There are: DC1.`,
  ],
  [
    'no tries at all',
    withOptions({ sourcing: { attempts: 0 } }),
    `error ${at}.sourcing.attempts: At least one try is needed.`,
  ],
  [
    'two of one name',
    withPartner({ name: 'shop' }),
    'error partners[0].name: “shop” is taken by systems.shop; every system and partner has a name of its own.',
  ],
  [
    'our own name',
    withPartner({ name: 'crossdock' }),
    'error partners[0].name: “crossdock” is the name under which Crossdock itself acts.',
  ],
  [
    'an EDI address without a qualifier',
    withPartner({ speaks: { ours: 'ZZ:ACME', theirs: '5555550142' } }),
    "error partners[0].speaks.theirs: “5555550142” is no EDI address. Write qualifier:id as in ISA, such as 'ZZ:ACMESUPPLY'.",
  ],
  [
    'two partners at one address',
    withPartner({}, { ...bigBox, name: 'other', customer: 'OTHER' }),
    'error partners[1].speaks: other has the same EDI address as another partner (12:5555550142); files could not be told apart.',
  ],
  [
    'ourselves as a partner',
    withPartner({ speaks: { ours: 'ZZ:ACME', theirs: 'ZZ:ACME' } }),
    'error partners[0].speaks: Our address and theirs are the same.',
  ],
  [
    'a guide about a segment nobody has',
    withPartner({
      speaks: { ours: 'ZZ:ACME', theirs: '12:5555550142', guide: { '850': { require: ['REF[DP]', 'PO199'] } } },
    }),
    'error partners[0].speaks.guide: “850 PO199” is no segment or element of X12. Write TD5, PO107 or REF[DP].',
  ],
  [
    'an EDIFACT address with the qualifier in front',
    withPartner({ speaks: { ...kontor, theirs: '14:4098765000010' } }),
    "error partners[0].speaks.theirs: “14:4098765000010” is no EDI address. Write id:qualifier as in UNB, such as '4012345000016:14'.",
  ],
  [
    'an EDIFACT directory that is not written',
    withPartner({ speaks: { ...kontor, version: 'D.04A' } }),
    'error partners[0].speaks.version: “D.04A” is no directory we write: ORDRSP (D.96A, D.01B); DESADV (D.96A, D.01B); INVOIC (D.96A, D.01B).',
  ],
  [
    'an association code of a message that is none of ours',
    withPartner({ speaks: { ...kontor, associations: { ORDERZ: 'EAN008' } } }),
    'error partners[0].speaks.associations.ORDERZ: ORDERZ is no message we write.',
  ],
  [
    'service characters that stand in data',
    withPartner({ speaks: { ...kontor, separators: { element: 'E' } } }),
    'error partners[0].speaks: These service characters cannot be used: letters, digits, blanks and control characters cannot separate.',
  ],
  [
    'a receipt that nobody waits for',
    withPartner({ speaks: { ...kontor, awaitsContrl: false, receiptSuffices: true } }),
    'warning partners[0].speaks.receiptSuffices: Nothing of ours waits for a CONTRL: awaitsContrl is false.',
  ],
  [
    'a partner who is nothing to us',
    { ...sound, partners: [{ name: 'bigbox', reach: connector, speaks: bigBox.speaks }] },
    'error partners[0]: bigbox is nothing to us: neither customer nor supplier (its number in the ERP), warehouse (its facility) or carrier (its SCAC).',
  ],
  [
    'a carrier whose SCAC is none',
    { ...sound, partners: [bigBox, { ...fast, carrier: 'fast freight' }] },
    "error partners[1].carrier: “fast freight” is no SCAC: two to four capital letters, such as 'UPSN'.",
  ],
  [
    'one carrier or supplier as two partners',
    { ...sound, partners: [fast, { ...fast, name: 'other', speaks: { ours: 'ZZ:ACME', theirs: 'ZZ:OTHER' } }] },
    'error partners[1].carrier: Carrier FAST is two partners.',
  ],
  [
    'authority of a stranger',
    { ...sound, lifecycle: { authority: withoutOrderManagement({ ...land, erp: 'sap' }) } },
    'error lifecycle.authority: The profile names sap, and there is no such system.',
  ],
  [
    'a warehouse nobody may speak for',
    { ...sound, lifecycle: { authority: delegatedToCrossdock({ erp: 'erp', warehouses: {} }) } },
    'error lifecycle.authority: Nobody may plan releases at DC1 (order.release_planned).',
  ],
  [
    'authority that ends',
    { ...sound, lifecycle: { authority: delegatedToCrossdock({ ...land, until: '2026-06-01T00:00:00Z' }) } },
    'error lifecycle.authority: Nobody may source orders from 2026-06-01T00:00:00.000Z on (order.sourced).',
  ],
  [
    'an OMS that nobody asks',
    {
      ...sound,
      systems: { ...sound.systems, oms: { role: 'oms', connector } },
      lifecycle: { authority: withOrderManagement({ ...land, oms: 'oms' }) },
    },
    `error ${at}.oms: Only oms may source orders, and the process does not ask it.`,
  ],
  [
    'a duration that is none',
    { ...sound, delivery: { retry: { first: '5 minutes' as '5m' } } },
    "error delivery.retry.first: “5 minutes” is not a duration. Write '30s', '5m', '24h', '7d'.",
  ],
  [
    'waits upside down',
    { ...sound, delivery: { retry: { first: '1h', longest: '5m' } } },
    'error delivery.retry.first: The first wait (1h) is longer than the longest (5m).',
  ],
  [
    'a name that is none',
    { ...sound, name: 'Acme & Sons' },
    'error name: “Acme & Sons” is no short name: letters, digits, points and dashes, at most 64.',
  ],
  [
    'a warehouse system that is gone',
    { ...sound, systems: erpOnly },
    `error ${at}.warehouses[0].system: There is no system named wms. There are: erp, shop.`,
  ],
])('%s is said in words', (_title, definition, sentence) => {
  expect(says(definition)).toContain(sentence)
})

const lacking = (...members: (keyof HubDefinition)[]) =>
  Object.fromEntries(Object.entries(sound).filter(([member]) => !members.includes(member as never))) as never

test.each<[title: string, definition: HubDefinition, ...findings: RegExp[]]>([
  ['no name', lacking('name'), /^error name: The business has no name\./],
  ['no systems', lacking('systems'), /^error systems: There are no systems\./],
  [
    'neither lifecycle nor process',
    lacking('lifecycle', 'process'),
    /^error lifecycle\.authority: Nobody is said who may do what\. Write lifecycle: \{ authority: delegatedToCrossdock\(/,
    /^error process: There is no process\. Write process: \[orderToCash\(/,
  ],
  ['an empty process', { ...sound, process: [] as never }, /^error process: There is no process\./],
  [
    'two processes',
    { ...sound, process: [sound.process[0], sound.process[0]] as never },
    /^error process\[1\]: There is one process/,
  ],
  ['a process of nothing', { ...sound, process: [{}] as never }, /^error process\[0\]: The process names an ERP and/],
  [
    'a warehouse of nothing',
    withOptions({ warehouses: [undefined as never] }),
    /^error .*\.warehouses\[0\]: Nothing is/,
  ],
  ['a system of nothing', { ...sound, systems: { erp: undefined as never } }, /^error systems\.erp: Nothing is stated/],
  ['partners that are no list', { ...sound, partners: bigBox as never }, /^error partners: This is no list\./],
  ['a partner that is not there', { ...sound, partners: [undefined as never] }, /^error partners\[0\]: .* no name\./],
  [
    'a partner that nothing reaches and that speaks nothing',
    withPartner({ reach: undefined as never, speaks: {} as never }),
    /^error partners\[0\]\.reach: Nothing is stated here\. Write folder\(/,
    /^error partners\[0\]\.speaks: It is not said under which addresses bigbox and we trade\./,
  ],
])('of a configuration with %s only that is said', (_title, definition, ...findings) => {
  expect(says(definition)).toEqual(findings.map((finding) => expect.stringMatching(finding)))
})

test('a cut-over without a gap is sound', () => {
  const oms = { role: 'oms', connector } as const
  const authority = together(
    withOrderManagement({ ...land, oms: 'oms', from: '2026-06-01T00:00:00Z' }),
    delegatedToCrossdock({ ...land, until: '2026-06-01T00:00:00Z' }),
  )
  expect(says({ ...sound, systems: { ...sound.systems, oms }, lifecycle: { authority } })).toEqual([])
})

test('secrets that are not set are a warning, and are named', () => {
  const erp = { role: 'erp', connector: { ...connector, secrets: [secret('ERP_TOKEN')] } } as const
  const definition = { ...sound, systems: { ...sound.systems, erp }, journal: { postgres: secret('DB') } }
  const findings = lint(definition, { now, isSet: (name) => name === 'DB' })
  expect(findings).toEqual([
    {
      severity: 'warning',
      where: 'systems.erp.connector',
      says: 'The secret ERP_TOKEN is not set; the hub does not open without it.',
    },
  ])
})

test('files that cannot be told apart, and a snapshot of nobody’s stock, are errors', () => {
  const layout = csv({ columns: { sku: {}, quantity: {} } })
  const stock = stockFile({ name: 'stock', uom: 'EA', layout })
  const other = stockFile({ name: 'count', uom: 'EA', complete: false, layout })
  const shop = { ...sound.systems['shop']!, files: [stock, stock, other] }
  expect(says({ ...sound, systems: { ...sound.systems, shop } })).toEqual([
    'error systems.shop.files[0]: stock is complete, and its sender has no facility that it could be complete for.',
    'error systems.shop.files[1]: Two files are called stock.',
    'error systems.shop.files[1]: stock is complete, and its sender has no facility that it could be complete for.',
    'error systems.shop.files[2]: count has the file names of another declaration, so its files could not be told apart.',
  ])
})

test('a quota of nothing is an error, and one for nobody is asked about', () => {
  const quotas = { shop: { perSecond: 50 }, wms: { perSecond: 0 }, shpo: { perSecond: 5 } }
  expect(says({ ...sound, governance: { quotas } })).toEqual([
    'error governance.quotas.wms: A quota is a number above 0 for each second.',
    'warning governance.quotas.shpo: No system and no partner is named “shpo”; it is taken for the name of a key.',
  ])
})

test('documents that are handed on have a reader and a system, and clocks of answers something to begin with', () => {
  const exchanging = (changed: Partial<PartnerDefinition>) => says(withPartner(changed))
  const unknown = { name: 'carrier-pigeon' }
  expect(
    exchanging({
      relays: [remittanceAdvice.to('erp'), tenderResponse.to('erp')],
      takes: [loadTender],
      owes: [tenderResponse.within('1h', { after: loadTender })],
    }),
  ).toEqual([])
  expect(exchanging({ relays: [remittanceAdvice.to('sap')] })).toEqual([
    'error partners[0].relays[0]: There is no system named sap. There are: erp, wms, shop.',
  ])
  expect(exchanging({ relays: [{ document: unknown, to: 'erp' }], takes: [unknown] })).toEqual([
    'error partners[0].relays[0]: Nothing reads a carrier-pigeon: there is no such document type.',
    'error partners[0].takes[0]: Nothing reads a carrier-pigeon: there is no such document type.',
  ])
  expect(exchanging({ relays: [remittanceAdvice.to('erp'), remittanceAdvice.to('erp')] })).toEqual([
    'warning partners[0].relays[1]: The remittance-advice goes to erp already.',
  ])
  expect(exchanging({ owes: [tenderResponse.within('1h', { after: loadTender, warn: '2h' })] })).toEqual([
    'error partners[0].owes[0].warn: 2h before its time is before the clock of 1h begins.',
    'warning partners[0].owes[0].after: No load-tender goes to bigbox, so the clock never begins. Add it to `takes`.',
  ])
  const speaks = { standard: 'edifact', ours: '4012345000016:14', theirs: '4098765000010:14' } as const
  expect(exchanging({ speaks, relays: [remittanceAdvice.to('erp'), tenderResponse.to('erp')] })).toEqual([
    'error partners[0].relays[1]: A tender-response has no form in EDIFACT.',
  ])
  const systems = { ...sound.systems, crm: { role: 'shop' } } as const
  expect(says({ ...withPartner({ relays: [remittanceAdvice.to('crm')] }), systems })).toContain(
    'error partners[0].relays[0]: crm is handed the remittance-advice and has no connector.',
  )
})

test('what a partner expects is counted from what begins its clock, and is something that is written for it', () => {
  const customer = (expects: PartnerDefinition['expects']) => says(withPartner({ ...(expects ? { expects } : {}) }))
  const penalty = { amount: '150.00', currency: 'USD' }
  const after = 'shipment.dispatched'
  expect(
    customer([
      orderAcknowledgement.within('24h'),
      shipNotice.within('1h', { after, penalty }),
      invoice.within('2d', { after }),
    ]),
  ).toEqual([])
  expect(customer([shipNotice.within('1h')])).toEqual([
    "error partners[0].expects[0].after: The ship-notice is counted from shipment.dispatched: { after: 'shipment.dispatched' }.",
  ])
  expect(customer([shipNotice.within('48h', { after: 'order.received' })])).toEqual([])
  expect(customer([orderAcknowledgement.within('24h', { after })])).toEqual([
    "error partners[0].expects[0].after: The order-acknowledgement is counted from order.received: { after: 'order.received' }.",
  ])
  expect(customer([warehouseAdvice.within('1h')])).toEqual([
    'error partners[0].expects[0]: No warehouse-advice is written for partners. There are: order-acknowledgement, ship-notice, invoice.',
  ])
  expect(customer([orderAcknowledgement.within('24h', { warn: '2d' })])).toEqual([
    'error partners[0].expects[0].warn: 2d before its time is before the clock of 24h begins.',
  ])
})

test('what nobody has decided yet is an error, wherever in the profile it stands, and the only one said of it', () => {
  const open = withPartner({
    customer: 'OPEN',
    speaks: { ours: 'OPEN', theirs: 'OPEN', version: 'OPEN', syntax: { currency: 'OPEN' } },
    expects: [
      orderAcknowledgement.within('OPEN', { warn: '2h' }),
      invoice.within('2d', { after: 'shipment.dispatched' }),
    ],
  } as never)
  expect(says(open)).toEqual([
    'error partners[0].customer: customer is still OPEN: its number in the ERP.',
    'error partners[0].speaks.ours: ours is still OPEN: our address as the partner knows us.',
    'error partners[0].speaks.theirs: theirs is still OPEN: its address.',
    'error partners[0].speaks.version: version is still OPEN: the version it wants to be written to in.',
    'error partners[0].speaks.syntax.currency: currency is still OPEN.',
    'error partners[0].expects[0].within: within is still OPEN: its time.',
  ])
})

test('maps nothing gets to, that answer too late, or that do not do what they say', async () => {
  const rules = [{ to: '/number', from: '/id' }] as const
  const all = map({ name: 'all', rules })
  const broken = map({ name: 'broken', rules, examples: [{ name: 'one', given: { id: '1' }, makes: { number: '2' } }] })
  const late = jsonata({ name: 'late', text: '{ "number": id }' })
  const withMaps = (maps: NonNullable<HubDefinition['systems'][string]['maps']>) =>
    says({ ...sound, systems: { ...sound.systems, shop: { role: 'shop', connector, maps } } })
  expect(withMaps({ in: [{ ...all, when: { at: '/a', exists: true } }, all, late] })).toEqual([
    'error systems.shop.maps.in[2]: Nothing gets to the map late: all stands before it and takes all.',
  ])
  expect(withMaps({ in: late, out: { 'order.status': all }, answers: { 'order.status': late } })).toEqual([])
  expect(withMaps({ in: broken, out: { 'order.sent': all, 'order.status': late as never } })).toEqual([
    'error systems.shop.maps.in: broken does not make of its example “one” what it says, but {"number":"1"}.',
    expect.stringContaining(
      "systems.shop.maps.out['order.sent']: No system is asked “order.sent”. There are credit.check",
    ),
    "error systems.shop.maps.out['order.status']: late is in JSONata, which answers later; a request is written at once. Use map({ … }).",
  ])
  const wrongIdea = [{ name: 'one', given: { id: '1' }, makes: { number: '2' } }]
  const told = jsonata({ name: 'told', text: '{ "number": id }', examples: wrongIdea })
  const shop = { role: 'shop', connector, maps: { in: told, answers: { 'order.status': all } } } as const
  expect(await lintExpressions({ systems: { shop } })).toMatchObject([
    { severity: 'error', where: 'systems.shop.maps.in[0]', says: expect.stringContaining('{"number":"1"}') },
  ])
  expect(withMaps({ in: { name: 'x', rules } as never })).toEqual([
    'error systems.shop.maps.in: This is no map. Declare it with map({ … }) or jsonata({ … }).',
  ])
})
