import { hash } from 'node:crypto'
import { entityOf, inbound, type Modifier } from '../connectors/as2/message.ts'
import { decoded, type Entity, parameter, typeOf } from '../connectors/as2/mime.ts'
import type { OpenParties } from '../connectors/as2/parties.ts'
import {
  isReceipt,
  type Receipt,
  type ReceiptWanted,
  readReceipt,
  wantedReceipt,
  writeReceipt,
} from '../connectors/as2/receipt.ts'
import type { Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import { ANY_TYPE } from './door.ts'
import type { DoorwayArrival, DoorwayPorts } from './doorways.ts'
import { errors } from './errors.ts'

/** A partner that speaks AS2 with us, its keys read. */
export interface As2Partner {
  readonly system: string
  readonly parties: OpenParties
  /** Hears a receipt for a message of ours; false when none waits for it, at any instance. */
  readonly confirmed: (receipt: Receipt) => Promise<boolean>
}

/** What the AS2 door needs: who speaks it, intake, and a way to send receipts that go by themselves. */
export interface As2Ports extends DoorwayPorts {
  readonly as2Partner: (ours: string, theirs: string) => As2Partner | undefined
  readonly sendReceipt: (to: string, headers: Readonly<Record<string, string>>, body: Buffer, system: string) => void
  /** Hears of a message that was refused. */
  readonly as2Refused: (system: string, id: string, why: Modifier) => void
  /** Hears of a message id that came with other content than before. */
  readonly as2Reused: (system: string, id: string) => void
  readonly tenant: string
}

const MOST_BYTES = 50 * 1024 * 1024
const ID = /^<?[\x21-\x7e ]{1,250}>?$/

/** `POST /as2`: messages of partners, and their receipts for ours. */
export const as2Routes: readonly Route<As2Ports>[] = [
  {
    method: 'POST',
    path: '/as2',
    operationId: 'arriveByAs2',
    summary: 'Takes an AS2 message, or a receipt for one of ours.',
    description:
      'AS2 (RFC 4130) with whom it was agreed: opened, its signature checked, stored, and only then confirmed. What is refused is told in the receipt; who wants none is answered 422. A message id that comes again gets its receipt again and has no effect; with other content it is a message of its own, and a person hears of it.',
    tier: 'doorway',
    scope: null,
    priority: 1, // orders mostly; where its sender is a warehouse or a carrier, of theirs
    accepts: [ANY_TYPE],
    limitBytes: MOST_BYTES,
    checksOwnBody: true,
    ownProof: true,
    sentBy: ({ headers }, { as2Partner }) => as2Partner(nameIn(headers['as2-to']), nameIn(headers['as2-from']))?.system,
    responses: { 200: null, 202: null },
    handle: arriveByAs2,
  },
]

async function arriveByAs2(request: RouteRequest, ports: As2Ports): Promise<RouteAnswer> {
  const came = entityOf(
    request.headers ?? {},
    Buffer.from(request.rawBody.buffer, request.rawBody.byteOffset, request.rawBody.byteLength),
  )
  const { headers } = came
  const id = headers['message-id'] ?? ''
  const partner = ports.as2Partner(plainName(headers['as2-to']), plainName(headers['as2-from']))
  if (!partner || !ID.test(id)) throw errors.AS2_UNKNOWN()
  if (isReceipt(came)) return await confirm(came, partner, request)
  const wanted = wantedReceipt(headers)
  const read = inbound(came, partner.parties, wanted?.micAlgorithm)
  if (read.fault) {
    ports.as2Refused(partner.system, id, read.fault)
    return answer({ about: id, refused: read.fault }, wanted, partner, ports)
  }
  request.proved?.()
  const kept = await keep(
    {
      tenant: ports.tenant,
      system: partner.system,
      channel: 'as2',
      contentType: typeOf(read.content.headers['content-type']),
      bytes: decoded(read.content),
      ...fileNameIn(read.content),
      caller: request.caller,
      idempotencyKey: id,
      traceparent: request.traceparent,
      correlationId: request.correlationId,
      receivedAt: request.now,
    },
    ports,
  )
  return isKept(kept) ? answer({ about: id, mic: read.mic }, wanted, partner, ports) : kept
}

/**
 * Takes a message in under its id. An id that came before with other content proves nothing about this one: it is taken in
 * under its id and its bytes, so that what it says itself, its control number, decides whether it was here.
 */
async function keep(
  arrival: DoorwayArrival & { readonly idempotencyKey: string },
  ports: As2Ports,
): Promise<RouteAnswer> {
  const kept = await ports.arrive(arrival)
  if (!isReused(kept)) return kept
  const { system, idempotencyKey: id, bytes } = arrival
  ports.as2Reused(system, id)
  return await ports.arrive({ ...arrival, idempotencyKey: `${id} ${hash('sha256', bytes, 'hex')}` })
}

/** What intake says of a key that stands for other content, of the whole or of a part of it. */
const REUSED = 'XD_INTAKE_IDEMPOTENCY_KEY_REUSED'

function isReused({ body }: RouteAnswer): boolean {
  const { code, results = [] } = (body ?? {}) as { code?: string; results?: readonly { code?: string }[] }
  return code === REUSED || results.some((one) => one.code === REUSED)
}

/** Stored, whatever is thought of its content: that is told in an acknowledgement, not in a receipt of the transport. */
const isKept = ({ status, replayed, body }: RouteAnswer): boolean =>
  status < 300 || replayed === true || typeof (body as { receipt?: unknown })?.receipt === 'string'

async function confirm(
  came: Entity,
  { parties, confirmed }: As2Partner,
  { proved }: RouteRequest,
): Promise<RouteAnswer> {
  const receipt = readReceipt(came, parties)
  if (receipt) proved?.()
  if (!receipt || !(await confirmed(receipt))) throw errors.AS2_RECEIPT_UNKNOWN()
  return { status: 200 }
}

/** The receipt in the answer; or, where that was asked for and agreed, by itself to the agreed address and no other. */
function answer(
  receipt: Receipt & { readonly refused?: Modifier },
  wanted: ReceiptWanted | undefined,
  { parties, system }: As2Partner,
  ports: As2Ports,
): RouteAnswer {
  const refusal = receipt.refused && errors.AS2_REFUSED(receipt.refused)
  if (!wanted && refusal) throw refusal
  if (!wanted) return { status: 200 }
  const noted = refusal ? { refusal } : {}
  const { headers, body } = writeReceipt(receipt, wanted, parties)
  const own = { 'as2-version': '1.2', 'as2-from': parties.ours, 'as2-to': parties.theirs, 'mime-version': '1.0' }
  const all = { ...own, 'message-id': `<receipt-${receipt.about.replace(/[<>]/g, '')}>`, ...headers }
  if (wanted.to !== undefined && parties.receiptsTo !== undefined) {
    ports.sendReceipt(parties.receiptsTo, all, body, system)
    return { status: 202, ...noted }
  }
  const { 'content-type': contentType = '', ...rest } = all as Record<string, string>
  return { status: 200, headers: rest, body, contentType, ...noted }
}

/** A header that came several times names nobody. */
const nameIn = (header: string | readonly string[] | undefined): string =>
  typeof header === 'string' ? plainName(header) : ''

/** `"Big Box"` is `Big Box`. */
const plainName = (name = ''): string =>
  name
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .replace(/\\(["\\])/g, '$1')

function fileNameIn({ headers }: Entity): { fileName?: string } {
  const name = parameter(headers['content-disposition'], 'filename')
  return name === undefined ? {} : { fileName: name }
}
