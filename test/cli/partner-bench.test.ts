import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type WrittenSegment as EdifactSegment, writeEdifact } from '../../src/edi/edifact/write.ts'
import { type Separators, type WrittenSegment, writeInterchange } from '../../src/edi/x12/write.ts'
import { root, run } from './run.ts'

let folder: string
beforeAll(async () => {
  // Below the repository, so that a profile finds what it imports.
  await mkdir(join(root, '.crossdock'), { recursive: true })
  folder = await mkdtemp(join(root, '.crossdock/partner-bench-'))
})
afterAll(() => rm(folder, { recursive: true }))

const OURS = ['ZZ', 'ACMESUPPLY'] as const
const THEIRS = ['08', '6123456789'] as const

interface SampleOf {
  readonly set: string
  readonly functionalId: string
  readonly segments: readonly WrittenSegment[]
  /** Example of what they want from us. */
  readonly isOurs?: boolean
  readonly version?: string
  readonly usage?: 'P' | 'T'
  readonly separators?: Partial<Separators>
}

/** Writes a file of the fictitious retailer, with separators and group ids of its own. */
async function sample(
  name: string,
  { set, functionalId, segments, isOurs = false, ...more }: SampleOf,
): Promise<string> {
  const [from, to] = isOurs ? [OURS, THEIRS] : [THEIRS, OURS]
  const groupId = { [THEIRS[1]]: 'RETAILGRP', [OURS[1]]: OURS[1] }
  const dated = { date: '20260105', time: '0800' }
  const text = writeInterchange(
    {
      senderQualifier: from[0],
      sender: from[1],
      receiverQualifier: to[0],
      receiver: to[1],
      ...dated,
      version: '00501',
      controlNumber: 42,
      usage: more.usage ?? 'P',
      groups: [
        {
          functionalId,
          sender: groupId[from[1]] as string,
          receiver: groupId[to[1]] as string,
          ...dated,
          controlNumber: 42,
          version: more.version ?? '005010',
          sets: [{ id: set, controlNumber: 1, segments }],
        },
      ],
    },
    {
      separators: { element: '|', segment: "'", component: ':', repetition: '^', lineEnd: '\r\n', ...more.separators },
    },
  )
  const file = join(folder, name)
  await writeFile(file, text)
  return file
}

const ORDER: SampleOf = {
  set: '850',
  functionalId: 'PO',
  segments: [
    ['BEG', '00', 'SA', 'R-1001', '', '20260105'],
    ['CUR', 'BY', 'CAD'],
    ['N1', 'ST', 'Store 42', '92', '0042'],
    ['PO1', '1', '12', 'EA', '9.25', 'PE', 'CB', '77-1', 'VP', 'BOLT'],
    ['PO1', '2', '2', 'CA', '20.00', 'PE', 'CB', '77-2', 'VP', 'NUT'],
    ['CTT', '2'],
  ],
}
const WANTED: SampleOf = {
  set: '855',
  functionalId: 'PR',
  isOurs: true,
  segments: [
    ['BAK', '00', 'AC', 'R-1001', '20260105'],
    ['CUR', 'BY', 'CAD'],
    ['PO1', '1', '12', 'EA', '9.25', '', 'VP', 'BOLT'],
    ['ACK', 'IA', '12', 'EA'],
    ['CTT', '1'],
  ],
}

async function made(name: string, files: readonly string[], ...more: string[]) {
  const out = join(folder, `${name}.ts`)
  const args = ['partner', 'new', name, '--role', 'retailer', '--out', out, ...more]
  const { code, out: said } = await run([...args, '--json', ...(files.length > 0 ? ['--samples', ...files] : [])])
  return { code, said: JSON.parse(said) as Record<string, unknown>, out, text: await readFile(out, 'utf8') }
}

