/**
 * A system's own book: what it meant to send, what came of it, and every effect it had. It is written before the world
 * hears of it and is never changed. The checker reads these books; the hub never does.
 */
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs'

/**
 * `intent`: about to send. `outcome`: how sending ended. `effect`: did what it was asked. `repeat`: the same key again,
 * no second effect. `withheld`: had the effect, kept the answer back. `refused`: would not. `fact`: something that
 * happened in the house (opening stock, closing stock). `fault`: a planted misbehaviour that bit.
 */
export type LedgerKind = 'intent' | 'outcome' | 'effect' | 'repeat' | 'withheld' | 'refused' | 'fact' | 'fault'

/** What a simulator writes down; the ledger adds number, time and system. */
export interface LedgerEntry {
  readonly kind: LedgerKind
  /** The verb of a request or the type of a report. */
  readonly what: string
  /** The delivery key, report id or document key. */
  readonly key: string
  readonly order?: string
  /** Digest of the body. */
  readonly hash?: string
  readonly detail?: unknown
}

/** One row. `n` counts from 1 without gaps; `at` is milliseconds since 1970. */
export interface LedgerRow extends LedgerEntry {
  readonly n: number
  readonly at: number
  readonly system: string
}

/** Where a simulator writes. */
export interface Ledger {
  write(at: number, entry: LedgerEntry): void
  rows(): Iterable<LedgerRow>
  readonly length: number
  close(): void
}

/** A ledger that lives as long as the process: for tests and for runs in one process. */
export class MemoryLedger implements Ledger {
  readonly #system: string
  readonly #rows: LedgerRow[] = []

  constructor(system: string) {
    this.#system = system
  }

  get length(): number {
    return this.#rows.length
  }

  write(at: number, entry: LedgerEntry): void {
    this.#rows.push(numbered(this.#rows.length + 1, at, this.#system, entry))
  }

  rows(): Iterable<LedgerRow> {
    return this.#rows
  }

  close(): void {}
}

/** Counts rows and keeps none of them: for measurements, where a book of millions of rows would be what is measured. */
export class CountingLedger implements Ledger {
  readonly #counts = new Map<string, number>()
  #length = 0

  get length(): number {
    return this.#length
  }

  write(_at: number, entry: LedgerEntry): void {
    this.#length += 1
    const name = `${entry.kind} ${entry.what}`
    this.#counts.set(name, this.count(name) + 1)
  }

  /** How many rows of a kind and verb there were: `'effect order.post'`. */
  count(name: string): number {
    return this.#counts.get(name) ?? 0
  }

  rows(): Iterable<LedgerRow> {
    return []
  }

  close(): void {}
}

/** How a file ledger reaches the disk. */
export interface FileLedgerOptions {
  /** Wait for the disk after each row. Slow and certain; without it a killed process keeps its rows, a dead machine may not. */
  readonly fsync?: boolean
}

/** A ledger in a file, one JSON object a line. Opening it again goes on where it ended. */
export class FileLedger implements Ledger {
  readonly #system: string
  readonly #path: string
  readonly #file: number
  readonly #fsync: boolean
  #count: number

  constructor(system: string, path: string, options: FileLedgerOptions = {}) {
    this.#system = system
    this.#path = path
    this.#fsync = options.fsync ?? false
    this.#file = openSync(path, 'a+')
    this.#count = this.#mendTail()
  }

  get length(): number {
    return this.#count
  }

  write(at: number, entry: LedgerEntry): void {
    this.#count += 1
    writeSync(this.#file, `${JSON.stringify(numbered(this.#count, at, this.#system, entry))}\n`)
    if (this.#fsync) fdatasyncSync(this.#file)
  }

  rows(): Iterable<LedgerRow> {
    return ledgerRows(readFileSync(this.#path, 'utf8'))
  }

  close(): void {
    closeSync(this.#file)
  }

  /** A process killed inside a write leaves half a line; it is closed off so that the next row stands on its own. */
  #mendTail(): number {
    const text = readFileSync(this.#path, 'utf8')
    if (text !== '' && !text.endsWith('\n')) writeSync(this.#file, '\n')
    return [...ledgerRows(text)].length
  }
}

function numbered(n: number, at: number, system: string, entry: LedgerEntry): LedgerRow {
  return {
    n,
    at,
    system,
    kind: entry.kind,
    what: entry.what,
    key: entry.key,
    order: entry.order,
    hash: entry.hash,
    detail: entry.detail,
  }
}

/** The rows of a ledger file's text. Half a line, left by a killed process, is passed over. */
export function* ledgerRows(text: string): Iterable<LedgerRow> {
  for (const line of text.split('\n')) {
    const row = line === '' ? undefined : parsedRow(line)
    if (row) yield row
  }
}

function parsedRow(line: string): LedgerRow | undefined {
  if (!line.endsWith('}')) return undefined
  try {
    return JSON.parse(line) as LedgerRow
  } catch (error) {
    if (error instanceof SyntaxError) return undefined // half a line that happens to end in a brace
    throw error
  }
}
