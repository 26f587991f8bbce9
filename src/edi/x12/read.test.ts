import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readX12, type X12File, type X12Interchange, type X12Set } from './read.ts'
import { readX12Stream, type X12Part } from './stream.ts'
import { type WrittenInterchange, writeInterchange } from './write.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8')
const codes = (faults: readonly { code: string }[]): string[] => faults.map((f) => f.code.replace('XD_EDI_', ''))
const onlyInterchange = (file: X12File): X12Interchange => {
  expect(file.interchanges).toHaveLength(1)
  return file.interchanges[0] as X12Interchange
}
const setsOf = (file: X12File): X12Set[] =>
  file.interchanges.flatMap((one) => one.groups.flatMap((group) => group.sets))
const rows = ({ segments }: X12Set): string[][] =>
  Array.from({ length: segments.length }, (_, i) => [
    segments.tag(i),
    ...Array.from({ length: segments.count(i) }, (_, e) => segments.at(i, e + 1)),
  ])

const ORDER = [
  'ISA*00*          *00*          *12*5555550142     *ZZ*ACMESUPPLY     *260102*1015*U*00401*000000017*0*P*>',
  'GS*PO*5555550142*ACMESUPPLY*20260102*1015*17*X*004010',
  'ST*850*0001',
  'BEG*00*SA*4711**20260102',
  'PO1*1*5*EA*9.25**VP*SKU-1',
  'CTT*1',
  'SE*5*0001',
  'GE*1*17',
  'IEA*1*000000017',
]
const lines = (from: readonly string[], end = '~\n'): string => from.map((line) => line + end).join('')
const changed = (from: string, to: string): string => lines(ORDER).replace(from, to)

test('an order is read: who sent it, to whom, and every element of it', () => {
  const interchange = onlyInterchange(readX12(bytes(lines(ORDER))))
  expect(interchange).toMatchObject({
    senderQualifier: '12',
    sender: '5555550142',
    receiver: 'ACMESUPPLY',
    controlNumber: '000000017',
    ackRequested: false,
    usage: 'P',
    faults: [],
    start: 0,
  })
  const set = interchange.groups[0]?.sets[0] as X12Set
  expect([set.id, set.controlNumber, set.faults]).toEqual(['850', '0001', []])
  expect(set.segments.at(1, 3)).toBe('4711')
  expect(set.segments.at(1, 4)).toBe('')
  expect(set.segments.at(1, 99)).toBe('')
  expect(set.segments.position(2)).toBe(3)
  expect(lines(ORDER).slice(set.segments.offset(2)).startsWith('PO1')).toBe(true)
})

test.each([
  ['a line end instead of a tilde', '\n'],
  ['CR alone', '\r'],
  ['CR and LF', '\r\n'],
  ['tilde and CRLF', '~\r\n'],
  ['tilde alone', '~'],
  ['a closing brace', '}'],
  ['a separator of ASCII itself', '\x1e'],
])('segments may end with %s', (_, end) => {
  const file = readX12(bytes(lines(ORDER, end)))
  expect(file.faults).toEqual([])
  expect(rows(setsOf(file)[0] as X12Set).map((row) => row.join('*'))).toEqual(ORDER.slice(2, 7))
})

test('elements may be separated by carets or tildes, whatever the sender likes', () => {
  const odd = lines(ORDER, '|').replaceAll('*', '~')
  const set = setsOf(readX12(bytes(odd)))[0] as X12Set
  expect(set.segments.at(2, 7)).toBe('SKU-1')
  expect(set.faults).toEqual([])
})

test('white space between segments means nothing, inside an element it is data', () => {
  const indented = lines(ORDER.map((line, i) => (i === 0 ? line : `   \t${line}`))).replace('SKU-1', ' SKU 1 ')
  const set = setsOf(readX12(bytes(indented)))[0] as X12Set
  expect(set.segments.at(2, 7)).toBe(' SKU 1 ')
  expect(set.faults).toEqual([])
})

