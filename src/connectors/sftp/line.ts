import { hash } from 'node:crypto'
import type { Client, Sftp } from 'ssh2'
import type { CrossdockError } from '../../base/errors.ts'
import type { RemoteLine } from '../remote-folder/session.ts'
import { errors } from './errors.ts'
import type { SftpHost } from './host.ts'
import { Session } from './session.ts'

const KEEPALIVE_MS = 10_000
const KEEPALIVES_MISSED = 3

/**
 * One connection to a server, made when it is first needed and again after it was lost. Once the server has shown
 * another key than the one agreed, it stops: nobody is spoken to until the configuration says so.
 */
export class Line implements RemoteLine {
  readonly #host: SftpHost
  readonly #secretOf: (name: string) => string
  #session: Promise<Session> | undefined
  #client: Client | undefined
  #stopped: CrossdockError | undefined

  constructor(host: SftpHost, secretOf: (name: string) => string) {
    this.#host = host
    this.#secretOf = secretOf
  }

  /** Does something over the connection, within a time. What is not answered by then cuts it, so that nothing follows. */
  async use<T>(timeoutMs: number, work: (session: Session) => Promise<T>): Promise<T> {
    const cut: { timer?: ReturnType<typeof setTimeout> } = {}
    const tooLate = new Promise<never>((_, reject) => {
      cut.timer = setTimeout(() => {
        this.#cut()
        reject(errors.TIMED_OUT(this.#host.host))
      }, timeoutMs)
    })
    try {
      return await Promise.race([this.#connected(timeoutMs).then(work), tooLate])
    } finally {
      clearTimeout(cut.timer)
    }
  }

  /** The server answered, and said no; whatever it was asked for is not done. */
  saidNo(error: unknown): boolean {
    return typeof (error as { code?: unknown }).code === 'number'
  }

  /** For good. */
  async close(): Promise<void> {
    this.#stopped ??= errors.CONNECTION_LOST(this.#host.host, 'it was closed here')
    this.#cut()
  }

  #cut(): void {
    this.#session = undefined
    this.#client?.destroy()
    this.#client = undefined
  }

  #connected(timeoutMs: number): Promise<Session> {
    if (this.#stopped) return Promise.reject(this.#stopped)
    this.#session ??= this.#connect(timeoutMs)
    return this.#session
  }

  async #connect(timeoutMs: number): Promise<Session> {
    const { host, port = 22, user, key, password } = this.#host
    const { default: ssh2 } = await import('ssh2') // loaded by who uses it
    const client = new ssh2.Client()
    this.#client = client
    const lost = new Promise<never>((_, reject) => {
      const gone = (why: string) => {
        if (this.#client === client) {
          this.#session = undefined
          this.#client = undefined
        }
        reject(this.#stopped ?? errors.CONNECTION_LOST(host, why))
      }
      client.on('error', (error: Error) => gone(error.message))
      client.on('close', () => gone('it was closed'))
    })
    lost.catch(() => {}) // whoever waits for an answer hears it there
    const ready = new Promise<Sftp>((resolve, reject) => {
      client.on('ready', () => {
        client.setNoDelay(true) // without it a file goes at a tenth of the speed
        client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp)))
      })
    })
    const settings = {
      host,
      port,
      username: user,
      ...(key ? { privateKey: this.#secretOf(key.secret) } : {}),
      ...(password ? { password: this.#secretOf(password.secret) } : {}),
      readyTimeout: timeoutMs,
      keepaliveInterval: KEEPALIVE_MS,
      keepaliveCountMax: KEEPALIVES_MISSED,
      hostVerifier: (shown: Buffer) => this.#isAgreed(shown),
    }
    try {
      client.connect(settings)
      return new Session(await Promise.race([ready, lost]), lost)
    } catch (error) {
      if (this.#client === client) this.#cut()
      throw error
    }
  }

  #isAgreed(shown: Buffer): boolean {
    const agreed = typeof this.#host.hostKey === 'string' ? [this.#host.hostKey] : this.#host.hostKey
    const print = fingerprintOf(shown)
    if (agreed.some((one) => one.replace(/=+$/, '') === print)) return true
    this.#stopped = errors.HOST_KEY_CHANGED(this.#host.host, print)
    return false
  }
}

/** A host key as `ssh-keygen -lf` shows it. */
export const fingerprintOf = (key: Buffer): string =>
  `SHA256:${(hash('sha256', key, 'base64') as string).replace(/=+$/, '')}`
