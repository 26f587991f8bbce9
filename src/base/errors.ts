/**
 * One error class and one way to declare errors: a row with a code, a kind, whether trying again helps,
 * a sentence and a way out. Faults in a partner's document are lists, never thrown; these are for the rest.
 */

/** The taxonomy of failures; it decides who can mend one and whether waiting helps. */
export type ErrorKind =
  | 'validation'
  | 'reference'
  | 'authority'
  | 'state'
  | 'conflict'
  | 'duplicate'
  | 'limit'
  | 'transient'
  | 'partner'
  | 'invariant'

/** What trying again is worth: `ask-first` when the outcome of the first try is unknown. */
export type Retry = 'later' | 'after-fix' | 'ask-first' | 'never'

/** A row of a room's error table. `says` builds the sentence from the particulars of this failure. */
export interface ErrorRow {
  readonly kind: ErrorKind
  readonly status: number
  readonly retry: Retry
  readonly says: (...particulars: never[]) => string
  readonly remedy: string
}

/** One member that is wrong: an RFC 6901 pointer (or an EDI position) and what is wrong there. */
export interface FieldFault {
  readonly pointer: string
  readonly detail: string
  readonly code?: string
}

/** The error every room throws. It carries its row, so a door can answer without knowing the room. */
export class CrossdockError extends Error {
  readonly code: string
  readonly kind: ErrorKind
  readonly status: number
  readonly retry: Retry
  readonly remedy: string
  readonly faults: readonly FieldFault[]

  constructor(code: string, row: ErrorRow, message: string, faults: readonly FieldFault[] = []) {
    super(message)
    this.name = 'CrossdockError'
    this.code = code
    this.kind = row.kind
    this.status = row.status
    this.retry = row.retry
    this.remedy = row.remedy
    this.faults = faults
  }
}

/** Makes one error of a table: `errors.UNKNOWN_SENDER('ACME')`; faults, if any, come through `.with`. */
export interface ErrorMaker<P extends readonly unknown[]> {
  (...particulars: P): CrossdockError
  with(faults: readonly FieldFault[], ...particulars: P): CrossdockError
  readonly code: string
  readonly row: ErrorRow
}

type Makers<T extends Record<string, ErrorRow>> = {
  readonly [K in keyof T]: ErrorMaker<Parameters<T[K]['says']>>
}

const declared = new Map<string, ErrorRow>()

/**
 * Declares the errors of one room. Codes are `XD_<ROOM>_<WHAT>` and never change their meaning.
 *
 * @example
 * export const errors = defineErrors('intake', {
 *   UNKNOWN_SENDER: {
 *     kind: 'reference', status: 403, retry: 'after-fix',
 *     says: (sender: string) => `Nobody here trades with ${sender}.`,
 *     remedy: 'Add the partner to crossdock.config.ts, or check the sender in the ISA segment.',
 *   },
 * })
 * throw errors.UNKNOWN_SENDER('12:5555550142')
 */
export function defineErrors<const T extends Record<string, ErrorRow>>(room: string, rows: T): Makers<T> {
  const makers: Record<string, ErrorMaker<never[]>> = {}
  for (const [name, row] of Object.entries(rows)) {
    const code = `XD_${room.toUpperCase()}_${name}`
    declared.set(code, row)
    makers[name] = makerFor(code, row)
  }
  return makers as unknown as Makers<T>
}

function makerFor(code: string, row: ErrorRow): ErrorMaker<never[]> {
  const make = (...particulars: never[]) => new CrossdockError(code, row, row.says(...particulars))
  const withFaults = (faults: readonly FieldFault[], ...particulars: never[]) =>
    new CrossdockError(code, row, row.says(...particulars), faults)
  return Object.assign(make, { with: withFaults, code, row })
}

/** Every error declared by the rooms that are loaded: the source of the reference page. */
export function declaredErrors(): ReadonlyMap<string, ErrorRow> {
  return declared
}

/** Stops the program on a mistake of ours. A user's mistake gets an error row instead. */
export function assert(condition: unknown, what: string): asserts condition {
  if (!condition) throw new Error(`Crossdock is wrong here: ${what}`)
}
