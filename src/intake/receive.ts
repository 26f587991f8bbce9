import { type Breath, inPieces } from '../base/pieces.ts'
import type { FlatFile } from '../documents/flat/flat-file.ts'
import { isArchive } from '../edi/archive/unpack.ts'
import type { MasterData } from '../identity/master.ts'
import type { JournalEvent } from '../journal/contract.ts'
import type { Settlement, Work } from '../journal/work.ts'
import type { Store } from '../store/contract.ts'
import type { ArrivalAnswer } from './admit.ts'
import type { Arrival, Interpretation } from './arrival.ts'
import { guardOf, mayHoldCount } from './count-part.ts'
import { decidedIn } from './decided.ts'
import { errors } from './errors.ts'
import { isFlat } from './flat-part.ts'
import { interpret, interpreting } from './interpret.ts'
import type { MasterPart } from './master-part.ts'
import { postedTo } from './posted-part.ts'
import type { IntakeWorld, JsonText, Sender } from './settings.ts'
import { translate } from './translate.ts'
import { WaitingOrders } from './waiting-orders.ts'
import { workOf } from './work.ts'

/** What intake needs from the hub. */
export interface IntakePorts {
  /** Where the orders that wait for master data are. */
  readonly store: Pick<Store, 'countRows' | 'loadLanes'>
  /** Hands work to the engine; it is settled once its turn is committed. */
  readonly offer: (work: Work) => void
  readonly sender: (tenant: string, system: string) => Sender | undefined
  readonly master: (tenant: string) => MasterData
  readonly readJson?: (bytes: Uint8Array) => JsonText
  /** How many items the book has at a facility: asked only for a snapshot that says it is complete. */
  readonly held?: (tenant: string, facility: string) => Promise<number>
  /** Hears of work of our own that failed; it is offered again. */
  readonly trouble: (what: string, error: unknown) => void
  /** Resolves after so many milliseconds: what bounds the wait for an answer under way. */
  readonly delay: (ms: number) => Promise<void>
  /** How others have their turn while something large is interpreted. Absent: they wait. */
  readonly breath?: Breath
}

/** What the hub's doors and folders call: hand in an arrival, hear what its sender is to be told. */
export interface Intake {
  submit(arrival: Arrival, options?: { readonly waitSeconds?: number }): Promise<ArrivalAnswer>
  /** Follows what is committed, whoever did it: an order that begins to wait for what is known by now is told so. */
  hear(tenant: string, events: readonly JournalEvent[]): void
  /** Master data was changed by somebody else, or may have been while we were away: orders that waited for it are told. */
  masterChanged(tenant: string, now: number): void
  /** Nobody is told anything more. */
  close(): void
}

/** Arrivals of more bytes are interpreted in pieces: the doors, leases and timers of a hub do not wait for one file. */
const LARGE_BYTES = 256 * 1024

/** How long to wait before asking again for an answer that is under way. */
const ASK_AGAIN_MS = 20

/**
 * Opens intake. `submit` interprets an arrival, offers it to the engine and resolves once it is committed; who asked to
 * wait for the same request under way is given its answer, up to `waitSeconds`.
 */
export function openIntake(ports: IntakePorts): Intake {
  const desk = new ReceivingDesk(ports)
  return {
    submit: async (arrival, { waitSeconds = 0 } = {}) => {
      const held = desk.heldFor(arrival)
      const translated = desk.translated(arrival)
      const meant = translated === undefined ? arrival : await translated
      const counted = held === undefined ? undefined : await held
      const interpretation = isLarge(meant) ? await desk.interpretLarge(meant, counted) : desk.interpret(meant, counted)
      let answer = await desk.offer(interpretation)
      for (let waited = 0; answer.inFlight && waited < waitSeconds * 1000; waited += ASK_AGAIN_MS) {
        await ports.delay(ASK_AGAIN_MS)
        answer = await desk.offer(interpretation)
      }
      return answer
    },
    hear: (tenant, events) => desk.waiting.hear(tenant, events),
    masterChanged: (tenant, now) => desk.waiting.changed(tenant, 'intake', now),
    close: () => desk.waiting.close(),
  }
}

