import { CLOCKS_APART_MS } from '../base/clock.ts'
import type { JournalEvent, PlannedRequest } from '../journal/contract.ts'
import { decodeEvent } from '../journal/encode.ts'
import type { LaneRow, Store } from '../store/contract.ts'
import { type Parcel, parcelOf, placeOf } from './parcel.ts'
import { waitingOf, waitingTable } from './waiting.ts'

/** Entries of a lane that are read in one go. */
const PAGE = 2_000
/** Positions whose rows are asked for in one go. */
const RANGES = 500

/** A request above the cursor of a lane just taken that is on disk neither as done nor as waiting. */
export interface Unfinished {
  readonly parcel: Parcel
  /** Class C: it was declared that an attempt begins. */
  readonly begun: boolean
}

/** Somebody asked for a request to be tried again; `at` is where that stands in the journal. */
export interface AskedAgain {
  readonly lane: number
  readonly at: number
  readonly subject: string
  readonly position: number
  readonly by: string
}

/** What an event says about trying a request again: by a person, or as an item of a replay; undefined for others. */
export function askedAgain(event: JournalEvent): AskedAgain | undefined {
  if (event.type !== 'delivery.redelivered' && event.type !== 'delivery.replayed') return undefined
  const { lane, position: at, subject } = event
  if (event.type === 'delivery.redelivered') {
    const { position, by } = (event as JournalEvent<'delivery.redelivered'>).data
    return { lane, at, subject, position, by }
  }
  const { way, position, by } = (event as JournalEvent<'delivery.replayed'>).data
  return way === 'redelivery' ? { lane, at, subject, position, by } : undefined
}

/** Reads the journal of lanes just taken from their cursors on: unfinished requests, and what people asked for. */
export async function readUnfinished(store: Store, rows: readonly LaneRow[], now: number) {
  const planned: Unfinished[] = []
  const asked: AskedAgain[] = []
  const behind = rows.filter((row) => row.head !== row.delivered)
  const marked = await marksAbove(store, behind)
  for (const row of behind) {
    const begun = new Set<number>()
    const wished = new Map<number, AskedAgain>()
    const ofLane: PlannedRequest[] = []
    const bodies = new Map<number, Uint8Array>()
    for (let after = row.delivered; ; ) {
      const entries = await store.readLane(row.lane, after, PAGE)
      for (const event of entries.map(decodeEvent)) {
        if (event.type === 'delivery.planned' && !marked.has(placeOf(event))) {
          const request = requestOf(event as JournalEvent<'delivery.planned'>)
          ofLane.push(request)
          const { body } = (event as JournalEvent<'delivery.planned'>).data
          if (body !== undefined) bodies.set(event.position, Buffer.from(body, 'latin1'))
        } else if (event.type === 'delivery.attempting') {
          const { position } = (event as JournalEvent<'delivery.attempting'>).data
          begun.add(position)
          wished.delete(position) // the wish has been met: what came of it is another matter
        } else if (event.type === 'delivery.in_doubt') {
          wished.delete((event as JournalEvent<'delivery.in_doubt'>).data.position)
        } else {
          const again = askedAgain(event)
          if (again) wished.set(again.position, again)
        }
      }
      const last = entries.at(-1)
      if (!last || entries.length < PAGE) break
      after = last.position
    }
    asked.push(...wished.values())
    for (const request of ofLane) {
      const parcel = parcelOf(request, now, bodies.get(request.position))
      planned.push({ parcel, begun: begun.has(request.position) })
    }
  }
  const onShelf = await placesOnShelf(
    store,
    planned.map(({ parcel }) => parcel.request),
  )
  return { planned: planned.filter(({ parcel }) => !onShelf.has(placeOf(parcel.request))), asked }
}

/** Which of these requests have a waiting row. */
async function placesOnShelf(store: Store, requests: readonly PlannedRequest[]): Promise<Set<string>> {
  const places = new Set<string>()
  for (let from = 0; from < requests.length; from += RANGES) {
    const ranges = requests.slice(from, from + RANGES).map(({ lane, subject, position }) => ({
      lane,
      subject,
      after: position - 1,
      upTo: position,
    }))
    for (const row of await store.readRanges(waitingTable, ranges, 1)) places.add(placeOf(waitingOf(row).request))
  }
  return places
}

function requestOf(event: JournalEvent<'delivery.planned'>): PlannedRequest {
  const { target, verb, key, chain, args, digest, priority, partner } = event.data
  const { lane, position, subject, at } = event
  return { lane, position, subject, target, verb, key, chain, args, digest, plannedAt: at, priority, partner }
}

/**
 * The requests above the cursors of these lanes that are done. Only what was marked since the oldest entry above a
 * cursor is read, and only what is above one is kept: at a hundred orders a second there are a million marks.
 */
async function marksAbove(store: Store, behind: readonly LaneRow[]): Promise<ReadonlySet<string>> {
  const marks = new Set<string>()
  const firsts = await Promise.all(behind.map(({ lane, delivered }) => store.readLane(lane, delivered, 1)))
  const oldest = firsts.flat().reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY)
  if (oldest === Number.POSITIVE_INFINITY) return marks
  const cursors = new Map(behind.map(({ lane, delivered }) => [lane, delivered]))
  const pack = await store.readMarks(oldest - CLOCKS_APART_MS)
  const bytes = Buffer.from(pack.buffer, pack.byteOffset, pack.byteLength)
  for (let at = 0; at + 12 <= bytes.length; at += 12) {
    const lane = bytes.readUInt16BE(at)
    const position = bytes.readUIntBE(at + 2, 6)
    if (position > (cursors.get(lane) ?? Number.POSITIVE_INFINITY)) marks.add(`${lane}/${position}`)
  }
  return marks
}