/** A configuration around a profile that was written. */
async function configFor(name: string): Promise<string> {
  const file = join(folder, `${name}.config.ts`)
  await writeFile(
    file,
    `import { defineHub, orderToCash } from 'crossdock'
import { http } from 'crossdock/connectors/http'
import { delegatedToCrossdock } from 'crossdock/lifecycle'
import { ${name} } from './${name}.ts'

const connector = http({ url: 'http://127.0.0.1:9' })
export default defineHub({
  name: 'acme',
  systems: { erp: { role: 'erp', connector }, wms: { role: 'wms', facility: 'DC1', connector } },
  partners: [${name}],
  lifecycle: { authority: delegatedToCrossdock({ erp: 'erp', warehouses: { DC1: 'wms' } }) },
  process: [orderToCash({ erp: 'erp', warehouses: [{ facility: 'DC1', system: 'wms' }], channels: { ${name}: { kind: 'edi' } } })],
})
`,
  )
  return file
}

/** A file with the 997 that says that a group of ours was taken. */
async function acknowledging(functionalId: string, group: string): Promise<string> {
  const said: WrittenSegment[] = [
    ['AK1', functionalId, group],
    ['AK9', 'A', '1', '1', '1'],
  ]
  const file = await sample(`ack-${group}.edi`, { set: '997', functionalId: 'FA', segments: said })
  const text = await readFile(file, 'utf8')
  await writeFile(file, text.replaceAll('|000000042', '|000000099').replace('|GS|42|', '|GS|99|'))
  return file
}

interface Point {
  readonly point: string
  readonly state: string
  readonly says: string
  readonly findings?: readonly object[]
}

/** Somebody who knows fills in what the profile leaves open. */
async function decided(name: string): Promise<void> {
  const file = join(folder, `${name}.ts`)
  await writeFile(file, (await readFile(file, 'utf8')).replaceAll("within('OPEN'", "within('24h'"))
}

async function gate(name: string, files: readonly string[]): Promise<{ code: number; points: Record<string, Point> }> {
  const samples = files.length > 0 ? ['--samples', ...files] : []
  const { code, out } = await run(['partner', 'test', name, '--config', await configFor(name), '--json', ...samples])
  const { points } = JSON.parse(out) as { points: Point[] }
  return { code, points: Object.fromEntries(points.map((point) => [point.point, point])) }
}

