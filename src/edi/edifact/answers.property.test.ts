import fc, { type Arbitrary } from 'fast-check'
import { expect, test } from 'vitest'
import type { SetVerdict } from '../x12/judge.ts'
import { type ReadContrl, type ReadMessageAnswer, type ReadSegmentNote, readContrl } from './answers.ts'
import { type Aperak, aperakSegments, readAperak } from './aperak.ts'
import { contrlFor, writeContrl } from './contrl.ts'
import type { EdifactJudgement, JudgedMessage } from './judge.ts'
import { readEdifact } from './read.ts'
import type { EdifactFault, EdifactGroup, EdifactInterchange, EdifactMessage } from './reading.ts'
import { edifactBytes, writeEdifact } from './write.ts'

/*
 * A CONTRL is made of a judgement and read into plain results: any results are made into the judgement that would say them,
 * written, and read. An APERAK is written as it was read.
 */

const aReference = fc.string({ unit: fc.constantFrom(...'ABCXYZ0123456789'), minLength: 1, maxLength: 14 })
const anError = fc.constantFrom('12', '13', '15', '18', '21', '37')

const aNote: Arbitrary<ReadSegmentNote> = fc
  .record({ segment: fc.integer({ min: 1, max: 999_999 }) })
  .chain(({ segment }) =>
    fc.oneof(
      anError.map((error) => ({ segment, error, elements: [] })),
      fc
        .array(
          fc.record({
            element: fc.integer({ min: 1, max: 30 }),
            component: fc.integer({ min: 0, max: 9 }),
            error: anError,
          }),
          { minLength: 1, maxLength: 3 },
        )
        .map((elements) => ({ segment, error: '', elements })),
    ),
  )

const aMessage: Arbitrary<ReadMessageAnswer> = fc
  .record({
    reference: aReference,
    type: fc.constantFrom('ORDRSP', 'DESADV', 'INVOIC'),
    action: fc.constantFrom('4', '7'),
    error: fc.oneof(fc.constant(''), anError),
    notes: fc.uniqueArray(aNote, { maxLength: 4, selector: ({ segment }) => segment }),
  })
  .map((message) => ({ ...message, notes: message.notes.toSorted((a, b) => a.segment - b.segment) }))

interface TestGroup {
  readonly answer: ReadContrl['groups'][number]
  readonly messages: readonly ReadMessageAnswer[]
}
const aGroup: Arbitrary<TestGroup> = fc
  .record({
    reference: aReference,
    action: fc.constantFrom('4', '7'),
    error: anError,
    messages: fc.array(aMessage, { maxLength: 2 }),
  })
  // of a group that fell as a whole no message is listed
  .map(({ messages, ...answer }) => ({ answer, messages: answer.action === '4' ? [] : messages }))

const faultOf = (more: Partial<EdifactFault>): EdifactFault => ({
  code: 'XD_EDI_EDIFACT_TEST',
  message: '',
  severity: 'error',
  level: 'segment',
  ...more,
})

function faultsOf({ segment, error, elements }: ReadSegmentNote): EdifactFault[] {
  if (elements.length === 0) return [faultOf({ segment, offset: 9, contrl: error })]
  return elements.map(({ element, component, error: contrl }) =>
    faultOf({ level: 'element', segment, element, ...(component === 0 ? {} : { component }), contrl }),
  )
}

function judged({ reference, type, action, error, notes }: ReadMessageAnswer, group?: EdifactGroup): JudgedMessage {
  const whole = error === '' ? [] : [faultOf({ level: 'message', contrl: error, tag: 'UNH' })]
  const faults = [...whole, ...notes.flatMap(faultsOf)]
  const about = { reference, type, version: 'D', release: '96A', agency: 'UN', association: 'EAN008' }
  const message = { ...about, faults, ...(group ? { group } : {}) } as unknown as EdifactMessage
  return { message, verdict: action === '4' ? 'R' : 'E', accepted: action !== '4' }
}

/** The judgement on an interchange of theirs, with these results. */
function judgementOf(
  { reference, verdict, error, syntaxVersion }: TestEnvelope,
  alone: readonly ReadMessageAnswer[],
  groups: readonly TestGroup[],
): EdifactJudgement {
  const inGroups = groups.map(({ answer, messages }) => {
    const listed: EdifactMessage[] = []
    const ends = { sender: 'THEM', senderQualifier: '14', receiver: 'US', receiverQualifier: '14' }
    const faults = [faultOf({ level: 'group', contrl: answer.error, tag: 'UNG' })]
    const group = { ...ends, reference: answer.reference, faults, messages: listed } as unknown as EdifactGroup
    const inside = messages.map((one) => judged(one, group))
    listed.push(...inside.map(({ message }) => message))
    return { group, verdict: answer.action === '4' ? ('R' as const) : ('E' as const), inside }
  })
  const messages = [...alone.map((one) => judged(one)), ...inGroups.flatMap(({ inside }) => inside)]
  const interchange = {
    syntax: 'UNOC',
    syntaxVersion,
    sender: '4098765000010',
    senderQualifier: '14',
    receiver: '4012345000016',
    receiverQualifier: '14',
    reference,
    ackRequested: true,
    test: false,
    messages: messages.map(({ message }) => message),
    groups: inGroups.map(({ group }) => group),
  } as unknown as EdifactInterchange
  const found = error === undefined ? {} : { error, errorTag: 'UNB' }
  return { interchange, verdict, ...found, groups: inGroups, messages }
}

