/** The twelve promises, the run that shows each, and what is not promised beside it: the board of README and docs. */
import { plants } from '../faults/planted.ts'
import { thinner } from '../faults/thinner.ts'
import type { Figure, RunRecord } from '../support/record.ts'

/** All runs on the board, by name. */
export type Board = Readonly<Record<string, RunRecord>>

/** Where a promise's figure comes from. */
interface Source {
  readonly record: string
  /** What to type for a run that shows it, in its long form. */
  readonly command: string
  readonly says: (figures: Figures) => string
  /** Faults of which the sentence speaks, by kind or form: a run in which one of them never bit does not show it. */
  readonly needs?: readonly string[]
}

/** A part of a promise that another run shows. */
interface Part {
  readonly of: string
  readonly shownBy: readonly Source[]
}

/** A promise of the hub. */
interface Pledge {
  readonly id: string
  readonly says: string
  readonly shownBy: readonly Source[]
  /** What those runs cannot show. */
  readonly besides?: Part
  readonly notPromised: string
}

/** Read access to figures of any depth: `at('recoverySeconds', 'F1', 'p50')`; `–` for what is not there. */
interface Figures {
  at(...path: string[]): string
  number(...path: string[]): number
}

const faults = (says: (figures: Figures) => string, ...needs: string[]): Source => ({
  record: 'faults',
  command: 'npm run -s faults -- --seed 7 --minutes 3 --json',
  says,
  needs,
})

/** Any record, in the words of its own figures: the first plain ones. */
const plain = (record: string, command: string): Source => ({ record, command, says: (figures) => figures.at() })

const crashSweep = plain('crash-sweep', 'npm run test:long -- test/simulation/crash-sweep.pg.test.ts')

