import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { KeyPair } from '../../src/connectors/sftp/testing/sftp-server.ts'

/** What a run of the client said, and whether it was content. */
export interface Said {
  readonly code: number
  readonly text: string
}

/** Debian's `sftp`, as a partner's script runs it: a batch of commands, a key, and no question asked. */
export class OpenSshClient {
  readonly folder = mkdtempSync(join(tmpdir(), 'crossdock-sftp-client-'))
  readonly #user: string
  readonly #port: number

  constructor(user: string, key: KeyPair, port: number) {
    this.#user = user
    this.#port = port
    writeFileSync(this.at('key'), key.private, { mode: 0o600 })
  }

  at(name: string): string {
    return join(this.folder, name)
  }

  put(name: string, content: string | Uint8Array): void {
    writeFileSync(this.at(name), content)
  }

  /** Runs commands until the first that fails, with whatever more the client is told. */
  async run(commands: readonly string[], ...more: readonly string[]): Promise<Said> {
    this.put('batch', `${commands.join('\n')}\n`)
    const options = ['BatchMode=yes', `UserKnownHostsFile=${this.at('known')}`, 'StrictHostKeyChecking=accept-new']
    const child = spawn(
      process.env['CROSSDOCK_PEER_SFTP'] as string,
      [
        ...['-q', '-F', 'none', '-b', this.at('batch'), '-i', this.at('key'), '-P', String(this.#port)],
        ...[...options, 'IdentitiesOnly=yes'].flatMap((option) => ['-o', option]),
        ...more,
        `${this.#user}@127.0.0.1`,
      ],
      { cwd: this.folder, stdio: ['ignore', 'pipe', 'pipe'] },
    )
    const said: Buffer[] = []
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => said.push(text))
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject)
      child.once('close', (ended) => resolve(ended ?? -1))
    })
    return { code, text: Buffer.concat(said).toString() }
  }

  end(): void {
    rmSync(this.folder, { recursive: true })
  }
}
