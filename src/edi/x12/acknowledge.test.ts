import { expect, test } from 'vitest'
import {
  acknowledges,
  answerTo,
  functionalAcknowledgement,
  tradingAck,
  wantsTradingAck,
  writeAnswer,
} from './acknowledge.ts'
import { outcomeOf, readAnswers } from './answers.ts'
import { controlNumberGaps } from './gaps.ts'
import { type AckPolicy, type Judgement, judge } from './judge.ts'
import { readX12, type X12Interchange } from './read.ts'
import { checkReport, checkText, readReport, readText } from './report.ts'
import { type WrittenSegment, writeInterchange } from './write.ts'

const GOOD = ['BEG*00*SA*4711**20260102', 'PO1*1*5*EA*9.25**VP*SKU-1', 'CTT*1']
const BAD = ['BEG*00*SA*4711**20260102', 'PO1*1*1O*QQ*9.25**VP*SKU-1', 'CTT*1']
const ODD = ['BEG*00*SA*4711**20260102', 'XYZ*1', 'PO1*1*5*EA*9.25**VP*SKU-1', 'CTT*1']

function text(sets: readonly (readonly string[])[], change: (text: string) => string = (same) => same): string {
  const body = sets.flatMap((set, i) => [`ST*850*000${i + 1}`, ...set, `SE*${set.length + 2}*000${i + 1}`])
  return change(
    [
      'ISA*00*          *00*          *12*5555550142     *ZZ*ACMESUPPLY     *260102*1015*U*00401*000000017*0*P*>',
      'GS*PO*BIGBOX*ACME*20260102*1015*17*X*004010',
      ...body,
      `GE*${sets.length}*17`,
      'IEA*1*000000017',
    ].join('~\n'),
  )
}
const interchange = (...from: Parameters<typeof text>): X12Interchange =>
  readX12(Buffer.from(text(...from))).interchanges[0] as X12Interchange
const judged = (from: X12Interchange, policy?: AckPolicy): Judgement => judge(from, policy)
const group = (judgement: Judgement) => judgement.groups[0] as Judgement['groups'][number]
const joined = (segments: readonly WrittenSegment[]): string[] =>
  segments.map((segment) => segment.map(String).join('*'))
const ack = (judgement: Judgement): string[] => joined(functionalAcknowledgement(group(judgement), 1).segments)

test('an order in order is accepted', () => {
  expect(ack(judged(interchange([GOOD])))).toEqual(['AK1*PO*17', 'AK2*850*0001', 'AK5*A', 'AK9*A*1*1*1'])
})

test('X08: one bad set is rejected with its places, its neighbours are accepted, the group partly', () => {
  const judgement = judged(interchange([GOOD, BAD, ODD]))
  expect(group(judgement).sets.map((set) => [set.verdict, set.accepted])).toEqual([
    ['A', true],
    ['R', false],
    ['E', true],
  ])
  expect(ack(judgement)).toEqual([
    'AK1*PO*17',
    'AK2*850*0001',
    'AK5*A',
    'AK2*850*0002',
    'AK3*PO1*3*PO1*8',
    'AK4*2*330*6*1O',
    'AK4*3*355*7*QQ',
    'AK5*R*5',
    'AK2*850*0003',
    'AK3*XYZ*3**1',
    'AK5*E*5',
    'AK9*P*3*3*2',
  ])
})

test('X08: wrong trailer of a set: 3 and 4', () => {
  const judgement = judged(interchange([GOOD], (t) => t.replace('SE*5*0001', 'SE*6*0009')))
  expect(ack(judgement)).toEqual(['AK1*PO*17', 'AK2*850*0001', 'AK5*R*4*3', 'AK9*R*1*1*0'])
})

test('X07: a group with a wrong number or count is rejected, and no set in it reads as accepted', () => {
  const judgement = judged(interchange([GOOD], (t) => t.replace('GE*1*17', 'GE*2*99')))
  expect(ack(judgement)).toEqual(['AK1*PO*17', 'AK9*R*2*1*0*5*4'])
  expect(group(judgement).sets[0]?.accepted).toBe(false)
})

