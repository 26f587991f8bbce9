import { answerTo } from '../edi/x12/acknowledge.ts'
import {
  type ReadGroupAnswer,
  type ReadInterchangeAnswer,
  type ReadSetAnswer,
  readAnswers,
} from '../edi/x12/answers.ts'
import type { Judgement } from '../edi/x12/judge.ts'
import type { X12Fault, X12Interchange, X12Set } from '../edi/x12/reading.ts'
import type { WrittenInterchange } from '../edi/x12/write.ts'
import type { EventData } from '../lifecycle/events.ts'
import type { UnderstoodSet } from './interchange-sets.ts'

/** What a partner says about things we sent, as plain data. */
export interface AnswersFacts {
  readonly interchanges: readonly ReadInterchangeAnswer[]
  readonly groups: readonly (Omit<ReadGroupAnswer, 'sets'> & {
    readonly sets: readonly Omit<ReadSetAnswer, 'notes'>[]
  })[]
}

/** An interchange that came in, as its mailbox is told: plain data, so that it can wait in an inbox. */
export interface InterchangeFacts {
  readonly control: string
  readonly usage: string
  readonly verdict: 'A' | 'E' | 'R'
  /** TA105. */
  readonly note: string
  readonly groups: EventData['interchange.received']['groups']
  readonly faults: number
  readonly answers: AnswersFacts
  /** The TA1 and 997s that are due; our numbers and the time are still to be put in. */
  readonly answer?: WrittenInterchange
}

/** What the mailbox is told of a judged interchange. */
export function factsOf(judgement: Judgement, documents: ReadonlyMap<X12Set, UnderstoodSet>): InterchangeFacts {
  const { interchange, verdict, note, groups } = judgement
  const orders = [...documents.values()]
  let at = 0
  const received: EventData['interchange.received']['groups'] = groups.map(({ group, sets }) => ({
    functionalId: group.functionalId,
    control: group.controlNumber,
    sets: sets.map(({ set, verdict: one }) => {
      const { order, advice } = orders[at++] ?? {}
      const key = order?.document?.number ?? advice?.document?.number
      return { id: set.id, control: set.controlNumber, verdict: one, ...(key === undefined ? {} : { key }) }
    }),
  }))
  const answer = placeholderAnswer(judgement)
  return {
    control: interchange.controlNumber,
    usage: interchange.usage,
    verdict,
    note,
    groups: received,
    faults: countFaults(interchange),
    answers: answersOf(interchange, verdict),
    ...(answer ? { answer } : {}),
  }
}

/** The answer but for our numbers and the time: the mailbox puts them in when it sends it. */
function placeholderAnswer(judgement: Judgement): WrittenInterchange | undefined {
  if (judgement.interchange.sender === '') return undefined
  return answerTo(judgement, {
    date: '19700101',
    time: '0000',
    interchangeNumber: 1,
    groupNumber: 1,
    firstSetNumber: 1,
  })
}

const NO_ANSWERS: AnswersFacts = { interchanges: [], groups: [] }

function answersOf(interchange: X12Interchange, verdict: string): AnswersFacts {
  if (verdict === 'R') return NO_ANSWERS
  const { interchanges, groups } = readAnswers(interchange)
  return {
    interchanges,
    groups: groups.map(({ sets, ...group }) => ({ ...group, sets: sets.map(({ notes: _, ...set }) => set) })),
  }
}

function countFaults(interchange: X12Interchange): number {
  const counted = (faults: readonly X12Fault[]) => faults.filter(({ severity }) => severity !== 'warning').length
  const inGroups = interchange.groups.map(
    (group) => counted(group.faults) + sum(group.sets.map((set) => counted(set.faults))),
  )
  return counted(interchange.faults) + sum(inGroups)
}

const sum = (figures: readonly number[]): number => figures.reduce((a, b) => a + b, 0)