/** Each with the runs that show it; the first of them that was recorded is on the board, or else its short form. */
export const promises: readonly Pledge[] = [
  {
    id: 'P1',
    says: 'A yes (2xx, positive 997, a moved file) means that the bytes are on disk and will end visibly, whatever crashes next.',
    shownBy: [
      faults((f) => `${f.at('orders')} accepted under ${f.at('faults')} faults that bit, ${f.at('lost')} lost`),
    ],
    notPromised:
      'a power cut of the machine is not tested, nor disks that lie about flush; process and database kills are',
  },
  {
    id: 'P2',
    says: 'Repeats and races of one key give one effect and one answer; another body under it gives 422.',
    shownBy: [
      plain('idempotency', 'npm test -- test/journeys/one-key.pg.test.ts'),
      faults((f) => `repeats ×2–×50 across two hubs: ${f.at('duplicates')} second effects`, 'F7 orders repeated'),
    ],
    notPromised: 'a key that is older than its lifetime',
  },
  {
    id: 'P3',
    says: 'What was accepted ends delivered, compensated, cancelled or parked; where the target takes a key or can be asked, once.',
    shownBy: [
      faults(
        (f) =>
          `${f.number('faultsByForm', 'F6 timeoutAfterEffect')} spells of timeouts after the effect among the faults: ${f.at('duplicates')} second effects, ${f.at('phantom')} phantoms, ${f.at('unfinished')} unfinished`,
        'F6 timeoutAfterEffect',
      ),
    ],
    notPromised: 'once at a target that neither takes a key nor can be asked (class C): the doubt is shown to a person',
  },
  {
    id: 'P4',
    says: 'For one key, effects follow acceptance; no key waits for another.',
    shownBy: [
      faults((f) => `${f.at('orders')} orders on two hubs: ${f.at('reordered')} reordered, ${f.at('gaps')} gaps`),
    ],
    notPromised: 'order between different keys',
  },
  {
    id: 'P5',
    says: 'No transition outside the lifecycle, or by a system that may not make it, is recorded or forwarded.',
    shownBy: [
      faults((f) => `${f.at('events')} events replayed through a second lifecycle: ${f.at('illegal')} illegal`),
    ],
    notPromised: 'that a system which may say a thing says it truthfully',
  },
  {
    id: 'P6',
    says: 'What cannot be processed is parked with its reason and bytes, and blocks only its own key.',
    shownBy: [
      plain('poison', 'npm run -s bench -- poison --json'),
      {
        record: 'handlers-2',
        command: 'npm test -- test/supervisor/handlers.pg.test.ts',
        says: (f) =>
          `on two hubs ${f.at('planted')} orders whose handler hangs or eats memory: ${f.at('parked')} parked after ${f.at('longestMs')} ms at most; ` +
          `${f.at('ended')} of ${f.at('orders')} orders ended, those two once a person had resumed them`,
      },
    ],
    notPromised: 'that nobody has to look at it',
  },
  {
    id: 'P7',
    says: 'A dead target costs only its own traffic, and its queue drains in order at the rate it can take.',
    shownBy: [
      {
        record: 'outage',
        command: 'npm run test:long -- src/delivery/outage.test.ts',
        says: (f) =>
          `in simulated time ${f.at('messages')} messages wait at the end of eight hours and drain at ${f.at('drainRateLeast')} × the target’s rate in the slowest minute: ` +
          `${f.at('inversions')} out of order, ${f.at('sentAgain')} sent again, ${f.at('mostInMemory')} in memory at most`,
      },
    ],
    besides: {
      of: 'how the others fare beside it in real time',
      shownBy: [
        {
          record: 'outage-bench',
          command: 'npm run -s bench -- outage --json',
          says: (f) =>
            `in real time the others beside ${f.at('queued')} that wait: p99 ${f.at('othersP99ToUsual')} of usual, throughput ${f.at('othersToUsual')} of usual, budgets missed: ${f.at('budgetsMissed')}`,
        },
      ],
    },
    notPromised: 'an outage longer than the disk is large',
  },
  {
    id: 'P8',
    says: 'kill -9 of any process, at any moment, needs no human and resumes each step once.',
    shownBy: [
      faults(
        (f) =>
          `\`faultsByKind\`: F1, a hub is killed: ${f.at('faultsByKind', 'F1')}; F2, a hub stops and goes on: ${f.at('faultsByKind', 'F2')}; ` +
          `F3, PostgreSQL is killed: ${f.at('faultsByKind', 'F3')}; \`recoverySeconds\` until it posts again: ` +
          `F1 p50 ${f.at('recoverySeconds', 'F1', 'p50')}, max ${f.at('recoverySeconds', 'F1', 'max')}; F3 max ${f.at('recoverySeconds', 'F3', 'max')}`,
        'F1',
        'F2',
        'F3',
      ),
      crashSweep,
    ],
    notPromised: 'survival of the only disk without a replica or a backup',
  },
  {
    id: 'P9',
    says: 'What fails half way is completed, taken back in reverse order, or waits for a person with each step’s state.',
    shownBy: [plain('compensation', 'npm run test:long -- test/simulation/sagas.test.ts'), crashSweep],
    notPromised: 'taking back what has left the house',
  },
  {
    id: 'P10',
    says: 'Anything can be replayed, previewed first; no second effect unless it is asked for under a new key.',
    shownBy: [
      plain('replay', 'npm run test:long -- src/replay/at-size.pg.test.ts'),
      faults(
        (f) =>
          `redelivery and bulk replay pressed twice at two hubs, ${f.number('faultsByKind', 'F19')} times: ${f.at('duplicates')} second effects`,
        'F19 redelivery pressed twice',
        'F19 bulk replay pressed twice',
      ),
    ],
    notPromised: 'knowing what a class C target did',
  },
  {
    id: 'P11',
    says: 'Under any load: a durable yes, or at once a no with Retry-After; urgent work keeps its latency.',
    shownBy: [
      {
        record: 'overload',
        command: 'npm run -s overload -- --seed 7 --json',
        says: (f) =>
          `${f.at('offeredPerSecond')} requests a second, ${f.at('times')} times what is sustained, for ${f.at('seconds')} s: ${f.at('acceptedAndLost')} accepted and lost, ${f.at('urgentRefused')} of class 0 refused, goodput ${f.at('goodput')} of usual; class 0 accepted within ${f.at('overload', 'classes', '0', 'acceptedMs', 'p99')} ms at p99 (wanted: 250), refusals within ${f.at('overload', 'refusedP99Ms')} ms at p99 (wanted: 20)`,
      },
    ],
    notPromised: 'a yes to everybody',
  },
  {
    id: 'P12',
    says: 'Everything that happened stands in the journal, and the rows are what it folds to.',
    shownBy: [
      faults(
        (f) => `${f.at('events')} events: ${f.at('gaps')} gaps, ${f.at('strayRows')} rows that differ from the fold`,
      ),
    ],
    notPromised: 'proof against an owner of the database who edits it: there is no hash chain yet, nor reconciliation',
  },
]

/** What is on the board beside the promises. */
const alsoShown: readonly Source[] = [
  {
    record: 'mutants',
    command: 'npm run mutants',
    says: (f) => `planted bugs caught in simulation: ${f.at('caught')} of ${f.at('planted')}`,
  },
  {
    record: 'mutants-real',
    command: 'npm run mutants -- --real',
    says: (f) => `planted bugs caught on real processes: ${f.at('caught')} of ${f.at('planted')}`,
  },
]

/** The README's table. */
export function readmeTable(board: Board): string {
  const rows = promises.map(({ id, says, shownBy, besides, notPromised }) => {
    const cells = [cellsOf(shownBy, board), ...(besides ? [cellsOf(besides.shownBy, board, besides.of)] : [])]
    const [figure, command] = [cells.map((cell) => cell.figure), cells.map((cell) => cell.command)]
    return `| **${id}** ${says} | ${figure.join('; ')} | ${command.join('; ')} | ${notPromised} |`
  })
  const beside = alsoShown.flatMap((source) => {
    const shown = shownOf([source], board)
    return shown ? [`${capital(shown.says)} (${inTime(shown.run)}).`] : []
  })
  return [
    '| promise | figure | shown by | not promised |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    ...beside,
    'A “short form” has less of everything than the command which makes a run long: its own command stands beside it.',
    `Dates, commits and machines: [scoreboard](docs/scoreboard.md).`,
  ].join('\n')
}

