import { hash, randomBytes } from 'node:crypto'
import { type Duration, durationMs } from '../../base/duration.ts'
import type { Rate } from '../../base/rate.ts'
import type { Connection, Connector, ConnectorPorts, DeliveryClass, Outcome, Outgoing } from '../contract.ts'
import { fileNameOf } from '../folder/file-name.ts'
import { entityOf, micOf, outbound } from './message.ts'
import { type As2Parties, type OpenParties, openParties } from './parties.ts'
import { post } from './post.ts'
import { readReceipt } from './receipt.ts'
import { type Wait, Waiting } from './waiting.ts'

/** How to reach a partner over AS2, and what was agreed with it. */
export interface As2Options extends As2Parties {
  readonly url: string
  /** Where our asynchronous receipts are to be sent: our own `/as2`. Absent: the receipt comes in the answer. */
  readonly receiptsAt?: string
  /** `A`, because a message id that comes again has no second effect; `C` where the other side does not know repeats. */
  readonly deliveryClass?: DeliveryClass
  /** From the request to its receipt; 60 s unless told. */
  readonly timeout?: Duration
  readonly concurrency?: number
  /** Most messages, of all instances together: `'60 per minute'`. */
  readonly pace?: Rate
}

/** A connector whose partner sends here, too, by the same agreement. */
export interface As2Connector extends Connector {
  readonly kind: 'as2'
  readonly parties: As2Parties
  /** Messages of ours that wait for a receipt of their own. */
  readonly waiting: Waiting
}

/**
 * Sends documents over AS2: signed, encrypted, confirmed by a receipt whose digest is compared. What comes from the
 * partner comes in at `/as2`. A receipt of other content, or about another message, confirms nothing.
 *
 * @example
 * const bigBox = as2({
 *   url: 'https://as2.bigbox.example', ours: 'ACME', theirs: 'BIGBOX',
 *   own: [{ certificate: 'certs/acme.pem', key: secret('AS2_KEY') }], certificates: ['certs/bigbox.pem'],
 * })
 */
export function as2(options: As2Options): As2Connector {
  const waiting = new Waiting()
  return {
    kind: 'as2',
    parties: options,
    waiting,
    deliveryClass: options.deliveryClass ?? 'A',
    batch: 1,
    concurrency: options.concurrency ?? 4,
    timeoutMs: durationMs(options.timeout ?? '60s'),
    secrets: options.own.map(({ key }) => key),
    ...(options.pace ? { pace: options.pace } : {}),
    open: async (ports) => openAs2(options, waiting, ports),
  }
}

/** The agreement of a connector, if it is one of AS2. */
export function as2Of(connector: Connector): As2Connector | undefined {
  return connector.kind === 'as2' ? (connector as As2Connector) : undefined
}

function openAs2(options: As2Options, waiting: Waiting, ports: ConnectorPorts): Connection {
  const parties = openParties(options, ports)
  return {
    send: (requests, timeoutMs) => Promise.all(requests.map((one) => send(one, options, parties, waiting, timeoutMs))),
    close: async () => {},
  }
}

async function send(
  request: Outgoing,
  options: As2Options,
  parties: OpenParties,
  waiting: Waiting,
  timeoutMs: number,
): Promise<Outcome> {
  const id = messageId(request, parties)
  const message = outbound(
    { body: request.body, fileName: fileNameOf(request), type: typeOf(request.body) },
    parties,
    randomBytes,
  )
  const begun = options.receiptsAt === undefined ? undefined : await beginWait(waiting, id, timeoutMs)
  if (begun && 'result' in begun) return begun
  const receipt = begun
  try {
    const late = receipt?.before && outcomeOf(receipt.before, id, message.confirmed)
    if (late?.result === 'done') return late
    if (late) await waiting.book?.forget(id)
    const headers = { ...message.headers, ...headersFor(id, options) }
    const answer = await post(options.url, headers, message.body, timeoutMs)
    if ('error' in answer) return { result: answer.sent ? 'unknown' : 'later', reason: answer.error }
    if (answer.status === 429 || answer.status === 503) return { result: 'later', reason: `answered ${answer.status}` }
    if (answer.status < 200 || answer.status > 299) return { result: 'unknown', reason: `answered ${answer.status}` }
    const said = receipt ? await receipt.said : readReceipt(entityOf(answer.headers, answer.body), parties)
    return outcomeOf(said, id, message.confirmed)
  } catch (error) {
    return { result: 'unknown', reason: `the receipts cannot be read: ${(error as Error).message}` }
  } finally {
    receipt?.over()
  }
}

/** Begins to wait; without the book nothing is sent, since nobody could say afterwards that it had arrived. */
async function beginWait(waiting: Waiting, id: string, timeoutMs: number): Promise<Wait | Outcome> {
  try {
    return await waiting.begin(id, timeoutMs)
  } catch (error) {
    return { result: 'later', reason: `the receipts cannot be read: ${(error as Error).message}`, healthy: true }
  }
}

/** Only a receipt about this message, of this content, says that it was done. */
function outcomeOf(said: ReturnType<typeof readReceipt>, id: string, confirmed: Uint8Array): Outcome {
  if (!said) return { result: 'unknown', reason: 'no receipt that can be believed' }
  if (said.about !== id) return { result: 'unknown', reason: 'the receipt is about another message' }
  if (said.refused !== undefined) return { result: 'refused', retry: 'after-fix', reason: said.refused }
  if (!said.mic || micOf(confirmed, said.mic.algorithm).digest !== said.mic.digest)
    return { result: 'unknown', reason: 'the receipt is about other content' }
  return { result: 'done', answer: { messageId: id } }
}

/** The same for every attempt, so that the other side knows a repeat. */
function messageId({ key }: Outgoing, { ours, theirs }: OpenParties): string {
  return `<${hash('sha256', [ours, theirs, key].join('\n'), 'hex').slice(0, 32)}@crossdock>`
}

function headersFor(id: string, { ours, theirs, signed = true, receiptsAt }: As2Options): Record<string, string> {
  return {
    'as2-version': '1.2',
    'as2-from': quoted(ours),
    'as2-to': quoted(theirs),
    'message-id': id,
    'mime-version': '1.0',
    'disposition-notification-to': ours.replace(/[^\w.@-]/g, '_'),
    ...(signed
      ? {
          'disposition-notification-options':
            'signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, sha-256',
        }
      : {}),
    ...(receiptsAt === undefined ? {} : { 'receipt-delivery-option': receiptsAt }),
  }
}

const quoted = (name: string): string => (/[^\w.-]/.test(name) ? `"${name.replace(/(["\\])/g, '\\$1')}"` : name)

/** What a file is by how it begins: ISA, UNA or UNB. */
function typeOf(body: Uint8Array): string {
  if (body[0] === 0x49 && body[1] === 0x53) return 'application/edi-x12'
  return body[0] === 0x55 && body[1] === 0x4e ? 'application/edifact' : 'application/octet-stream'
}
