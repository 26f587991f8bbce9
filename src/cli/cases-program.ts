import { type Command, InvalidArgumentError } from 'commander'
import { PORT } from './settings.ts'
import type { ExitCode, Terminal } from './terminal.ts'

/** How a command line is made of parts that all commands share. */
export interface ProgramParts {
  readonly json: readonly [string, string]
  whole(text: string): number
  examples(...lines: readonly (readonly [string, string?])[]): string
}

const all = (text: string, before: readonly string[] = []): readonly string[] => [...before, text]

function atMost(most: number, number: number): number {
  if (number < 1 || number > most) throw new InvalidArgumentError(`It is from 1 to ${most}.`)
  return number
}

/** Adds `crossdock cases …`: what needs a person is listed, corrected, released. */
export function addCases(
  program: Command,
  terminal: Terminal,
  end: (code: ExitCode) => void,
  { json, whole, examples }: ProgramParts,
): void {
  const cases = program.command('cases').description('What needs a person: lists it, tries corrections, releases.')
  const add = (name: string, description: string) =>
    cases
      .command(name)
      .description(description)
      .option('--url <url>', `the hub (CROSSDOCK_URL; else http://127.0.0.1:${PORT})`)
      .option('--key <text>', 'the bearer key; better put it into CROSSDOCK_KEY')
      .option(...(json as [string, string]))
  const id = ['<id>', 'the case, as the list shows it'] as const

  add('list', 'Open cases, the oldest first, with owner, age, and orders and money at risk.')
    .option('--closed', 'those that are closed')
    .option('--owner <name>', 'those of this owner')
    .option('--partner <name>', 'those of this partner or system')
    .addHelpText('after', examples(['crossdock cases list --owner order-desk'], ['crossdock cases list --json']))
    .action(async (options) => end(await (await import('./commands/cases.ts')).casesList(options, terminal)))
  add('show', 'One case with its first members and its trials.')
    .argument(...id)
    .option('--members <n>', 'how many members, at most 200', (text: string) => atMost(200, whole(text)))
    .addHelpText('after', examples(['crossdock cases show 5c1e… --members 50']))
    .action(async (one, options) => end(await (await import('./commands/cases.ts')).casesShow(one, options, terminal)))
  add('try', 'Tries corrections on every member without sending anything. 1: some would still fail.')
    .argument(...id)
    .option(
      '--means <meaning>',
      'a code of the partner and what it means: unit:STK=EA, item:…, ship-to:… (repeatable)',
      all,
    )
    .option(
      '--map <mapping>',
      'a value read as another one: PO1/3:XX=EA or /lines/[]/status:BRK=damaged (repeatable)',
      all,
    )
    .option('--partner <name>', 'whose codes they are; else the partner of the case')
    .addHelpText(
      'after',
      examples(
        ['crossdock cases try 5c1e… --means unit:STK=EA'],
        ['crossdock cases try 5c1e… --json', 'as things are now'],
      ),
    )
    .action(async (one, options) => end(await (await import('./commands/cases.ts')).casesTry(one, options, terminal)))
  add('corrections', 'What partners’ codes and values are taken for, because a case was released with it.')
    .addHelpText('after', examples(['crossdock cases corrections']))
    .action(async (options) => end(await (await import('./commands/cases.ts')).casesCorrections(options, terminal)))
  add(
    'release',
    'Releases what a trial found would succeed, each member once; its corrections hold for later documents, too. 1: some failed.',
  )
    .argument(...id)
    .argument('<trial>', 'the trial')
    .option('--in-doubt', 'also what nobody knows whether it arrived: you say that it may be sent again')
    .addHelpText('after', examples(['crossdock cases release 5c1e… t-09af…']))
    .action(async (one, trial, options) =>
      end(await (await import('./commands/cases.ts')).casesRelease(one, trial, options, terminal)),
    )
  add(
    'refuse',
    'Refuses documents whose number came before with other content, each once: they are never taken in, and a partner that takes an 824 is told. 1: some could not be refused.',
  )
    .argument(...id)
    .argument('<reason>', 'why, in words for the partner')
    .option('--member <name>', 'one of them, as “cases show” names it (repeatable); else all that are left', all)
    .addHelpText('after', examples(['crossdock cases refuse 5c1e… "number used twice, send it under its own"']))
    .action(async (one, reason, options) =>
      end(await (await import('./commands/cases.ts')).casesRefuse(one, reason, options, terminal)),
    )
  add('assign', 'Gives a case to somebody, or another priority.')
    .argument(...id)
    .option('--owner <name>', 'whose it is from now on')
    .option('--priority <n>', '0 before all others, 4 last', whole)
    .addHelpText('after', examples(['crossdock cases assign 5c1e… --owner order-desk --priority 0']))
    .action(async (one, options) =>
      end(await (await import('./commands/cases.ts')).casesAssign(one, options, terminal)),
    )
  add('close', 'Closes a case; the next failure with its cause opens it again.')
    .argument(...id)
    .argument('<reason>', 'why nobody needs to look any more')
    .addHelpText('after', examples(['crossdock cases close 5c1e… "agreed with the partner"']))
    .action(async (one, reason, options) =>
      end(await (await import('./commands/cases.ts')).casesClose(one, reason, options, terminal)),
    )
}