test('a partner may want its groups whole, or every error rejected', () => {
  const mixed = interchange([GOOD, BAD])
  expect(group(judged(mixed, { groupStandsTogether: true }))).toMatchObject({ verdict: 'R', accepted: 0 })
  expect(group(judged(interchange([GOOD, ODD]), { strict: true }))).toMatchObject({ verdict: 'P', accepted: 1 })
})

test('X02, X04, X05: the TA1 says what is wrong with the envelope, and nothing of it is processed', () => {
  const cases: [(text: string) => string, string][] = [
    [(t) => t.replace('IEA*1*000000017', 'IEA*1*000000018'), '001'],
    [(t) => t.replace('IEA*1*', 'IEA*9*'), '021'],
    [(t) => t.replace(/IEA.*/, ''), '023'],
  ]
  for (const [change, note] of cases) {
    const judgement = judged(interchange([GOOD], change))
    expect(tradingAck(judgement)).toEqual(['TA1', '000000017', '260102', '1015', 'R', note])
    expect(group(judgement).sets.map((set) => set.accepted)).toEqual([false])
    expect(answerTo(judgement, envelope)?.groups).toEqual([])
  }
})

test('X02: a partner may choose that a wrong number is accepted with errors', () => {
  const judgement = judged(
    interchange([GOOD], (t) => t.replace('IEA*1*000000017', 'IEA*1*000000018')),
    { numberMismatch: 'accept' },
  )
  expect([judgement.verdict, judgement.note, group(judgement).sets[0]?.accepted]).toEqual(['E', '001', true])
})

test('X03, X06, X12: what only the caller can know becomes the note of the TA1', () => {
  for (const note of ['025', '009', '006', '020']) {
    const judgement = judged(interchange([GOOD]), { interchangeNote: note })
    expect(tradingAck(judgement).slice(4)).toEqual(['R', note])
    expect(wantsTradingAck(judgement)).toBe(true)
  }
})

const envelope = { date: '20260103', time: '0900', interchangeNumber: 5, groupNumber: 6, firstSetNumber: 7 }

test('the answer goes back the way the order came, and is itself in order', () => {
  const asked = interchange([GOOD, BAD], (t) => t.replace('*000000017*0*P', '*000000017*1*P'))
  const written = writeAnswer(answerTo(judged(asked), envelope) as never, { lineEnd: '\n' })
  const answer = readX12(Buffer.from(written)).interchanges[0] as X12Interchange
  expect([answer.sender, answer.receiver, answer.receiverQualifier, answer.faults]).toEqual([
    'ACMESUPPLY',
    '5555550142',
    '12',
    [],
  ])
  expect(answer.groups[0]).toMatchObject({
    functionalId: 'FA',
    sender: 'ACME',
    receiver: 'BIGBOX',
    version: '004010',
    faults: [],
  })
  expect(answer.groups[0]?.sets.map((set) => [set.controlNumber, set.faults])).toEqual([['0007', []]])
  expect(readAnswers(answer)).toEqual({
    interchanges: [{ controlNumber: '000000017', verdict: 'A', accepted: true, note: '000' }],
    groups: [
      {
        functionalId: 'PO',
        controlNumber: '17',
        verdict: 'P',
        accepted: false,
        included: 2,
        received: 2,
        acceptedSets: 1,
        codes: [],
        sets: [
          { id: '850', controlNumber: '0001', verdict: 'A', accepted: true, codes: [], notes: [] },
          {
            id: '850',
            controlNumber: '0002',
            verdict: 'R',
            accepted: false,
            codes: ['5'],
            notes: [
              {
                tag: 'PO1',
                segment: 3,
                loop: 'PO1',
                segmentCodes: ['8'],
                elements: [
                  { element: '2', reference: '330', code: '6', value: '1O' },
                  { element: '3', reference: '355', code: '7', value: 'QQ' },
                ],
              },
            ],
          },
        ],
      },
    ],
  })
})

