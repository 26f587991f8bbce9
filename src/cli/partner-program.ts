import { type Command, Option } from 'commander'
import type { ProgramParts } from './cases-program.ts'
import { roles } from './partner-bench/roles.ts'
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

  partner
    .command('documents')
    .description('What systems and a partner exchanged through the hub, in both directions, the latest first.')
    .argument('<partner>', 'its name in the configuration')
    .option('--direction <way>', 'in: what the partner sent; out: what it was sent')
    .option('--document <type>', 'documents of this type, such as load-tender')
    .option('--state <state>', 'where they stand, such as overdue or refused')
    .option('--limit <n>', 'at most so many; default 50')
    .option('--cursor <text>', 'where the page before ended')
    .option('--url <url>', `the hub (CROSSDOCK_URL; else http://127.0.0.1:${PORT})`)
    .option('--key <text>', 'the bearer key; better put it into CROSSDOCK_KEY')
    .option(...(json as [string, string]))
    .addHelpText('after', examples(['crossdock partner documents fast-freight --state overdue']))
    .action(async (name, options) =>
      end(await (await import('./commands/partner-documents.ts')).partnerDocuments(name, options, terminal)),
    )

  partner
    .command('new')
    .description('Writes the profile of a partner; sample files fill in who it is and how it writes.')
    .argument('<partner>', 'its short name, such as big-box')
    .addOption(new Option('--role <role>', 'what it is to us').choices(Object.keys(roles)).makeOptionMandatory())
    .option('--samples <file...>', 'files of the partner, or examples of what it wants')
    .option('--title <text>', 'its name for people')
    .option('--customer <number>', 'its number in our ERP')
    .option('--facility <name>', 'of a 3PL: the facility it ships from')
    .option('--carrier <scac>', 'of a carrier: its SCAC; else its samples say it')
    .option('--supplier <number>', 'of a supplier: its number in our ERP')
    .option(
      '--ours <address>',
      'our qualifier:id in ISA, or id:qualifier in UNB; else the role says whose files are whose',
    )
    .option('--out <file>', 'where to; default partners/NAME.ts')
    .option('--force', 'write over a file that is there')
    .option(...(json as [string, string]))
    .addHelpText('after', examples(['crossdock partner new big-box --role retailer --samples 850.edi 810.edi']))
    .action(async (name, options) =>
      end(await (await import('./commands/partner-new.ts')).partnerNew(name, options, terminal)),
    )
  partner
    .command('test')
    .description('Plays a partner against its profile, without a hub: the points that are left before it may go live.')
    .argument('<partner>', 'its name in the configuration')
    .option('--samples <file...>', 'files of the partner')
    .option('--config <file>', 'the configuration; default crossdock.config.ts')
    .option('--write-samples <folder>', 'writes our documents as the partner would get them, to be shown to it')
    .option(...(json as [string, string]))
    .addHelpText(
      'after',
      examples(
        ['crossdock partner test big-box --samples 850.edi'],
        ['crossdock partner test big-box --samples 850.edi --write-samples for-big-box'],
      ),
    )
    .action(async (name, options) =>
      end(await (await import('./commands/partner-test.ts')).partnerTest(name, options, terminal)),
    )
}
