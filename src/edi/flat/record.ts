import { type FlatFault, type FlatFaultName, type FlatPlace, flatFault, MOST_FAULTS } from './faults.ts'
import type { CommonLayout } from './layout.ts'

/** One record of a file: a row of CSV, a line of fixed width. Empty fields are absent. */
export interface FlatRecord {
  /** Its kind as the layout calls it; a row of CSV is a `row`. */
  readonly kind: string
  /** The line it begins on, from 1. */
  readonly line: number
  readonly values: Readonly<Record<string, string | undefined>>
}

/** How a reading ended. */
export interface FlatSummary {
  /** Records that were read without a fault, and those with one. */
  readonly records: number
  readonly faulty: number
  readonly lines: number
  /**
   * `read`: use the records. `refused`: use none of them. `parked`: so many are faulty that a person should look first.
   */
  readonly verdict: 'read' | 'refused' | 'parked'
}

/** Who is told, in the order of the file. */
export interface FlatSink {
  record(record: FlatRecord): void
  fault(fault: FlatFault): void
}

/** A reader that is given a file in pieces. */
export interface FlatReader {
  /** Reads on. After a fault of the whole file nothing more is read. */
  push(chunk: Uint8Array): void
  /** The file is complete. */
  end(): FlatSummary
  /** Where a field stands: its column in CSV, its first place in fixed width. */
  columnOf(kind: string, field: string): number | undefined
  /** Nothing behind this point is read any more. */
  readonly stopped: boolean
}

/** Counts what both readers count, and decides how a reading ends. */
export class Tally {
  readonly #sink: FlatSink
  readonly #layout: CommonLayout
  #records = 0
  #faulty = 0
  #faults = 0
  #isRefused = false
  stopped = false

  constructor(layout: CommonLayout, sink: FlatSink) {
    this.#layout = layout
    this.#sink = sink
  }

  record(record: FlatRecord): void {
    this.#records += 1
    this.#sink.record(record)
  }

  faultyRecord(): void {
    this.#faulty += 1
  }

  /** Tells of a fault. One of the whole file ends the reading unless what follows can still be told. */
  fault(name: FlatFaultName, place: FlatPlace, about: readonly string[] = []): void {
    const fault = flatFault(name, place, about)
    if (fault.level === 'file') this.#isRefused = true
    if (this.#faults < MOST_FAULTS) this.#sink.fault(fault)
    else if (this.#faults === MOST_FAULTS) {
      this.#sink.fault(flatFault('FAULTS_TOO_MANY', place, [String(MOST_FAULTS)]))
      this.#isRefused = true
    }
    this.#faults += 1
  }

  stop(name: FlatFaultName, place: FlatPlace, about: readonly string[] = []): void {
    this.fault(name, place, about)
    this.stopped = true
  }

  summary(lines: number): FlatSummary {
    return { records: this.#records, faulty: this.#faulty, lines, verdict: this.#verdict() }
  }

  #verdict(): FlatSummary['verdict'] {
    if (this.#isRefused) return 'refused'
    if (this.#faulty === 0) return 'read'
    if (this.#layout.faulty !== 'skipRecord') return 'refused'
    const share = this.#faulty / (this.#faulty + this.#records)
    return share > (this.#layout.mostFaulty ?? 0.01) ? 'parked' : 'read'
  }
}
