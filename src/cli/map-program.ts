import type { Command } from 'commander'
import type { ProgramParts } from './cases-program.ts'
import type { ExitCode, Terminal } from './terminal.ts'

/** Adds `crossdock map …`: field maps of the user's own repository, tried without a hub. */
export function addMap(
  program: Command,
  terminal: Terminal,
  end: (code: ExitCode) => void,
  { json, examples }: Pick<ProgramParts, 'json' | 'examples'>,
): void {
  program
    .command('map')
    .description('Field maps, without a hub.')
    .command('test')
    .description('Runs the examples that the maps of a file carry. 0: all as expected; 1: some are not.')
    .argument(
      '<file>',
      'TypeScript that exports maps (map({ … }), jsonata({ … })), or an expression: NAME.jsonata with NAME.examples.json',
    )
    .option(...(json as [string, string]))
    .addHelpText(
      'after',
      examples(['crossdock map test maps/shop-order.ts', 'crossdock map test maps/shop-order.jsonata']),
    )
    .action(async (file, options) =>
      end(await (await import('./commands/map-test.ts')).mapTest(file, options, terminal)),
    )
}
