import { createPrivateKey, generateKeyPairSync, sign, X509Certificate } from 'node:crypto'
import { der, integer, NULL, oid, sequence, set } from '../der.ts'

/** A key and a certificate it signed itself, as two companies exchange them. */
export function selfSigned(name: string, serial: number) {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const algorithm = sequence(oid('1.2.840.113549.1.1.11'), NULL)
  const who = sequence(set(sequence(oid('2.5.4.3'), der(0x0c, Buffer.from(name)))))
  const time = (text: string) => der(0x17, Buffer.from(text))
  const body = sequence(
    der(0xa0, integer(2)),
    integer(serial),
    algorithm,
    who,
    sequence(time('250101000000Z'), time('450101000000Z')),
    who,
    publicKey.export({ type: 'spki', format: 'der' }),
  )
  const signature = der(0x03, Buffer.from([0]), sign('sha256', body, privateKey))
  const certificate = new X509Certificate(sequence(body, algorithm, signature)).toString()
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  return { certificate, key, own: { certificate: new X509Certificate(certificate), key: createPrivateKey(key) } }
}