interface TestEnvelope {
  readonly reference: string
  readonly verdict: SetVerdict
  readonly error?: string
  readonly syntaxVersion: number
}
const anEnvelope: Arbitrary<TestEnvelope> = fc
  .record({
    reference: aReference,
    verdict: fc.constantFrom<SetVerdict>('A', 'E', 'R'),
    error: fc.constantFrom('7', '23', '26', '28'),
    syntaxVersion: fc.constantFrom(1, 2, 3, 4),
  })
  .map(({ error, ...envelope }) => (envelope.verdict === 'A' ? envelope : { ...envelope, error }))

const someSeparators = fc.constantFrom({}, { component: ';', element: '|' }, { lineEnd: '\n' }, { segment: '~' })
const numbers = { date: '20260103', time: '0900', reference: '000000005', messageReference: '7' }

const onlyMessage = (bytes: Uint8Array): EdifactMessage => {
  const { interchanges, faults } = readEdifact(bytes)
  const [interchange] = interchanges
  const [message] = interchange?.messages ?? []
  expect([interchanges.length, faults, interchange?.faults, message?.faults]).toEqual([1, [], [], []])
  return message as EdifactMessage
}

test('whatever a CONTRL says is read as it was meant, and is itself in order', () => {
  fc.assert(
    fc.property(
      anEnvelope,
      fc.array(aMessage, { maxLength: 3 }),
      fc.array(aGroup, { maxLength: 2 }),
      someSeparators,
      (envelope, alone, groups, separators) => {
        const answer = contrlFor(judgementOf(envelope, alone, groups), numbers)
        if (!answer) throw new Error('Nothing was answered.')
        const message = onlyMessage(edifactBytes(writeContrl(answer, separators), answer.syntax))
        const isRejected = envelope.verdict === 'R' // then nothing below was looked at
        expect(readContrl(message)).toEqual({
          reference: envelope.reference,
          sender: '4098765000010',
          receiver: '4012345000016',
          action: isRejected ? '4' : '7',
          error: envelope.error ?? '',
          groups: isRejected
            ? []
            : groups.map(({ answer: { reference, action, error } }) => ({ reference, action, error })),
          messages: isRejected ? [] : [...alone, ...groups.flatMap(({ messages }) => messages)],
        })
      },
    ),
    { numRuns: 200 },
  )
})

const aWord = fc.string({ unit: fc.constantFrom(..."abcxyzäß0189.,-'+:?"), minLength: 1, maxLength: 20 })
const aText = fc.array(aWord, { minLength: 1, maxLength: 12 }).map((words) => words.join(' '))
const someReferences = fc.array(fc.tuple(fc.constantFrom('ACW', 'ON', 'DQ'), aReference), { maxLength: 3 })
const members = <T extends object>(entry: T): T =>
  Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined)) as T

const anAperak: Arbitrary<Aperak> = fc
  .record({
    name: fc.constantFrom('312', '313', '294'),
    number: aReference,
    function: fc.constantFrom('9', '27', '29', '34'),
    date: fc.option(fc.constantFrom(['20260102', '102'] as const, ['202601021015', '203'] as const), {
      nil: undefined,
    }),
    references: someReferences,
    parties: fc.array(fc.tuple(fc.constantFrom('BY', 'SU', 'MS'), aReference), { maxLength: 3 }),
    errors: fc.array(
      fc
        .record({
          code: fc.constantFrom('12', '35', 'E17'),
          text: fc.option(aText, { nil: undefined }),
          references: someReferences,
        })
        .map((error) => members(error) as Aperak['errors'][number]),
      { maxLength: 4 },
    ),
  })
  .map(({ date, ...aperak }) => ({ ...aperak, ...(date ? { date: date[0], dateFormat: date[1] } : {}) }))

test('an APERAK written and read again is the same, and is itself in order', () => {
  fc.assert(
    fc.property(anAperak, fc.constantFrom(1, 2, 3, 4), someSeparators, (aperak, syntaxVersion, separators) => {
      const written = {
        syntaxVersion,
        sender: { id: '4012345000016', qualifier: '14' },
        receiver: { id: '4098765000010', qualifier: '14' },
        date: '20260103',
        time: '0900',
        reference: '5',
        messages: [{ reference: '7', type: 'APERAK', release: '96A', segments: aperakSegments(aperak) }],
      }
      const message = onlyMessage(edifactBytes(writeEdifact(written, { separators }), 'UNOC'))
      expect(readAperak(message)).toEqual(aperak)
    }),
    { numRuns: 200 },
  )
})
