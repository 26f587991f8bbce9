import type { Command } from 'commander'
import type { ProgramParts } from './cases-program.ts'
import { PORT } from './settings.ts'
import type { ExitCode, Terminal } from './terminal.ts'

/** Adds `crossdock partner …`: what partners wait for, and what they have not acknowledged. */
export function addPartner(
  program: Command,
  terminal: Terminal,
  end: (code: ExitCode) => void,
  { json, examples }: Pick<ProgramParts, 'json' | 'examples'>,
): void {
  const partner = program
    .command('partner')
    .description('The trading partners: acknowledgements that are awaited, and their scorecards.')
  const add = (name: string, description: string, isDefault = false) =>
    partner
      .command(name, { isDefault })
      .description(description)
      .option('--days <n>', 'over so many days; default 30')
      .option('--url <url>', `the hub (CROSSDOCK_URL; else http://127.0.0.1:${PORT})`)
      .option('--key <text>', 'the bearer key; better put it into CROSSDOCK_KEY')
      .option(...(json as [string, string]))

  add('list', 'Every partner: what it has not acknowledged, and which documents are late or overdue.', true)
    .addHelpText('after', examples(['crossdock partner'], ['crossdock partner list --json']))
    .action(async (options) => end(await (await import('./commands/partner.ts')).partnerList(options, terminal)))
  add('show', 'One partner: its mailbox, and how the clocks of what it expects were kept.')
    .argument('<partner>', 'its name in the configuration, as the list shows it')
    .addHelpText('after', examples(['crossdock partner show bigbox --days 7']))
    .action(async (name, options) =>
      end(await (await import('./commands/partner.ts')).partnerShow(name, options, terminal)),
    )
}
