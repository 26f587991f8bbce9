import { expect, test } from 'vitest'
import { outcomeOf, type ReadContrl, readContrl } from './answers.ts'
import { aperakSegments, readAperak } from './aperak.ts'
import { contrlFor, contrlSegments, wantsContrl, writeContrl } from './contrl.ts'
import { judgeEdifact } from './judge.ts'
import { readEdifact } from './read.ts'
import type { EdifactInterchange } from './reading.ts'
import { checkedMessages } from './rules.ts'
import { edifactBytes, writeEdifact } from './write.ts'

const ORDER = [
  "BGM+220+4711+9'",
  "DTM+137:20260102:102'",
  "RFF+CT:77'",
  "NAD+BY+4012345000016::9'",
  "NAD+SU+4098765000010::9'",
  "LIN+1++4000001000019:EN'",
  "QTY+21:5:PCE'",
  "PRI+AAA:12.50'",
  "UNS+S'",
  "CNT+2:1'",
]

const HEAD = "UNB+UNOC:3+4012345000016:14+4098765000010:14+260102:1015+REF17++++1'"
const message = (number: number, body: readonly string[], guide = 'ORDERS:D:96A:UN') =>
  [`UNH+${number}+${guide}'`, ...body, `UNT+${body.length + 2}+${number}'`].join('\n')
const interchange = (...messages: string[]): EdifactInterchange => {
  const text = [HEAD, ...messages, `UNZ+${messages.length}+REF17'`].join('\n')
  return readEdifact(Buffer.from(text)).interchanges[0] as EdifactInterchange
}
const wrong = (from: string, to: string, guide?: string) => {
  expect(ORDER.join('\n')).toContain(from)
  const body = ORDER.join('\n').replace(from, to).split('\n').filter(Boolean)
  return interchange(message(1, body, guide)).messages[0]?.faults ?? []
}
const told = (
  faults: readonly { code: string; contrl?: string; segment?: number; element?: number; component?: number }[],
) => faults.map((f) => [f.code.replace('XD_EDI_EDIFACT_', ''), f.contrl, f.segment, f.element, f.component])

test('an order as it should be has no faults', () => {
  expect(interchange(message(1, ORDER)).messages[0]?.faults).toEqual([])
})

test.each([
  ['a segment nobody knows', "RFF+CT:77'", "QQQ+1'", [['SEGMENT_UNKNOWN', '15', 4, undefined, undefined]]],
  ['a segment of another message', "RFF+CT:77'", "CPS+1'", [['SEGMENT_UNEXPECTED', '15', 4, undefined, undefined]]],
  [
    'a segment in the wrong place',
    "CNT+2:1'",
    "CNT+2:1'\nBGM+220'",
    [['SEGMENT_ORDER', '15', 12, undefined, undefined]],
  ],
  ['a mandatory segment that is missing', "UNS+S'\n", '', [['SEGMENT_MISSING', '13', 10, undefined, undefined]]],
  ['a mandatory component that is missing', 'QTY+21:5', 'QTY+:5', [['ELEMENT_MISSING', '13', 8, 1, 1]]],
  ['a mandatory composite that is missing', 'QTY+21:5:PCE', 'QTY+', [['ELEMENT_MISSING', '13', 8, 1, undefined]]],
  ['a component that stops too early', 'QTY+21:5:PCE', 'QTY+21', [['ELEMENT_MISSING', '13', 8, 1, 2]]],
  ['an element too many', 'QTY+21:5:PCE', 'QTY+21:5:PCE+more', [['ELEMENT_TOO_MANY', '16', 8, 2, undefined]]],
  ['a component too many', 'QTY+21:5:PCE', 'QTY+21:5:PCE:more', [['ELEMENT_TOO_MANY', '16', 8, 1, 4]]],
  ['text that is too long', 'CT:77', `CT:${'7'.repeat(36)}`, [['ELEMENT_LONG', '39', 4, 1, 2]]],
  ['a letter in a number', 'QTY+21:5', 'QTY+21:1O', [['ELEMENT_CHARACTER', '37', 8, 1, 2]]],
  ['a number that begins with its mark', 'AAA:12.50', 'AAA:.5', [['ELEMENT_LEADING_DIGIT', '38', 9, 1, 2]]],
  ['a code that is none', '4711+9', '4711+QQ', [['ELEMENT_CODE', '12', 2, 3, undefined]]],
  ['a day that does not exist', '20260102', '20260231', [['ELEMENT_DATE', '12', 3, 1, 2]]],
  ['a control character', '4711', '47\u000111', [['CONTROL_CHARACTER', '21', 2, 2, undefined]]],
  [
    'a segment too often',
    "RFF+CT:77'",
    `RFF+CT:77'\n${"DTM+171:20260102:102'\n".repeat(6)}`,
    [['SEGMENT_TOO_OFTEN', '35', 10, undefined, undefined]],
  ],
  [
    'a group too often',
    "RFF+CT:77'",
    `${"RFF+CT:77'\n".repeat(100)}`,
    [['GROUP_TOO_OFTEN', '36', 103, undefined, undefined]],
  ],
])('%s is said with its place and its error code', (_, from, to, expected) => {
  expect(told(wrong(from, to))).toEqual(expected)
})

