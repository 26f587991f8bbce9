/** Receipts (MDN, RFC 8098): that a message came, what it was, or why it was refused. */
import { asRequest, believed, type Mic, type Modifier, micOf, type Outbound, signedEntity } from './message.ts'
import { type Entity, multipart, parameter, partsIn, readEntity, typeOf, writeEntity } from './mime.ts'
import type { OpenParties } from './parties.ts'

/** What a receipt says. */
export interface Receipt {
  /** The id of the message it is about, with its angle brackets. */
  readonly about: string
  readonly mic?: Mic
  /** Why the message was refused. */
  readonly refused?: string
}

/** How a receipt is asked for. */
export interface ReceiptWanted {
  readonly signed: boolean
  readonly micAlgorithm: string
  /** Where it is to be sent by itself; absent: in the answer. */
  readonly to?: string
}

/** What the headers of a message ask for; undefined when no receipt is wanted. */
export function wantedReceipt(headers: Readonly<Record<string, string>>): ReceiptWanted | undefined {
  if (headers['disposition-notification-to'] === undefined) return undefined
  const options = headers['disposition-notification-options'] ?? ''
  const algorithm = /signed-receipt-micalg\s*=\s*\w+\s*,\s*([\w-]+)/i.exec(options)?.[1]
  const to = headers['receipt-delivery-option']
  return {
    signed: /signed-receipt-protocol/i.test(options),
    micAlgorithm: algorithm ?? 'sha-256',
    ...(to === undefined ? {} : { to }),
  }
}

/** Writes a receipt, signed where that was asked for. The boundary is made of the message, so it comes out the same again. */
export function writeReceipt(
  { about, mic, refused }: Receipt & { readonly refused?: Modifier },
  { signed }: Pick<ReceiptWanted, 'signed'>,
  parties: OpenParties,
): Pick<Outbound, 'headers' | 'body'> {
  const boundary = `crossdock-${micOf(Buffer.from(about), 'sha-256').digest.replace(/\W/g, '')}`
  const words = refused ? `The message was refused: ${refused}.` : 'The message was received and is stored.'
  const fields = [
    'Reporting-UA: Crossdock',
    `Original-Recipient: rfc822; ${parties.ours}`,
    `Final-Recipient: rfc822; ${parties.ours}`,
    `Original-Message-ID: ${about}`,
    `Disposition: automatic-action/MDN-sent-automatically; processed${refused ? `/error: ${refused}` : ''}`,
    ...(mic ? [`Received-Content-MIC: ${mic.digest}, ${mic.algorithm}`] : []),
  ]
  const text = writeEntity({ 'Content-Type': 'text/plain; charset=us-ascii' }, `${words}\r\n`)
  const report = writeEntity({ 'Content-Type': 'message/disposition-notification' }, `${fields.join('\r\n')}\r\n\r\n`)
  const entity = writeEntity(
    { 'Content-Type': `multipart/report; report-type=disposition-notification; boundary="report-${boundary}"` },
    multipart(`report-${boundary}`, [text, report]),
  )
  return asRequest(signed ? signedEntity(entity, parties, boundary) : entity)
}

/** Whether what came is a receipt and no message. */
export function isReceipt({ headers, body }: Entity): boolean {
  const type = headers['content-type']
  if (typeOf(type) === 'multipart/report') return true
  if (typeOf(type) !== 'multipart/signed') return false
  const [content] = partsIn(body, parameter(type, 'boundary') ?? '')
  return typeOf(content?.headers['content-type']) === 'multipart/report'
}

/** What a receipt says; undefined when it is none, or is not signed by whom it should be. */
export function readReceipt(came: Entity, parties: OpenParties): Receipt | undefined {
  const { signed = true } = parties
  try {
    const isSigned = typeOf(came.headers['content-type']) === 'multipart/signed'
    const report = isSigned ? believed(came, parties) : signed ? undefined : came
    if (!report) return undefined
    const parts = partsIn(report.body, parameter(report.headers['content-type'], 'boundary') ?? '')
    const said = parts.find(({ headers }) => typeOf(headers['content-type']) === 'message/disposition-notification')
    return said && receiptIn(said)
  } catch {
    return undefined // it has not the form of a receipt: the message stays unconfirmed
  }
}

function receiptIn({ body }: Entity): Receipt | undefined {
  const { headers: fields } = readEntity(Buffer.concat([body, Buffer.from('\r\n\r\n')]))
  const about = fields['original-message-id']
  const disposition = (fields['disposition'] ?? '').split(';')[1]?.trim().toLowerCase() ?? ''
  if (about === undefined || disposition === '') return undefined
  const [digest, algorithm = ''] = (fields['received-content-mic'] ?? '').split(',').map((one) => one.trim())
  const isProcessed = disposition === 'processed' || disposition.startsWith('processed/warning')
  return {
    about,
    ...(digest ? { mic: { digest, algorithm } } : {}),
    ...(isProcessed ? {} : { refused: disposition }),
  }
}
