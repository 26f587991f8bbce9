import { laneOf } from '../base/ids.ts'
import type { Row, TableSpec } from '../store/contract.ts'
import { errors } from './errors.ts'

/** How one system calls an object: unique per system, company and type. */
export interface ExternalKey {
  readonly system: string
  /** The legal entity inside the system; '' where it has only one. */
  readonly company: string
  /** What is named: `item`, `customer`, `ship-to`, `unit`, `order` … */
  readonly type: string
  readonly value: string
}

/** What a key stands for, from when and until when. A retired key is remembered and never given to another object. */
export interface CrosswalkEntry {
  readonly key: ExternalKey
  readonly canonical: string
  /** Milliseconds since 1970. */
  readonly since: number
  readonly retired?: number
}

/** The crosswalk as the store keeps it: one row for each key that ever was. */
export const crosswalkTable: TableSpec = {
  name: 'crosswalk',
  key: [
    { name: 'lane', type: 'int2' },
    { name: 'subject', type: 'text' },
  ],
  columns: [
    { name: 'canonical', type: 'text' },
    { name: 'since', type: 'int8' },
    { name: 'retired', type: 'int8' },
  ],
}

const SEPARATOR = '\u001f'

function textOf(key: ExternalKey): string {
  return [key.system, key.company, key.type, key.value].join(SEPARATOR)
}

function keyFrom(text: string): ExternalKey {
  const [system = '', company = '', type = '', value = ''] = text.split(SEPARATOR)
  return { system, company, type, value }
}

/**
 * Which names mean the same thing, for one tenant. Keys are linked and retired, never reassigned.
 *
 * @example
 * const crosswalk = new Crosswalk('acme')
 * crosswalk.link({ system: 'bigbox', company: '', type: 'item', value: 'BB-77' }, '4711', now)
 * crosswalk.find({ system: 'bigbox', company: '', type: 'item', value: 'BB-77' }) // '4711'
 */
export class Crosswalk {
  readonly tenant: string
  readonly #lane: number
  readonly #entries = new Map<string, CrosswalkEntry>()

  constructor(tenant: string) {
    this.tenant = tenant
    this.#lane = laneOf(`${tenant}/master`)
  }

  /** What a key stands for today; undefined when it is unknown or retired. */
  find(key: ExternalKey): string | undefined {
    const entry = this.#entries.get(textOf(key))
    return entry && entry.retired === undefined ? entry.canonical : undefined
  }

  /** What a key stands for or stood for, with its history: an old document still says what it meant. */
  entry(key: ExternalKey): CrosswalkEntry | undefined {
    return this.#entries.get(textOf(key))
  }

  /**
   * Lets a key stand for an object. Answers the row to store, or undefined when nothing changes.
   * Throws `XD_IDENTITY_KEY_TAKEN` when it stands, or once stood, for another one.
   */
  link(key: ExternalKey, canonical: string, now: number): Row | undefined {
    const known = this.#entries.get(textOf(key))
    if (known && known.canonical !== canonical) throw errors.KEY_TAKEN(describe(key), known.canonical)
    if (known && known.retired === undefined) return undefined
    return this.#put({ key, canonical, since: known?.since ?? now })
  }

  /** Takes a key out of use. Throws `XD_IDENTITY_KEY_UNKNOWN`. */
  retire(key: ExternalKey, now: number): Row | undefined {
    const known = this.#entries.get(textOf(key))
    if (!known) throw errors.KEY_UNKNOWN(describe(key))
    if (known.retired !== undefined) return undefined
    return this.#put({ ...known, retired: now })
  }

  #put(entry: CrosswalkEntry): Row {
    this.#entries.set(textOf(entry.key), entry)
    const subject = `${this.tenant}/${textOf(entry.key)}`
    return [this.#lane, subject, entry.canonical, entry.since, entry.retired ?? null]
  }

  /** Takes a stored row in. Rows of other tenants are not ours to see and are left alone. */
  load(row: Row): void {
    const subject = String(row[1])
    if (!subject.startsWith(`${this.tenant}/`)) return
    const key = keyFrom(subject.slice(this.tenant.length + 1))
    const retired = row[4] === null ? {} : { retired: Number(row[4]) }
    this.#entries.set(textOf(key), { key, canonical: String(row[2]), since: Number(row[3]), ...retired })
  }
}

function describe(key: ExternalKey): string {
  const company = key.company === '' ? '' : ` (${key.company})`
  return `${key.type} “${key.value}” of ${key.system}${company}`
}