test('E08 thousands in a number, or the other mark, is error 19 and never guessed', () => {
  for (const value of ['1.234,56', '12,50', '1,234.56', '5.']) {
    expect(told(wrong('AAA:12.50', `AAA:${value}`))).toEqual([['ELEMENT_DECIMAL', '19', 9, 1, 2]])
  }
})

test('other directories are only asked for what is mandatory, and for numbers, dates and deciding codes', () => {
  const later = 'ORDERS:D:01B:UN'
  expect(wrong('BGM+220+4711', 'BGM+220+4711:2:3', later)).toEqual([])
  expect(wrong("RFF+CT:77'", "CPS+1'", later)).toEqual([])
  expect(told(wrong('QTY+21:5', 'QTY+21:1O', later))).toEqual([['ELEMENT_CHARACTER', '37', 8, 1, 2]])
})

test('released characters count for nothing in a length, and separate nothing', () => {
  expect(wrong('CT:77', `CT:${'?+'.repeat(35)}`)).toEqual([])
  expect(told(wrong('CT:77', `CT:${'?:'.repeat(36)}`))).toEqual([['ELEMENT_LONG', '39', 4, 1, 2]])
})

test('every message of the trade has a table', () => {
  expect(checkedMessages()).toEqual(
    'APERAK CONTRL DESADV IFTMIN IFTSTA INVOIC INVRPT ORDCHG ORDERS ORDRSP PRICAT RECADV REMADV SLSRPT'.split(' '),
  )
})

const answered = (one: EdifactInterchange): { segments: unknown; read: ReadContrl } => {
  const judgement = judgeEdifact(one)
  const answer = contrlFor(judgement, { date: '20260102', time: '1100', reference: 'A1', messageReference: '1' })
  const back = readEdifact(edifactBytes(writeContrl(answer!), answer?.syntax)).interchanges[0]!
  expect([back.faults, back.messages[0]?.faults, back.sender, back.receiver]).toEqual([
    [],
    [],
    one.receiver,
    one.sender,
  ])
  return { segments: contrlSegments(judgement), read: readContrl(back.messages[0]!)! }
}

test('an interchange in order is acknowledged, when it asks for that', () => {
  const one = interchange(message(1, ORDER))
  expect(answered(one).segments).toEqual([
    ['UCI', 'REF17', ['4012345000016', '14'], ['4098765000010', '14'], '7', '', ''],
  ])
  expect(wantsContrl(judgeEdifact({ ...one, ackRequested: false }))).toBe(false)
  expect(contrlSegments(judgeEdifact(one), { receiptOnly: true })[0]?.[4]).toBe('8')
})

test('E07 a message without something mandatory is rejected alone, its siblings go on', () => {
  const one = interchange(
    message(1, ORDER),
    message(
      2,
      ORDER.filter((line) => !line.startsWith('UNS')),
    ),
    message(
      3,
      ORDER.map((line) => line.replace('21:5', ':5')),
    ),
    message(
      4,
      ORDER.map((line) => line.replace('CT:77', `CT:${'7'.repeat(36)}`)),
    ),
  )
  expect(judgeEdifact(one).messages.map(({ verdict, accepted }) => [verdict, accepted])).toEqual([
    ['A', true],
    ['R', false],
    ['R', false],
    ['E', true],
  ])
  const { segments, read } = answered(one)
  expect(segments).toEqual([
    ['UCI', 'REF17', ['4012345000016', '14'], ['4098765000010', '14'], '7', '', ''],
    ['UCM', '2', ['ORDERS', 'D', '96A', 'UN', ''], '4'],
    ['UCS', '9', '13'],
    ['UCM', '3', ['ORDERS', 'D', '96A', 'UN', ''], '4'],
    ['UCS', '8'],
    ['UCD', '13', ['2', '1', '']],
    ['UCM', '4', ['ORDERS', 'D', '96A', 'UN', ''], '7'],
    ['UCS', '4'],
    ['UCD', '39', ['2', '2', '']],
  ])
  const sent = (reference: string) => outcomeOf({ interchange: 'REF17', reference }, [read])
  expect(['1', '2', '3', '4'].map(sent)).toEqual(['acked', 'rejected', 'rejected', 'acked_with_errors'])
  expect(outcomeOf({ interchange: 'REF18', reference: '1' }, [read])).toBe('waiting')
  expect(read.messages[1]?.notes).toEqual([
    { segment: 8, error: '', elements: [{ element: 1, component: 1, error: '13' }] },
  ])
})

