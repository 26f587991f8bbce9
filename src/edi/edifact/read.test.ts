import { expect, test } from 'vitest'
import { type EdifactReadOptions, readEdifact } from './read.ts'
import type { EdifactFile, EdifactInterchange, EdifactMessage } from './reading.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8')
const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1')
const codes = (faults: readonly { code: string }[]): string[] =>
  faults.map((f) => f.code.replace('XD_EDI_EDIFACT_', ''))
const contrl = (faults: readonly { contrl?: string }[]): (string | undefined)[] => faults.map((f) => f.contrl)
const envelope = { syntax: false } satisfies EdifactReadOptions
const only = (file: EdifactFile): EdifactInterchange => {
  expect(file.interchanges).toHaveLength(1)
  return file.interchanges[0] as EdifactInterchange
}
const rows = ({ segments }: EdifactMessage): string[][] =>
  Array.from({ length: segments.length }, (_, i) => [
    segments.tag(i),
    ...Array.from({ length: segments.count(i) }, (_, e) => segments.at(i, e + 1)),
  ])

const ORDER = [
  "UNB+UNOC:3+4012345000016:14:INTERNAL+4098765000010:14+260102:1015+REF17++ORDERS++1++1'",
  "UNH+1+ORDERS:D:96A:UN:EAN008'",
  "BGM+220+4711+9'",
  "DTM+137:20260102:102'",
  "NAD+BY+4012345000016::9'",
  "NAD+SU+4098765000010::9'",
  "LIN+1++4000001000019:EN'",
  "QTY+21:5:PCE'",
  "UNS+S'",
  "CNT+2:1'",
  "UNT+10+1'",
  "UNZ+1+REF17'",
]
const lines = (from: readonly string[] = ORDER, end = '\n'): string => from.map((line) => line + end).join('')
const changed = (from: string, to: string): string => {
  expect(lines()).toContain(from)
  return lines().replace(from, to)
}

test('an order is read: who sent it, to whom, and every component of it', () => {
  const interchange = only(readEdifact(bytes(lines())))
  expect(interchange).toMatchObject({
    syntax: 'UNOC',
    syntaxVersion: 3,
    sender: '4012345000016',
    senderQualifier: '14',
    receiver: '4098765000010',
    receiverQualifier: '14',
    date: '260102',
    time: '1015',
    reference: 'REF17',
    application: 'ORDERS',
    ackRequested: true,
    test: true,
    faults: [],
  })
  const message = interchange.messages[0] as EdifactMessage
  expect(message).toMatchObject({ type: 'ORDERS', reference: '1', version: 'D', release: '96A', agency: 'UN' })
  expect([message.association, message.decimal, message.faults]).toEqual(['EAN008', '.', []])
  const { segments } = message
  expect([segments.at(1, 2), segments.component(6, 1, 2), segments.component(6, 1, 3)]).toEqual(['4711', '5', 'PCE'])
  expect([segments.components(6, 1), segments.components(6, 2), segments.count(6)]).toEqual([3, 0, 1])
  expect([segments.component(6, 1, 4), segments.at(6, 2), segments.at(99, 1), segments.tag(99)]).toEqual([
    '',
    '',
    '',
    '',
  ])
  expect(lines().slice(segments.offset(4)).startsWith('NAD+SU')).toBe(true)
})

test.each([
  ['no line ends', ''],
  ['CR and LF', '\r\n'],
  ['blanks and tabs between segments', ' \t\n\t'],
])('the same order with %s reads the same', (_, end) => {
  const [plain] = only(readEdifact(bytes(lines()))).messages
  const [other] = only(readEdifact(bytes(lines(ORDER, end)))).messages
  expect(rows(other as EdifactMessage)).toEqual(rows(plain as EdifactMessage))
})

test('UNA sets every service character, and a byte order mark before it does no harm', () => {
  const text = lines(ORDER, '').replaceAll('+', '|').replaceAll(':', '^').replaceAll("'", '~')
  const file = readEdifact(bytes(`\ufeffUNA^|,\\*~\r\n${text}`))
  expect(codes(file.faults)).toEqual(['BYTE_ORDER_MARK'])
  const [message] = only(file).messages
  expect(message?.decimal).toBe(',')
  expect(message?.segments.component(6, 1, 2)).toBe('5')
  expect(only(file).delimiters).toMatchObject({ release: 0x5c, repetition: 0x2a, segment: 0x7e })
})

test('what the release character releases is data: separators, terminators and itself', () => {
  const text = changed('BGM+220+4711+9', "BGM+220+47?+11???'?:5:2+9")
  const { segments } = only(readEdifact(bytes(text))).messages[0] as EdifactMessage
  expect(segments.length).toBe(10)
  expect([segments.component(1, 2, 1), segments.component(1, 2, 2), segments.at(1, 3)]).toEqual(["47+11?':5", '2', '9'])
})

