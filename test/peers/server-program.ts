import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../support/free-port.ts'

/** A server of other people, as Debian has it: on a port of its own, with a folder of its own. */
export abstract class ServerProgram {
  readonly folder: string
  /** Where its mail stands. */
  readonly root: string
  port = 0
  said = ''
  readonly #name: string
  #process: ChildProcess | undefined

  constructor(name: string, { root = '.' }: { readonly root?: string } = {}) {
    this.#name = name
    this.folder = mkdtempSync(join(tmpdir(), `crossdock-${name}-`))
    this.root = join(this.folder, root)
    for (const box of ['in', 'in/taken', 'out']) mkdirSync(this.at(box), { recursive: true })
  }

  at(name: string): string {
    return join(this.root, name)
  }

  put(name: string, content: string | Uint8Array, mode = 0o600): void {
    writeFileSync(this.at(name), content, { mode })
  }

  /** Runs the program once `prepare` has written what it reads; on the same port when it ran before. */
  protected async run(variable: string, prepare: () => readonly string[]): Promise<void> {
    this.port ||= await freePort()
    const child = spawn(process.env[variable] as string, prepare(), { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#process = child
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => {
        this.said += text.toString()
      })
    for (let look = 0; look < 200; look += 1) {
      if (child.exitCode !== null) throw new Error(`${this.#name} ended: ${this.said}`)
      if (await canConnect(this.port)) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`${this.#name} does not listen: ${this.said}`)
  }

  async stop(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (!child || child.exitCode !== null) return
    const over = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL') // its sessions are groups of their own, and end with their clients
    await over
  }

  async end(): Promise<void> {
    await this.stop()
    rmSync(this.folder, { recursive: true })
  }
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
