import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { errors } from '../errors.ts'
import type { ExitCode } from '../terminal.ts'

/** `crossdock bench NAME …`: hands everything to the benches of the repository. Throws `XD_CLI_NO_BENCHES`. */
export async function bench(args: readonly string[]): Promise<ExitCode> {
  const main = fileURLToPath(new URL('../../../bench/main.ts', import.meta.url))
  if (!existsSync(main)) throw errors.NO_BENCHES()
  const child = spawn(process.execPath, [main, ...args], { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => resolve(code === 0 ? 0 : code === 2 ? 2 : 1))
  })
}
