/** What is planted in time: what would be late is said while there is time, by the hub as it runs. */
import { beforeAll, describe, expect, test } from 'vitest'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import type { HubDefinition } from '../../src/config/define-hub.ts'
import { loadTender } from '../../src/documents/load-tender/index.ts'
import { tenderResponse } from '../../src/documents/tender-response/index.ts'
import { delegatedToCrossdock } from '../../src/lifecycle/authority.ts'
import type { EventData } from '../../src/lifecycle/events.ts'
import { type Journey, type JourneyOptions, openHub } from '../support/hub.ts'
import { aCustomer, anItem, landscapeOf } from '../support/landscape.ts'
import { partnerFile } from '../support/partner-file.ts'
import { dockside } from './dockside/profile.ts'
import { grandview } from './grandview/profile.ts'
import { harborclub } from './harborclub/profile.ts'
import { parcelplace } from './parcelplace/profile.ts'
import { redline } from './redline/profile.ts'
import { SampleFiles } from './sample-files.ts'

const HOUR = 3_600_000

/** The demo's landscape trades with our five; its 3PL goes by the profile of Dockside, and Redline carries for DC1. */
function business(): HubDefinition {
  const own = simulatedBusiness({ edi: true })
  const [process] = own.process
  const edi = { kind: 'edi' as const }
  const warehouse = { ...dockside, name: 'harbor', speaks: { ...dockside.speaks, theirs: 'ZZ:HARBOR3PL' } }
  return {
    ...own,
    partners: [grandview, harborclub, parcelplace, warehouse, redline],
    lifecycle: {
      authority: delegatedToCrossdock({
        erp: 'erp',
        warehouses: { DC1: 'wms1', DC2: 'wms2', '3PL1': 'harbor' },
        carriers: ['carrier', 'redline'],
      }),
    },
    process: [
      {
        ...process,
        options: {
          ...process.options,
          warehouses: process.options.warehouses.map((one) =>
            one.facility === 'DC1' ? { ...one, carrier: 'redline' } : one,
          ),
          channels: { grandview: edi, harborclub: edi, parcelplace: edi },
        },
      },
    ],
  }
}

const stores = (...ids: string[]) =>
  ids.map((id) => ({
    id,
    name: id,
    address: { lines: ['1 Main Street'], city: 'Columbus', region: 'OH', postalCode: '43004', country: 'US' },
  }))
const inCases = (sku: string, price: string) =>
  anItem(sku, price, {
    price: { amount: price, currency: 'USD', per: 1, uom: 'CA' },
    units: [{ uom: 'CA', numerator: 12, denominator: 1 }],
  })
const plenty = (items: readonly string[]) => items.map((item) => ({ item, quantity: '10000' }))

/** What the good files order; GLOVE lies at the 3PL alone. */
const landscape = () =>
  landscapeOf({
    items: [
      anItem('BOLT-M8', '9.25'),
      inCases('NUT-M8', '20.00'),
      inCases('LAMP-4P', '55.20'),
      inCases('BULB-8P', '31.00'),
      anItem('TORCH', '13.79'),
      anItem('GLOVE', '4.35'),
    ],
    customers: [
      aCustomer('GRANDVIEW', { shipTos: stores('0007') }),
      aCustomer('HARBORCLUB', { shipTos: stores('0614141000012', '0614141000036') }),
      aCustomer('PARCELPLACE', { shipTos: stores('CO-1', 'CO-2') }),
      aCustomer('BIGBOX', { shipTos: stores('0042') }),
      aCustomer('HOMEGOODS', { shipTos: stores('0042') }),
    ],
    stock: { DC1: plenty(['BOLT-M8', 'NUT-M8', 'LAMP-4P', 'BULB-8P', 'TORCH']), DC2: [], '3PL1': plenty(['GLOVE']) },
  })

