import type { TableSpec } from '../store/contract.ts'

/** A group of ours that waits for its 997, or an interchange that waits for its CONTRL. */
export interface OpenGroup {
  /** ISA13 and GS06 it was sent under; in EDIFACT the reference of UNB, and no group. */
  readonly control: string
  readonly group: string
  readonly functionalId: string
  readonly set: string
  readonly setControl: string
  readonly document: string
  readonly key: string
  readonly order?: string
  /** The subject of a document that a system sent through us. */
  readonly about?: string
  /** When it was sent, milliseconds since 1970. */
  readonly at: number
  /** It was reported as due soon. */
  warned?: boolean
  /** It was reported as overdue. */
  late?: boolean
}

/** What a partner says of a group: A accepted, E with errors, P partly, R refused (AK901, AK9). */
export type AckVerdict = 'A' | 'E' | 'P' | 'R'

/** A group that was acknowledged with something to say against it; in EDIFACT `group` is its interchange. */
export interface Troubled extends Pick<OpenGroup, 'group' | 'set' | 'document' | 'key' | 'order'> {
  readonly verdict: AckVerdict
  /** When the answer came, milliseconds since 1970. */
  readonly at: number
}

/** How an interchange was answered, so that the very same answer can be written again. */
export interface Answered {
  readonly control: string
  readonly isa: string
  readonly gs: string
  readonly at: number
}

/** A mailbox: the numbers given and seen, and what waits. */
export interface MailboxState {
  /** The last ISA13 and GS06 that were used; in EDIFACT the last references of UNB and of UNH. */
  isa: number
  gs: number
  /** When the last of them was sent, milliseconds since 1970. Absent in states of earlier releases. */
  sentAt?: number
  /** The highest interchange number that came in, and the runs below it that never came. */
  highest: number
  gaps: [from: number, to: number][]
  open: OpenGroup[]
  answered: Answered[]
  /** How many groups were acknowledged, by what was said of them. */
  verdicts: Record<AckVerdict, number>
  /** The last of those with errors, partly or wholly refused. */
  troubled: Troubled[]
  /** The last interchanges of EDIFACT that were acknowledged: an APERAK may still say something of them. */
  settled?: OpenGroup[]
}

export const mailboxTable: TableSpec = {
  name: 'mailbox_state',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'subject', type: 'text' },
  ],
  columns: [{ name: 'state', type: 'bytea' }],
}

/** Bounds: a mailbox that nobody empties must not grow for ever. Older groups and answers are in the journal. */
const MOST_OPEN = 1_024
const MOST_GAPS = 64
const MOST_ANSWERED = 64
const MOST_TROUBLED = 16
const MOST_SETTLED = 32

export const emptyMailbox = (): MailboxState => ({
  isa: 0,
  gs: 0,
  highest: 0,
  gaps: [],
  open: [],
  answered: [],
  verdicts: { A: 0, E: 0, P: 0, R: 0 },
  troubled: [],
})

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export const saveMailbox = (state: MailboxState): [Uint8Array] => [encoder.encode(JSON.stringify(state))]

export const loadMailbox = (column: unknown): MailboxState => ({
  ...emptyMailbox(),
  ...JSON.parse(decoder.decode(column as Uint8Array)),
})

const HIGHEST_NUMBER = 999_999_999

/** Whether two control numbers are the same: numbers of groups are compared without zeros in front. */
export const sameNumber = (a: string, b: string): boolean => a.replace(/^0+/, '') === b.replace(/^0+/, '')

/** The number after this one, `gap` further on; 999999999 is followed by 1. */
export function following(number: number, gap = 0): number {
  return ((number + gap) % HIGHEST_NUMBER) + 1
}

/** The numbers that are missing when this one comes: those between the highest so far and it. */
export function gapBefore({ highest }: MailboxState, number: number): [number, number] | undefined {
  if (highest === 0 || number <= highest + 1) return undefined
  // a number far above after a low one, or far below after a high one, is a wrap and no gap
  return number - highest > HIGHEST_NUMBER / 2 ? undefined : [highest + 1, number - 1]
}

/** Writes a number that came in down: it may open a gap, or fill one. */
export function countIn(state: MailboxState, number: number): void {
  const gap = gapBefore(state, number)
  if (gap) state.gaps = [...state.gaps, gap].slice(-MOST_GAPS)
  else state.gaps = state.gaps.flatMap((one) => withoutNumber(one, number))
  const wrapped = state.highest - number > HIGHEST_NUMBER / 2
  if (number > state.highest || wrapped) state.highest = number
}

function withoutNumber([from, to]: [number, number], number: number): [number, number][] {
  if (number < from || number > to) return [[from, to]]
  const parts: [number, number][] = [
    [from, number - 1],
    [number + 1, to],
  ]
  return parts.filter(([first, last]) => first <= last)
}

/** Keeps a group until it is acknowledged. */
export function keepOpen(state: MailboxState, group: OpenGroup): void {
  state.open.push(group)
  if (state.open.length > MOST_OPEN) state.open.shift()
}

/** A group was acknowledged: nobody waits for it any more, and what was said against it is kept. */
export function settleOpen(state: MailboxState, group: OpenGroup, verdict: AckVerdict, at: number): void {
  state.open = state.open.filter((open) => open !== group)
  state.verdicts[verdict] += 1
  if (group.group === '') state.settled = [...(state.settled ?? []), group].slice(-MOST_SETTLED)
  if (verdict === 'A') return
  const { group: number, control, set, document, key, order } = group
  const troubled = {
    group: number || control,
    set,
    document,
    key,
    ...(order === undefined ? {} : { order }),
    verdict,
    at,
  }
  state.troubled = [...state.troubled, troubled].slice(-MOST_TROUBLED)
}

/** Keeps how an interchange was answered. */
export function keepAnswered(state: MailboxState, answered: Answered): void {
  state.answered = [...state.answered.filter(({ control }) => control !== answered.control), answered].slice(
    -MOST_ANSWERED,
  )
}
