/** What must hold of the hub's own disk at the end of a run, besides what the independent checker looks at. */
import { isDeepStrictEqual } from 'node:util'
import { micros } from '../../src/base/quantity.ts'
import { waitingTable } from '../../src/delivery/waiting.ts'
import type { Hub } from '../../src/hub.ts'
import { emptyPosition } from '../../src/inventory/position.ts'
import { positionKey } from '../../src/inventory/stock-key.ts'
import { loadStock, stockTable } from '../../src/inventory/stock-table.ts'
import type { JournalEvent } from '../../src/journal/contract.ts'
import { foldLane, rowName } from '../../src/journal/rebuild.ts'
import { laneOfSubject, subjectOf } from '../../src/lifecycle/subject.ts'
import type { Row } from '../../src/store/contract.ts'
import type { ModelDatabase } from '../../src/store/model/model-database.ts'

/** One thing that is wrong. */
export interface Broken {
  readonly rule: string
  readonly about: string
  readonly says: string
}

export interface Judged {
  readonly disk: ModelDatabase
  readonly events: readonly JournalEvent[]
  readonly hubs: readonly Hub[]
  readonly stages: Readonly<Record<string, number>>
  readonly placed: number
  readonly quietAfterMs: number | undefined
  readonly shelves: readonly Shelf[]
  readonly counted: readonly Counted[]
}

/** What a warehouse said about an order, in the order in which it counted its reports. */
export interface Counted {
  readonly order: string
  readonly source: string
  readonly name: string
}

/** What lies of an item in a warehouse, by its own closing count, in base units as text. */
export interface Shelf {
  readonly facility: string
  readonly item: string
  readonly available: string
  readonly suspect: string
}

/** Everything that is wrong with a disk, in sentences. */
export function findBroken(judged: Judged): Broken[] {
  return [
    ...gaps(judged),
    ...notQuiet(judged),
    ...leftOver(judged),
    ...rowsThatDiffer(judged),
    ...notEnded(judged),
    ...stockThatDiffers(judged),
    ...outOfTurn(judged),
  ]
}

function* gaps({ disk }: Judged): Iterable<Broken> {
  for (const { lane, head } of disk.lanes) {
    const entries = disk.journal[lane] ?? []
    const about = `lane ${lane}`
    if (entries.length !== head) {
      yield { rule: 'positions without gaps', about, says: `The head is ${head}, there are ${entries.length} entries.` }
    }
    const odd = entries.findIndex((entry, at) => entry.position !== at + 1)
    if (odd >= 0) {
      yield { rule: 'positions without gaps', about, says: `Entry ${odd + 1} has position ${entries[odd]?.position}.` }
    }
  }
}

function* notQuiet({ quietAfterMs, stages }: Judged): Iterable<Broken> {
  if (quietAfterMs !== undefined) return
  yield {
    rule: 'quiet after healing',
    about: JSON.stringify(stages),
    says: 'Ten minutes after everything was healed somebody still waits.',
  }
}

function* leftOver({ disk, hubs, events }: Judged): Iterable<Broken> {
  for (const { lane } of disk.lanes) {
    for (const row of disk.table(waitingTable).rowsOf(lane)) {
      yield {
        rule: 'nothing outstanding',
        about: String(row[1]),
        says: `${row[4]} for ${row[3]} still has a waiting row: ${row[13]}.`,
      }
    }
  }
  for (const row of disk.inbox.values()) {
    yield { rule: 'nothing outstanding', about: `lane ${row.lane}`, says: 'An inbox row was never taken in.' }
  }
  const outstanding = hubs.reduce((sum, hub) => sum + hub.core.delivery.outstanding, 0)
  if (outstanding > 0)
    yield { rule: 'nothing outstanding', about: 'delivery', says: `${outstanding} requests are still in memory.` }
  const owned = hubs.reduce((sum, hub) => sum + hub.core.journal.lanes.owned().length, 0)
  if (owned !== disk.lanes.length)
    yield { rule: 'every lane has one owner', about: 'lanes', says: `${owned} lanes are owned.` }
  for (const { type, subject, data } of events) {
    if (type === 'subject.parked' || type === 'delivery.parked' || type === 'delivery.in_doubt') {
      yield { rule: 'nobody is called for nothing', about: subject, says: `${type}: ${JSON.stringify(data)}` }
    }
  }
}

