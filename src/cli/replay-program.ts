import { type Command, InvalidArgumentError, Option } from 'commander'
import { PORT } from './settings.ts'
import type { ExitCode, Terminal } from './terminal.ts'

const load = () => import('./commands/replay.ts')
const ID = ['<id>', 'of the replay, as `new` and `list` print it'] as const

/** `crossdock replay …`: plan, look, start, stop. */
export function addReplay(program: Command, terminal: Terminal, end: (code: ExitCode) => void): void {
  const replay = program.command('replay').description('Sends requests of the past again: planned, forecast, in steps.')
  const verb = (name: string, description: string, ...lines: string[]) =>
    replay
      .command(name)
      .description(description)
      .option('--url <url>', `the hub (CROSSDOCK_URL; else http://127.0.0.1:${PORT})`)
      .option('--key <text>', 'the bearer key; better put it into CROSSDOCK_KEY')
      .option('--json', 'one JSON object on stdout')
      .addHelpText('after', `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`)

  verb(
    'new',
    'Freezes a set and forecasts what would come of it. Sends nothing; waits for the forecast.',
    'crossdock replay new --target shop --from 2026-01-05T08:00Z --reason "the shop was mended"',
    'crossdock replay new --order PO-4711 --verb order.post --reason "asked by the order desk"',
    'crossdock replay new --redeliver --target shop --state parked --reason "the shop is back"',
  )
    .requiredOption('--reason <text>', 'why; it stands in the audit and in the timeline of each order')
    .option('--from <instant>', 'planned at or after: 2026-01-05T08:00Z', instant)
    .option('--until <instant>', 'planned before', instant)
    .option('--target <name...>', 'systems it goes to')
    .option('--verb <name...>', 'kinds of request, such as order.post')
    .option('--with-key <text...>', 'business keys of requests')
    .option('--order <text...>', 'orders by anything they are known by')
    .option('--customer <text...>', 'who ordered')
    .option('--partner <name...>', 'who ordered or whom it goes to')
    .option('--case <id>', 'members of this case')
    .option('--state <word...>', 'done, refused, waiting, parked, "in doubt"', oneOf(STATES))
    .addOption(new Option('--mapping <version>', 'what is sent').choices(['as sent', 'today']).default('as sent'))
    .option('--redeliver', 'no forecast: what waits or is parked is tried again; what is in doubt by --state only')
    .option('--no-wait', 'answer at once')
    .action(async (options) => end(await (await load()).replayNew(options, terminal)))
  verb('list', 'The newest replays.', 'crossdock replay list --json').action(async (options) =>
    end(await (await load()).replayList(options, terminal)),
  )
  verb(
    'show',
    'How a replay stands: figures, differences, who asked for what.',
    'crossdock replay show rp0-6d-1k8gt97kr-fo2aqg',
  )
    .argument(...ID)
    .action(async (id, options) => end(await (await load()).replayShow(id, options, terminal)))
  verb(
    'forecast',
    'Waits until the forecast is complete, and shows it.',
    'crossdock replay forecast rp0-6d-1k8gt97kr-fo2aqg',
  )
    .argument(...ID)
    .action(async (id, options) => end(await (await load()).replayForecast(id, options, terminal)))
  verb(
    'start',
    'Sends 1, 10, 100, then all; waits for the end. 1 when it paused or came out otherwise than forecast.',
    'crossdock replay start rp0-6d-1k8gt97kr-fo2aqg',
    'crossdock replay start rp0-6d-1k8gt97kr-fo2aqg --target erp --include new "already done"',
  )
    .argument(...ID)
    .option('--target <name...>', 'only these systems of the set')
    .option('--include <forecast...>', 'forecasts to send; else only what is new', oneOf(FORECASTS))
    .option('--reissue', 'new effects under new keys: they will stand beside the old ones')
    .option('--stop-percent <n>', 'pause when more than this share fails', percent, 5)
    .option('--reason <text>', 'why')
    .option('--no-wait', 'answer at once')
    .action(async (id, options) => end(await (await load()).replayStart(id, options, terminal)))
  for (const [act, description] of ACTS)
    verb(act, description, `crossdock replay ${act} rp0-6d-1k8gt97kr-fo2aqg --reason "the shop asked for it"`)
      .argument(...ID)
      .requiredOption('--reason <text>', 'why; it stands in the audit')
      .action(async (id, options) => end(await (await load()).replayAct(act, id, options, terminal)))
}

const ACTS = [
  ['pause', 'Sends nothing more until it is resumed; what is under way ends by itself.'],
  ['resume', 'Lets a paused replay go on, beginning again with one.'],
  ['cancel', 'Ends a replay for good; what was not sent stays as it is.'],
] as const

function percent(text: string): number {
  if (!/^\d{1,3}(\.\d+)?$/.test(text) || Number(text) > 100) throw new InvalidArgumentError('It is not a per cent.')
  return Number(text)
}

const STATES = ['done', 'refused', 'waiting', 'parked', 'in doubt', 'on its way']
const FORECASTS = ['new', 'already done', 'would conflict', 'too old', 'on its way', 'cannot know']

/** One word of a list that may be said several times; `--help` goes on saying what it is for. */
const oneOf = (words: readonly string[]) => (text: string, before: readonly string[] | undefined) => {
  if (!words.includes(text)) throw new InvalidArgumentError(`It is none of ${words.join(', ')}.`)
  return [...(before ?? []), text]
}

function instant(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?Z$/.test(text) || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError('Write it in UTC: 2026-01-05T08:00Z.')
  return text
}
