import { answerTo } from '../edi/x12/acknowledge.ts'
import { readAnswers } from '../edi/x12/answers.ts'
import type { Judgement } from '../edi/x12/judge.ts'
import type { X12Interchange } from '../edi/x12/reading.ts'
import type { WrittenInterchange } from '../edi/x12/write.ts'
import type { EventData } from '../lifecycle/events.ts'
import type { UnderstoodDocument } from './interchange.ts'
import { type AnswersFacts, type InterchangeFacts, NO_ANSWERS, numberOf, toldOf } from './interchange-facts.ts'

/** What the mailbox is told of a judged interchange of X12. `documents`: what its sets mean, in the order of the file. */
export function x12Facts(judgement: Judgement, documents: readonly UnderstoodDocument[]): InterchangeFacts {
  const { interchange, verdict, note, groups } = judgement
  let at = 0
  const received: EventData['interchange.received']['groups'] = groups.map(({ group, sets }) => ({
    functionalId: group.functionalId,
    control: group.controlNumber,
    sets: sets.map(({ set, verdict: one }) => {
      const key = numberOf(documents[at++] ?? {})
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

function answersOf(interchange: X12Interchange, verdict: string): AnswersFacts {
  if (verdict === 'R') return NO_ANSWERS
  const { interchanges, groups } = readAnswers(interchange)
  return {
    interchanges,
    groups: groups.map(({ sets, ...group }) => ({ ...group, sets: sets.map(({ notes: _, ...set }) => set) })),
  }
}

function countFaults(interchange: X12Interchange): number {
  const inGroups = interchange.groups.map(
    (group) => toldOf(group.faults) + sum(group.sets.map((set) => toldOf(set.faults))),
  )
  return toldOf(interchange.faults) + sum(inGroups)
}

const sum = (figures: readonly number[]): number => figures.reduce((a, b) => a + b, 0)