test('components and repeats are taken apart by the separators of the interchange', () => {
  const text = lines(ORDER)
    .replace('*U*00401', '*^*00402')
    .replace('PO1*1*5*EA', 'PO1*a^b^c*5*EA')
    .replace('4711', 'x>y')
  const { segments } = setsOf(readX12(bytes(text), { syntax: false }))[0] as X12Set
  expect(segments.repeats(2, 1)).toEqual(['a', 'b', 'c'])
  expect(segments.repeats(2, 2)).toEqual(['5'])
  expect(segments.repeats(2, 5)).toEqual([])
  expect(segments.component(1, 3, 2)).toBe('y')
  expect(segments.component(1, 3, 3)).toBe('')
})

test('text in UTF-8 is read as UTF-8, text in Latin-1 as Latin-1', () => {
  const text = lines(ORDER).replace('SKU-1', 'Müller')
  expect(setsOf(readX12(Buffer.from(text, 'utf8')))[0]?.segments.at(2, 7)).toBe('Müller')
  expect(setsOf(readX12(Buffer.from(text, 'latin1')))[0]?.segments.at(2, 7)).toBe('Müller')
})

test('X01: a byte order mark and a lead-in are passed over and reported', () => {
  const marked = readX12(bytes(`\ufeff${lines(ORDER)}`))
  expect(codes(marked.faults)).toEqual(['BYTE_ORDER_MARK'])
  const led = readX12(bytes(`Subject: order\r\n\r\n${lines(ORDER)}`))
  expect(codes(led.faults)).toEqual(['LEAD_IN'])
  for (const file of [marked, led]) expect(setsOf(file)[0]?.faults).toEqual([])
})

test('X01: an ISA without its padding is read by its separators and reported', () => {
  const short = lines(ORDER).replace(/ {2,}/g, '')
  const interchange = onlyInterchange(readX12(bytes(short)))
  expect(codes(interchange.faults)).toEqual(['ISA_LENGTH'])
  expect(interchange.sender).toBe('5555550142')
  expect(interchange.groups[0]?.sets[0]?.faults).toEqual([])
})

test('X01: an ISA with an element too few still names its sender', () => {
  const short = lines(ORDER).replace('*U*00401', '*00401')
  const interchange = onlyInterchange(readX12(bytes(short)))
  expect(codes(interchange.faults)).toEqual(['ISA_ELEMENTS'])
  expect([interchange.sender, interchange.receiver, interchange.controlNumber, interchange.usage]).toEqual([
    '5555550142',
    'ACMESUPPLY',
    '000000017',
    'P',
  ])
  expect(setsOf({ interchanges: [interchange], faults: [] })[0]?.segments.length).toBe(5)
})

test('X01: without separators or sender nothing can be answered, and the file is for quarantine', () => {
  const cut = readX12(bytes(lines(ORDER).slice(0, 60)))
  const anonymous = readX12(bytes(lines(ORDER).replace('5555550142     ', '               ')))
  for (const file of [cut, anonymous]) {
    expect(file.interchanges).toEqual([])
    expect(file.faults).toMatchObject([{ code: 'XD_EDI_ISA_UNREADABLE', severity: 'fatal' }])
  }
  expect(readX12(bytes('{"order":4711}')).faults).toMatchObject([
    { code: 'XD_EDI_LEAD_IN' },
    { code: 'XD_EDI_NO_INTERCHANGE' },
  ])
  expect(readX12(new Uint8Array()).faults).toMatchObject([{ code: 'XD_EDI_NO_INTERCHANGE', severity: 'fatal' }])
})

test('X02: ISA13 and IEA02 differ', () => {
  const { faults } = onlyInterchange(readX12(bytes(changed('IEA*1*000000017', 'IEA*1*17'))))
  expect(faults).toMatchObject([{ code: 'XD_EDI_INTERCHANGE_MISMATCH', ack: { ta1: '001' }, severity: 'fatal' }])
})

