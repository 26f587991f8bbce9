/** The commands about the database itself: backup, restore, and the way back after an update. */
import { type Command, InvalidArgumentError } from 'commander'
import type { ExitCode, Terminal } from './terminal.ts'

/** Adds `backup`, `restore` and `database` to the program. */
export function addBackup(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  const commands = () => import('./commands/backup.ts')
  const backup = placed(program.command('backup'))
    .description('One consistent snapshot of the hub’s database, while the hub runs.')
    .option('--to <folder>', 'the folder to make; it must not exist')
    .addHelpText('after', examples('crossdock backup --to backups/monday', 'crossdock backup verify backups/monday'))
    .action(async (options) => end(await (await commands()).backup(options, terminal)))
  backup
    .command('verify')
    .description('Whether every byte of a backup is the one that was written. 0: it is; 1: it is not.')
    .argument('<folder>', 'what “crossdock backup” has made')
    .option('--json', 'one JSON object on stdout')
    .addHelpText('after', examples('crossdock backup verify backups/monday'))
    .action(async (folder, _options, command) =>
      end(await (await commands()).verifyBackup(folder, command.optsWithGlobals(), terminal)),
    )
  placed(program.command('restore'))
    .description('Loads a backup into an empty database and begins a new life of the installation.')
    .argument('<folder>', 'what “crossdock backup” has made')
    .option('--aside', 'give the embedded database that is there another name first')
    .option('--control-gap <n>', 'how far EDI control numbers jump ahead of those in the backup (10000)', whole)
    .addHelpText('after', examples('crossdock restore backups/monday --aside'))
    .action(async (folder, options) => end(await (await commands()).restore(folder, options, terminal)))
  const database = program.command('database').description('The life of the installation, and the way back.')
  placed(database.command('status'))
    .description('Whether it was restored, from what, and whether that is settled.')
    .addHelpText('after', examples('crossdock database status --json'))
    .action(async (options) => end(await (await commands()).databaseStatus(options, terminal)))
  placed(database.command('settle'))
    .description('Says that the senders have repeated what they hold: requests are sent as always from now on.')
    .addHelpText('after', examples('crossdock database settle'))
    .action(async (options) => end(await (await commands()).settle(options, terminal)))
  placed(database.command('back'))
    .description(
      'Makes the database one that an earlier release opens, or says what stands in the way. Stop the hub first.',
    )
    .requiredOption('--to <n>', 'number of the last file in sql/ of that release', whole)
    .addHelpText('after', examples('crossdock database back --to 7'))
    .action(async (options) => end(await (await commands()).goBack(options, terminal)))
}

const placed = (command: Command): Command =>
  command
    .option('--data <folder>', 'the data folder (CROSSDOCK_DATA; else .crossdock/data)')
    .option('--database-url <url>', 'the database (DATABASE_URL; else the embedded one)')
    .option('--json', 'one JSON object on stdout')

function whole(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number, 0 or more.')
  return Number(text)
}

const examples = (...lines: readonly string[]): string => `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`
