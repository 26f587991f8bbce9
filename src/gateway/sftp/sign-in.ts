import { hash, timingSafeEqual } from 'node:crypto'
import ssh2, { type Authentication, type PublicKey } from 'ssh2'
import { errors } from './errors.ts'

/** Who may sign in, and by what. */
export interface Credentials {
  readonly user: string
  /** Lines as in `authorized_keys`. */
  readonly keys: readonly string[]
  readonly password?: string
}

interface Known {
  readonly user: string
  readonly keys: readonly PublicKey[]
  readonly password: Buffer | undefined
}

/** The accounts of a doorway, their keys read. */
export class SignIn {
  readonly #known = new Map<string, Known>()
  /** What is said to be possible; the same for everybody, known or not. */
  readonly methods: readonly string[]

  constructor(accounts: readonly Credentials[]) {
    for (const { user, keys, password } of accounts) {
      const secret = password === undefined ? undefined : digest(password)
      this.#known.set(user, { user, keys: keys.map((key) => keyIn(key, user)), password: secret })
    }
    const hasPasswords = accounts.some(({ password }) => password !== undefined)
    this.methods = hasPasswords ? ['publickey', 'password'] : ['publickey']
  }

  /** Whether somebody is who they say. A key that is only offered is known or not; only a signature proves it. */
  isProven(shown: Authentication): boolean {
    const known = this.#known.get(shown.username)
    if (!known) return false
    if (shown.method === 'publickey') return isSigned(known, shown)
    if (shown.method !== 'password' || known.password === undefined) return false
    return timingSafeEqual(known.password, digest(shown.password ?? ''))
  }
}

function isSigned({ keys }: Known, { key: shown, signature, blob, hashAlgo }: Authentication): boolean {
  const key = shown && keys.find((one) => one.type === shown.algo && isSame(one.getPublicSSH(), shown.data))
  if (!key) return false
  if (!signature) return true // it asks whether this key is worth a signature
  if (key.type === 'ssh-rsa' && hashAlgo === undefined) return false // by SHA-1
  return blob !== undefined && key.verify(blob, signature, hashAlgo) === true
}

function keyIn(line: string, user: string): PublicKey {
  const key = ssh2.utils.parseKey(line)
  if (key instanceof Error || key.isPrivateKey() || key.type === 'ssh-dss') throw errors.KEY_MALFORMED(user)
  return key
}

const isSame = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b)

const digest = (text: string): Buffer => hash('sha256', text, 'buffer') as unknown as Buffer