test('E05 a service segment that is missing is the one that CONTRL names', () => {
  const cut = (text: string) => readEdifact(Buffer.from(text)).interchanges[0] as EdifactInterchange
  const segmentsOf = (one: EdifactInterchange) => contrlSegments(judgeEdifact(one))
  const noUnz = cut([HEAD, message(1, ORDER)].join('\n'))
  expect(segmentsOf(noUnz)[0]?.slice(4)).toEqual(['4', '13', 'UNZ'])
  const noUnt = interchange(message(1, ORDER).replace(/\nUNT.*$/, ''), message(2, ORDER))
  expect(segmentsOf(noUnt)[1]).toEqual(['UCM', '1', ['ORDERS', 'D', '96A', 'UN', ''], '4', '13', 'UNT'])
  const noUne = interchange(`UNG+ORDERS+A:14+B:14+260102:1015+G1+UN+D:96A'\n${message(1, ORDER)}`)
  expect(segmentsOf(noUne)[1]?.slice(4)).toEqual(['4', '13', 'UNE'])
})

test('UCD names a component inside a composite only, whoever found the fault', () => {
  const place = (tag: string, element: number, component: number, guide?: string) => {
    const one = interchange(message(1, ORDER, guide))
    const fault = {
      code: 'XD_DOCUMENTS_CODE_UNKNOWN',
      message: 'no code',
      severity: 'fatal',
      level: 'element',
      contrl: '12',
      segment: 2,
      tag,
      element,
      component,
    } as const
    const messages = one.messages.map((each) => ({ ...each, faults: [fault] }))
    return contrlSegments(judgeEdifact({ ...one, messages })).at(-1)?.[2]
  }
  expect(place('BGM', 2, 1)).toEqual(['3', '', ''])
  expect(place('BGM', 1, 1)).toEqual(['2', '1', ''])
  expect(place('DTM', 1, 2)).toEqual(['2', '2', ''])
  expect(place('BGM', 2, 1, 'ORDERS:D:01B:UN')).toEqual(['3', '1', '']) // C106 since
})

test.each([
  ['E03 an interchange reference that came before', '26'],
  ['E06 an unknown sender', '23'],
  ['E06 an unknown recipient', '43'],
  ['E06 a recipient that is not us', '7'],
])('%s rejects the interchange with error %s', (_, interchangeError) => {
  const judgement = judgeEdifact(interchange(message(1, ORDER)), { interchangeError })
  expect([judgement.verdict, judgement.messages[0]?.accepted]).toEqual(['R', false])
  expect(contrlSegments(judgement)).toEqual([
    ['UCI', 'REF17', ['4012345000016', '14'], ['4098765000010', '14'], '4', interchangeError, 'UNB'],
  ])
})

test('a group that falls takes its messages with it, and CONTRL says so', () => {
  const group = (reference: string, count: number, number: number) =>
    `UNG+ORDERS+A:14+B:14+260102:1015+${reference}+UN+D:96A'\n${message(number, ORDER)}\nUNE+${count}+${reference}'`
  const one = interchange(group('G1', 1, 1), group('G2', 2, 1))
  const judgement = judgeEdifact(one)
  expect(judgement.messages.map(({ accepted }) => accepted)).toEqual([true, false])
  const { segments, read } = answered(one)
  expect(segments).toEqual([
    ['UCI', 'REF17', ['4012345000016', '14'], ['4098765000010', '14'], '7', '', ''],
    ['UCF', 'G2', ['A', '14'], ['B', '14'], '4', '29', 'UNE'],
  ])
  expect(outcomeOf({ interchange: 'REF17', group: 'G2', reference: '1' }, [read])).toBe('rejected')
  expect(outcomeOf({ interchange: 'REF17', group: 'G1', reference: '1' }, [read])).toBe('acked')
})

test('CONTRL is never answered', () => {
  const answer = interchange(message(1, ["UCI+X+A+B+7'"], 'CONTRL:D:3:UN'))
  expect(wantsContrl(judgeEdifact(answer))).toBe(false)
  expect(() => contrlSegments(judgeEdifact(answer))).toThrow(
    expect.objectContaining({ code: 'XD_EDI_EDIFACT_ANSWER_TO_ANSWER' }),
  )
})

test('an APERAK is written and read again the same', () => {
  const aperak = {
    name: '313',
    number: 'A17',
    function: '27',
    date: '20260102',
    references: [['ACW', '4711']] as const,
    parties: [['MS', '4098765000010']] as const,
    errors: [
      { code: '27', text: 'The item is not in our catalogue.', references: [['LI', '3']] as const },
      { code: '40', references: [] },
    ],
  }
  const text = writeEdifact({
    sender: { id: 'A' },
    receiver: { id: 'B' },
    date: '20260102',
    time: '1100',
    reference: '1',
    messages: [{ reference: '1', type: 'APERAK', release: '96A', segments: aperakSegments(aperak) }],
  })
  const read = readEdifact(Buffer.from(text)).interchanges[0]?.messages[0]
  expect(read?.faults).toEqual([])
  expect(readAperak(read!)).toEqual({ ...aperak, dateFormat: '102' })
})
