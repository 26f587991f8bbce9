import type { ReadGroupAnswer, ReadInterchangeAnswer, ReadSetAnswer } from '../edi/x12/answers.ts'
import type { WrittenInterchange } from '../edi/x12/write.ts'
import type { EventData } from '../lifecycle/events.ts'

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
