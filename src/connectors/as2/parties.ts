import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Secret } from '../../base/secret.ts'
import type { ConnectorPorts } from '../contract.ts'
import type { OwnKey } from './cms.ts'

/** What two companies agree on for AS2. Certificates are PEM text, or files below the data folder. */
export interface As2Parties {
  /** AS2 names: who we are, and who they are. */
  readonly ours: string
  readonly theirs: string
  /** Ours, newest first: the first signs, all of them open. */
  readonly own: readonly { readonly certificate: string; readonly key: Secret }[]
  /** Theirs, newest first: the first is encrypted to, all of them are believed. */
  readonly certificates: readonly string[]
  /** Whether messages are signed and encrypted, in both directions. Both, unless told. */
  readonly signed?: boolean
  readonly encrypted?: boolean
  /** Where receipts that are asked for asynchronously go; to no other address, whatever a message says. */
  readonly receiptsTo?: string
}

/** Parties with keys and certificates read. */
export interface OpenParties extends Omit<As2Parties, 'own' | 'certificates'> {
  readonly own: readonly OwnKey[]
  readonly certificates: readonly X509Certificate[]
}

/** Reads keys and certificates. */
export function openParties(
  parties: As2Parties,
  { secret, dataFolder }: Pick<ConnectorPorts, 'secret' | 'dataFolder'>,
): OpenParties {
  const certificate = (text: string) =>
    new X509Certificate(text.includes('-----BEGIN') ? text : readFileSync(resolve(dataFolder, text)))
  return {
    ...parties,
    own: parties.own.map((one) => ({
      certificate: certificate(one.certificate),
      key: createPrivateKey(secret(one.key.secret)),
    })),
    certificates: parties.certificates.map(certificate),
  }
}
