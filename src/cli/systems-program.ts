import type { Command } from 'commander'
import type { ProgramParts } from './cases-program.ts'
import { PORT } from './settings.ts'
import type { ExitCode, Terminal } from './terminal.ts'

/** Adds `crossdock systems …`: how they are doing, and the word of a person that stops one or lets it go on. */
export function addSystems(
  program: Command,
  terminal: Terminal,
  end: (code: ExitCode) => void,
  { json, examples }: Pick<ProgramParts, 'json' | 'examples'>,
): void {
  const systems = program.command('systems').description('How the systems are doing; stops what goes to one.')
  const add = (name: string, description: string, isDefault = false) =>
    systems
      .command(name, { isDefault })
      .description(description)
      .option('--url <url>', `the hub (CROSSDOCK_URL; else http://127.0.0.1:${PORT})`)
      .option('--key <text>', 'the bearer key; better put it into CROSSDOCK_KEY')
      .option(...(json as [string, string]))
  const system = ['<system>', 'its name in the configuration, as the list shows it'] as const

  add('list', 'Every system: whether it answers, since when, why, what wakes it, and what waits for it.', true)
    .addHelpText('after', examples(['crossdock systems'], ['crossdock systems list --json']))
    .action(async (options) => end(await (await import('./commands/systems.ts')).systemsList(options, terminal)))
  add('pause', 'Stops what goes to a system until it is resumed. What comes for it waits; nothing is lost.')
    .argument(...system)
    .requiredOption('--reason <text>', 'why; everybody who looks at what waits reads it')
    .addHelpText('after', examples(['crossdock systems pause erp --reason "month end until 18:00"']))
    .action(async (name, options) =>
      end(await (await import('./commands/systems.ts')).systemsPause(name, options, terminal)),
    )
  add('resume', 'Lets what waits for a paused system go on, in order and at its rate.')
    .argument(...system)
    .addHelpText('after', examples(['crossdock systems resume erp']))
    .action(async (name, options) =>
      end(await (await import('./commands/systems.ts')).systemsResume(name, options, terminal)),
    )
}
