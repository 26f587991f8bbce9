import type { CrossdockError } from '../base/errors.ts'
import type { Pieces } from '../base/pieces.ts'
import type { FlatFile, OrdersFile, StockFile } from '../documents/flat/flat-file.ts'
import { type FlatOrder, readingOrders } from '../documents/flat/orders-file.ts'
import { readingStock, type StockRow, shrinksTooMuch } from '../documents/flat/stock-file.ts'
import { readPurchaseOrderJson } from '../documents/purchase-order/json.ts'
import { type FlatFault, faultAt } from '../edi/flat/faults.ts'
import { readFlat } from '../edi/flat/read.ts'
import { subjectOf } from '../lifecycle/subject.ts'
import { type Arrival, type FaultyPart, isFaulty, type Part } from './arrival.ts'
import { looksLikeEdifact } from './edifact-interchange.ts'
import { errors } from './errors.ts'
import { digestOfArrival } from './keys.ts'
import { mapJson } from './mapping.ts'
import { orderPart } from './order-part.ts'
import { refusedInput } from './quarantine.ts'
import { reportPart } from './report-part.ts'
import type { IntakeWorld, Sender } from './settings.ts'
import { unreadablePart } from './unreadable-part.ts'
import { looksLikeX12 } from './x12-interchange.ts'

const JSON_TYPE = /^application\/(?:[\w.+-]*json|ndjson|jsonl)/

/** Whether an arrival is a flat file: its sender has declared some, and it is neither JSON nor an interchange. */
export function isFlat({ contentType = '', bytes, items, parsed }: Arrival, { files }: Sender): boolean {
  if (!files || files.length === 0 || items || parsed !== undefined || JSON_TYPE.test(contentType)) return false
  const first = bytes[0]
  return first !== OPEN_BRACE && first !== OPEN_BRACKET && !looksLikeX12(bytes) && !looksLikeEdifact(bytes)
}

const OPEN_BRACE = 0x7b
const OPEN_BRACKET = 0x5b

type Parts = readonly (Part | FaultyPart)[]

/** What a flat file says: orders, each a part by itself, or the stock of a facility; or all that is wrong with it. */
export function* flatParts(arrival: Arrival, world: IntakeWorld): Pieces<Parts> {
  const file = fileOf(arrival, world.sender.files ?? [])
  if (!file) {
    const names = (world.sender.files ?? []).map(({ name }) => name).join(', ')
    return [kept(errors.FILE_UNEXPECTED(arrival.topic ?? arrival.fileName ?? 'the file', names), arrival, 'file')]
  }
  return yield* file.holds === 'orders' ? ordersIn(file, arrival, world) : stockIn(file, arrival, world)
}

/** Which declaration a file is under: its topic or name says so, or it is the only one that it can be read by. */
function fileOf({ topic, fileName, bytes }: Arrival, files: readonly FlatFile[]): FlatFile | undefined {
  if (topic !== undefined) return files.find(({ name }) => name === topic)
  if (fileName !== undefined) {
    const named = files.find((file) => file.files !== undefined && isNamed(fileName, file.files))
    return named ?? files.find((file) => file.files === undefined)
  }
  if (files.length === 1) return files[0]
  return files.find((file) => readFlat(bytes.subarray(0, FIRST_BYTES), file.layout).records > 0)
}

const FIRST_BYTES = 16 * 1024

/** `orders-*.csv`: an asterisk is any text. */
function isNamed(name: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(name)
}

function* ordersIn(file: OrdersFile, arrival: Arrival, world: IntakeWorld): Pieces<Parts> {
  const { sender, master } = world
  const mappings = master.corrections.mappings(arrival.system)
  const read = yield* readingOrders(arrival.bytes, file, (value) => readPurchaseOrderJson(mapJson(value, mappings)))
  if (read.faults) return [refused(read.faults, file, arrival)]
  const { tenant, system, receivedAt, idempotencyKey } = arrival
  const parts: (Part | FaultyPart)[] = []
  for (const [at, { document, warnings }] of read.orders.entries()) {
    const origin = {
      tenant,
      system,
      test: false,
      bytes: Buffer.from(JSON.stringify(document)),
      receivedAt,
      ...(sender.partner === undefined ? {} : { partner: sender.partner }),
      ...(sender.customer === undefined ? {} : { customer: sender.customer }),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey: `${idempotencyKey}#${at}` }),
    }
    parts.push(orderPart(document, warnings, origin, master))
    yield
  }
  const faults = parts.flatMap((part, at) => faultsIn(part, read.orders[at] as FlatOrder))
  if (faults.length > 0) return [refused(faults, file, arrival)]
  return parts
}

/** What is wrong with an order once its items and units are looked up: all or nothing holds for that too. */
function faultsIn(part: Part | FaultyPart, order: FlatOrder): FlatFault[] {
  if (!isFaulty(part)) return []
  const { faults, message, code } = part.error
  return faults.length > 0 ? faults.map(order.at) : [order.at({ pointer: '', detail: message, code })]
}