/** Every row of every room inside the turn is what its lane's events fold to. */
function* rowsThatDiffer({ disk, hubs, events }: Judged): Iterable<Broken> {
  const [hub] = hubs
  if (!hub) return
  for (const [lane, ofLane] of Map.groupBy(events, (event) => event.lane)) {
    for (const [table, expected] of foldLane(ofLane, hub.rooms)) {
      const found = new Map(
        disk
          .table(table)
          .rowsOf(lane)
          .map((row) => [rowName(table, row), row]),
      )
      for (const name of new Set([...expected.keys(), ...found.keys()])) {
        if (isSameRow(expected.get(name), found.get(name))) continue
        const about = `${table.name} ${name.replace('\u0000', ' ')}`
        const says = `The row is ${shown(found.get(name))}, its events fold to ${shown(expected.get(name))}.`
        yield { rule: 'rows are folds of the journal', about, says }
      }
    }
  }
}

function* notEnded({ stages, placed, disk }: Judged): Iterable<Broken> {
  const total = Object.values(stages).reduce((sum, count) => sum + count, 0)
  if (total !== placed)
    yield { rule: 'one order for each placed', about: 'orders', says: `${placed} were placed, there are ${total}.` }
  if (disk.receipts.size === 0)
    yield { rule: 'something happened', about: 'receipts', says: 'There are no receipts at all.' }
}

/** Once everything is done, what the hub holds good and what it holds suspect is what lies there. */
function* stockThatDiffers({ disk, hubs, shelves, quietAfterMs }: Judged): Iterable<Broken> {
  const tenant = hubs[0]?.tenant
  if (tenant === undefined || quietAfterMs === undefined) return
  for (const { facility, item, available, suspect } of shelves) {
    const stock = subjectOf(tenant, 'stock', facility)
    const row = disk.table(stockTable).get(laneOfSubject(stock), positionKey(stock, item))
    if (!row) continue
    const position = loadStock(emptyPosition(facility, item), row.slice(2))
    const rows = [
      ['available', micros(available), position.available],
      ['suspect', micros(suspect), position.unavailable?.suspect ?? 0],
      ['tied', 0, position.allocated + position.reserved],
    ] as const
    for (const [status, lies, held] of rows) {
      if (lies === held) continue
      yield {
        rule: 'stock by status',
        about: `${facility} ${item}`,
        says: `${status}: ${lies} lie there, the hub has ${held}.`,
      }
    }
  }
}

/** The names under which what happens on the floor is told and recorded. */
const FLOOR: Readonly<Record<string, string>> = {
  'pick.started': 'pick.started',
  'pick.confirmed': 'pick.confirmed',
  'pick.short': 'pick.short',
  'carton.closed': 'carton.closed',
  'shipment.manifested': 'shipment.manifested',
  'order.shipped': 'shipment.dispatched',
}

/** What tells a warehouse's reports about one order apart; undefined for those that are not compared. */
export function floorName(type: string, data: unknown): string | undefined {
  const told = FLOOR[type] ?? (type === 'shipment.dispatched' ? type : undefined)
  const { release, carton } = data as { release?: string; carton?: { carton?: string } }
  return told && `${told} ${release} ${carton?.carton ?? ''}`
}

/** A source's reports about one order become facts in the order in which it counted them, however they arrived. */
function* outOfTurn({ events, counted }: Judged): Iterable<Broken> {
  const turns = new Map(counted.map(({ order, source, name }, at) => [`${order} ${source} ${name}`, at]))
  const last = new Map<string, number>()
  for (const { type, subject, source, data } of events) {
    const name = floorName(type, data)
    const thread = `${subject.slice(subject.lastIndexOf('/') + 1)} ${source}`
    const turn = name === undefined ? undefined : turns.get(`${thread} ${name}`)
    if (turn === undefined) continue
    if (turn < (last.get(thread) ?? -1))
      yield { rule: 'reports in their order', about: thread, says: `${name} was decided late.` }
    last.set(thread, turn)
  }
}

function isSameRow(a: Row | undefined, b: Row | undefined): boolean {
  if (!a || !b || a.length !== b.length) return false
  return a.every((value, at) => {
    const other = b[at]
    if (value instanceof Uint8Array && other instanceof Uint8Array) {
      return Buffer.compare(value, other) === 0 || isDeepStrictEqual(parsed(value), parsed(other))
    }
    return value === other
  })
}

function parsed(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes).toString('utf8'))
}

function shown(row: Row | undefined): string {
  if (!row) return 'absent'
  return JSON.stringify(row.map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value)))
}
