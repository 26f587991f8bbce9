import { mkdirSync } from 'node:fs'
import { userInfo } from 'node:os'
import { type KeyPair, keyPair } from '../../src/connectors/sftp/testing/sftp-server.ts'
import { ServerProgram } from './server-program.ts'

/** Where root's OpenSSH shuts itself in; Debian's service makes it when it starts. */
const PRIVILEGE_FOLDER = '/run/sshd'

/** Debian's OpenSSH. */
export class OpenSshServer extends ServerProgram {
  readonly user = userInfo().username
  readonly clientKey = keyPair()

  constructor() {
    super('sshd')
    if (process.getuid?.() === 0) mkdirSync(PRIVILEGE_FOLDER, { recursive: true, mode: 0o755 })
    this.put('authorized_keys', `${this.clientKey.public}\n`)
  }

  /** Runs under this host key. */
  async start(hostKey: KeyPair): Promise<void> {
    await this.run('CROSSDOCK_PEER_SSHD', () => {
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
      return ['-D', '-e', '-f', this.at('sshd_config')]
    })
  }
}
