import type { Row, TableSpec } from '../store/contract.ts'

/** A subject that is not worked on: what comes for it is kept, in order, until a person lets it go on. */
export interface Parked {
  readonly lane: number
  readonly subject: string
  readonly room: string
  readonly reason: string
  /** The subject whose handler failed: mostly the parked one itself. */
  readonly blamed: string
  /** Milliseconds since 1970. */
  readonly since: number
  /** Kept inputs have the numbers from `first` to the one before `next`. */
  readonly first: number
  readonly next: number
  /** Who let it go on: its kept inputs are being worked on, and what comes meanwhile gets in line behind them. */
  readonly resumedBy: string | undefined
  /** Whether the journal says it already; the supervisor parks from outside. */
  readonly told: boolean
}

/** One row for each parked subject. */
export const parkedTable: TableSpec = {
  name: 'parked',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'subject', type: 'text' },
  ],
  columns: [
    { name: 'room', type: 'text' },
    { name: 'reason', type: 'text' },
    { name: 'blamed', type: 'text' },
    { name: 'since', type: 'int8' },
    { name: 'first', type: 'int8' },
    { name: 'next', type: 'int8' },
    { name: 'resumed_by', type: 'text' },
    { name: 'told', type: 'bool' },
  ],
}

/** What is kept for parked subjects, one row for each input. Read only when its subject is resumed. */
export const parkedInputTable: TableSpec = {
  name: 'parked_input',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'name', type: 'text' },
  ],
  columns: [{ name: 'body', type: 'bytea' }],
}

/** The name a kept input has among the rows of its lane. */
export const keptName = (subject: string, number: number): string => `${subject} ${number}`

export function parkedRow(parked: Parked): Row {
  const { lane, subject, room, reason, blamed, since, first, next, resumedBy, told } = parked
  return [lane, subject, room, reason, blamed, since, first, next, resumedBy ?? null, told]
}

export function parkedOf(row: Row): Parked {
  const [lane, subject, room, reason, blamed, since, first, next, resumedBy, told] = row as [
    number,
    string,
    string,
    string,
    string,
    number,
    number,
    number,
    string | null,
    boolean,
  ]
  return { lane, subject, room, reason, blamed, since, first, next, resumedBy: resumedBy ?? undefined, told }
}

/** The parked subjects of the lanes this instance owns, as the open turn sees them. */
export class ParkedBook {
  readonly #subjects = new Map<string, Parked>()

  get(subject: string): Parked | undefined {
    return this.#subjects.get(subject)
  }

  put(subject: string, parked: Parked | undefined): void {
    if (parked) this.#subjects.set(subject, parked)
    else this.#subjects.delete(subject)
  }

  all(): Iterable<Parked> {
    return this.#subjects.values()
  }

  get size(): number {
    return this.#subjects.size
  }

  /** Takes in what is parked in lanes that were just taken. */
  load(rows: readonly Row[]): void {
    for (const row of rows) this.#subjects.set(row[1] as string, parkedOf(row))
  }

  dropLanes(lanes: ReadonlySet<number>): void {
    for (const [subject, { lane }] of this.#subjects) if (lanes.has(lane)) this.#subjects.delete(subject)
  }
}