describe('partner new', () => {
  test('says from two files who a retailer is, how it writes and which codes it uses', async () => {
    const files = [await sample('po.edi', ORDER), await sample('want.edi', WANTED)]
    const { code, said, text } = await made('retailone', files, '--customer', 'R1')
    expect(code).toBe(0)
    expect(said).toMatchObject({
      theirs: '08:6123456789',
      ours: 'ZZ:ACMESUPPLY',
      theirGroupId: 'RETAILGRP',
      version: '005010',
      usage: 'P',
      currency: 'CAD',
      vendorQualifier: 'VP',
      separators: { element: '|', segment: "'", component: ':', lineEnd: '\r\n' },
      fromThem: [{ value: '850', count: 1 }],
      fromUs: [{ value: '855', count: 1 }],
      remarks: [],
      faults: [],
    })
    expect(said).not.toHaveProperty('ourGroupId')
    expect(said['codes']).toContainEqual({
      place: 'PO103',
      about: 'units',
      codes: [
        { value: 'EA', count: 2 },
        { value: 'CA', count: 1 },
      ],
    })
    expect(text).toContain("separators: { element: '|', segment: '\\'', component: ':', lineEnd: '\\u000d\\u000a' }")
    expect(text).toContain("syntax: { currency: 'CAD', vendorQualifier: 'VP' }")
  })

  test('a carrier is known by the SCAC of its samples, a supplier by its number: neither is a customer', async () => {
    const status: SampleOf = {
      set: '214',
      functionalId: 'QM',
      segments: [
        ['B10', 'PRO-1', 'S-1', 'FAST'],
        ['LX', '1'],
        ['AT7', 'AF', 'NS', '', '', '20260105', '1200', 'LT'],
      ],
    }
    const carrier = await made('fast', [await sample('status.edi', status)], '--role', 'carrier')
    const agreed = 'by when it was agreed; a missed one becomes a case before it costs money.'
    expect(carrier.said).toMatchObject({ scac: 'FAST', theirs: '08:6123456789', open: [agreed] })
    expect(carrier.text).toContain("  carrier: 'FAST',\n")
    const supplier = await made('mill', [], '--role', 'supplier', '--supplier', 'V-100')
    expect(supplier.text).toContain("  supplier: 'V-100',\n")
    const open = await made('somebody', [], '--role', 'carrier')
    expect(open.said['open']).toContain('its SCAC')
    for (const { text } of [carrier, supplier, open]) expect(text).not.toContain('customer')
    const strange = await gate('fast', [await sample('order.edi', ORDER)])
    expect(strange.points['documents are understood']).toMatchObject({
      state: 'failed',
      says: expect.stringContaining('order.edi has a 850, which is not expected of fast'),
    })
  })

  test.each([
    [
      'carrier',
      ['B10', 'PRO-1', 'S-1', 'FAST'],
      '214',
      'QM',
      ['our 204'],
      'open',
      'Nobody has said yet within what time: tender-response.',
    ],
    [
      '3pl',
      ['W06', 'F', 'REL-1', '20260105', 'WS-1'],
      '945',
      'SW',
      [],
      'open',
      'Nobody has said yet within what time: warehouse-advice.',
    ],
    [
      'supplier',
      ['BAK', '00', 'AC', 'R-1', '20260105'],
      '855',
      'PR',
      ['our 850'],
      'not_shown',
      'Nothing of ours has a clock.',
    ],
  ] as const)(
    'the template of a %s is taken by the configuration',
    async (role, first, set, functionalId, open, state, clocks) => {
      const name = `template${role.replace('3', 'three')}`
      const file = await sample(`${name}.edi`, { set, functionalId, segments: [[...first]] })
      await made(name, [file], '--role', role, '--facility', '3PL1', '--supplier', 'V-1')
      const { points } = await gate(name, [])
      expect(points['profile']).toMatchObject({ state: 'passed' })
      expect(points['clocks']).toMatchObject({ state, says: clocks })
      for (const point of open)
        expect(points[point]).toMatchObject({ state: 'open', says: `No example of ${point} was given.` })
    },
  )

  test('leaves a file that is there alone, and says what stands in the way', async () => {
    const { out } = await made('twice', [])
    await writeFile(out, '// mine')
    const again = await run(['partner', 'new', 'twice', '--role', 'retailer', '--out', out])
    expect([again.code, again.err]).toEqual([1, expect.stringContaining('is there already')])
    expect(await readFile(out, 'utf8')).toBe('// mine')
    expect((await run(['partner', 'new', 'twice', '--role', 'retailer', '--out', out, '--force'])).code).toBe(0)
    const odd = await run(['partner', 'new', '../evil', '--role', 'retailer'])
    expect([odd.code, odd.err]).toEqual([1, expect.stringContaining('is no short name')])
  })

  test('says where samples disagree, and what is wrong in them', async () => {
    const files = [
      await sample('one.edi', ORDER),
      await sample('two.edi', { ...ORDER, version: '004010', usage: 'T' }),
      await sample('bad.edi', {
        ...ORDER,
        segments: [
          ['BEG', '00', 'SA', 'R-9', '', '20260230'],
          ['CTT', '0'],
        ],
      }),
    ]
    const { code, said } = await made('differs', files)
    expect(code).toBe(1)
    expect(said['remarks']).toEqual([
      'The samples differ in the version: 005010 (2) is taken, there is also 004010 (1).',
      'The samples differ in the usage (ISA15): P (2) is taken, there is also T (1).',
    ])
    expect(said['faults']).toContainEqual(expect.objectContaining({ sample: 'bad.edi' }))
  })

  test('text of a sample never becomes code of the profile', async () => {
    const evil: WrittenSegment = ['REF', 'X\u2028X', 'a']
    const file = await sample('evil.edi', {
      ...ORDER,
      segments: [...ORDER.segments.slice(0, 2), evil, ...ORDER.segments.slice(2)],
    })
    const bytes = (await readFile(file, 'utf8')).replace('REF|X\u2028X', 'REF|A\nimport "evil" //')
    await writeFile(file, bytes)
    const { text } = await made('careful', [file])
    expect(text.split('\n').filter((line) => line.startsWith('import "evil"'))).toEqual([])
    expect(text).toContain('REF01')
  })

  test('without samples it is a template whose open lines are counted', async () => {
    const { said, text } = await made('blank', [])
    expect(said['open']).toEqual([
      'its number in the ERP',
      'our qualifier:id as the partner knows us',
      'its qualifier:id in ISA',
      'the version it wants to be written to in',
      'its guide says by when; a missed one becomes a case before it costs money.',
    ])
    expect(text).toContain('definePartner')
  })
})

