import { type Database, openDatabase } from '../store/postgres/open-database.ts'

/** What a guard is told. */
export interface GuardedDatabase {
  readonly dataFolder: string
  readonly say: (sentence: string) => void
  readonly trouble: (what: string, error: unknown) => void
}

/** An embedded server that died under a living hub is started again where it was; the store connects by itself. */
export function guardDatabase(first: Database, options: GuardedDatabase) {
  const port = new URL(first.url).port
  const guarded = { database: first, stop: () => clearInterval(timer) }
  let starting = false
  const timer = setInterval(() => {
    if (starting || isRunning(guarded.database.processId)) return
    starting = true
    options.say('PostgreSQL is gone; it is started again.')
    openDatabase({ dataFolder: options.dataFolder, settings: { port } })
      .then((again) => {
        guarded.database = again
      })
      .catch((error: unknown) => options.trouble('PostgreSQL could not be started again', error))
      .finally(() => {
        starting = false
      })
  }, 500)
  timer.unref()
  return guarded
}

function isRunning(pid: number | undefined): boolean {
  if (pid === undefined) return true
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM'
  }
}
