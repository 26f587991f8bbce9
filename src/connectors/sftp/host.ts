import type { Secret } from '../../base/secret.ts'

/** A server, who we are to it, and how it proves who it is. */
export interface SftpHost {
  readonly host: string
  /** 22 unless told. */
  readonly port?: number
  readonly user: string
  /** Our private key, as text. */
  readonly key?: Secret
  readonly password?: Secret
  /**
   * The server's key as `ssh-keygen -lf` shows it: `SHA256:…`; several while it is being replaced. A server with
   * another key is not spoken to.
   */
  readonly hostKey: string | readonly string[]
}

/** The secrets it needs. */
export const secretsOf = ({ key, password }: SftpHost): Secret[] => [
  ...(key ? [key] : []),
  ...(password ? [password] : []),
]
