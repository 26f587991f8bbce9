import type { Command } from 'commander'
import type { ProgramParts } from './cases-program.ts'
import { PORT } from './settings.ts'
import type { ExitCode, Terminal } from './terminal.ts'

/** Adds `crossdock refusals`: what was refused at the doors. */
export function addRefusals(
  program: Command,
  terminal: Terminal,
  end: (code: ExitCode) => void,
  { json, examples }: Pick<ProgramParts, 'json' | 'examples'>,
): void {
  program
    .command('refusals')
    .description(
      'What was refused at the doors: who asked, why not, how often, when first and last. Never a key’s text.',
    )
    .option('--hours <n>', 'over so many hours; default 24')
    .option('--of <name>', 'of the key of this name')
    .option('--source <address>', 'of this network address')
    .option('--code <code>', 'for this reason, such as XD_GOVERNANCE_KEY_REFUSED')
    .option('--status <n>', 'answered with this status, such as 429')
    .option('--limit <n>', 'at most so many lines; default 100')
    .option('--url <url>', `the hub (CROSSDOCK_URL; else http://127.0.0.1:${PORT})`)
    .option('--key <text>', 'the bearer key; better put it into CROSSDOCK_KEY')
    .option(...(json as [string, string]))
    .addHelpText('after', examples(['crossdock refusals --status 403'], ['crossdock refusals --hours 168 --json']))
    .action(async (options) => end(await (await import('./commands/refusals.ts')).refusals(options, terminal)))
}
