import { readFile } from 'node:fs/promises'
import type { Mailbag } from '../../../src/simulators/edi/mailbag.ts'
import type { OpenSshClient, Said } from '../openssh-client.ts'

/** A partner's script around `sftp`: it uploads under a temporary name, and fetches and removes what waits for it. */
export function opensshMailbag(client: OpenSshClient): Mailbag {
  const run = async (...commands: readonly string[]): Promise<Said> => {
    const said = await client.run(commands)
    if (said.code !== 0) throw new Error(`sftp ended with ${said.code}: ${said.text}`)
    return said
  }
  return {
    drop: async (name, content) => {
      client.put(name, content)
      await run(`put ${name} in/${name}.part`, `rename in/${name}.part in/${name}`)
    },
    waiting: async () => {
      const { text } = await run('ls -1t out')
      return text
        .split('\n')
        .filter((line) => line.startsWith('out/'))
        .map((line) => line.slice('out/'.length).trim())
        .reverse()
    },
    read: async (name) => {
      await run(`get out/${name}`)
      return readFile(client.at(name))
    },
    done: async (name) => void (await run(`rm out/${name}`)),
  }
}