test('X04: an interchange without IEA', () => {
  const { faults, groups } = onlyInterchange(readX12(bytes(lines(ORDER.slice(0, 5)))))
  expect(faults).toMatchObject([{ code: 'XD_EDI_IEA_MISSING', ack: { ta1: '023' }, severity: 'fatal' }])
  expect(codes(groups[0]?.faults ?? [])).toEqual(['GE_MISSING'])
  expect(groups[0]?.sets[0]?.faults[0]).toMatchObject({ code: 'XD_EDI_SE_MISSING', ack: { ak5: '2' } })
})

test('X04: an interchange cut off in the middle of a segment does not take the next one with it', () => {
  const file = readX12(bytes(`${lines(ORDER).slice(0, 230)}${lines(ORDER)}`))
  expect(file.interchanges.map((one) => codes(one.faults))).toEqual([['IEA_MISSING'], []])
  expect(file.interchanges[1]?.groups[0]?.sets[0]?.faults).toEqual([])
})

test('X05: a wrong group count, and an element separator that is also the terminator', () => {
  const counted = onlyInterchange(readX12(bytes(changed('IEA*1*', 'IEA*2*'))))
  expect(counted.faults).toMatchObject([{ code: 'XD_EDI_GROUP_COUNT', ack: { ta1: '021' } }])
  const clash = onlyInterchange(readX12(bytes(lines(ORDER, '*'))))
  expect(clash.faults[0]).toMatchObject({ code: 'XD_EDI_SEPARATORS_CLASH', ack: { ta1: '026' }, severity: 'fatal' })
  expect(clash.sender).toBe('5555550142')
})

test('X07: group numbers are compared as numbers, counts must be right, and the sibling group goes on', () => {
  expect(onlyInterchange(readX12(bytes(changed('GE*1*17', 'GE*1*0017')))).groups[0]?.faults).toEqual([])
  const sibling = ORDER.slice(1, 8).map((line) => line.replace('*17*X', '*18*X').replace('GE*1*17', 'GE*1*18'))
  const two = [...ORDER.slice(0, 8), ...sibling, 'IEA*2*000000017']
  const { groups, faults } = onlyInterchange(readX12(bytes(lines(two).replace('GE*1*17', 'GE*2*99'))))
  expect(faults).toEqual([])
  expect(groups[0]?.faults).toMatchObject([{ ack: { ak9: '5' } }, { ack: { ak9: '4' } }])
  expect(groups[1]?.faults).toEqual([])
})

test('X08: set numbers are compared exactly, and every count is', () => {
  const number = setsOf(readX12(bytes(changed('SE*5*0001', 'SE*5*1'))))[0]
  expect(number?.faults).toMatchObject([{ code: 'XD_EDI_SET_MISMATCH', ack: { ak5: '3' }, severity: 'fatal' }])
  const count = setsOf(readX12(bytes(changed('SE*5*', 'SE*6*'))))[0]
  expect(count?.faults).toMatchObject([
    { code: 'XD_EDI_SEGMENT_COUNT', ack: { ak5: '4' }, segment: 5, tag: 'SE', element: 1 },
  ])
})

test('X09: two sets with one number', () => {
  const twice = [...ORDER.slice(0, 7), ...ORDER.slice(2, 7), 'GE*2*17', 'IEA*1*000000017']
  const [first, second] = setsOf(readX12(bytes(lines(twice))))
  expect(first?.faults).toEqual([])
  expect(second?.faults).toMatchObject([{ code: 'XD_EDI_SET_NUMBER_TWICE', ack: { ak5: '23' }, severity: 'fatal' }])
})

test('a bad set leaves its neighbours alone', () => {
  const bad = ORDER.slice(2, 7).map((line) => line.replace('0001', '0002').replace('*EA*', '*QQ*'))
  const good = ORDER.slice(2, 7).map((line) => line.replace('0001', '0003'))
  const sets = setsOf(readX12(bytes(lines([...ORDER.slice(0, 7), ...bad, ...good, 'GE*3*17', 'IEA*1*000000017']))))
  expect(sets.map((set) => set.faults.length)).toEqual([0, 1, 0])
})

