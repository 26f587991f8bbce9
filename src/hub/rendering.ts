import { hash } from 'node:crypto'
import type { JournalEvent, PlannedRequest, Room } from '../journal/contract.ts'
import { decodeEvent } from '../journal/encode.ts'
import { partsOf } from '../lifecycle/subject.ts'
import type { Store } from '../store/contract.ts'
import { errors } from './errors.ts'

/** Builds the body of a request from the states the rooms kept for its subject at that moment. */
export type Render = (
  request: Pick<PlannedRequest, 'target' | 'verb' | 'args' | 'subject'>,
  state: (room: string) => unknown,
) => unknown

/**
 * Renders a request again: the subject's journal is folded up to where the request was planned, so the bytes are those
 * of that moment; their digest proves it.
 */
export class Rendering {
  readonly #store: Store
  readonly #rooms: readonly Room[]
  readonly #render: Render

  constructor(store: Store, rooms: readonly Room[], render: Render) {
    this.#store = store
    this.#rooms = rooms
    this.#render = render
  }

  /** The bytes as planned. Throws `XD_HUB_RENDER_DIFFERS` when they cannot be made the same again. */
  async again(request: PlannedRequest): Promise<Uint8Array> {
    return this.from((await this.#store.readSubject(request.subject)).map(decodeEvent), request)
  }

  /** The same from events that are at hand already: those of the subject, or the planned one alone when it has its bytes. */
  from(events: readonly JournalEvent[], request: Rendered): Uint8Array {
    const kept = keptBytes(events, request.position)
    if (kept) return kept
    const body = this.#written(
      events.filter((event) => event.position < request.position),
      request,
    )
    if (digestOf(body) !== request.digest) throw errors.RENDER_DIFFERS(request.verb, request.key)
    return body
  }

  /**
   * What today's mapping writes from everything that is known of the subject now. Kept bytes stay what they are, but for those that a
   * field map wrote: the map of today writes them anew.
   */
  today(events: readonly JournalEvent[], request: Rendered): Uint8Array {
    const kept = isByMap(request.args) ? undefined : keptBytes(events, request.position)
    return kept ?? this.#written(events, request)
  }

  #written(events: readonly JournalEvent[], request: Rendered): Buffer {
    const states = this.#fold(request.subject, events)
    return Buffer.from(JSON.stringify(this.#render(request, (room) => states.get(room))))
  }

  #fold(subject: string, events: readonly JournalEvent[]): Map<string, unknown> {
    const { kind } = partsOf(subject)
    const states = new Map<string, unknown>()
    for (const room of this.#rooms) {
      if (room.about !== kind || !room.table) continue
      const state = room.initial(subject)
      for (const event of events) room.fold(state, event, subject)
      states.set(room.name, state)
    }
    return states
  }
}

/** Whether a field map of the configuration wrote a request; its version stands with it. */
export const isByMap = (args: Readonly<Record<string, unknown>>): boolean => 'map' in args

/** A request as far as its bytes go. */
export type Rendered = Pick<PlannedRequest, 'subject' | 'position' | 'target' | 'verb' | 'key' | 'args' | 'digest'>

function keptBytes(events: readonly JournalEvent[], position: number): Uint8Array | undefined {
  const planned = events.find((event) => event.position === position) as JournalEvent<'delivery.planned'> | undefined
  return planned?.data.body === undefined ? undefined : Buffer.from(planned.data.body, 'latin1')
}

/** The digest a request is known by. */
export function digestOf(body: Uint8Array): string {
  return hash('sha1', body as never, 'base64').slice(0, 20)
}
