import fc, { type Arbitrary } from 'fast-check'
import { expect, test } from 'vitest'
import { answerTo, writeAnswer } from './acknowledge.ts'
import { type ReadGroupAnswer, type ReadNote, type ReadSetAnswer, readAnswers } from './answers.ts'
import type { AcknowledgementForm, GroupVerdict, Judgement, SetVerdict } from './judge.ts'
import { readX12 } from './read.ts'
import type { X12Fault, X12Group, X12Interchange, X12Set } from './reading.ts'

/*
 * What a partner is told is made of a judgement, and read into plain results. So any results are made into the judgement
 * that would say them, written, and read: they have to come back.
 */

const digits = (most: number) => fc.integer({ min: 1, max: 10 ** most - 1 }).map(String)
const someCodes = (...codes: string[]) => fc.uniqueArray(fc.constantFrom(...codes), { maxLength: 5 })
const said = <T extends string>(verdict: T) => ({ verdict, accepted: verdict === 'A' || verdict === 'E' })

const anElement: Arbitrary<ReadNote['elements'][number]> = fc.record({
  element: fc.integer({ min: 1, max: 20 }).map(String),
  reference: fc.integer({ min: 1, max: 1999 }).map(String),
  code: fc.constantFrom('1', '2', '3', '4', '5', '6', '7', '8', '9'),
  value: fc.constantFrom('', '1O', 'QQ', '20260231', 'what a name', '-3', "d'Or, 5%"),
})
const aNote = (elements: Arbitrary<ReadNote['elements']>): Arbitrary<ReadNote> =>
  fc
    .record({
      tag: fc.constantFrom('BEG', 'PO1', 'N1', 'CTT', 'W05'),
      segment: fc.integer({ min: 2, max: 99_999 }),
      loop: fc.option(fc.constantFrom('PO1', 'N1', '0100'), { nil: undefined }),
      segmentCodes: someCodes('1', '2', '3', '4', '5', '6', '7', '8'),
      elements,
    })
    .map(({ loop, ...note }) => ({
      ...note,
      ...(loop === undefined ? {} : { loop }),
      segmentCodes: note.elements.length > 0 ? ['8'] : note.segmentCodes.length > 0 ? note.segmentCodes : ['3'],
    }))

const aSet: Arbitrary<ReadSetAnswer> = fc
  .record({
    id: fc.constantFrom('855', '856', '810', '940'),
    controlNumber: fc.integer({ min: 1, max: 99_999 }).map((number) => String(number).padStart(4, '0')),
    verdict: fc.constantFrom<SetVerdict>('A', 'E', 'R'),
    codes: someCodes('1', '2', '3', '4', '5', '7'),
    notes: fc.uniqueArray(aNote(fc.array(anElement, { maxLength: 3 })), {
      maxLength: 4,
      selector: ({ segment }) => segment,
    }),
  })
  .map(({ verdict, codes, notes, ...set }) => ({
    ...set,
    ...said(verdict),
    codes: verdict === 'A' ? [] : codes,
    notes: verdict === 'A' ? [] : notes.toSorted((a, b) => a.segment - b.segment),
  }))

const aGroup: Arbitrary<ReadGroupAnswer> = fc
  .record({
    functionalId: fc.constantFrom('PR', 'SH', 'IN', 'OW'),
    controlNumber: digits(9),
    verdict: fc.constantFrom<GroupVerdict>('A', 'E', 'P', 'R'),
    codes: someCodes('1', '2', '3', '4', '5', '6'),
    included: fc.integer({ min: 0, max: 999_999 }),
    received: fc.integer({ min: 0, max: 999_999 }),
    acceptedSets: fc.integer({ min: 0, max: 999_999 }),
    sets: fc.array(aSet, { maxLength: 3 }),
  })
  // a group that is rejected lists no set that reads as accepted
  .map(({ verdict, sets, ...group }) => ({
    ...group,
    ...said(verdict),
    sets: verdict === 'R' ? sets.filter((set) => set.verdict === 'R') : sets,
  }))

const faultOf = (more: Partial<X12Fault>): X12Fault => ({
  code: 'XD_EDI_TEST',
  message: '',
  severity: 'error',
  level: 'element',
  ...more,
})

