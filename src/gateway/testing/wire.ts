import { connect, type Socket } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'

/** An answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** One connection, written to byte by byte as a test likes, whose answers are read one after the other. */
export class Wire {
  readonly #socket: Socket
  #text = ''
  #came = () => {}

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.setEncoding('latin1')
    socket.on('data', (text: string) => {
      this.#text += text
      this.#came()
    })
    socket.on('close', () => this.#came())
  }

  static async to(port: number): Promise<Wire> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true })
    await new Promise((resolve, reject) => socket.once('connect', () => resolve(undefined)).once('error', reject))
    return new Wire(socket)
  }

  /** What has come and is not read as an answer yet. */
  get text(): string {
    return this.#text
  }

  write(text: string): void {
    this.#socket.write(text, 'latin1')
  }

  passes(ms: number): Promise<void> {
    return pause(ms)
  }

  /** Sends one request and waits for its answer. */
  ask(text: string): Promise<WireAnswer> {
    this.write(text)
    return this.answer()
  }

  /** The next answer. */
  async answer(): Promise<WireAnswer> {
    for (;;) {
      const end = this.#text.indexOf('\r\n\r\n')
      if (end !== -1) {
        const [first = '', ...lines] = this.#text.slice(0, end).split('\r\n')
        const headers = Object.fromEntries(
          lines.map((line) => [
            line.slice(0, line.indexOf(':')).toLowerCase(),
            line.slice(line.indexOf(':') + 1).trim(),
          ]),
        )
        const length = Number(headers['content-length'] ?? 0)
        if (this.#text.length >= end + 4 + length) {
          const body = this.#text.slice(end + 4, end + 4 + length)
          this.#text = this.#text.slice(end + 4 + length)
          return { status: Number(first.slice(9, 12)), headers, body }
        }
      }
      if (this.#socket.closed) throw new Error(`the connection ended after ${JSON.stringify(this.#text)}`)
      await new Promise<void>((resolve) => {
        this.#came = resolve
      })
    }
  }

  /** Says that nothing more will come; answers are still read. */
  endsItsSide(): void {
    this.#socket.end()
  }

  end(): void {
    this.#socket.destroy()
  }
}
