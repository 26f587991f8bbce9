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
const longForms = JSON.parse(readFileSync(join(ROOT, 'bin/long-forms.json'), 'utf8')) as Readonly<
  Record<string, string>
>

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
  /** How long the command had run when it left this. */
  readonly seconds?: number
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
    seconds: Math.round(performance.now() / 1_000),
    figures,
  }
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(join(FOLDER, `${name}.json`), `${JSON.stringify(told, null, 2)}\n`)
}

/**
 * Keeps the figures of a test under the form in which it ran. `form` is the variable that makes it long: NAME and
 * `npm run test:long` when it says what that command says, NAME-short and `npm test` when it is not set, and a name of
 * its own for a size of somebody's own.
 *
 * @example
 * recordTest('outage', figures, { path: 'src/delivery/outage.test.ts', form: 'CROSSDOCK_OUTAGE' })
 */
export function recordTest(name: string, figures: RunRecord['figures'], test: TestForm): void {
  const ran = formOf(name, test, process.env[test.form])
  record(ran.name, figures, ran.command)
}

/** A test file, and the variable that makes it long. */
export interface TestForm {
  readonly path: string
  readonly form: string
}

/** The name and the command of a run in which the variable of its form said this. */
export function formOf(
  name: string,
  { path, form }: TestForm,
  said: string | undefined,
): { readonly name: string; readonly command: string } {
  const long = longForms[form]
  if (long === undefined) throw new Error(`${form} is not in bin/long-forms.json: nothing makes ${path} long.`)
  if (said === long) return { name, command: `npm run test:long -- ${path}` }
  if (said === undefined) return { name: `${name}-short`, command: `npm test -- ${path}` }
  return { name: `${name}-${said}`, command: `${form}=${said} npm test -- ${path}` }
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
