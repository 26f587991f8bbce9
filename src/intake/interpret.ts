import type { CrossdockError } from '../base/errors.ts'
import { atOnce, type Pieces } from '../base/pieces.ts'
import type { DocumentFault } from '../documents/faults.ts'
import type { AnyMap, MapFault } from '../documents/map/map.ts'
import { sourceOf } from '../documents/map/source-of.ts'
import { readPurchaseOrderJson } from '../documents/purchase-order/json.ts'
import { isArchive } from '../edi/archive/unpack.ts'
import { subjectOf } from '../lifecycle/subject.ts'
import { archiveParts } from './archive-part.ts'
import type { Arrival, ArrivalItem, FaultyPart, Interpretation, Part } from './arrival.ts'
import { cancellationPart, orderToCancel } from './cancellation-part.ts'
import { looksLikeEdifact, openEdifact } from './edifact-interchange.ts'
import { errors } from './errors.ts'
import { flatParts, isFlat } from './flat-part.ts'
import type { OpenedFile } from './interchange.ts'
import { interchangeParts } from './interchange-part.ts'
import { linesOf, readPlainJson } from './json-text.ts'
import { mapJson } from './mapping.ts'
import { looksLikeMaster, masterPart } from './master-part.ts'
import { orderPart } from './order-part.ts'
import { postedPart, postedTo } from './posted-part.ts'
import { looksLikeReport, reportPart } from './report-part.ts'
import type { IntakeWorld } from './settings.ts'
import { unreadablePart } from './unreadable-part.ts'
import { wrongIn } from './wrong.ts'
import { looksLikeX12, openX12 } from './x12-interchange.ts'

const NDJSON = new Set(['application/x-ndjson', 'application/ndjson', 'application/jsonl'])

/**
 * What an arrival means: orders, reports, master data, each a part by itself, or what is wrong with it. Pure: it looks
 * at nothing but the arrival and the world it is given.
 */
export function interpret(arrival: Arrival, world: IntakeWorld): Interpretation {
  const file = filePieces(arrival, world)
  if (file) return atOnce(file)
  const { items, batch } = itemsOf(arrival, world)
  return { arrival, batch, parts: items.map((item, index) => partOf(item, { batch, index }, arrival, world)) }
}

/** As {@link interpret}, document by document: what is large is interpreted without standing in the way of others. */
export function* interpreting(arrival: Arrival, world: IntakeWorld): Pieces<Interpretation> {
  const file = filePieces(arrival, world)
  if (file) return yield* file
  const { items, batch } = itemsOf(arrival, world)
  const parts: (Part | FaultyPart)[] = []
  for (const [index, item] of items.entries()) {
    parts.push(partOf(item, { batch, index }, arrival, world))
    yield
  }
  return { arrival, batch, parts }
}

/** What a file means; undefined for an arrival in JSON. */
function filePieces(arrival: Arrival, world: IntakeWorld): Pieces<Interpretation> | undefined {
  if (isArchive(arrival.bytes)) return archivePieces(arrival, world)
  if (isEdifactFile(arrival)) return ediPieces(openEdifact(arrival.bytes, arrival.system, world), arrival, world)
  if (isX12(arrival)) return ediPieces(openX12(arrival.bytes, arrival.system, world), arrival, world)
  return isFlat(arrival, world.sender) ? flatPieces(arrival, world) : undefined
}

function* archivePieces(arrival: Arrival, world: IntakeWorld): Pieces<Interpretation> {
  return { arrival, batch: true, parts: yield* archiveParts(arrival, world, interpreting) }
}

function* ediPieces(opening: Pieces<OpenedFile>, arrival: Arrival, world: IntakeWorld): Pieces<Interpretation> {
  const opened = yield* opening
  return { arrival, batch: false, parts: yield* interchangeParts(opened, arrival, world) }
}

function* flatPieces(arrival: Arrival, world: IntakeWorld): Pieces<Interpretation> {
  return { arrival, batch: true, parts: yield* flatParts(arrival, world) }
}

const X12_TYPES = new Set(['application/edi-x12', 'application/x12', 'text/x12'])

/** Whether an arrival is an interchange, by what its sender says of it or by how it begins. */
export function isX12({ contentType, bytes, items, parsed }: Arrival): boolean {
  if (items || parsed !== undefined) return false
  return (contentType !== undefined && X12_TYPES.has(contentType)) || looksLikeX12(bytes)
}

const EDIFACT_TYPES = new Set(['application/edifact', 'text/edifact'])

/** As {@link isX12}, for EDIFACT. */
export function isEdifactFile({ contentType, bytes, items, parsed }: Arrival): boolean {
  if (items || parsed !== undefined) return false
  return (contentType !== undefined && EDIFACT_TYPES.has(contentType)) || looksLikeEdifact(bytes)
}

interface Items {
  readonly items: readonly ArrivalItem[]
  readonly batch: boolean
}