describe('partner test', () => {
  test('a profile from two files passes the gate with them', async () => {
    const files = [await sample('go.edi', ORDER), await sample('go-want.edi', WANTED)]
    const second = await sample('go-second.edi', {
      ...ORDER,
      segments: ORDER.segments.map((row) => (row[0] === 'BEG' ? row.with(3, 'R-1002') : row)),
    })
    await writeFile(second, (await readFile(second, 'utf8')).replaceAll('000000042', '000000043'))
    await made('ready', files, '--customer', 'R1')
    await made('asmade', files, '--customer', 'R1')
    const asMade = await gate('asmade', files)
    expect([asMade.code, asMade.points['clocks']?.state]).toEqual([1, 'open'])
    await decided('ready')
    const few = await gate('ready', files)
    expect([few.code, Object.values(few.points).filter(({ state }) => state !== 'passed')]).toEqual([
      0,
      [expect.objectContaining({ point: 'numbers are new', state: 'not_shown' })],
    ])
    const { code, points } = await gate('ready', [...files, second])
    expect(Object.values(points).filter(({ state }) => state !== 'passed')).toEqual([])
    expect(code).toBe(0)
    expect(Object.keys(points)).toEqual([
      'profile',
      'samples',
      'files are read',
      'envelopes are whole',
      'addresses agree',
      'production data',
      'versions agree',
      'numbers are new',
      'sets are sound',
      'documents are understood',
      'documents agree',
      'acknowledged',
      'our 855',
      'our 856',
      'our 810',
      'clocks',
    ])
  })

  test('what had nothing to compare is not shown: it stands in nobody’s way, and is not counted as passed', async () => {
    const order = await sample('alone.edi', ORDER)
    await made('alone', [order], '--customer', 'R1')
    await decided('alone')
    const { code, points } = await gate('alone', [order])
    expect([code, points['documents agree'], points['numbers are new']]).toMatchObject([
      0,
      { state: 'not_shown', says: 'Nothing given can be compared with what it answers.' },
      { state: 'not_shown' },
    ])
    const config = await configFor('alone')
    const { out } = await run(['partner', 'test', 'alone', '--config', config, '--samples', order])
    expect(out).toMatch(/^not shown {2}documents agree {2,}Nothing given/m)
    expect(out).toMatch(/alone may go live: 14 points are passed, 2 not shown\.$/m)
  })

  test('our documents that were compared are written out, as the partner would get them', async () => {
    const order = await sample('shown.edi', ORDER)
    await made('shown', [order], '--customer', 'R1')
    const to = join(folder, 'for-shown')
    const args = ['partner', 'test', 'shown', '--config', await configFor('shown'), '--samples', order]
    const { out, err } = await run([...args, '--write-samples', to, '--json'])
    const { written } = JSON.parse(out) as { written: string[] }
    expect(written).toEqual(['855', '856', '810'].map((set) => join(to, `${set}-R-1001.edi`)))
    expect(err).toContain(`3 documents of ours are written to ${to}.`)
    for (const file of written) {
      const check = await run(['edi', 'check', file, '--json'])
      expect([check.code, JSON.parse(check.out)]).toMatchObject([0, { verdict: 'accepted', counts: { accepted: 1 } }])
      expect(await readFile(file, 'utf8')).toMatch(/^ISA\|[^\r]*\|ACMESUPPLY +\|08\|6123456789 /)
    }
    const second = await sample('shown-again.edi', ORDER)
    const twice = await run([...args, second, '--write-samples', to, '--json'])
    expect((JSON.parse(twice.out) as { written: string[] }).written).toContain(join(to, '855-R-1001.2.edi'))
    const nowhere = await run([...args, '--write-samples', order])
    expect([nowhere.code, nowhere.err]).toEqual([expect.any(Number), expect.stringContaining(order)])
    expect(nowhere.code).not.toBe(0)
  })

  test('a GTIN with a wrong check digit is found where it stands, also beside another fault; a number that is none is let be', async () => {
    const numbered = (...pairs: string[]) => ({
      ...ORDER,
      segments: ORDER.segments.map((row) => (row[1] === '1' && row[0] === 'PO1' ? [...row, ...pairs] : row)) as never,
    })
    const good = await sample('gtin-good.edi', numbered('UP', '036000291452', 'IN', '036000291453'))
    await made('gtin', [good], '--customer', 'R1')
    expect((await gate('gtin', [good])).points['documents are understood']?.state).toBe('passed')
    const wrong = await sample('gtin-wrong.edi', numbered('UP', '036000291453'))
    expect((await gate('gtin', [wrong])).points['documents are understood']).toMatchObject({
      state: 'failed',
      findings: [{ code: 'XD_DOCUMENTS_CHECK_DIGIT', place: 'PO111 (segment 5)' }],
    })
    const both = await sample('gtin-both.edi', numbered('UP', '036000291453'))
    await writeFile(both, (await readFile(both, 'utf8')).replace('CTT|2', 'CTT|3'))
    expect((await gate('gtin', [both])).points['documents are understood']?.findings).toMatchObject([
      { code: 'XD_DOCUMENTS_COUNT_DIFFERS' },
      { code: 'XD_DOCUMENTS_CHECK_DIGIT', place: 'PO111 (segment 5)' },
    ])
  })

  test('a template without samples is open or failed where nobody has said anything', async () => {
    await made('empty', [])
    const { code, points } = await gate('empty', [])
    expect(code).toBe(1)
    expect(points['profile']).toMatchObject({
      state: 'open',
      says: 'partners[0].customer: customer is still OPEN: its number in the ERP.',
      findings: [{}, { where: 'partners[0].speaks.ours' }, { where: 'partners[0].speaks.theirs' }],
    })
    for (const point of ['samples', 'addresses agree', 'sets are sound', 'our 855'])
      expect(points[point]?.state).toBe('open')
  })

  test.each<[string, string, Partial<SampleOf>, string]>([
    ['an address of somebody else', 'addresses agree', {}, 'ZZ:OTHER'],
    ['test data', 'production data', { usage: 'T' }, ''],
    [
      'a set that is not sound',
      'sets are sound',
      { segments: [['BEG', '00', 'SA', 'R-9', '', '20260230'], ...ORDER.segments.slice(3)] },
      '',
    ],
    [
      'a unit nobody knows',
      'documents are understood',
      { segments: ORDER.segments.map((one) => one.map((part) => (part === 'CA' ? 'QQ' : part)) as never) },
      '',
    ],
    ['a document nobody reads', 'documents are understood', { set: '753', functionalId: 'RF' }, ''],
  ])('%s is found', async (what, point, changed, otherAddress) => {
    const name = `found${what.replace(/[^a-z]/g, '')}`
    const sound = await sample(`${name}-sound.edi`, ORDER)
    await made(name, [sound], '--customer', 'R1')
    const file = await sample(`${name}.edi`, { ...ORDER, ...changed })
    if (otherAddress !== '')
      await writeFile(file, (await readFile(file, 'utf8')).replace(/08\|6123456789 {5}/, 'ZZ|OTHER          '))
    const { code, points } = await gate(name, [sound, file])
    expect(code).toBe(1)
    expect(points[point]?.state).toBe('failed')
  })

  test('an answer to what is not among the samples leaves its point open, and says what there is', async () => {
    const order = await sample('asked.edi', ORDER)
    const other = { ...WANTED, segments: WANTED.segments.map((row) => (row[0] === 'BAK' ? row.with(3, 'R-7') : row)) }
    const files = [order, await sample('other-855.edi', other), await acknowledging('PR', '7')]
    await made('lonely', files, '--customer', 'R1')
    await decided('lonely')
    const { code, points } = await gate('lonely', files)
    expect(code).toBe(1)
    expect(Object.values(points).filter(({ state }) => state !== 'passed')).toMatchObject([
      {
        point: 'documents agree',
        state: 'open',
        says: expect.stringContaining(
          'other-855.edi answers order R-7, which is not among the samples (there is: R-1001).',
        ),
      },
      {
        point: 'ours are taken',
        state: 'open',
        says: expect.stringContaining(
          'ack-7.edi answers group PR 7, which is not among the samples (there is: PR 42).',
        ),
      },
    ])
    const known = await gate('lonely', [order, await sample('right-855.edi', WANTED), await acknowledging('PR', '42')])
    expect(known.points['ours are taken']).toMatchObject({ state: 'passed' })
    expect(known.code).toBe(0)
  })

  test('a partner the configuration does not have is a coded error', async () => {
    await made('known', [])
    const { code, err } = await run(['partner', 'test', 'unknown', '--config', await configFor('known')])
    expect([code, err]).toEqual([1, expect.stringContaining('has no partner named unknown')])
  })
})

