import { fileURLToPath } from 'node:url'
import { isHubProcess, keepRunning } from './keep-running.ts'

// Somebody who has seen enough (`crossdock trace … | head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const words = process.argv.slice(2)
const code = await run(words)
if (code !== 0) process.exitCode = code
// A hub that did not open leaves half of what it opened, which would keep this process alive.
if (code !== 0 && (words[0] === 'demo' || words[0] === 'start')) process.exit()

/** `start` runs its hub in a process below this one, which starts it again when it dies. */
async function run(args: readonly string[]): Promise<number> {
  if (args[0] === 'start' && !isHubProcess(process.env)) {
    const say = (sentence: string) => void process.stderr.write(`${sentence}\n`)
    return keepRunning(fileURLToPath(import.meta.url), args, say)
  }
  const [{ runCli }, { processTerminal }] = await Promise.all([import('./program.ts'), import('./terminal.ts')])
  return runCli(args, processTerminal())
}