test('repeats of an element are read where the syntax has them, from version 4 on', () => {
  const repeated = changed('NAD+SU+4098765000010::9', 'COM+s11:TE*s21:FX*?*:AA+last')
  const four = only(readEdifact(bytes(repeated.replace('UNOC:3', 'UNOC:4')))).messages[0]?.segments
  expect(four?.repeats(4, 1)).toEqual(['s11:TE', 's21:FX', '*:AA'])
  expect([four?.component(4, 1, 2, 2), four?.component(4, 1, 1, 3), four?.component(4, 1, 1, 4)]).toEqual([
    'FX',
    '*',
    '',
  ])
  expect([four?.components(4, 1, 3), four?.components(4, 1, 4), four?.at(4, 2)]).toEqual([2, 0, 'last'])
  const three = only(readEdifact(bytes(repeated))).messages[0]?.segments
  expect(three?.component(4, 1, 2)).toBe('TE*s21')
})

test('several interchanges in one file, each with its own characters, and what is between them', () => {
  const other = lines(ORDER, '').replaceAll('+', '|')
  const file = readEdifact(bytes(`${lines()}rubbish\nUNA:|.? '${other}`))
  expect(file.interchanges.map((one) => [one.reference, one.faults, one.messages.length])).toEqual([
    ['REF17', [], 1],
    ['REF17', [], 1],
  ])
  expect(codes(file.faults)).toEqual(['STRAY_BYTES'])
})

test('E01 another reference in UNZ than in UNB: error 28, nothing of it is processed', () => {
  const { faults } = only(readEdifact(bytes(changed('UNZ+1+REF17', 'UNZ+1+REF18'))))
  expect([codes(faults), contrl(faults), faults[0]?.severity]).toEqual([['INTERCHANGE_MISMATCH'], ['28'], 'fatal'])
})

test('E02 a wrong count in UNZ or UNT: error 29', () => {
  const outer = only(readEdifact(bytes(changed('UNZ+1+', 'UNZ+2+'))))
  expect([codes(outer.faults), contrl(outer.faults)]).toEqual([['INTERCHANGE_COUNT'], ['29']])
  const inner = only(readEdifact(bytes(changed('UNT+10+', 'UNT+11+'))))
  expect(inner.faults).toEqual([])
  expect([codes(inner.messages[0]!.faults), contrl(inner.messages[0]!.faults)]).toEqual([['SEGMENT_COUNT'], ['29']])
})

test('E04 an unknown syntax is error 2, characters outside of the declared set are error 21', () => {
  for (const [from, to] of [
    ['UNOC:3', 'UNOZ:3'],
    ['UNOC:3', 'UNOC:7'],
    ['UNOC:3', 'constructor:3'],
  ] as const) {
    const { faults } = only(readEdifact(bytes(changed(from, to))))
    expect([codes(faults), contrl(faults), faults[0]?.severity]).toEqual([['SYNTAX_UNKNOWN'], ['2'], 'fatal'])
  }
  const small = only(readEdifact(bytes(changed('UNOC', 'UNOA').replace('4711', 'no 4711')), envelope))
  expect([codes(small.faults), contrl(small.faults), small.faults[0]?.severity]).toEqual([
    ['REPERTOIRE'],
    ['21'],
    'error',
  ])
  const unsure = only(readEdifact(latin(changed('UNOC', 'UNOB').replace('4711', 'für 4711')), envelope)).messages[0]
  expect(unsure?.faults[0]).toMatchObject({ contrl: '21', severity: 'fatal', tag: 'BGM', segment: 2, element: 2 })
})

test('E04 text is read as it is declared; what the declaration does not explain is UTF-8, or what the profile says', () => {
  const of = (text: Uint8Array, options: EdifactReadOptions = {}) => {
    const [message] = only(readEdifact(text, { ...envelope, ...options })).messages
    return [message?.segments.at(1, 2), ...codes(message?.faults ?? [])]
  }
  const named = (syntax: string) => changed('UNOC', syntax).replace('4711', 'größe')
  expect(of(latin(named('UNOC')))).toEqual(['größe'])
  expect(of(bytes(named('UNOY')))).toEqual(['größe'])
  expect(of(bytes(named('UNOB')))).toEqual(['größe', 'CHARACTERS_OTHER'])
  expect(of(latin(named('UNOB')), { charset: 'latin1' })).toEqual(['größe', 'CHARACTERS_OTHER'])
  expect(of(latin(named('UNOY')))).toEqual(['größe', 'CHARACTERS_UNSURE'])
  const polish = Buffer.concat([
    latin(changed('UNOC', 'UNOD').slice(0, 126)),
    Buffer.from([0xb3]),
    latin(lines().slice(126)),
  ])
  expect(of(polish)[0]).toContain('ł')
})

