import ssh2, { type PublicKey } from 'ssh2'

/** A key pair as files of OpenSSH hold it, and its public half as it is shown. */
export interface NewKey {
  readonly private: string
  /** A line as in `authorized_keys`. */
  readonly public: string
  readonly blob: Buffer
}

/** A new ed25519 key. The package cuts a zero off the front of one public key in 256; such a pair is thrown away. */
export function newKey(): NewKey {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519')
    const [shown, own] = [pair.public, pair.private].map((text) => ssh2.utils.parseKey(text)) as (PublicKey | Error)[]
    if (!shown || !own || shown instanceof Error || own instanceof Error) continue
    if (shown.getPublicSSH().equals(own.getPublicSSH())) return { ...pair, blob: shown.getPublicSSH() }
  }
}
