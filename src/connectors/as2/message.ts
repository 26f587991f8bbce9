/** AS2 messages (RFC 4130): what is sent, and what is read of what comes. */
import { createHash } from 'node:crypto'
import { envelopedData, isSignedBy, opened, signedData } from './cms.ts'
import { decoded, type Entity, multipart, parameter, partsIn, readEntity, typeOf, writeEntity } from './mime.ts'
import type { OpenParties } from './parties.ts'

/** What a receipt says of content: its digest, and how it was made. */
export interface Mic {
  readonly digest: string
  readonly algorithm: string
}

/** A message ready to be posted. */
export interface Outbound {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  /** What its receipt has the digest of. */
  readonly confirmed: Uint8Array
}

/** Why a message is refused, as a receipt says it. */
export type Modifier =
  | 'authentication-failed'
  | 'decryption-failed'
  | 'insufficient-message-security'
  | 'unexpected-processing-error'

/** What a message that came holds. */
export type Inbound =
  | { readonly content: Entity; readonly mic: Mic; readonly fault?: undefined }
  | { readonly fault: Modifier; readonly mic?: Mic }

/** Headers of a request, names in lower case. */
export type Headers = Readonly<Record<string, string | readonly string[] | undefined>>

const SIGNED_TYPE = 'multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256'
const DIGESTS: Readonly<Record<string, string>> = {
  sha1: 'sha1',
  'sha-1': 'sha1',
  sha256: 'sha256',
  'sha-256': 'sha256',
  sha384: 'sha384',
  'sha-384': 'sha384',
  sha512: 'sha512',
  'sha-512': 'sha512',
}

/** An entity with a signature beside it. */
export function signedEntity(content: Buffer, parties: OpenParties, boundary: string): Buffer {
  const [own] = parties.own
  if (!own) throw new Error('There is no key to sign with.')
  const signature = writeEntity(
    {
      'Content-Type': 'application/pkcs7-signature; name=smime.p7s',
      'Content-Transfer-Encoding': 'base64',
      'Content-Disposition': 'attachment; filename=smime.p7s',
    },
    base64Lines(signedData(content, own)),
  )
  const body = multipart(boundary, [content, signature])
  return writeEntity({ 'Content-Type': `${SIGNED_TYPE}; boundary="${boundary}"` }, body)
}

/** Signs and encrypts a document as agreed. */
export function outbound(
  document: { readonly body: Uint8Array; readonly fileName: string; readonly type: string },
  parties: OpenParties,
  random: (bytes: number) => Uint8Array,
): Outbound {
  const { signed = true, encrypted = true } = parties
  const content = writeEntity(
    {
      'Content-Type': document.type,
      'Content-Transfer-Encoding': 'binary',
      'Content-Disposition': `attachment; filename="${document.fileName}"`,
    },
    document.body,
  )
  const boundary = `crossdock-${Buffer.from(random(12)).toString('hex')}`
  const entity = signed ? signedEntity(content, parties, boundary) : content
  const confirmed = signed || encrypted ? content : document.body
  const [certificate] = parties.certificates
  if (!encrypted || !certificate) return { ...asRequest(entity), confirmed }
  return {
    headers: {
      'content-type': 'application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m',
      'content-disposition': 'attachment; filename=smime.p7m',
    },
    body: envelopedData(entity, certificate, random),
    confirmed,
  }
}

/** An entity as the headers and body of a request or an answer. */
export function asRequest(entity: Buffer): Pick<Outbound, 'headers' | 'body'> {
  const { headers, body } = readEntity(entity)
  return { headers, body }
}

/** A request as an entity. */
export function entityOf(headers: Headers, body: Buffer): Entity {
  const plain = Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  )
  return { headers: plain, body, raw: body }
}

/** Opens a message, looks who signed it, and says what a receipt must say. What was agreed is demanded. */
export function inbound(came: Entity, parties: OpenParties, micAlgorithm = 'sha-256'): Inbound {
  const { signed = true, encrypted = true } = parties
  const isEncrypted = isEnveloped(came)
  if (encrypted && !isEncrypted) return { fault: 'insufficient-message-security' }
  let entity = came
  try {
    if (isEncrypted) entity = readEntity(opened(decoded(came), parties.own))
  } catch {
    return { fault: 'decryption-failed' } // never why: that would help whoever tries
  }
  try {
    const isSigned = typeOf(entity.headers['content-type']) === 'multipart/signed'
    if (!isSigned) {
      if (signed) return { fault: 'insufficient-message-security' }
      return { content: entity, mic: micOf(isEncrypted ? entity.raw : entity.body, micAlgorithm) }
    }
    const content = believed(entity, parties)
    if (!content) return { fault: 'authentication-failed' }
    return { content, mic: micOf(content.raw, micAlgorithm) }
  } catch {
    return { fault: 'unexpected-processing-error' } // it has not the form of a message
  }
}

/** The first part of a signed entity, if one of their certificates signed it. */
export function believed(entity: Entity, { certificates }: Pick<OpenParties, 'certificates'>): Entity | undefined {
  const boundary = parameter(entity.headers['content-type'], 'boundary') ?? ''
  const [content, signature] = partsIn(entity.body, boundary)
  if (!content || !signature) throw new Error('no two parts')
  return isSignedBy(decoded(signature), content.raw, certificates) ? content : undefined
}

/** The digest of content as a receipt names it; SHA-256 for what nobody here knows. */
export function micOf(content: Uint8Array, algorithm: string): Mic {
  const known = DIGESTS[algorithm.toLowerCase()]
  const digest = createHash(known ?? 'sha256')
    .update(content)
    .digest('base64')
  return { digest, algorithm: known ? algorithm : 'sha-256' }
}

function isEnveloped({ headers }: Entity): boolean {
  return /^application\/(x-)?pkcs7-mime$/.test(typeOf(headers['content-type']))
}

const base64Lines = (bytes: Buffer): string => (bytes.toString('base64').match(/.{1,76}/g) ?? []).join('\r\n')
