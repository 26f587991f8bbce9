import { readFileSync } from 'node:fs'
import { Command, CommanderError, InvalidArgumentError } from 'commander'
import { CrossdockError } from '../base/errors.ts'
import { addBackup } from './backup-program.ts'
import { addCases } from './cases-program.ts'
import { addMap } from './map-program.ts'
import { addPartner } from './partner-program.ts'
import { addRefusals } from './refusals-program.ts'
import { addReplay } from './replay-program.ts'
import { PORT } from './settings.ts'
import { addSystems } from './systems-program.ts'
import type { ExitCode, Terminal } from './terminal.ts'

/**
 * Runs one command line and answers its exit code. Command bodies are loaded when they run, so `--help` is instant.
 *
 * @example
 * process.exitCode = await runCli(['edi', 'check', '850.edi'], processTerminal())
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const ended: { code: ExitCode } = { code: 0 }
  try {
    await programFor(terminal, (code) => {
      ended.code = code
    }).parseAsync([...args], { from: 'user' })
    return ended.code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    return failed(error, terminal)
  }
}

function failed(error: unknown, terminal: Terminal): ExitCode {
  if (!(error instanceof CrossdockError)) {
    terminal.say(error instanceof Error ? (error.stack ?? error.message) : String(error))
    return 1
  }
  terminal.say(
    [
      error.message,
      ...error.faults.map((fault) => `  ${fault.pointer}: ${fault.detail}`),
      error.remedy,
      `(${error.code})`,
    ].join('\n'),
  )
  return MISUSE.has(error.code) ? 2 : 1
}

/** What a person named does not exist or is no such thing: the command was asked wrongly. */
const MISUSE: ReadonlySet<string> = new Set([
  'XD_CLI_FILE',
  'XD_CLI_CONFIG',
  'XD_CLI_CONFIG_NOT_THERE',
  'XD_CLI_CONFIG_NO_HUB',
  'XD_CLI_MAP_NONE',
  'XD_CLI_PORT',
  'XD_CLI_URL',
  'XD_CLI_ASSIGN_WHAT',
  'XD_CLI_CORRECTION',
  'XD_CLI_BACKUP_WHERE',
  'XD_CLI_NO_DATA',
  'XD_CLI_DATA_NO_FOLDER',
  'XD_STORE_BACKUP_NOT_THERE',
])

const JSON_FLAG = ['--json', 'one JSON object on stdout'] as const

function programFor(terminal: Terminal, end: (code: ExitCode) => void): Command {
  const program = new Command('crossdock')
    .description(
      'An integration hub for distributors: every order, stock figure, shipment and invoice in one agreed state.',
    )
    .version(version())
    .showHelpAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.say(text.trimEnd()),
      getOutHelpWidth: () => 100,
      getErrHelpWidth: () => 100,
      getOutHasColors: () => terminal.colours,
      getErrHasColors: () => terminal.colours,
    })
    .addHelpText(
      'after',
      '\nExit codes: 0 as asked, 1 it failed or found faults, 2 asked wrongly.\nData goes to stdout, talk to stderr. NO_COLOR is honoured.',
    )
  addDemo(program)
  addStart(program, terminal, end)
  addSend(program, terminal, end)
  addTrace(program, terminal, end)
  addReplay(program, terminal, end)
  addCases(program, terminal, end, { json: JSON_FLAG, whole, examples })
  addSystems(program, terminal, end, { json: JSON_FLAG, examples })
  addRefusals(program, terminal, end, { json: JSON_FLAG, examples })
  addPartner(program, terminal, end, { json: JSON_FLAG, examples })
  addEdi(program, terminal, end)
  addMap(program, terminal, end, { json: JSON_FLAG, examples })
  addLint(program, terminal, end)
  addDoctor(program, terminal, end)
  addBackup(program, terminal, end)
  addBench(program, end)
  return program
}

function version(): string {
  const file = new URL('../../package.json', import.meta.url)
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}

function addDemo(program: Command): void {
  program
    .command('demo')
    .description('Runs a hub with embedded PostgreSQL, a simulated landscape and the console.')
    .option(
      '--headless',
      'no server: drives orders to their end on simulated time, lets the checker compare all ledgers',
    )
    .option('--orders <n>', 'orders to drive (with --headless)', atLeastOne, 500)
    .option('--seed <n>', 'what the landscape and its faults are drawn from', whole, 7)
    .option('--with-oms', 'an order management system sources and releases')
    .option('--port <n>', 'port of the console and API', whole, PORT)
    .option('--data <folder>', 'where the database and files live', '.crossdock/demo')
    .option('--rate <n>', 'orders a minute', whole, 60)
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        ['crossdock demo', 'the page is at http://127.0.0.1:7420'],
        ['crossdock demo --headless --orders 2000 --seed 7 --json', 'exit 0: nothing lost, nothing twice'],
      ),
    )
    .action(async (options) => (await import('./commands/demo.ts')).demo(options))
}

function addStart(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  program
    .command('start')
    .description('Opens the hub of a configuration and serves until SIGTERM.')
    .option('--config <file>', 'the configuration (CROSSDOCK_CONFIG; else crossdock.config.ts)')
    .option('--host <address>', 'where to listen (CROSSDOCK_HOST; else 127.0.0.1)')
    .option('--port <n>', `port of the API (CROSSDOCK_PORT; else ${PORT})`)
    .option('--data <folder>', 'where files and the embedded database live (CROSSDOCK_DATA; else .crossdock/data)')
    .option('--database-url <url>', 'PostgreSQL 15 or later (DATABASE_URL; else the embedded one)')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        ['crossdock start --config examples/acme/crossdock.config.ts'],
        ['DATABASE_URL=postgres://… crossdock start --json', 'address, process id and set-up token as JSON'],
      ),
    )
    .action(async (options) => end(await (await import('./commands/start.ts')).start(options, terminal)))
}

