import { mkdirSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { ServerProgram } from './server-program.ts'

/**
 * Debian's vsftpd: TLS for everybody, and data connections only by whoever resumes the session of the control connection.
 * Anybody may sign in as `anonymous`.
 */
export class VsftpdServer extends ServerProgram {
  constructor() {
    super('vsftpd', { root: 'root' })
    mkdirSync(join(this.folder, 'empty'))
  }

  async start({ certificate, key }: { readonly certificate: string; readonly key: string }): Promise<void> {
    await this.run('CROSSDOCK_PEER_VSFTPD', () => {
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
        anon_root: this.root,
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
      const file = join(this.folder, 'vsftpd.conf')
      const text = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`)
      writeFileSync(file, text.join(''), { mode: 0o600 })
      return [file]
    })
  }
}
