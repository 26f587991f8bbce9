import type { WrittenEdifact } from '../edi/edifact/write.ts'
import type { ReadGroupAnswer, ReadInterchangeAnswer, ReadSetAnswer } from '../edi/x12/answers.ts'
import type { WrittenInterchange } from '../edi/x12/write.ts'
import type { EventData } from '../lifecycle/events.ts'
import type { UnderstoodDocument } from './interchange.ts'

/** What a partner says about things we sent, as plain data. */
export interface AnswersFacts {
  readonly interchanges: readonly ReadInterchangeAnswer[]
  readonly groups: readonly (Omit<ReadGroupAnswer, 'sets'> & {
    readonly sets: readonly Omit<ReadSetAnswer, 'notes'>[]
  })[]
  readonly contrls?: readonly ContrlFacts[]
  readonly aperaks?: readonly AperakFacts[]
}

/** A CONTRL about an interchange of ours. */
export interface ContrlFacts {
  /** 0020 of ours. */
  readonly reference: string
  /** 0083: 4 rejected, 7 acknowledged, 8 received; and 0085, `''` when there is none. */
  readonly action: string
  readonly error: string
  /** The messages the partner chose to list, each with every code that stands below it. */
  readonly messages: readonly {
    readonly id: string
    readonly control: string
    readonly action: string
    readonly codes: readonly string[]
  }[]
}

/** An APERAK: what a partner's application made of something of ours. */
export interface AperakFacts {
  /** Its own number. */
  readonly number: string
  /** Every reference it makes: of an interchange, a message or a document. */
  readonly about: readonly string[]
  readonly verdict: 'A' | 'E' | 'R'
  readonly errors: readonly { readonly code: string; readonly text?: string }[]
}

/** An interchange that came in, as its mailbox is told: plain data, so that it can wait in an inbox. */
export interface InterchangeFacts {
  /** Absent: X12. */
  readonly standard?: 'edifact'
  readonly control: string
  readonly usage: string
  readonly verdict: 'A' | 'E' | 'R'
  /** TA105, or 0085 of UCI. */
  readonly note: string
  /** Of a rejected one: what it says of itself that was agreed otherwise, in words. */
  readonly unlike?: string
  readonly groups: EventData['interchange.received']['groups']
  readonly faults: number
  readonly answers: AnswersFacts
  /** The TA1 and 997s that are due; our numbers and the time are still to be put in. */
  readonly answer?: WrittenInterchange
  /** The CONTRL that is due, in the same way. */
  readonly contrl?: WrittenEdifact
}

export const NO_ANSWERS: AnswersFacts = { interchanges: [], groups: [] }

/** The number a document is known by; undefined for one that has none or could not be read. */
export function numberOf({ document }: UnderstoodDocument): string | undefined {
  const { number } = (document ?? {}) as { readonly number?: unknown }
  return typeof number === 'string' ? number : undefined
}

/** How many faults there are that somebody is told of. */
export function toldOf(faults: readonly { readonly severity: string }[]): number {
  return faults.filter(({ severity }) => severity !== 'warning').length
}