function addSend(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  program
    .command('send')
    .description('Hands a file to a hub, as a partner or a system would.')
    .argument('<file>', 'X12, JSON or NDJSON; - is standard input')
    .option('--to <url>', `the hub (CROSSDOCK_URL; else http://127.0.0.1:${PORT})`)
    .option('--system <name>', 'the doorway of this system; without it JSON goes to /v1/orders')
    .option('--topic <name>', 'the kind of message, where a system sends several')
    .option('--key <text>', 'the bearer key; better put it into CROSSDOCK_KEY')
    .option('--idempotency-key <text>', 'the key of this request (else made of the content)')
    .option('--wait <seconds>', 'wait for the order to be accepted or rejected', whole)
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(['crossdock send 850.edi --system bigbox'], ['crossdock send order.json --wait 5 --json']),
    )
    .action(async (file, options) => end(await (await import('./commands/send.ts')).send(file, options, terminal)))
}

function addTrace(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  program
    .command('trace')
    .description(
      'What happened to an order across all systems, what is on its way, and what it waits for; and the whole life of documents that were handed on.',
    )
    .argument(
      '<key>',
      'order, purchase order, shipment, tracking number, carton or invoice; document, load, receipt, number of an interchange',
    )
    .option('--url <url>', `the hub (CROSSDOCK_URL; else http://127.0.0.1:${PORT})`)
    .option('--key <text>', 'the bearer key; better put it into CROSSDOCK_KEY (a demo needs none)')
    .option(...JSON_FLAG)
    .addHelpText(
      'after',
      examples(
        ['crossdock trace PO-4711'],
        ['crossdock trace LOAD-88123', 'a tender, its answer, its statuses: whence, to whom, acknowledged by what'],
        ['crossdock trace 1Z999AA10123456784 --json'],
      ),
    )
    .action(async (key, options) => end(await (await import('./commands/trace.ts')).trace(key, options, terminal)))
}

function addEdi(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  const edi = program.command('edi').description('Looks at X12, EDIFACT and TRADACOMS files without a hub.')
  const kinds = 'X12, EDIFACT or TRADACOMS, told by its first bytes; - is standard input'
  edi
    .command('read')
    .description('The file as it is, segment by segment.')
    .argument('<file>', kinds)
    .option(...JSON_FLAG)
    .addHelpText('after', examples(['crossdock edi read 850.edi --json']))
    .action(async (name, options) => end(await (await import('./commands/edi.ts')).ediRead(name, options, terminal)))
  edi
    .command('check')
    .description(
      'What is wrong with each file, also as documents, and the TA1 and 997, or the CONTRL, its sender would get from a hub without a profile for it; of a large file only the syntax. 0: nothing; 1: one has faults, or a set that a hub has no document for.',
    )
    .argument('<file...>', kinds)
    .option('--json', 'one JSON object on stdout; an array of them for several files')
    .addHelpText(
      'after',
      examples(
        ['crossdock edi check 850.edi'],
        ['crossdock edi check samples/*.edi'],
        ['cat 850.edi | crossdock edi check - --json'],
      ),
    )
    .action(async (names, options) => end(await (await import('./commands/edi.ts')).ediCheck(names, options, terminal)))
}

function addLint(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  program
    .command('lint')
    .description('What is wrong with a configuration, in words; nothing is opened.')
    .argument('[config]', 'the configuration (CROSSDOCK_CONFIG; else crossdock.config.ts)')
    .option(...JSON_FLAG)
    .addHelpText('after', examples(['crossdock lint examples/acme/crossdock.config.ts']))
    .action(async (file, options) =>
      end(await (await import('./commands/lint.ts')).lintCommand(file, options, terminal)),
    )
}

function addDoctor(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  program
    .command('doctor')
    .description('Whether a hub can run here, and safely: Node, disk, port, database and its settings.')
    .option('--production', 'the embedded PostgreSQL is not good enough')
    .option('--host <address>', 'where it would listen (CROSSDOCK_HOST; else 127.0.0.1)')
    .option('--port <n>', `port of the API (CROSSDOCK_PORT; else ${PORT})`)
    .option('--data <folder>', 'the data folder (CROSSDOCK_DATA; else .crossdock/data)')
    .option('--database-url <url>', 'the database (DATABASE_URL; else the embedded one)')
    .option(...JSON_FLAG)
    .addHelpText('after', examples(['DATABASE_URL=postgres://… crossdock doctor --production']))
    .action(async (options) => end(await (await import('./commands/doctor.ts')).doctor(options, terminal)))
}

function addBench(program: Command, end: (code: ExitCode) => void): void {
  program
    .command('bench')
    .description('Measures; part of the repository, not of the published package.')
    .argument('[args...]', 'name of a bench and what it is told, such as o2c --json')
    .helpOption(false)
    .allowUnknownOption()
    .addHelpText('after', examples(['crossdock bench o2c --json']))
    .action(async (args: string[]) => end(await (await import('./commands/bench.ts')).bench(args)))
}

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.')
  return Number(text)
}

function atLeastOne(text: string): number {
  const number = whole(text)
  if (number === 0) throw new InvalidArgumentError('It is at least 1.')
  return number
}

function examples(...lines: readonly (readonly [string, string?])[]): string {
  return `\nExamples:\n${lines.map(([line, note]) => `  ${line}${note ? `\n      ${note}` : ''}`).join('\n')}`
}