/** `docs/scoreboard.md`: every run that was recorded, whole. */
export function boardPage(board: Board): string {
  const runs = Object.values(board).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  return `${[
    '# Scoreboard',
    '',
    'Generated by `npm run scoreboard` from what runs recorded (`--record`, or `CROSSDOCK_RECORD=1`). A `+` behind a commit:',
    'there were changes beside it. The figures are of one machine on one day, with whatever else it was doing. NAME-short is',
    'the short form of NAME; the command beside a run is the one that makes its figures.',
    '',
    `${plants.length} planted bugs are tried on real processes (\`npm run mutants -- --real\`); the rest in simulation. Each must be caught by`,
    'a rule that it names.',
    '',
    'The fault run is thinner than the catalogue of faults in these kinds:',
    '',
    ...Object.entries(thinner).map(([kind, says]) => `- ${kind}: ${says}.`),
    '',
    ...runs.flatMap((run) => [
      `## ${run.name}`,
      '',
      `${inTime(run)} · ${run.date} · commit ${run.commit} · ${run.machine}`,
      '',
      '```json',
      JSON.stringify(run.figures, null, 2),
      '```',
      '',
    ]),
  ]
    .join('\n')
    .trimEnd()}\n`
}

/** Markers between which the README's table stands. */
export const BEGIN = '<!-- scoreboard: npm run scoreboard -->'
export const END = '<!-- end of scoreboard -->'

/** The README with a fresh table. Throws when its markers are gone. */
export function withTable(readme: string, board: Board): string {
  const [before, rest] = readme.split(BEGIN)
  const after = rest?.split(END)[1]
  if (before === undefined || after === undefined) throw new Error('README.md has lost the markers of its scoreboard.')
  return `${before}${BEGIN}\n${readmeTable(board)}\n${END}${after}`
}

/** What a run says, and which; without one, that it is not shown yet, and what would show it. */
function cellsOf(sources: readonly Source[], board: Board, of?: string): { figure: string; command: string } {
  const shown = shownOf(sources, board)
  if (shown) return { figure: shown.says, command: inTime(shown.run) }
  const [{ command, needs = [] }] = sources as readonly [Source]
  return {
    figure: of ? `${of}: not shown yet` : 'not shown yet',
    command: `\`${command}\` would show it${needs.length > 0 ? `, if it meets ${needs.join(' and ')}` : ''}`,
  }
}

/** The command of a run, and how long it takes, if the run says. */
function inTime({ name, command, seconds, figures }: RunRecord): string {
  const took = seconds ?? (name.startsWith('faults') ? Number(figures['seconds'] ?? 0) : 0)
  if (took === 0) return `\`${command}\``
  const about = took < 90 ? `${Math.round(took)} s` : `${Math.round(took / 60)} min`
  return `\`${command}\` (takes about ${about})`
}

function shownOf(
  sources: readonly Source[],
  board: Board,
): { readonly says: string; readonly run: RunRecord } | undefined {
  for (const source of sources) {
    const run = board[source.record]
    if (run && bit(source, run)) return { says: source.says(figuresOf(run.figures)), run }
    const short = board[`${source.record}-short`]
    if (short && bit(source, short)) return { says: `short form: ${source.says(figuresOf(short.figures))}`, run: short }
  }
  return undefined
}

/** Whether every fault that the source's sentence speaks of was met in the run. */
function bit({ needs = [] }: Source, { figures }: RunRecord): boolean {
  const { number } = figuresOf(figures)
  return needs.every((name) => number('faultsByKind', name) + number('faultsByForm', name) > 0)
}

function figuresOf(figures: RunRecord['figures']): Figures {
  const find = (path: readonly string[]): Figure | undefined =>
    path.reduce<Figure | undefined>(
      (value, name) => (value as Readonly<Record<string, Figure>> | undefined)?.[name],
      figures as Figure,
    )
  return {
    at: (...path) => (path.length === 0 ? inWords(figures) : told(find(path))),
    number: (...path) => Number(find(path) ?? 0),
  }
}

/** The plain figures of a record, each with its name in words. */
function inWords(figures: RunRecord['figures']): string {
  return Object.entries(figures)
    .filter(([, value]) => typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean')
    .slice(0, 8)
    .map(([name, value]) => `${name.replaceAll(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`)} ${told(value)}`)
    .join(', ')
}

function told(value: Figure | undefined): string {
  if (value === undefined || value === null) return '–'
  if (typeof value === 'number') return value.toLocaleString('en-US', { maximumFractionDigits: 3 })
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

const capital = (sentence: string): string => sentence.slice(0, 1).toUpperCase() + sentence.slice(1)