test('ISA12 and GS08 are versions of different things: they may differ, and both are given back', () => {
  const versionsOf = (change: (text: string) => string) => {
    const judgement = judged(interchange([GOOD], change))
    const envelope = { date: '20260102', time: '1030', interchangeNumber: 3, groupNumber: 4, firstSetNumber: 1 }
    const answer = answerTo(judgement, envelope)
    const faults = judgement.interchange.faults.filter(({ severity }) => severity !== 'warning')
    return [faults, judgement.verdict, answer?.version, answer?.groups[0]?.version]
  }
  expect(versionsOf((text) => text.replace('X*004010', 'X*005010'))).toEqual([[], 'A', '00401', '005010'])
  expect(versionsOf((text) => text.replace('U*00401', '^*00501'))).toEqual([[], 'A', '00501', '004010'])
  // a version that is none is answered in that of the sets
  const none = (text: string) => text.replace('U*00401', 'U*5010 ').replace('X*004010', 'X*005010')
  expect(versionsOf(none)).toEqual([[], 'A', '00501', '005010'])
})

test('a 999 says the same as the 997, and is itself in order', () => {
  const read = (acknowledgement: '997' | '999') => {
    const judgement = judged(interchange([GOOD, BAD, ODD]), { acknowledgement })
    const answer = readX12(Buffer.from(writeAnswer(answerTo(judgement, envelope) as never))).interchanges[0]
    return answer as X12Interchange
  }
  const [set] = read('999').groups[0]?.sets ?? []
  expect([set?.id, set?.faults]).toEqual(['999', []])
  expect(readAnswers(read('999'))).toEqual(readAnswers(read('997')))
  expect(readAnswers(read('999')).groups[0]?.sets[1]?.notes[0]?.elements).toHaveLength(2)
})

test('bad data that would break the answer is echoed without the harm', () => {
  const rude = interchange([['BEG*00*SA*4711**2026>^|\x07', 'PO1*1*5*EA']])
  const answer = answerTo(judged(rude), envelope) as never
  for (const separators of [{}, { element: '|' }, { segment: '?', component: ':' }] as const) {
    const written = () => writeAnswer(answer, separators)
    if ('segment' in separators) expect(written).toThrow(expect.objectContaining({ code: 'XD_EDI_SEPARATORS' }))
    else expect(readX12(Buffer.from(written())).interchanges[0]?.groups[0]?.sets[0]?.faults).toEqual([])
  }
})

test('an ISA with names wider than their columns is still answered with a good one', () => {
  const wide = interchange([GOOD], (t) =>
    t.replace('*12*5555550142     ', '*12345*5555550142 OF BIG|BOX').replace('*0*P', '*1*P'),
  )
  const written = writeAnswer(answerTo(judged(wide), envelope) as never, { element: '|' })
  const answer = readX12(Buffer.from(written)).interchanges[0]
  expect([answer?.receiverQualifier, answer?.receiver, answer?.faults]).toEqual(['12', '5555550142 OF B', []])
})

test('an acknowledgement is never acknowledged', () => {
  const own = writeInterchange({
    senderQualifier: 'ZZ',
    sender: 'A',
    receiverQualifier: 'ZZ',
    receiver: 'B',
    date: '20260102',
    time: '1015',
    version: '00401',
    controlNumber: 1,
    usage: 'P',
    ackRequested: true,
    groups: [
      {
        functionalId: 'FA',
        sender: 'A',
        receiver: 'B',
        date: '20260102',
        time: '1015',
        controlNumber: 1,
        version: '004010',
        sets: [{ id: '997', controlNumber: 1, segments: [['AK1', 'PO', '1']] }],
      },
    ],
  })
  const judgement = judged(readX12(Buffer.from(own)).interchanges[0] as X12Interchange)
  expect(acknowledges(group(judgement).group)).toBe(false)
  expect(answerTo(judgement, envelope)).toBeUndefined()
  expect(() => functionalAcknowledgement(group(judgement), 1)).toThrow(
    expect.objectContaining({ code: 'XD_EDI_ACKNOWLEDGEMENT_OF_ACKNOWLEDGEMENT' }),
  )
})

test('a 997 with an error in it is read as far as it says something, one that says nothing is left out', () => {
  const answers = (body: string[]) => {
    const set = [`ST*997*0001`, ...body, `SE*${body.length + 2}*0001`].join('~\n')
    return readAnswers(interchange([], (t) => t.replace('GE*0', `${set}~\nGE*1`).replace('GS*PO', 'GS*FA')))
  }
  expect(answers(['AK1*SH*0021', 'AK9*E*1*1*1']).groups).toMatchObject([
    { functionalId: 'SH', verdict: 'E', accepted: true, sets: [] },
  ])
  expect(answers([]).groups).toEqual([])
})

