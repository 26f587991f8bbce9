import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type ConnectionOptions, checkServerIdentity } from 'node:tls'
import type { Secret } from '../../base/secret.ts'
import type { ConnectorPorts } from '../contract.ts'

/** A server, who we are to it, and how it proves who it is. */
export interface FtpsHost {
  readonly host: string
  /** 21 unless told. The connection is encrypted before anybody signs in (explicit TLS), or it is none. */
  readonly port?: number
  readonly user: string
  readonly password: Secret
  /**
   * The server's own certificate, or that of who signs it, as PEM text or files below the data folder; several while one is
   * being replaced. Absent: one that public authorities vouch for, under the name of the host.
   */
  readonly certificates?: readonly string[]
}

/** How TLS is spoken with a server. A certificate that was exchanged is believed whatever name it bears. */
export function tlsOf({ host, certificates }: FtpsHost, { dataFolder }: Pick<ConnectorPorts, 'dataFolder'>) {
  const options: ConnectionOptions = { host, minVersion: 'TLSv1.2', rejectUnauthorized: true }
  if (!certificates) return options
  const agreed = certificates.map(
    (one) => new X509Certificate(one.includes('-----BEGIN') ? one : readFileSync(resolve(dataFolder, one))),
  )
  const prints = new Set(agreed.map(({ fingerprint256 }) => fingerprint256))
  return {
    ...options,
    ca: agreed.map(String),
    allowPartialTrustChain: true,
    checkServerIdentity: (name: string, shown: Parameters<typeof checkServerIdentity>[1]) =>
      prints.has(shown.fingerprint256) ? undefined : checkServerIdentity(name, shown),
  } satisfies ConnectionOptions & { allowPartialTrustChain: boolean }
}