test('missing SE, GE and headers are found where they are missing', () => {
  const noSe = onlyInterchange(readX12(bytes(lines(ORDER.filter((line) => !line.startsWith('SE'))))))
  expect(codes(noSe.groups[0]?.sets[0]?.faults ?? [])).toEqual(['SE_MISSING'])
  const noGe = onlyInterchange(readX12(bytes(lines(ORDER.filter((line) => !line.startsWith('GE'))))))
  expect(codes(noGe.groups[0]?.faults ?? [])).toEqual(['GE_MISSING'])
  const noGs = onlyInterchange(readX12(bytes(lines(ORDER.filter((line) => !line.startsWith('GS'))))))
  expect(noGs.faults[0]).toMatchObject({ code: 'XD_EDI_OUTSIDE_GROUP', ack: { ta1: '024' } })
  const noSt = onlyInterchange(readX12(bytes(lines(ORDER.filter((line) => !line.startsWith('ST'))))))
  expect(codes(noSt.groups[0]?.faults ?? [])).toContain('OUTSIDE_SET')
})

test('several interchanges in one file, and what lies between them', () => {
  const file = readX12(
    bytes(`${lines(ORDER)}\r\n\r\n${lines(ORDER).replaceAll('000000017', '000000018')}%% end of spool %%`),
  )
  expect(file.interchanges.map((one) => one.controlNumber)).toEqual(['000000017', '000000018'])
  expect(codes(file.faults)).toEqual(['STRAY_BYTES'])
})

test('TA1 segments and the oldest service segments stand before the groups', () => {
  const { tradingAcks, faults } = onlyInterchange(
    readX12(bytes(lines([ORDER[0] as string, 'ISB*1', 'TA1*000000009*260101*0900*R*001', ...ORDER.slice(1)]))),
  )
  expect(tradingAcks).toEqual([{ controlNumber: '000000009', date: '260101', time: '0900', verdict: 'R', note: '001' }])
  expect(faults).toEqual([])
})

async function* inChunks(text: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let i = 0; i < text.length; i += size) yield text.subarray(i, i + size)
}

async function partsOf(source: AsyncIterable<Uint8Array>, options = {}): Promise<X12Part[]> {
  const parts: X12Part[] = []
  for await (const part of readX12Stream(source, options)) parts.push(part)
  return parts
}

test('a stream gives the same sets as the whole file, wherever the network cuts it', async () => {
  const two = [
    ...ORDER.slice(0, 7),
    ...ORDER.slice(2, 7).map((line) => line.replace('0001', '0002')),
    'GE*2*17',
    'IEA*1*000000017',
  ]
  const text = bytes(`\ufeffhello ${lines(two, '\r\n')}${lines(ORDER)}junk`)
  const whole = readX12(text)
  for (const size of [1, 2, 3, 50, 10_000]) {
    const parts = await partsOf(inChunks(text, size))
    const sets = parts.flatMap((part) => (part.kind === 'set' ? [part.set] : []))
    expect(sets.map(rows)).toEqual(setsOf(whole).map(rows))
    expect(sets.map((set) => set.segments.offset(1))).toEqual(setsOf(whole).map((set) => set.segments.offset(1)))
    const ends = parts.flatMap((part) => (part.kind === 'end' ? [part.interchange] : []))
    expect(ends.map(({ start, end, faults }) => ({ start, end, faults }))).toEqual(
      whole.interchanges.map(({ start, end, faults }) => ({ start, end, faults })),
    )
  }
})