test('what became of a set we sent: listed sets by their own verdict, the others by their group', () => {
  const answered =
    (...sets: [number: string, verdict: string][]) =>
    (verdict: string) => ({
      interchanges: [],
      groups: [
        {
          functionalId: 'SH',
          controlNumber: '0021',
          verdict,
          accepted: false,
          codes: [],
          included: 2,
          received: 2,
          acceptedSets: 1,
          sets: sets.map(([controlNumber, own]) => ({
            id: '856',
            controlNumber,
            verdict: own,
            accepted: own === 'A',
            codes: [],
            notes: [],
          })),
        },
      ],
    })
  const sent = { functionalId: 'SH', groupNumber: '21', setNumber: '0001' }
  expect(outcomeOf(sent, answered()('A'))).toBe('acked')
  expect(outcomeOf(sent, answered()('E'))).toBe('acked_with_errors')
  expect(outcomeOf(sent, answered()('R'))).toBe('rejected')
  expect(outcomeOf(sent, answered(['0001', 'R'])('P'))).toBe('rejected')
  expect(outcomeOf(sent, answered(['0001', 'M'])('P'))).toBe('rejected')
  expect(outcomeOf(sent, answered(['0001', 'A'])('P'))).toBe('acked')
  expect(outcomeOf(sent, answered(['0002', 'R'])('P'))).toBe('waiting')
  expect(outcomeOf({ ...sent, groupNumber: '22' }, answered()('A'))).toBe('waiting')
  expect(outcomeOf({ ...sent, functionalId: 'IN' }, answered()('A'))).toBe('waiting')
})

test('X17: gaps in the numbers of a partner are listed until they are filled', () => {
  expect(controlNumberGaps([1001, 1002, 1003, 1007])).toEqual([{ from: 1004, to: 1006 }])
  expect(controlNumberGaps([1007, 1003, 1005, 1003])).toEqual([
    { from: 1004, to: 1004 },
    { from: 1006, to: 1006 },
  ])
  expect(controlNumberGaps([1003, 1007, 1004, 1006, 1005])).toEqual([])
  expect(controlNumberGaps([])).toEqual([])
})

test('X17: a partner that counts past 999999999 begins again at 1', () => {
  expect(controlNumberGaps([999_999_998, 999_999_999, 1, 2])).toEqual([])
  expect(controlNumberGaps([999_999_997, 3])).toEqual([
    { from: 999_999_998, to: 999_999_999 },
    { from: 1, to: 2 },
  ])
})

test('the reports say what was read, what is wrong, and what would be answered', () => {
  const bytes = Buffer.from(text([GOOD, BAD]))
  const read = readReport(bytes, 'order.x12')
  expect(read.interchanges[0]?.groups[0]?.sets[0]?.segments[1]).toEqual(['BEG', '00', 'SA', '4711', '', '20260102'])
  expect(read.interchanges[0]?.separators).toEqual({ element: '*', segment: '~', component: '>' })
  expect(readText(read)).toContain('      PO1*1*5*EA*9.25**VP*SKU-1')
  const check = checkReport(bytes, 'order.x12')
  expect(check.verdict).toBe('partly_rejected')
  expect(check.interchanges[0]?.acknowledgement).toContain('AK9*P*2*2*1~')
  expect(checkText(check)).toContain('segment 3 PO1, element 3: PO103 (unit of measure) is "QQ"')
  expect(JSON.parse(JSON.stringify(check))).toEqual(check)
})

test.each([
  ['accepted', text([GOOD])],
  ['accepted_with_errors', text([ODD])],
  ['rejected', text([BAD])],
  ['rejected', text([GOOD], (t) => t.replace(/IEA.*/, ''))],
  ['quarantined', 'not an interchange'],
  ['accepted_with_errors', `${text([GOOD])}~\nleft over`],
])('a file is %s', (verdict, from) => {
  const report = checkReport(Buffer.from(from), 'file')
  expect(report.verdict).toBe(verdict)
  expect(checkText(report)).toContain(`file: ${verdict.replaceAll('_', ' ')}`)
})
