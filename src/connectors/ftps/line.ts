import type { Client } from 'basic-ftp'
import { CrossdockError } from '../../base/errors.ts'
import type { ConnectorPorts } from '../contract.ts'
import type { RemoteLine } from '../remote-folder/session.ts'
import { errors } from './errors.ts'
import { type FtpsHost, tlsOf } from './host.ts'
import { FtpsSession, replyOf } from './session.ts'

/** From here on a reply is a no for good; below it is one for now, and says nothing of what was done before. */
const FOR_GOOD = 500
const MOST_LISTING_BYTES = 8 * 1024 * 1024
/** The codes of Node and OpenSSL for a certificate that is not believed. */
const CERTIFICATE = /CERT|ALTNAME|ISSUER|SELF_SIGNED|UNABLE_TO_VERIFY|CHAIN/

/**
 * One connection to a server, made when it is first needed and again after it was lost. FTP has one question under way at a
 * time, so work waits for the work before it.
 */
export class FtpsLine implements RemoteLine {
  readonly #host: FtpsHost
  readonly #ports: Pick<ConnectorPorts, 'secret' | 'dataFolder'>
  #client: Client | undefined
  #before: Promise<unknown> = Promise.resolve()
  #isClosed = false

  constructor(host: FtpsHost, ports: Pick<ConnectorPorts, 'secret' | 'dataFolder'>) {
    this.#host = host
    this.#ports = ports
  }

  use<T>(timeoutMs: number, work: (session: FtpsSession) => Promise<T>): Promise<T> {
    const mine = this.#before.then(() => this.#inTime(timeoutMs, work))
    this.#before = mine.catch(() => {}) // whoever asked hears it; the next one goes on
    return mine
  }

  saidNo(error: unknown): boolean {
    return (replyOf(error) ?? 0) >= FOR_GOOD || (error as { reply?: unknown }).reply !== undefined
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#cut()
  }

  async #inTime<T>(timeoutMs: number, work: (session: FtpsSession) => Promise<T>): Promise<T> {
    const cut: { timer?: ReturnType<typeof setTimeout> } = {}
    const tooLate = new Promise<never>((_, reject) => {
      cut.timer = setTimeout(() => {
        this.#cut()
        reject(errors.TIMED_OUT(this.#host.host))
      }, timeoutMs)
    })
    const trying = this.#connected(timeoutMs).then((client) => work(new FtpsSession(client)))
    try {
      return await Promise.race([trying, tooLate])
    } catch (error) {
      if (replyOf(error) !== undefined || this.saidNo(error)) throw error
      this.#cut() // the connection is lost, or nobody knows where in a reply it stands
      if (error instanceof CrossdockError) throw error
      throw errors.CONNECTION_LOST(this.#host.host, error instanceof Error ? error.message : String(error))
    } finally {
      clearTimeout(cut.timer)
    }
  }

  #cut(): void {
    this.#client?.close()
    this.#client = undefined
  }

  async #connected(timeoutMs: number): Promise<Client> {
    const { host, port = 21, user, password } = this.#host
    if (this.#isClosed) throw errors.CONNECTION_LOST(host, 'it was closed here')
    if (this.#client && !this.#client.closed) return this.#client
    const { Client: FtpClient } = await import('basic-ftp') // loaded by who uses it
    const client = new FtpClient(timeoutMs, { maxListingBytes: MOST_LISTING_BYTES })
    this.#client = client
    try {
      await client.connect(host, port)
      await this.#secured(client)
      await client.login(user, this.#ports.secret(password.secret))
      await client.useDefaultSettings()
      return client
    } catch (error) {
      if (this.#client === client) this.#cut()
      throw error
    }
  }

  /** Before this nothing is said that anybody may not hear. */
  async #secured(client: Client): Promise<void> {
    try {
      await client.useTLS(tlsOf(this.#host, this.#ports))
    } catch (error) {
      const { code } = error as { code?: unknown }
      if (typeof code === 'number') throw errors.TLS_REFUSED(this.#host.host)
      if (typeof code !== 'string' || !CERTIFICATE.test(code)) throw error
      throw errors.CERTIFICATE_REFUSED(this.#host.host, (error as Error).message)
    }
  }
}
