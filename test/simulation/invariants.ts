/** What must hold of the hub's own disk at the end of a run, besides what the independent checker looks at. */
import { isDeepStrictEqual } from 'node:util'
import { waitingTable } from '../../src/delivery/waiting.ts'
import type { Hub } from '../../src/hub.ts'
import type { JournalEvent } from '../../src/journal/contract.ts'
import { foldLane, rowName } from '../../src/journal/rebuild.ts'
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
}

/** Everything that is wrong with a disk, in sentences. */
export function findBroken(judged: Judged): Broken[] {
  return [...gaps(judged), ...notQuiet(judged), ...leftOver(judged), ...rowsThatDiffer(judged), ...notEnded(judged)]
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
