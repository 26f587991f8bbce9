/**
 * The way back to an earlier release. An update only adds tables and columns, which the release before does not look at;
 * what it could not read are events it has no name for, and work that only the newer tables hold. Both are looked for
 * before anything is changed.
 */
import type { Client } from 'pg'
import { eventName } from '../lifecycle/events.ts'
import { connect } from '../store/postgres/connection.ts'
import { refuseNoHub } from '../store/postgres/installation.ts'
import { type Migration, readMigrations, withMigrationLock } from '../store/postgres/migrate.ts'
import { errors } from './errors.ts'

/** What an earlier release can read: releases by the number of their last migration. A line is added with each release. */
const RELEASES: { readonly [migrations: number]: { readonly events: readonly (readonly [number, number])[] } } = {
  7: {
    events: [
      [1, 36],
      [50, 55],
      [70, 71],
      [80, 94],
      [100, 102],
      [120, 126],
      [130, 131],
      [140, 141],
      [150, 152],
      [160, 160],
    ],
  },
}

/**
 * What of a newer table is work that the earlier release would not go on with; `false`: nothing, it may be left behind and
 * is found again later. A table that is not named here stands in the way as soon as it has a row.
 */
const WORK: { readonly [table: string]: string } = {
  installation: 'false',
  case_member: 'false', // of cases that are closed; see `openCases` for the others
  case_trial: `state in ('trying', 'releasing')`,
  case_trial_member: 'false',
  system_state: 'false',
  breaker_memory: 'false', // an outage is found out again
  as2_wait: 'false', // a message without its receipt is sent again under its id
  replay_job: `state not in ('finished', 'cancelled')`,
  replay_item: 'false',
  replay_count: 'false',
  replay_act: 'false',
  refused_request: 'false', // counts of what was turned away
}

/** Files of `sql/` up to this one were never applied twice; all later ones must bear it. */
export const ALWAYS_THERE = 7

const STATEMENTS = [
  /^create table if not exists /,
  /^create (unique )?index if not exists /,
  /^alter table \S+ add column if not exists (?!.*\b(drop|alter|unique|references)\b)(?!.*not null(?!.*default)).+$/,
  /^alter table \S+ set \(autovacuum_[\w ,.=-]+\)$/, // how the server cleans up is nobody's meaning
  /^insert into [\s\S]* (where not exists \(|on conflict do nothing)/,
  // only where what is there is older: a second time finds nothing older
  /^insert into (\S+) [\s\S]* on conflict \([^)]+\) do update set [\s\S]* where excluded\.at > \1\.at$/,
]

/** What in a migration does more than add, or cannot be applied a second time: its statements that are not of the known forms. */
export function notAdditive(text: string): string[] {
  const statements = text
    .replaceAll(/--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim().replaceAll(/\s+/g, ' '))
    .filter((statement) => statement !== '')
  return statements.filter((statement) => !STATEMENTS.some((form) => form.test(statement.toLowerCase())))
}

/** What is to be prepared for whom. */
export interface WayBackOptions {
  readonly url: string
  /** The number of the last migration of the release to go back to. */
  readonly to: number
}

/** What was taken out of the list of migrations; or what stands in the way, and then nothing was. */
export interface WayBack {
  readonly removed: readonly string[]
  readonly obstacles: readonly string[]
}

/**
 * Makes a database one that an earlier release opens: looks for everything it could not read, and takes the newer files
 * out of the list of those applied. Their tables stay; the newer release applies them again, to no effect. Throws
 * `XD_HUB_NO_WAY_BACK` for a release it knows nothing about, `XD_STORE_NOT_A_HUB`, `XD_STORE_UNREACHABLE`.
 *
 * @example
 * await wayBack({ url: database.url, to: 7 }) // { removed: ['0008-…'], obstacles: [] }
 */
export async function wayBack({ url, to }: WayBackOptions): Promise<WayBack> {
  const release = RELEASES[to]
  if (!release) throw errors.NO_WAY_BACK(to, Object.keys(RELEASES).join(', '))
  const newer = (await readMigrations()).slice(to)
  const { client } = await connect(url, 'setup')
  try {
    await refuseNoHub(client, 'migration')
    return await withMigrationLock(client, async () => {
      const { rows } = await client.query('select number, file from migration where number > $1 order by number', [to])
      const removed = (rows as { number: number; file: string }[]).map(({ file }) => file)
      const obstacles = [
        ...(await stillOpen(client)),
        ...newer.flatMap(changesMore),
        ...(await openCases(client)),
        ...(await unreadableEvents(client, release.events)),
        ...(await workLeft(client, newer)),
      ]
      if (obstacles.length === 0) await client.query('delete from migration where number > $1', [to])
      return { removed: obstacles.length === 0 ? removed : [], obstacles }
    })
  } finally {
    await client.end()
  }
}

/** A hub that runs could write what was not there a moment ago. */
async function stillOpen(client: Client): Promise<string[]> {
  const { rows } = await client.query(`
    select distinct split_part(application_name, '/', 2) as process from pg_stat_activity
     where datname = current_database() and application_name like 'crossdock/%/writer/%'`)
  return rows.map(({ process }) => `Hub process ${process} has this database open; stop it first.`)
}

function changesMore({ file, text }: Migration): string[] {
  return notAdditive(text).map((statement) => `${file} does more than add: ${statement.slice(0, 80)}`)
}

/**
 * An earlier release keeps the members of a case as a list in its row, and would begin a new one: what joined under it and
 * what joined under this release would not come together again.
 */
async function openCases(client: Client): Promise<string[]> {
  const { rows } = await client.query(
    `select count(*)::float8 as count, min(subject) as example from case_state where open`,
  )
  const [{ count, example }] = rows as [{ count: number; example: string }]
  if (count === 0) return []
  return [`${count} cases are open, whose members that release would not see; close them first. One is ${example}.`]
}

async function unreadableEvents(client: Client, known: readonly (readonly [number, number])[]): Promise<string[]> {
  const { rows } = await client.query(
    `select type, count(*)::float8 as count, min(subject) as example from journal
      where not exists (select from unnest($1::int2[], $2::int2[]) as range (first, last) where type between first and last)
      group by type order by type`,
    [known.map(([first]) => first), known.map(([, last]) => last)],
  )
  return rows.map(
    ({ type, count, example }) =>
      `The journal has ${count} of ${eventName(type) ?? `event ${type}`}, which that release cannot read; the first is of ${example}.`,
  )
}

async function workLeft(client: Client, newer: readonly Migration[]): Promise<string[]> {
  const left: string[] = []
  for (const { text, file } of newer) {
    for (const [, name = ''] of text.matchAll(/^create table if not exists (\w+)/gm)) {
      const condition = WORK[name] ?? 'true'
      if (condition === 'false') continue
      const { rows: there } = await client.query('select to_regclass($1) is not null as yes', [name])
      if (!there[0].yes) continue
      const { rows } = await client.query(`select count(*)::float8 as count from "${name}" where ${condition}`)
      if (rows[0].count > 0)
        left.push(`${name} (${file}) has ${rows[0].count} rows of work that only this release can go on with.`)
    }
  }
  return left
}