/** The good files, without the days before which nothing may ship: a working day is enough to see every clock. */
function atOnce(from: string): SampleFiles {
  const files = new SampleFiles(from)
  const notBefore = { grandview: 'DTM*037', harborclub: 'DTM*010' }[from]
  for (const order of notBefore === undefined ? [] : ['order-1.edi', 'order-2.edi'])
    files.drop(order, notBefore as string)
  return files
}

/** A hub that has the good orders of all three customers. */
async function ordered({ silent = [] }: Pick<JourneyOptions, 'silent'>, before?: (hub: Journey) => void) {
  const hub = await openHub(business(), { edi: true, landscape: landscape(), silent })
  before?.(hub)
  for (const from of ['grandview', 'harborclub', 'parcelplace']) {
    for (const { name, bytes } of atOnce(from).samples)
      if (name.startsWith('order-')) await hub.arrives(bytes, { from, fileName: name })
  }
  return hub
}

/** What a person was told, and by when it had to be done. */
interface Flag {
  readonly partner: string
  readonly document: string
  /** Which one of them. */
  readonly about: string
  readonly at: number
  readonly dueAt: number
}

/** Every word that something will be late, or is. */
function flags(hub: Journey, word: 'near' | 'missed'): Flag[] {
  const code = `XD_INTAKE_ACKNOWLEDGEMENT_${word === 'near' ? 'DUE' : 'OVERDUE'}`
  return hub.events.flatMap(({ type, subject, data, at }): Flag[] => {
    if (type === `deadline.${word}`) {
      const { partner, document, shipment = '', dueAt } = data as EventData['deadline.near']
      return [{ partner, document, about: `${subject} ${shipment}`, at, dueAt }]
    }
    if (type !== 'report.refused') return []
    const refused = data as EventData['report.refused']
    if (refused.code !== code) return []
    const { document, key, dueAt = at } = refused.data as { document: string; key: string; dueAt?: number }
    return [{ partner: refused.from, document: `997 for ${document}`, about: key, at, dueAt }]
  })
}

/** How the hub comes to be late: who does not do his part, and for how long we watch. */
const RUNS = {
  'the ERP does not answer': async () => {
    const hub = await ordered({}, ({ systems }) => systems.erp.misbehave({ down: true }))
    await hub.passes(6.5 * HOUR)
    return hub
  },
  'no warehouse does anything': async () => {
    const hub = await ordered({ silent: ['harbor'] }, ({ systems }) => {
      for (const site of systems.warehouses) site.misbehave({ down: true })
    })
    await hub.passes(6.5 * HOUR)
    return hub
  },
  'the ERP bills nothing, nobody answers': async () => {
    const hub = await ordered({ silent: ['grandview'] })
    while (hub.of('order.accepted').length < 6) await hub.passes(250)
    hub.systems.erp.misbehave({ down: true })
    await hub.passes(6.5 * HOUR)
    return hub
  },
} as const

interface PlantedTime {
  readonly id: string
  readonly partner: string
  readonly what: string
  readonly run: keyof typeof RUNS
  readonly document: string
}

const planted: readonly PlantedTime[] = [
  ...(
    [
      ['G11', 'grandview'],
      ['H13', 'harborclub'],
      ['P11', 'parcelplace'],
    ] as const
  ).map(([id, partner]) => ({
    id,
    partner,
    what: 'our 855 does not go out',
    run: 'the ERP does not answer' as const,
    document: 'order-acknowledgement',
  })),
  {
    id: 'P12',
    partner: 'parcelplace',
    what: 'nothing ships, and no 856 goes out',
    run: 'no warehouse does anything',
    document: 'ship-notice',
  },
  {
    id: 'D10',
    partner: 'harbor',
    what: 'no 945 comes',
    run: 'no warehouse does anything',
    document: 'warehouse-advice',
  },
  {
    id: 'D11',
    partner: 'harbor',
    what: 'no 997 comes for our 940',
    run: 'no warehouse does anything',
    document: '997 for warehouse-order',
  },
  ...(
    [
      ['G12', 'grandview'],
      ['H14', 'harborclub'],
      ['P13', 'parcelplace'],
    ] as const
  ).map(([id, partner]) => ({
    id,
    partner,
    what: 'our 810 does not go out',
    run: 'the ERP bills nothing, nobody answers' as const,
    document: 'invoice',
  })),
  {
    id: 'R10',
    partner: 'redline',
    what: 'no 990 comes for our 204',
    run: 'the ERP bills nothing, nobody answers',
    document: 'tender-response',
  },
  {
    id: 'G13',
    partner: 'grandview',
    what: 'no 997 comes for our 856',
    run: 'the ERP bills nothing, nobody answers',
    document: '997 for ship-notice',
  },
]