/** An archive is as large as what is in it. */
const isLarge = ({ bytes }: Arrival): boolean => bytes.length > LARGE_BYTES || isArchive(bytes)

const isCompleteStock = (file: FlatFile): boolean => file.holds === 'stock' && file.complete

class ReceivingDesk {
  readonly #ports: IntakePorts
  readonly waiting: WaitingOrders

  constructor(ports: IntakePorts) {
    this.#ports = ports
    this.waiting = new WaitingOrders(ports)
  }

  /** What the book has, for a complete snapshot; undefined for everything else, which waits for nothing. */
  heldFor(arrival: Arrival): Promise<number> | undefined {
    const { sender, held } = this.#ports
    const from = sender(arrival.tenant, arrival.system)
    if (!held || from?.facility === undefined) return undefined
    const isSnapshot =
      (from.files?.some(isCompleteStock) && isFlat(arrival, from)) ||
      (from.edi !== undefined && guardOf(from.edi).complete && mayHoldCount(arrival))
    return isSnapshot ? held(arrival.tenant, from.facility) : undefined
  }

  /** What a sender's own maps make of an arrival; undefined for a sender without any, whose arrivals wait for nothing. */
  translated(arrival: Arrival): Promise<Arrival> | undefined {
    const { sender, master, readJson } = this.#ports
    const from = sender(arrival.tenant, arrival.system)
    if (!from?.maps) return undefined
    return translate(arrival, { sender: from, master: master(arrival.tenant), ...(readJson ? { readJson } : {}) })
  }

  interpret(arrival: Arrival, held?: number): Interpretation {
    return interpret(arrival, this.#worldOf(arrival, held))
  }

  /** The same, with pauses in which others have their turn. */
  async interpretLarge(arrival: Arrival, held?: number): Promise<Interpretation> {
    const { breath } = this.#ports
    if (!breath) return this.interpret(arrival, held)
    return inPieces(interpreting(arrival, this.#worldOf(arrival, held)), breath)
  }

  #worldOf(arrival: Arrival, held?: number): IntakeWorld {
    const { sender, master, readJson } = this.#ports
    const from = sender(arrival.tenant, arrival.system)
    if (!from) throw errors.SENDER_UNKNOWN(arrival.system)
    const posted = postedTo(arrival.topic)
    const addressee = posted && sender(arrival.tenant, posted.partner)
    return {
      sender: from,
      ...(addressee ? { addressee } : {}),
      master: master(arrival.tenant),
      ...(readJson ? { readJson } : {}),
      ...(held === undefined ? {} : { held }),
    }
  }

  offer(interpretation: Interpretation): Promise<ArrivalAnswer> {
    return new Promise((resolve, failed) => {
      const answered = (answer: ArrivalAnswer, { events }: Settlement) => {
        if (!answer.inFlight) this.#applyMaster(interpretation, answer)
        const decided = decidedIn(events)
        resolve(decided === undefined ? answer : { ...answer, decided })
      }
      this.#ports.offer(workOf(interpretation, { answered, failed }))
    })
  }

  /** Master data is changed in memory once it is committed, part by part as it was answered. */
  #applyMaster({ arrival, parts, batch }: Interpretation, answer: ArrivalAnswer): void {
    const { tenant, system, receivedAt } = arrival
    const results = (answer.body as { results?: readonly { status: number }[] }).results
    let changed = false
    parts.forEach((part, index) => {
      const status = batch ? results?.[index]?.status : answer.status
      if (!('change' in part) || status === undefined || status >= 300) return
      this.#ports.master(tenant).apply((part as MasterPart).change)
      changed = true
    })
    if (changed) this.waiting.changed(tenant, system, receivedAt)
  }
}