test('X13: a set over the limit is counted and rejected, its neighbours are read, and nothing piles up', async () => {
  const huge = [
    'ST*850*0002',
    'BEG*00*SA*4712**20260102',
    ...Array.from({ length: 5000 }, (_, i) => `PO1*${i}*1*EA*1**VP*X`),
  ]
  const text = lines([
    ...ORDER.slice(0, 7),
    ...huge,
    `SE*${huge.length + 1}*0002`,
    ...ORDER.slice(2, 7).map((line) => line.replace('0001', '0003')),
    'GE*3*17',
    'IEA*1*000000017',
  ])
  const parts = await partsOf(inChunks(bytes(text), 1000), { maxSetBytes: 20_000 })
  const sets = parts.flatMap((part) => (part.kind === 'set' ? [part.set] : []))
  expect(sets.map((set) => [set.id, set.controlNumber, codes(set.faults)])).toEqual([
    ['850', '0001', []],
    ['850', '0002', ['SET_TOO_BIG']],
    ['850', '0003', []],
  ])
  expect(sets[1]?.segments.length).toBeLessThan(2000)
  expect(parts.slice(-2)).toMatchObject([
    { kind: 'group', group: { received: 3, sets: [], faults: [] } },
    { kind: 'end', interchange: { faults: [], groups: [] } },
  ])
})

test('X13: a segment without end stops the reading instead of filling the memory', async () => {
  async function* endless(): AsyncGenerator<Uint8Array> {
    yield bytes(lines(ORDER.slice(0, 4)))
    for (let i = 0; i < 1000; i++) yield bytes('X'.repeat(1000))
    throw new Error('read on too far')
  }
  const parts = await partsOf(endless(), { maxSetBytes: 50_000 })
  expect(parts.some((part) => part.kind === 'fault' && part.fault.code === 'XD_EDI_SET_TOO_BIG')).toBe(true)
  expect(parts.at(-1)?.kind).toBe('end')
})

test('X13: thirty thousand sets pass through a window of a few kilobytes', async () => {
  const chunk = bytes(lines(ORDER.slice(2, 7)))
  async function* many(): AsyncGenerator<Uint8Array> {
    yield bytes(lines(ORDER.slice(0, 2)))
    for (let i = 0; i < 30_000; i++) yield chunk
    yield bytes(lines(['GE*30000*17', 'IEA*1*000000017']))
  }
  let largest = 0
  let count = 0
  for await (const part of readX12Stream(many(), { syntax: false })) {
    if (part.kind !== 'set') continue
    count++
    const { source } = part.set.segments as unknown as { source: { bytes: Uint8Array } }
    largest = Math.max(largest, source.bytes.buffer.byteLength)
  }
  expect(count).toBe(30_000)
  expect(largest).toBeLessThan(1000)
})

// characters that are no separator, no control character, and survive a trim
const textOfElement = fc.stringMatching(/^[A-Za-z0-9 .,:;&/ÄÖüé€-]{0,20}$/)
const element = fc.oneof(
  { weight: 6, arbitrary: textOfElement },
  { weight: 1, arbitrary: fc.array(textOfElement, { minLength: 2, maxLength: 3 }) },
)
const segment = fc
  .tuple(fc.constantFrom('BEG', 'REF', 'N1', 'PO1', 'DTM', 'XYZ'), fc.array(element, { maxLength: 8 }))
  .map(([tag, elements]) => [tag, ...elements])
const separators = fc
  .shuffledSubarray(['*', '~', '>', '^', '|', '\\', ']', '\x1d', '\x1e', '\x1f', '!', '+'], {
    minLength: 4,
    maxLength: 4,
  })
  .chain(([element, segment, component, repetition]) =>
    fc
      .constantFrom('', '\n', '\r\n')
      .map((lineEnd) => ({ element, segment, component, repetition, lineEnd }) as Record<string, string>),
  )

test('a set named like a member of every object is one that nobody knows, and its neighbours are read', () => {
  const odd = ORDER.slice(2, 7).map((line) => line.replace('850', 'constructor').replace('0001', '0002'))
  const read = setsOf(readX12(bytes(lines([...ORDER.slice(0, 7), ...odd, 'GE*2*17', 'IEA*1*000000017']))))
  expect(read.map(({ id, faults }) => [id, codes(faults)])).toEqual([
    ['850', []],
    ['constructor', ['SET_ID']],
  ])
})

