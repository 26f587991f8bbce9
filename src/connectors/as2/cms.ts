/** The two messages of CMS (RFC 5652) that AS2 is made of, on node:crypto. */
import {
  constants,
  createCipheriv,
  createDecipheriv,
  createHash,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
  sign,
  timingSafeEqual,
  verify,
  type X509Certificate,
} from 'node:crypto'
import {
  DerError,
  der,
  integer,
  NULL,
  octets,
  octetsOf,
  oid,
  oidOf,
  partsOf,
  readValue,
  sequence,
  set,
  type Value,
} from './der.ts'

const DATA = '1.2.840.113549.1.7.1'
const SIGNED = '1.2.840.113549.1.7.2'
const ENVELOPED = '1.2.840.113549.1.7.3'
const CONTENT_TYPE = '1.2.840.113549.1.9.3'
const MESSAGE_DIGEST = '1.2.840.113549.1.9.4'
const RSA = '1.2.840.113549.1.1.1'
const OAEP = '1.2.840.113549.1.1.7'
const AES_256_CBC = '2.16.840.1.101.3.4.1.42'
const SHA256 = '2.16.840.1.101.3.4.2.1'

/** Digests that are believed; MD5 is not. */
const DIGESTS: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1',
  [SHA256]: 'sha256',
  '2.16.840.1.101.3.4.2.2': 'sha384',
  '2.16.840.1.101.3.4.2.3': 'sha512',
}

/** What partners encrypt with; written is always the last. */
const CIPHERS: Readonly<Record<string, string>> = {
  '1.2.840.113549.3.7': 'des-ede3-cbc',
  '2.16.840.1.101.3.4.1.2': 'aes-128-cbc',
  '2.16.840.1.101.3.4.1.22': 'aes-192-cbc',
  [AES_256_CBC]: 'aes-256-cbc',
}

/** A certificate of ours with its key. */
export interface OwnKey {
  readonly certificate: X509Certificate
  readonly key: KeyObject
}

/** A detached signature over content, with SHA-256. */
export function signedData(content: Uint8Array, { certificate, key }: OwnKey): Buffer {
  const digest = createHash('sha256').update(content).digest()
  const attributes = [
    sequence(oid(CONTENT_TYPE), set(oid(DATA))),
    sequence(oid(MESSAGE_DIGEST), set(octets(digest))),
  ].sort(Buffer.compare)
  const signature = sign('sha256', set(...attributes), key)
  const algorithm = sequence(oid(SHA256), NULL)
  const signatureAlgorithm =
    key.asymmetricKeyType === 'ec' ? sequence(oid('1.2.840.10045.4.3.2')) : sequence(oid(RSA), NULL)
  const signer = sequence(
    integer(1),
    issuerAndSerial(certificate),
    algorithm,
    der(0xa0, ...attributes),
    signatureAlgorithm,
    octets(signature),
  )
  return contentInfo(
    SIGNED,
    sequence(integer(1), set(algorithm), sequence(oid(DATA)), der(0xa0, certificate.raw), set(signer)),
  )
}

/** Whether one of these certificates signed exactly this content. Certificates inside the message are not asked. */
export function isSignedBy(message: Buffer, content: Uint8Array, certificates: readonly X509Certificate[]): boolean {
  const [, , , ...rest] = partsOf(inside(message, SIGNED))
  const signers = rest.find(({ tag }) => tag === 0x31)
  if (!signers) throw new DerError('nobody signed')
  return partsOf(signers).some((signer) => certificates.some((one) => isBy(signer, content, one)))
}

function isBy(signer: Value, content: Uint8Array, certificate: X509Certificate): boolean {
  const [, , digestAlgorithm, ...rest] = partsOf(signer)
  const digest = DIGESTS[algorithmOf(digestAlgorithm)]
  const attributes = rest[0]?.tag === 0xa0 ? rest[0] : undefined
  const signature = rest.find(({ tag }) => (tag & 0x1f) === 0x04)
  if (!digest || !signature) return false
  if (!attributes) return verify(digest, content, certificate.publicKey, octetsOf(signature))
  if (!isDigestOf(attributes, createHash(digest).update(content).digest())) return false
  // signed is the set itself, whatever tag it goes under
  return verify(digest, set(attributes.content), certificate.publicKey, octetsOf(signature))
}