describe('a partner that speaks EDIFACT', () => {
  const ENVELOPE = {
    sender: { id: '4098765000010', qualifier: '14' },
    receiver: { id: '4012345000016', qualifier: '14' },
  }
  const dated = { date: '20260105', time: '0800' }
  const DETAIL: EdifactSegment[] = [
    ['LIN', '1', '', ['4711', 'SA']],
    ['QTY', ['21', '10', 'PCE']],
    ['PRI', ['AAA', '9.25']],
    ['UNS', 'S'],
    ['CNT', ['2', '1']],
  ]
  const ORDERED: EdifactSegment[] = [
    ['BGM', '220', 'PO-1', '9'],
    ['DTM', ['137', '20260105', '102']],
    ['NAD', 'BY', ['4098765000010', '', '9']],
    ['NAD', 'DP', ['4098765000027', '', '9']],
    ['CUX', ['2', 'EUR', '9']],
    ...DETAIL,
  ]
  const RESPONSE: EdifactSegment[] = [
    ['BGM', '231', 'SO-1', '29'],
    ['DTM', ['137', '20260106', '102']],
    ['RFF', ['ON', 'PO-1']],
    ['DTM', ['171', '20260105', '102']],
    ['CUX', ['2', 'EUR', '9']],
    ['LIN', '1', '5', ['4711', 'SA']],
    ['QTY', ['21', '10', 'PCE']],
    ['RFF', ['ON', 'PO-1', '1']],
    ['UNS', 'S'],
    ['CNT', ['2', '1']],
  ]

  async function files(segments = ORDERED, test = false) {
    const message = (type: string, association: string, body: EdifactSegment[]) => ({
      messages: [{ reference: '1', type, release: '96A', association, segments: body }],
    })
    const asked = { ...ENVELOPE, ...dated, reference: 'REF17', ackRequested: true, test }
    const orders = writeEdifact({ ...asked, ...message('ORDERS', 'EAN008', segments) })
    const { sender: receiver, receiver: sender } = ENVELOPE
    const wanted = { sender, receiver, ...dated, reference: '1', ...message('ORDRSP', 'EAN005', RESPONSE) }
    const names = [join(folder, 'orders.edi'), join(folder, 'want-ordrsp.edi')] as const
    await Promise.all([writeFile(names[0], orders), writeFile(names[1], writeEdifact(wanted))])
    return names
  }

  test('two files say who it is, how it writes and which guides it follows; the profile goes live with them', async () => {
    const samples = await files()
    const { code, said, text } = await made('kontor', samples, '--customer', 'KONTOR', '--force')
    expect(code).toBe(0)
    expect(said).toMatchObject({
      standard: 'edifact',
      theirs: '4098765000010:14',
      ours: '4012345000016:14',
      version: 'D.96A',
      currency: 'EUR',
      associations: { ORDRSP: 'EAN005' },
      separators: {},
      fromThem: [{ value: 'ORDERS', count: 1 }],
      fromUs: [{ value: 'ORDRSP', count: 1 }],
      remarks: [],
      faults: [],
    })
    expect(said['codes']).toContainEqual({ place: 'QTY 1-3', about: 'units', codes: [{ value: 'PCE', count: 2 }] })
    expect(text).toContain("standard: 'edifact',\n    ours: '4012345000016:14',\n    theirs: '4098765000010:14',")
    await decided('kontor')
    const { code: live, points } = await gate('kontor', samples)
    expect(Object.values(points).filter(({ state }) => state !== 'passed')).toMatchObject([
      { point: 'numbers are new', state: 'not_shown' },
    ])
    expect(live).toBe(0)
    expect(Object.keys(points)).toEqual(
      expect.arrayContaining(['messages are sound', 'acknowledged', 'our ORDRSP', 'our DESADV', 'our INVOIC']),
    )
  })

  test.each<[string, (segments: EdifactSegment[]) => EdifactSegment[], boolean, string]>([
    [
      'a letter in a quantity',
      (rows) => rows.map((row) => (row[0] === 'QTY' ? ['QTY', ['21', '1O', 'PCE']] : row)),
      false,
      'messages are sound',
    ],
    [
      'a unit nobody knows',
      (rows) => rows.map((row) => (row[0] === 'QTY' ? ['QTY', ['21', '1', 'QQQ']] : row)),
      false,
      'documents are understood',
    ],
    ['test data', (rows) => rows, true, 'production data'],
    [
      'a count that differs',
      (rows) => rows.map((row) => (row[0] === 'CNT' ? ['CNT', ['2', '3']] : row)),
      false,
      'documents are understood',
    ],
    [
      'another quantity than we are to answer',
      (rows) => rows.map((row) => (row[0] === 'QTY' ? ['QTY', ['21', '9', 'PCE']] : row)),
      false,
      'documents agree',
    ],
  ])('%s is caught before it goes live', async (_what, spoilt, isTest, name) => {
    await made('kontor', await files(), '--customer', 'KONTOR', '--force')
    const { code, points } = await gate('kontor', await files(spoilt(ORDERED), isTest))
    expect([code, points[name]?.state]).toEqual([1, 'failed'])
  })

  test('a GTIN with a wrong check digit is found where it stands; our messages are written out', async () => {
    await made('kontor', await files(), '--customer', 'KONTOR', '--force')
    const numbered = (gtin: string) =>
      ORDERED.map((row): EdifactSegment => (row[0] === 'LIN' ? ['LIN', '1', '', [gtin, 'EN']] : row))
    const good = await gate('kontor', (await files(numbered('4006381333931'))).slice(0, 1))
    expect(good.points['documents are understood']?.state).toBe('passed')
    const [orders] = await files(numbered('4006381333932'))
    expect((await gate('kontor', [orders])).points['documents are understood']).toMatchObject({
      state: 'failed',
      findings: [{ code: 'XD_DOCUMENTS_CHECK_DIGIT', place: 'LIN 3-1 (segment 7)' }],
    })
    const to = join(folder, 'for-kontor')
    const args = ['partner', 'test', 'kontor', '--config', await configFor('kontor'), '--samples', orders, '--json']
    const { written } = JSON.parse((await run([...args, '--write-samples', to])).out) as { written: string[] }
    expect(written).toEqual(['ORDRSP', 'DESADV', 'INVOIC'].map((message) => join(to, `${message}-PO-1.edi`)))
    for (const file of written) expect((await readFile(file, 'latin1')).slice(0, 3)).toMatch(/UN[AB]/)
  })

  test('a message that a customer does not send here is named', async () => {
    await made('kontor', await files(), '--customer', 'KONTOR', '--force')
    const [orders] = await files()
    const text = await readFile(orders, 'utf8')
    await writeFile(orders, text.replace('ORDERS:D', 'DESADV:D'))
    const { points } = await gate('kontor', [orders])
    expect(points['documents are understood']?.says).toContain('DESADV')
  })
})