/** What Redline says to each load it was offered. */
async function answered(hub: Journey): Promise<void> {
  for (const [at, { set }] of hub.documents('redline', '204').entries()) {
    const shipment = set ? loadTender.readX12(set).document?.shipment : undefined
    if (shipment === undefined) throw new Error('No load was offered.')
    const answer = { shipment, scac: 'RDLN', date: '2026-01-05', response: 'accepted' as const }
    await hub.arrives(partnerFile(redline.speaks, tenderResponse, answer, 9_001 + at), { from: 'redline' })
  }
}

test('when everybody does his part, nobody is told that anything will be late', async () => {
  const hub = await ordered({})
  await hub.settles()
  await answered(hub)
  await hub.passes(5 * HOUR) // the clocks of documents that went out have stopped; the shortest other one has rung
  expect([...flags(hub, 'near'), ...flags(hub, 'missed'), ...hub.cases()]).toEqual([])
  const kept = hub.of('deadline.kept').map(({ partner, document, late }) => `${partner} ${document} ${late}`)
  expect(Object.fromEntries([...Map.groupBy(kept, (line) => line)].map(([line, all]) => [line, all.length]))).toEqual({
    'grandview order-acknowledgement false': 2,
    'grandview ship-notice false': 2,
    'grandview invoice false': 2,
    'harborclub order-acknowledgement false': 2,
    'harborclub invoice false': 2,
    'parcelplace order-acknowledgement false': 2,
    'parcelplace ship-notice false': 2,
    'parcelplace invoice false': 2,
    'harbor warehouse-advice false': 1,
    'redline tender-response false': 5,
  })
})

describe.each(Object.keys(RUNS) as (keyof typeof RUNS)[])('%s', (run) => {
  let hub: Journey
  beforeAll(async () => {
    hub = await RUNS[run]()
  })

  test.each(planted.filter((one) => one.run === run))('$id: $what ($partner) is said before its time', (one) => {
    const isIt = ({ partner, document }: Flag) => partner === one.partner && document === one.document
    const near = flags(hub, 'near').filter(isIt)
    const missed = flags(hub, 'missed').filter(isIt)
    expect(near.length).toBeGreaterThan(0)
    for (const { at, dueAt } of near) expect(at).toBeLessThan(dueAt)
    // each that was missed had been said before, and not only another like it
    for (const late of missed)
      expect(near.filter(({ about, at }) => about === late.about && at < late.at)).toHaveLength(1)
    expect(hub.cases().filter(({ partner }) => partner === one.partner)).not.toEqual([])
  })

  test('nothing else is said to be late', () => {
    const expected = planted.filter((one) => one.run === run).map(({ partner, document }) => `${partner} ${document}`)
    const said = new Set(flags(hub, 'near').map(({ partner, document }) => `${partner} ${document}`))
    expect([...said].filter((line) => !expected.includes(line) && !FOLLOWS.has(line))).toEqual([])
    console.info(`timing, ${run}: ${expected.filter((line) => said.has(line)).length} of ${expected.length}`)
  })
})

/** What is late because the same party does nothing at all: its other documents and answers. */
const FOLLOWS = new Set(['parcelplace ship-notice', 'grandview 997 for order-acknowledgement'])