test('E05 service characters that clash are refused, an unfinished end is reported, a released terminator ends nothing', () => {
  for (const una of ["UNA::.? '", "UNA:+.+ '", "UNAA+.? '", 'UNA:+.? +']) {
    const file = readEdifact(bytes(`${una}${lines()}`))
    expect([file.interchanges.length, codes(file.faults), contrl(file.faults)]).toEqual([0, ['UNA_UNUSABLE'], ['22']])
  }
  const mark = only(readEdifact(bytes(`UNA:+;? '${lines()}`)))
  expect([codes(mark.faults), contrl(mark.faults)]).toEqual([['DECIMAL_MARK'], ['22']])
  const open = only(readEdifact(bytes(lines().trimEnd().slice(0, -1))))
  expect([codes(open.faults), contrl(open.faults), open.faults[0]?.severity]).toEqual([
    ['NO_LAST_TERMINATOR'],
    ['22'],
    'error',
  ])
  const dangling = only(readEdifact(bytes(`${lines().trimEnd().slice(0, -1)}?`)))
  expect(codes(dangling.faults)).toContain('DANGLING_RELEASE')
  const { segments } = only(readEdifact(bytes(changed("BGM+220+4711+9'", "BGM+220+4711+9?'")), envelope)).messages[0]!
  expect([segments.length, segments.tag(1), segments.at(1, 3)]).toEqual([9, 'BGM', "9'\nDTM"])
})

test('groups: UNZ counts them, UNE counts messages, and each has its own references', () => {
  const message = ORDER.slice(1, -1)
  const group = (reference: string, count: number) => [
    `UNG+ORDERS+A:14+B:14+260102:1015+${reference}+UN+D:96A:EAN008'`,
    ...message,
    ...message.map((line) => line.replace(/^UNH\+1/, 'UNH+2').replace("UNT+10+1'", "UNT+10+2'")),
    `UNE+${count}+${reference}'`,
  ]
  const whole = only(readEdifact(bytes(lines([ORDER[0]!, ...group('G1', 2), ...group('G2', 2), "UNZ+2+REF17'"]))))
  expect([whole.faults, whole.received]).toEqual([[], 4])
  expect(whole.groups.map((one) => [one.reference, one.release, one.messages.length, one.faults])).toEqual([
    ['G1', '96A', 2, []],
    ['G2', '96A', 2, []],
  ])
  expect(whole.messages.map((one) => [one.group?.reference, one.faults])).toEqual([
    ['G1', []],
    ['G1', []],
    ['G2', []],
    ['G2', []],
  ])
  const wrong = only(readEdifact(bytes(lines([ORDER[0]!, ...group('G1', 3), ...message, "UNZ+1+REF17'"]))))
  expect([codes(wrong.faults), contrl(wrong.faults)]).toEqual([['GROUPS_AND_MESSAGES'], ['30']])
  expect(codes(wrong.groups[0]!.faults)).toEqual(['GROUP_COUNT'])
})

test('a message without UNT, or with a number that came before, falls alone', () => {
  const message = ORDER.slice(1, -1)
  const text = lines([ORDER[0]!, ...message.slice(0, -1), ...message, ...message, "UNZ+3+REF17'"])
  const whole = only(readEdifact(bytes(text)))
  expect(whole.faults).toEqual([])
  expect(whole.messages.map((one) => codes(one.faults))).toEqual([
    ['UNT_MISSING'],
    ['MESSAGE_TWICE'],
    ['MESSAGE_TWICE'],
  ])
})

test('what is cut off is rejected, and the interchange behind it is read', () => {
  const file = readEdifact(bytes(lines(ORDER.slice(0, 5)) + lines()))
  expect(file.interchanges.map((one) => codes(one.faults))).toEqual([['UNZ_MISSING'], []])
  expect(codes(file.interchanges[0]!.messages[0]!.faults)).toEqual(['UNT_MISSING', 'SEGMENT_MISSING'])
})

test.each([
  ['nothing', '', 'NO_INTERCHANGE'],
  ['another language', 'ISA*00*', 'NO_INTERCHANGE'],
  ['a message without envelope', lines(ORDER.slice(1, -1)), 'NO_INTERCHANGE'],
  ['another separator without UNA', lines(ORDER, '').replaceAll('+', '|'), 'UNB_UNREADABLE'],
  ['no sender', changed('+4012345000016:14:INTERNAL', '+'), 'UNB_UNREADABLE'],
  ['UNB that never ends', `UNB+UNOC:3+${'A'.repeat(2000)}`, 'UNB_UNREADABLE'],
])('%s belongs in quarantine', (_, text, code) => {
  const file = readEdifact(bytes(text))
  expect(file.interchanges).toEqual([])
  expect(codes(file.faults)).toContain(code)
})
