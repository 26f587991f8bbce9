/** Documents that were handed on, as people look for them: by name, by receipt, by number. Read in the database. */
import type { JournalEvent } from '../journal/contract.ts'
import { decodeEvent } from '../journal/encode.ts'
import { type EventType, eventCodes } from '../lifecycle/events.ts'

/** A document that was handed on, as far as its row says. */
export interface FoundDocument {
  /** The business object it speaks of. */
  readonly subject: string
  /** What it is called among the documents about that. */
  readonly name: string
  readonly partner: string
  readonly direction: 'in' | 'out'
  readonly document: string
  readonly key: string
  readonly state: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly changedAt: number
  readonly more: FoundMore
}

/** What else its row says. */
export interface FoundMore {
  readonly from?: string
  readonly to?: readonly string[]
  readonly receipt?: string
  readonly control?: string
  readonly group?: string
  readonly reason?: string
}

/** Whose documents are looked for. */
export interface Whose {
  readonly tenant: string
  /** Absent: every partner's. */
  readonly partner?: string
}

/** Which entries of a subject are read, in their order. */
export interface EntriesAsked {
  readonly types?: readonly EventType[]
  /** Those behind this position. */
  readonly after?: number
  /** Recorded in this time, milliseconds since 1970. */
  readonly sinceMs?: number
  readonly untilMs?: number
  readonly limit: number
}

/** Where traces are read. Lists have the latest first, and at most {@link MOST_FOUND}. */
export interface DocumentBook {
  /** By its key, or by the number of the business object it speaks of. */
  named(whose: Whose, name: string): Promise<readonly FoundDocument[]>
  /** Those that one receipt brought; `at`: when it was taken. */
  ofReceipt(whose: Whose, receipt: { readonly id: string; readonly at: number }): Promise<readonly FoundDocument[]>
  /** Those of ours that went out under one of these numbers, of their interchange or group. */
  sentUnder(whose: Whose, numbers: readonly string[]): Promise<readonly FoundDocument[]>
  entries(subject: string, asked: EntriesAsked): Promise<readonly JournalEvent[]>
  /** The last entry of this type before a position of the subject. */
  before(subject: string, position: number, type: EventType): Promise<JournalEvent | undefined>
}

/** So many documents are traced at once. */
export const MOST_FOUND = 20

/** Runs one statement and answers its rows. */
type Query = (text: string, values: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>

const COLUMNS = 'subject, partner, direction, document, key, standing, at, changed_at, more'
const ENTRY = 'lane, position, type, subject, at, body'

/** A receipt and what it brought are recorded in one turn; one that had to wait for its turn was recorded a little later. */
const NEAR_MS = 3_600_000

/** The book over PostgreSQL. */
export function documentsFromPostgres(query: Query): DocumentBook {
  const found = async (condition: string, { tenant, partner }: Whose, values: readonly unknown[]) => {
    const rows = await query(
      `select ${COLUMNS} from relayed_document
        where tenant = $1 and ($2::text is null or partner = $2) and (${condition})
        order by at desc, subject desc limit ${MOST_FOUND}`,
      [tenant, partner ?? null, ...values],
    )
    return rows.map(foundIn)
  }
  const entries = async (text: string, values: readonly unknown[]) => (await query(text, values)).map(eventIn)
  return {
    named: (whose, name) => found(`key = $3 or split_part(split_part(subject, '#', 1), '/', 5) = $3`, whose, [name]),
    ofReceipt: async (whose, { id, at }) => {
      const brought = `at >= $3 and at < $4 and strpos(more, $5) > 0`
      const text = memberText('receipt', id)
      const near = await found(brought, whose, [at - NEAR_MS, at + NEAR_MS, text])
      // one that a person released was recorded when that was done
      return near.length > 0 ? near : found(brought, whose, [at, Number.MAX_SAFE_INTEGER, text])
    },
    sentUnder: (whose, numbers) => {
      const texts = numbers.flatMap((number) => [memberText('control', number), memberText('group', number)])
      const carries = 'exists (select from unnest($3::text[]) as said where strpos(more, said) > 0)'
      return found(`direction = 'out' and ${carries}`, whose, [texts])
    },
    entries: (subject, { types, after, sinceMs, untilMs, limit }) =>
      entries(
        `select ${ENTRY} from journal
          where subject = $1 and position > $2 and at >= $3 and at <= $4 and ($5::int2[] is null or type = any($5))
          order by position limit $6`,
        [
          subject,
          after ?? 0,
          sinceMs ?? 0,
          untilMs ?? Number.MAX_SAFE_INTEGER,
          types?.map((type) => eventCodes[type]) ?? null,
          limit,
        ],
      ),
    before: async (subject, position, type) => {
      const text = `select ${ENTRY} from journal
        where subject = $1 and position < $2 and type = $3 order by position desc limit 1`
      return (await entries(text, [subject, position, eventCodes[type]]))[0]
    },
  }
}

/** A member as the row has it: its text is JSON as the program writes it. */
const memberText = (name: string, value: string): string => `"${name}":${JSON.stringify(value)}`

function foundIn(row: Record<string, unknown>): FoundDocument {
  const subject = String(row['subject'])
  const at = subject.indexOf('#')
  return {
    subject: subject.slice(0, at),
    name: subject.slice(at + 1),
    partner: String(row['partner']),
    direction: row['direction'] as FoundDocument['direction'],
    document: String(row['document']),
    key: String(row['key']),
    state: String(row['standing']),
    at: Number(row['at']),
    changedAt: Number(row['changed_at']),
    more: JSON.parse(String(row['more'])) as FoundMore,
  }
}

/** int8 comes as text from the client; ours are below 2^53. */
function eventIn({ lane, position, type, subject, at, body }: Record<string, unknown>): JournalEvent {
  return decodeEvent({
    lane: Number(lane),
    position: Number(position),
    type: Number(type),
    subject: String(subject),
    at: Number(at),
    body: body as Uint8Array,
  })
}