function isDigestOf(attributes: Value, digest: Buffer): boolean {
  const said = partsOf(attributes).flatMap((attribute) => {
    const [type, values] = partsOf(attribute)
    return type && values && oidOf(type) === MESSAGE_DIGEST ? partsOf(values).map(octetsOf) : []
  })
  const [only] = said
  return said.length === 1 && only !== undefined && only.length === digest.length && timingSafeEqual(only, digest)
}

/** Content that only the holder of this certificate's key can read: AES-256-CBC, its key under RSA. */
export function envelopedData(
  content: Uint8Array,
  certificate: X509Certificate,
  random: (bytes: number) => Uint8Array,
): Buffer {
  const key = random(32)
  const iv = random(16)
  const cipher = createCipheriv('aes-256-cbc', key, iv)
  const sealed = Buffer.concat([cipher.update(content), cipher.final()])
  const sealedKey = publicEncrypt({ key: certificate.publicKey, padding: constants.RSA_PKCS1_PADDING }, key)
  const recipient = sequence(integer(0), issuerAndSerial(certificate), sequence(oid(RSA), NULL), octets(sealedKey))
  const sealedContent = sequence(oid(DATA), sequence(oid(AES_256_CBC), octets(iv)), der(0x80, sealed))
  return contentInfo(ENVELOPED, sequence(integer(0), set(recipient), sealedContent))
}

/** The content of a message to one of ours. Throws when it is to nobody here, or cannot be read. */
export function opened(message: Buffer, own: readonly OwnKey[]): Buffer {
  const parts = partsOf(inside(message, ENVELOPED)).filter(({ tag }) => tag === 0x31 || tag === 0x30)
  const [recipients, sealed] = parts
  if (!recipients || !sealed) throw new DerError('no recipients')
  const [, algorithm, ...pieces] = partsOf(sealed)
  const cipher = CIPHERS[algorithmOf(algorithm)]
  const iv = algorithm && partsOf(algorithm)[1]
  if (!cipher || !iv || !pieces[0]) throw new DerError('a cipher nobody here knows')
  const open = createDecipheriv(cipher, keyFor(partsOf(recipients), own), octetsOf(iv))
  return Buffer.concat([open.update(octetsOf(pieces[0])), open.final()])
}

function keyFor(recipients: readonly Value[], own: readonly OwnKey[]): Buffer {
  for (const recipient of recipients) {
    const [, id, algorithm, sealedKey] = partsOf(recipient)
    const ours = own.find(({ certificate }) => id?.whole.equals(issuerAndSerial(certificate)))
    if (!ours || !algorithm || !sealedKey) continue
    return privateDecrypt({ key: ours.key, ...paddingOf(algorithm) }, octetsOf(sealedKey))
  }
  throw new DerError('it is to nobody here')
}

function paddingOf(algorithm: Value) {
  if (algorithmOf(algorithm) === RSA) return { padding: constants.RSA_PKCS1_PADDING }
  if (algorithmOf(algorithm) !== OAEP) throw new DerError('a key transport nobody here knows')
  const oaepHash = algorithm.content.includes(oid(SHA256)) ? 'sha256' : 'sha1'
  return { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }
}

const algorithmOf = (value: Value | undefined): string => {
  const type = value && partsOf(value)[0]
  return type ? oidOf(type) : ''
}

function contentInfo(type: string, content: Buffer): Buffer {
  return sequence(oid(type), der(0xa0, content))
}

function inside(message: Buffer, type: string): Value {
  const [found, content] = partsOf(readValue(message))
  if (!found || !content || oidOf(found) !== type) throw new DerError('another kind of message')
  return readValue(content.content)
}

/** Issuer and serial number as they stand in a certificate. */
function issuerAndSerial({ raw }: X509Certificate): Buffer {
  const [body] = partsOf(readValue(raw))
  if (!body) throw new DerError('no certificate')
  const [serial, , issuer] = partsOf(body).filter(({ tag }) => tag !== 0xa0)
  if (!serial || !issuer) throw new DerError('no certificate')
  return sequence(issuer.whole, serial.whole)
}
