/**
 * What a run leaves for the scoreboard: one file for each name, below `bench/results/scoreboard` (not kept by git).
 * `npm run scoreboard` makes the published board of them.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const FOLDER = join(ROOT, 'bench/results/scoreboard')

/** A figure of a run: a number, a word, or a few of them by name. */
export type Figure = number | string | boolean | null | { readonly [name: string]: Figure } | readonly Figure[]

/** What one run said, and where and when. */
export interface RunRecord {
  readonly name: string
  /** When it was run; ISO 8601. */
  readonly date: string
  /** The commit, with `+` behind it when there were changes beside it. */
  readonly commit: string
  readonly machine: string
  /** What to type to see it again. */
  readonly command: string
  readonly figures: { readonly [name: string]: Figure }
}

/**
 * Keeps the figures of a run, if it was asked to: `--record` among the arguments, or `CROSSDOCK_RECORD=1`. The latest
 * run of a name replaces the one before. Call it after the run's own checks have passed or failed: figures are figures.
 *
 * @example
 * record('mutants', { caught: 13, planted: 13 }, 'npm run mutants')
 */
export function record(name: string, figures: RunRecord['figures'], command: string): void {
  if (!process.argv.includes('--record') && !process.env['CROSSDOCK_RECORD']) return
  const told: RunRecord = {
    name,
    date: new Date().toISOString(),
    commit: commit(),
    machine: machine(),
    command,
    figures,
  }
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(told, null, 2)}\n`)
}

/** All that was recorded here, by name. */
export function recorded(): ReadonlyMap<string, RunRecord> {
  mkdirSync(FOLDER, { recursive: true })
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'))
  return new Map(
    files.toSorted().map((file) => {
      const told = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as RunRecord
      return [told.name, told]
    }),
  )
}

/** The commit this is, in short; `unknown` where the sources came without their history. */
export function commit(): string {
  if (!existsSync(join(ROOT, '.git'))) return 'unknown'
  const git = (...args: string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim()
  return git('rev-parse', '--short=10', 'HEAD') + (git('status', '--porcelain', '-uno') === '' ? '' : '+')
}

/** The machine in one line. */
export function machine(): string {
  const cores = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${cores.length} × ${cores[0]?.model.trim() ?? 'unknown'}, ${memory} GiB, ${process.platform}-${process.arch}, Node ${process.versions.node}`
}