/** What an arrival in JSON holds: one body, or each of its lines or elements. */
export function itemsOf(arrival: Arrival, world: Pick<IntakeWorld, 'readJson'>): Items {
  if (arrival.items) return { items: arrival.items, batch: arrival.batch ?? true }
  if (arrival.parsed !== undefined) return spread(arrival.parsed, arrival.bytes)
  const read = world.readJson ?? readPlainJson
  if (arrival.contentType !== undefined && NDJSON.has(arrival.contentType)) {
    return { items: linesOf(arrival.bytes).map((line) => itemOf(read(line), line)), batch: true }
  }
  const text = read(arrival.bytes)
  return text.fault === undefined
    ? spread(text.value, arrival.bytes)
    : { items: [itemOf(text, arrival.bytes)], batch: false }
}

function spread(value: unknown, bytes: Uint8Array): Items {
  if (!Array.isArray(value)) return { items: [{ body: value, bytes }], batch: false }
  return { items: value.map((body: unknown) => ({ body })), batch: true }
}

function itemOf(text: ReturnType<typeof readPlainJson>, bytes: Uint8Array): ArrivalItem {
  if (text.fault === undefined) return { body: text.value, bytes }
  return { body: undefined, error: errors.UNREADABLE(text.fault) }
}

/** Where an element stands in its arrival. */
interface Place {
  readonly batch: boolean
  readonly index: number
}

/** A fault of what a map made, with where that came from; the whole document where nobody can say. */
const withSource = ({ code, pointer, detail }: DocumentFault, map: AnyMap): MapFault => ({
  code,
  pointer,
  detail,
  source: sourceOf(map, pointer) ?? '',
})

/** Doors at which a key is the sender's own, and not made of a file. */
const KEYED_BY_SENDER = new Set(['http', 'webhook'])

/** One key covers the whole request; inside a batch it goes on with the place, so every element is compared by itself. */
function keyOf({ idempotencyKey }: Arrival, { batch, index }: Place): { idempotencyKey?: string } {
  if (idempotencyKey === undefined) return {}
  return { idempotencyKey: batch ? `${idempotencyKey}#${index}` : idempotencyKey }
}

function partOf(item: ArrivalItem, at: Place, arrival: Arrival, world: IntakeWorld): Part | FaultyPart {
  const { body, error, mapped } = item
  if (error) return unreadable(error, arrival)
  if (mapped?.faults) return unmapped(mapped, mapped.faults, arrival)
  const order = orderToCancel(arrival.topic)
  if (order !== undefined) return cancellationPart(body, order, arrival, world)
  const posted = postedTo(arrival.topic)
  if (posted) return postedPart(body, posted, world.addressee, arrival)
  if (looksLikeMaster(body)) return masterPart(body, arrival)
  if (looksLikeReport(body)) return reportPart(body, arrival, world, mapped?.said)
  return jsonOrder(item, at, arrival, world)
}

/**
 * A map that could not make anything of a document. Both may be wrong, and its sender can mend one of them only: a person
 * looks, whichever way it came.
 */
function unmapped({ said, map }: Mapping, faults: readonly MapFault[], arrival: Arrival): Part | FaultyPart {
  const error = errors.MAP_FAULTY.with(faults, map.name, faults.length)
  const { code, message: reason } = error
  const atSource = faults.map((fault) => ({ ...fault, pointer: fault.source }))
  const detail = { map: map.name, version: map.version, faults }
  const refusal = { report: map.name, code, reason, detail, wrong: wrongIn(said, atSource) }
  return unreadablePart({ what: 'body', subject: mailboxOf(arrival), error, refusal }, arrival)
}

type Mapping = NonNullable<ArrivalItem['mapped']>

const mailboxOf = ({ tenant, system }: Arrival): string => subjectOf(tenant, 'mailbox', system)

function unreadable(error: CrossdockError, arrival: Arrival): Part | FaultyPart {
  const refusal = { report: 'body', code: error.code, reason: error.message }
  return unreadablePart({ what: 'body', subject: mailboxOf(arrival), error, refusal }, arrival)
}

const READS_NO_ANSWERS: ReadonlySet<string> = new Set(['webhook', 'as2'])

/**
 * An order as JSON. Its sender is told every fault at once, so faults make no case; but who sends webhooks or AS2 reads
 * no answers.
 */
function jsonOrder(
  { body, bytes, mapped }: ArrivalItem,
  at: Place,
  arrival: Arrival,
  world: IntakeWorld,
): Part | FaultyPart {
  const read = readPurchaseOrderJson(mapJson(body, world.master.corrections.mappings(arrival.system)))
  if (read.faults) {
    if (mapped)
      return unmapped(
        mapped,
        read.faults.map((fault) => withSource(fault, mapped.map)),
        arrival,
      )
    const error = errors.DOCUMENT_FAULTY.with(read.faults, 'order', read.faults.length)
    return READS_NO_ANSWERS.has(arrival.channel) ? unreadable(error, arrival) : { what: 'order', error }
  }
  const { sender, master } = world
  return orderPart(
    read.document,
    read.warnings,
    {
      tenant: arrival.tenant,
      system: arrival.system,
      test: false,
      bytes: bytes ?? Buffer.from(JSON.stringify(mapped ? mapped.said : body)),
      receivedAt: arrival.receivedAt,
      ...(sender.partner === undefined ? {} : { partner: sender.partner }),
      ...(sender.customer === undefined ? {} : { customer: sender.customer }),
      ...keyOf(arrival, at),
      isKeyedBySender: arrival.idempotencyKey !== undefined && KEYED_BY_SENDER.has(arrival.channel),
    },
    master,
  )
}
