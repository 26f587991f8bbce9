import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../support/free-port.ts'

/**
 * Debian's vsftpd on a port of its own, with a folder of its own: TLS for everybody, and data connections only by whoever
 * resumes the session of the control connection. Anybody may sign in as `anonymous`.
 */
export class VsftpdServer {
  readonly folder = mkdtempSync(join(tmpdir(), 'crossdock-vsftpd-'))
  port = 0
  said = ''
  #process: ChildProcess | undefined

  constructor() {
    for (const name of ['root', 'root/in', 'root/in/taken', 'root/out', 'empty']) mkdirSync(join(this.folder, name))
  }

  at(name: string): string {
    return join(this.folder, 'root', name)
  }

  put(name: string, content: string): void {
    writeFileSync(this.at(name), content)
  }

  async start({ certificate, key }: { readonly certificate: string; readonly key: string }): Promise<void> {
    this.port ||= await freePort()
    for (const [name, text] of Object.entries({ 'cert.pem': certificate, 'key.pem': key }))
      writeFileSync(join(this.folder, name), text, { mode: 0o600 })
    const settings = {
      listen: 'YES',
      listen_address: '127.0.0.1',
      listen_port: this.port,
      background: 'NO',
      run_as_launching_user: 'YES',
      nopriv_user: userInfo().username,
      ftp_username: userInfo().username,
      secure_chroot_dir: join(this.folder, 'empty'),
      anonymous_enable: 'YES',
      anon_root: join(this.folder, 'root'),
      write_enable: 'YES',
      anon_upload_enable: 'YES',
      anon_mkdir_write_enable: 'YES',
      anon_other_write_enable: 'YES',
      anon_world_readable_only: 'NO',
      ssl_enable: 'YES',
      allow_anon_ssl: 'YES',
      force_anon_logins_ssl: 'YES',
      force_anon_data_ssl: 'YES',
      require_ssl_reuse: 'YES',
      ssl_ciphers: 'HIGH',
      rsa_cert_file: join(this.folder, 'cert.pem'),
      rsa_private_key_file: join(this.folder, 'key.pem'),
      seccomp_sandbox: 'NO',
    }
    const text = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`)
    writeFileSync(join(this.folder, 'vsftpd.conf'), text.join(''), { mode: 0o600 })
    const child = spawn(process.env['CROSSDOCK_PEER_VSFTPD'] as string, [join(this.folder, 'vsftpd.conf')], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#process = child
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (said: Buffer) => {
        this.said += said.toString()
      })
    await this.#listens(child)
  }

  async stop(): Promise<void> {
    const child = this.#process
    this.#process = undefined
    if (!child || child.exitCode !== null) return
    const over = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL') // its sessions end with their clients
    await over
  }

  async end(): Promise<void> {
    await this.stop()
    rmSync(this.folder, { recursive: true })
  }

  async #listens(child: ChildProcess): Promise<void> {
    for (let look = 0; look < 200; look += 1) {
      if (child.exitCode !== null) throw new Error(`vsftpd ended: ${this.said}`)
      if (await canConnect(this.port)) return
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    throw new Error(`vsftpd does not listen: ${this.said}`)
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