/** The faults of which a note was made. */
function faultsOf({ tag, segment, loop, segmentCodes, elements }: ReadNote): X12Fault[] {
  const place = { tag, segment, ...(loop === undefined ? {} : { loop }) }
  if (elements.length === 0) return segmentCodes.map((ak3) => faultOf({ ...place, level: 'segment', ack: { ak3 } }))
  return elements.map(({ element, reference, code, value }) =>
    faultOf({
      ...place,
      element: Number(element),
      reference: Number(reference),
      value,
      ack: { ak3: '8', ak4: code },
    }),
  )
}

function judgedGroup(answer: ReadGroupAnswer): Judgement['groups'][number] {
  const { functionalId, controlNumber, verdict, codes, included, received, acceptedSets } = answer
  const sets = answer.sets.map((one) => {
    const { id, controlNumber: number, notes } = one
    const set = { id, controlNumber: number, faults: notes.flatMap(faultsOf) } as unknown as X12Set
    return { set, verdict: one.verdict as SetVerdict, codes: one.codes, accepted: one.accepted }
  })
  const about = { functionalId, controlNumber, sender: 'THEM', receiver: 'US', version: '005010' }
  const group = { ...about, received, declaredSets: included, sets: [], faults: [] } as unknown as X12Group
  return { group, verdict: verdict as GroupVerdict, codes, sets, accepted: acceptedSets }
}

/** The judgement on an interchange of theirs, with these results. */
function judgementOf(
  envelope: Pick<Judgement, 'verdict' | 'note'> & { readonly controlNumber: string; readonly asked: boolean },
  groups: readonly ReadGroupAnswer[],
  acknowledgement: AcknowledgementForm,
): Judgement {
  const { verdict, note, controlNumber, asked } = envelope
  const judged = groups.map(judgedGroup)
  const interchange = {
    senderQualifier: '12',
    sender: '5555550142',
    receiverQualifier: 'ZZ',
    receiver: 'ACMESUPPLY',
    date: '260102',
    time: '1015',
    version: '00501',
    controlNumber,
    ackRequested: asked,
    usage: 'P',
    groups: judged.map(({ group }) => group),
    tradingAcks: [],
  } as unknown as X12Interchange
  return { interchange, verdict, note, groups: judged, acknowledgement }
}

const numbers = { date: '20260103', time: '0900', interchangeNumber: 5, groupNumber: 6, firstSetNumber: 7 }
const someSeparators = fc.constantFrom(
  {},
  { element: '|', component: ':' },
  { element: '\\', segment: '!', component: '<', repetition: '}' },
  { lineEnd: '\r\n' },
)
const anEnvelope = fc
  .record({
    verdict: fc.constantFrom<SetVerdict>('A', 'E', 'R'),
    note: fc.constantFrom('001', '005', '021', '024', '025'),
    controlNumber: digits(9).map((number) => number.padStart(9, '0')),
    asked: fc.boolean(),
  })
  .map((envelope) => (envelope.verdict === 'A' ? { ...envelope, note: '000' } : envelope))

test.each(['997', '999'] as const)(
  'whatever a %s and a TA1 say is read as it was meant, and is itself in order',
  (form) => {
    fc.assert(
      fc.property(
        anEnvelope,
        fc.array(aGroup, { minLength: 1, maxLength: 3 }),
        someSeparators,
        (envelope, groups, separators) => {
          const answer = answerTo(judgementOf(envelope, groups, form), numbers)
          if (!answer) throw new Error('Nothing was answered.')
          const file = readX12(Buffer.from(writeAnswer(answer, separators)))
          const [back] = file.interchanges
          expect([file.interchanges.length, file.faults, back?.faults]).toEqual([1, [], []])
          for (const group of back?.groups ?? []) {
            expect(group.faults).toEqual([])
            for (const { id, faults } of group.sets) expect([id, faults]).toEqual([form, []])
          }
          const { verdict, note, controlNumber, asked } = envelope
          expect(readAnswers(back as X12Interchange)).toEqual({
            interchanges: asked || verdict !== 'A' ? [{ controlNumber, ...said(verdict), note }] : [],
            groups: verdict === 'R' ? [] : groups, // of what was rejected as a whole nothing was looked at
          })
        },
      ),
      { numRuns: 200 },
    )
  },
)
