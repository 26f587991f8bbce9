import { Command } from 'commander'
import { CrossdockError } from '../base/errors.ts'

const program = new Command('crossdock')
  .description('An integration hub for distributors: every order, stock figure, shipment and invoice in one agreed state.')
  .version('0.1.0')
  .showHelpAfterError()
  .exitOverride((error) => {
    process.exit(error.exitCode === 0 ? 0 : 2)
  })

const whole = (text: string): number => {
  if (!/^\d+$/.test(text)) {
    process.stderr.write(`“${text}” is not a whole number.\n`)
    process.exit(2)
  }
  return Number(text)
}

program
  .command('demo')
  .description('Runs a hub with embedded PostgreSQL, a simulated landscape and the console.')
  .option('--headless', 'no server: drives orders to their end on simulated time, lets the checker compare all ledgers')
  .option('--orders <n>', 'orders to drive (with --headless)', whole, 500)
  .option('--seed <n>', 'what the landscape and its faults are drawn from', whole, 7)
  .option('--with-oms', 'an order management system sources and releases')
  .option('--port <n>', 'port of the console and API', whole, 7420)
  .option('--data <folder>', 'where the database and files live', '.crossdock/demo')
  .option('--rate <n>', 'orders a minute', whole, 60)
  .option('--json', 'one JSON object on stdout')
  .action(async (options) => (await import('./commands/demo.ts')).demo(options))

program.parseAsync().catch((error: unknown) => {
  if (error instanceof CrossdockError) {
    process.stderr.write(`${error.message}\n${error.remedy}\n(${error.code})\n`)
    for (const fault of error.faults) process.stderr.write(`  ${fault.pointer}: ${fault.detail}\n`)
  } else process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`)
  process.exit(1)
})
