import { LANES } from '../../base/ids.ts'
import type { InboxRow, KeyRow, ReceiptRow, Row, StoredEntry, TableSpec } from '../contract.ts'

/** A lane on the model's disk. */
export interface ModelLane {
  readonly lane: number
  owner: string | null
  epoch: number
  head: number
  delivered: number
  readonly format: number
}

/** An instance on the model's disk. */
export interface ModelInstance {
  readonly address: string
  beatAt: number
}

/**
 * The disk: what survives when every session crashes. Sessions are opened on it with `openModelStore`; its clock is the
 * database's clock.
 *
 * @example
 * const disk = new ModelDatabase({ now: () => simulated.now })
 * const store = openModelStore(disk)
 */
export class ModelDatabase {
  readonly clock: { now(): number }
  readonly lanes: readonly ModelLane[] = Array.from({ length: LANES }, (_, lane) => newLane(lane))
  readonly journal: readonly StoredEntry[][] = Array.from({ length: LANES }, () => [])
  readonly subjects = new Map<string, StoredEntry[]>()
  readonly receipts = new Map<string, ReceiptRow>()
  readonly keys = new Map<string, KeyRow>()
  readonly tables = new Map<string, ModelTable>()
  readonly inbox = new Map<string, InboxRow>()
  readonly instances = new Map<string, ModelInstance>()
  /** Advisory locks: instance id to the session that holds it. They fall with their session. */
  readonly locks = new Map<string, object>()
  marks: { readonly at: number; readonly pack: Uint8Array }[] = []

  constructor(clock: { now(): number }) {
    this.clock = clock
  }

  /** The rows of a declared table, made at its first use. */
  table(spec: TableSpec): ModelTable {
    const known = this.tables.get(spec.name)
    if (known) return known
    const fresh = new ModelTable(spec)
    this.tables.set(spec.name, fresh)
    return fresh
  }
}

function newLane(lane: number): ModelLane {
  return { lane, owner: null, epoch: 0, head: 0, delivered: 0, format: 1 }
}

/** Rows of one table, by lane and then by the rest of their key. */
export class ModelTable {
  readonly #width: number
  readonly #lanes = new Map<number, Map<string, Row>>()

  constructor(spec: TableSpec) {
    this.#width = spec.key.length
  }

  /** The text under which a row, or the key of one, is found inside its lane. */
  keyOf(values: Row): string {
    return this.#width === 2 ? String(values[1]) : JSON.stringify(values.slice(1, this.#width))
  }

  set(row: Row): void {
    const lane = row[0] as number
    const rows = this.#lanes.get(lane) ?? new Map<string, Row>()
    this.#lanes.set(lane, rows.set(this.keyOf(row), row))
  }

  get(lane: number, key: string): Row | undefined {
    return this.#lanes.get(lane)?.get(key)
  }

  delete(key: Row): void {
    this.#lanes.get(key[0] as number)?.delete(this.keyOf(key))
  }

  rowsOf(lane: number): Row[] {
    return [...(this.#lanes.get(lane)?.values() ?? [])]
  }
}