test('what we write, we read: any segments, any separators', () => {
  fc.assert(
    fc.property(
      fc.array(fc.array(segment, { maxLength: 6 }), { minLength: 1, maxLength: 4 }),
      separators,
      fc.integer({ min: 1, max: 999_999_999 }),
      fc.constantFrom('00401', '00501'),
      (sets, chosen, number, version) => {
        const written: WrittenInterchange = {
          senderQualifier: 'ZZ',
          sender: 'ACMESUPPLY',
          receiverQualifier: '12',
          receiver: '5555550142',
          date: '20260102',
          time: '1015',
          version,
          controlNumber: number,
          usage: 'T',
          groups: [
            {
              functionalId: 'PO',
              sender: 'A',
              receiver: 'B',
              date: '20260102',
              time: '1015',
              controlNumber: number,
              version: '004010',
              sets: sets.map((segments, i) => ({ id: '850', controlNumber: i + 1, segments })),
            },
          ],
        }
        const file = readX12(bytes(writeInterchange(written, { separators: chosen })), { syntax: false })
        const interchange = onlyInterchange(file)
        expect([file.faults, interchange.faults, interchange.groups[0]?.faults]).toEqual([[], [], []])
        expect(setsOf(file).map((set) => [set.faults, rows(set).slice(1, -1)])).toEqual(
          sets.map((segments) => [[], segments.map((one) => asRead(one, chosen['component'] as string))]),
        )
      },
    ),
    { numRuns: 150 },
  )
})

/** Empty components and elements at the end are not written. */
function asRead(segment: readonly (string | string[])[], component: string): string[] {
  const read = segment.map((one) =>
    typeof one === 'string' ? one : one.slice(0, one.findLastIndex((c) => c !== '') + 1).join(component),
  )
  return read.slice(0, read.findLastIndex((one) => one !== '') + 1)
}

test('no bytes whatever make the reader throw or hang', () => {
  const whole = lines(ORDER)
  const mutation = fc.record({ at: fc.nat(whole.length), cut: fc.nat(40), put: fc.string({ maxLength: 12 }) })
  fc.assert(
    fc.property(fc.array(mutation, { maxLength: 6 }), (mutations) => {
      const text = mutations.reduce((t, { at, cut, put }) => t.slice(0, at) + put + t.slice(at + cut), whole + whole)
      const { interchanges, faults } = readX12(bytes(text))
      expect(interchanges.length + faults.length).toBeGreaterThan(0)
      for (const set of interchanges.flatMap((one) => one.groups.flatMap((group) => group.sets))) rows(set)
    }),
    { numRuns: 1500 },
  )
})

test('many short sets are read each with its own text, padding and days, in whatever order they are asked', () => {
  const set = (n: number) => {
    const number = String(n).padStart(4, '0')
    const order = [`ST*850*${number}`, `BEG*00*SA*ORDER-${n} **20260102`, `N1*ST*Größe ${n} lang genug*92*1`]
    return [...order, 'PO1*1*5*EA*9.25**VP*SKU-1', `SE*5*${number}`]
  }
  const count = 200
  const bodies = Array.from({ length: count }, (_, n) => set(n + 1)).flat()
  const file = readX12(bytes(lines([...ORDER.slice(0, 2), ...bodies, `GE*${count}*17`, ORDER.at(-1) as string])))
  const sets = setsOf(file)
  expect(sets).toHaveLength(count)
  for (const { segments, controlNumber } of [...sets.toReversed(), ...sets]) {
    const n = Number(controlNumber)
    expect([segments.at(1, 3), segments.value(1, 3)]).toEqual([`ORDER-${n} `, `ORDER-${n}`])
    expect(segments.at(2, 2)).toBe(`Größe ${n} lang genug`)
    expect([segments.day(1, 5), segments.day(1, 3), segments.day(9, 1)]).toEqual([20260102, -1, -1])
  }
})