function* stockIn(file: StockFile, arrival: Arrival, world: IntakeWorld): Pieces<Parts> {
  const read = yield* readingStock(arrival.bytes, file)
  if (read.verdict !== 'read') return [refused(read.faults, file, arrival, read.verdict)]
  const { rows, faulty, skipped } = read
  if (world.held !== undefined && shrinksTooMuch(rows.length + faulty, world.held, file)) {
    return [kept(errors.SNAPSHOT_SHRANK(rows.length, world.held), arrival, file.name)]
  }
  const groups = [...Map.groupBy(rows, ({ facility = '' }) => facility).values()]
  const counts: Count[] = []
  for (const group of groups) {
    counts.push(countIn(group, file, arrival, world))
    yield
  }
  const faults = [...skipped, ...counts.flatMap((count) => count.faults)]
  const strange = new Set(faults.map(({ line }) => line)).size
  const total = rows.length + faulty
  const { faulty: mode = 'refuseFile', mostFaulty = 0.01 } = file.layout
  if (strange > 0 && mode === 'refuseFile') return [refused(faults, file, arrival)]
  if (strange > total * mostFaulty) return [refused(faults, file, arrival, 'parked')]
  const parts = counts.flatMap(({ part }) => (part ? [part] : []))
  return strange === 0 ? parts : [...parts, skippedRows(faults, file, arrival)]
}

interface Count {
  readonly part?: Part
  readonly faults: readonly FlatFault[]
}

/** The rows of a facility as the report that a warehouse would send; rows it cannot hold are left out and told. */
function countIn(rows: readonly StockRow[], file: StockFile, arrival: Arrival, world: IntakeWorld): Count {
  const part = reportPart(reportOf(rows, file, arrival), arrival, world)
  if (!isFaulty(part)) return { part, faults: [] }
  const faults = part.error.faults.map((fault) => {
    const at = /^\/lines\/(\d+)/.exec(fault.pointer)?.[1]
    const row = at === undefined ? undefined : rows[Number(at)]
    return { row, fault: faultAt({ line: row?.line ?? 1 }, fault) }
  })
  const bad = new Set(faults.map(({ row }) => row))
  const rest = rows.filter((row) => !bad.has(row))
  const found = faults.map(({ fault }) => fault)
  if (bad.has(undefined) || rest.length === 0 || file.layout.faulty !== 'skipRecord') return { faults: found }
  const again = reportPart(reportOf(rest, file, arrival), arrival, world)
  return isFaulty(again) ? { faults: found } : { part: again, faults: found }
}

function reportOf(rows: readonly StockRow[], { name }: StockFile, arrival: Arrival): unknown {
  const { idempotencyKey, bytes, receivedAt } = arrival
  const facility = rows[0]?.facility
  const key = idempotencyKey ?? `${Buffer.from(digestOfArrival(bytes)).toString('hex')}/${receivedAt}`
  return {
    id: [name, key, ...(facility === undefined ? [] : [facility])].join('/'),
    type: 'inventory.counted',
    occurredAt: new Date(receivedAt).toISOString(),
    ...(facility === undefined ? {} : { facility }),
    lines: rows.map(({ item, quantity, status }) => ({ item, quantity, ...(status === undefined ? {} : { status }) })),
  }
}

/** All or nothing: one case for the whole file, and its bytes are kept for the person who looks. */
function refused(
  faults: readonly FlatFault[],
  { name }: FlatFile,
  arrival: Arrival,
  verdict: 'refused' | 'parked' = 'refused',
): Part | FaultyPart {
  const make = verdict === 'parked' ? errors.FILE_PARKED : errors.FILE_FAULTY
  return kept(make.with(faults, name, faults.length), arrival, name)
}

function kept(error: CrossdockError, arrival: Arrival, name: string): Part | FaultyPart {
  return unreadablePart({ what: 'file', subject: mailboxOf(arrival), error, refusal: refusalOf(error, name) }, arrival)
}

/** The rest of the file counts; what was left out is a person's to look at. */
function skippedRows(faults: readonly FlatFault[], { name }: StockFile, arrival: Arrival): FaultyPart {
  const error = errors.ROWS_SKIPPED.with(faults, name, faults.length)
  return { what: 'rows', error, inputs: [refusedInput(mailboxOf(arrival), arrival, refusalOf(error, name))] }
}

const mailboxOf = ({ tenant, system }: Arrival): string => subjectOf(tenant, 'mailbox', system)

const MOST_TOLD = 20

function refusalOf({ code, message, faults }: CrossdockError, name: string) {
  const [first] = faults as readonly FlatFault[]
  const told = first ? { detail: { faults: faults.slice(0, MOST_TOLD) } } : {}
  const wrong = first ? { wrong: { code: first.code, field: first.field ?? '' } } : {}
  const reason = first ? `${message} ${first.detail}` : message
  return { report: name, code, reason, ...told, ...wrong }
}
