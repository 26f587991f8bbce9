import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { type KeyPair, keyPair } from '../../src/connectors/sftp/testing/sftp-server.ts'
import { freePort } from '../support/free-port.ts'

/** Where root's OpenSSH shuts itself in; Debian's service makes it when it starts. */
const PRIVILEGE_FOLDER = '/run/sshd'

/** Debian's OpenSSH on a port of its own, with a folder of its own. */
export class OpenSshServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'crossdock-sshd-'))
  readonly user = userInfo().username
  readonly clientKey = keyPair()
  port = 0
  said = ''
  #process: ChildProcess | undefined

  constructor() {
    if (process.getuid?.() === 0) mkdirSync(PRIVILEGE_FOLDER, { recursive: true, mode: 0o755 })
    for (const name of ['in', 'in/taken', 'out']) mkdirSync(this.at(name), { recursive: true })
    this.put('authorized_keys', `${this.clientKey.public}\n`)
  }

  at(name: string): string {
    return join(this.folder, name)
  }

  put(name: string, content: string | Uint8Array, mode = 0o600): void {
    writeFileSync(this.at(name), content, { mode })
  }

  /** Runs under this host key; on the same port when it ran before. */
  async start(hostKey: KeyPair): Promise<void> {
    this.port ||= await freePort()
    this.put('host_key', hostKey.private)
    const lines = [
      `Port ${this.port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${this.at('host_key')}`,
      `AuthorizedKeysFile ${this.at('authorized_keys')}`,
      'PidFile none',
      'UsePAM no',
      'StrictModes no',
      'PasswordAuthentication no',
      'Subsystem sftp internal-sftp',
    ]
    this.put('sshd_config', `${lines.join('\n')}\n`)
    const program = process.env['CROSSDOCK_PEER_SSHD'] as string
    const child = spawn(program, ['-D', '-e', '-f', this.at('sshd_config')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    this.#process = child
    child.stderr?.on('data', (text: Buffer) => {
      this.said += text.toString()
    })
    await this.#listens(child)
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

  async #listens(child: ChildProcess): Promise<void> {
    for (let look = 0; look < 200; look += 1) {
      if (child.exitCode !== null) throw new Error(`sshd ended: ${this.said}`)
      if (await canConnect(this.port)) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`sshd does not listen: ${this.said}`)
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
