import type { X12Interchange, X12Set } from './reading.ts'

/** What a TA1 or 997 of a partner says about something we sent. */
export interface ReadSetAnswer {
  readonly id: string
  readonly controlNumber: string
  readonly verdict: string
  readonly accepted: boolean
  readonly codes: readonly string[]
  /** AK3 and AK4 as sentences would need them: segment, position, element, code, and what stood there. */
  readonly notes: readonly ReadNote[]
}

export interface ReadNote {
  readonly tag: string
  readonly segment: number
  readonly loop?: string
  readonly segmentCodes: readonly string[]
  readonly elements: readonly {
    readonly element: string
    readonly reference: string
    readonly code: string
    readonly value: string
  }[]
}

/** One 997: about which of our groups, and what became of each set. */
export interface ReadGroupAnswer {
  /** AK101 and AK102: match on these against our GS01 and GS06. */
  readonly functionalId: string
  readonly controlNumber: string
  readonly verdict: string
  readonly accepted: boolean
  readonly codes: readonly string[]
  readonly included: number
  readonly received: number
  readonly acceptedSets: number
  /** Only the sets the partner chose to list; the others share the verdict of the group. */
  readonly sets: readonly ReadSetAnswer[]
}

/** One TA1: match `controlNumber` against our ISA13. */
export interface ReadInterchangeAnswer {
  readonly controlNumber: string
  readonly verdict: string
  readonly accepted: boolean
  readonly note: string
}

export interface ReadAnswers {
  readonly interchanges: readonly ReadInterchangeAnswer[]
  readonly groups: readonly ReadGroupAnswer[]
}

/**
 * Reads every TA1, 997 and 999 of an interchange into plain results. A 997 that cannot be understood (no AK1 or AK9) is left out;
 * its set carries the faults that say so.
 */
export function readAnswers(interchange: X12Interchange): ReadAnswers {
  const interchanges = interchange.tradingAcks.map((ack) => ({
    controlNumber: ack.controlNumber,
    verdict: ack.verdict,
    accepted: ack.verdict === 'A' || ack.verdict === 'E',
    note: ack.note,
  }))
  const sets = interchange.groups.flatMap((group) => group.sets)
  const groups = sets.filter((set) => set.id === '997' || set.id === '999').flatMap((set) => readGroupAnswer(set) ?? [])
  return { interchanges, groups }
}

function readGroupAnswer({ segments }: X12Set): ReadGroupAnswer | undefined {
  let functionalId = ''
  let controlNumber = ''
  let closing: Omit<ReadGroupAnswer, 'functionalId' | 'controlNumber' | 'sets'> | undefined
  const sets: { answer: Omit<ReadSetAnswer, 'notes'>; notes: MutableNote[] }[] = []
  for (let i = 0; i < segments.length; i++) {
    const at = (element: number) => segments.at(i, element)
    switch (segments.tag(i)) {
      case 'AK1':
        functionalId = at(1)
        controlNumber = at(2)
        break
      case 'AK2':
        sets.push({ answer: { id: at(1), controlNumber: at(2), verdict: '', accepted: false, codes: [] }, notes: [] })
        break
      case 'AK3':
      case 'IK3':
        sets.at(-1)?.notes.push({
          tag: at(1),
          segment: numeral(at(2)),
          ...(at(3) === '' ? {} : { loop: at(3) }),
          segmentCodes: present([at(4), at(5), at(6), at(7), at(8)]),
          elements: [],
        })
        break
      case 'AK4':
      case 'IK4':
        sets
          .at(-1)
          ?.notes.at(-1)
          ?.elements.push({ element: at(1), reference: at(2), code: at(3), value: at(4) })
        break
      case 'AK5':
      case 'IK5': {
        const last = sets.at(-1)
        if (last)
          last.answer = { ...last.answer, ...verdictOf(at(1)), codes: present([at(2), at(3), at(4), at(5), at(6)]) }
        break
      }
      case 'AK9':
        closing = {
          ...verdictOf(at(1)),
          included: numeral(at(2)),
          received: numeral(at(3)),
          acceptedSets: numeral(at(4)),
          codes: present([at(5), at(6), at(7), at(8), at(9)]),
        }
        break
    }
  }
  if (functionalId === '' || !closing) return undefined
  return { functionalId, controlNumber, ...closing, sets: sets.map(({ answer, notes }) => ({ ...answer, notes })) }
}

type MutableNote = Omit<ReadNote, 'elements'> & { elements: ReadNote['elements'][number][] }

/** A and E accept the whole; P accepts a part; everything else rejects (M, W and X are failures of security). */
function verdictOf(code: string): { verdict: string; accepted: boolean } {
  return { verdict: code, accepted: code === 'A' || code === 'E' }
}

const present = (codes: readonly string[]): string[] => codes.filter((code) => code !== '')

const numeral = (text: string): number => (/^\d{1,10}$/.test(text) ? Number(text) : 0)

/** What one sent set came to, matched against a partner's answers. */
export interface SentSet {
  readonly functionalId: string
  readonly groupNumber: string
  readonly setNumber: string
}

export type SentOutcome = 'acked' | 'acked_with_errors' | 'rejected' | 'waiting'

/**
 * What the answers say about a set we sent: match on GS01 and GS06, then ST02.
 * A set the partner does not list shares the verdict of its group, except under P, where silence says nothing.
 */
export function outcomeOf(sent: SentSet, answers: ReadAnswers): SentOutcome {
  const group = answers.groups.findLast(
    (one) => one.functionalId === sent.functionalId && sameNumber(one.controlNumber, sent.groupNumber),
  )
  if (!group) return 'waiting'
  if (group.verdict === 'R') return 'rejected'
  const set = group.sets.find((one) => one.controlNumber === sent.setNumber)
  const verdict = set && set.verdict !== '' ? set.verdict : group.verdict
  if (verdict === 'A') return 'acked'
  if (verdict === 'E') return 'acked_with_errors'
  return verdict === 'P' ? 'waiting' : 'rejected'
}

const sameNumber = (a: string, b: string): boolean => a.replace(/^0+/, '') === b.replace(/^0+/, '')
