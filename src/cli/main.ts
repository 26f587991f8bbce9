import { runCli } from './program.ts'
import { processTerminal } from './terminal.ts'

// Somebody who has seen enough (`crossdock trace … | head`) is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

const code = await runCli(process.argv.slice(2), processTerminal())
if (code !== 0) process.exitCode = code
