import { existsSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '../../src/store/postgres/embedded.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Data folder of the PostgreSQL that all test files of this run share. */
    postgresFolder: string
  }
}

/** Names of databases that failed tests left behind, one a line. */
export const KEPT_FILE = 'kept-databases'
const RUNNER_FILE = 'runner.pid'
const PREFIX = 'crossdock-test-'

/**
 * Lays out a throw-away data folder for the run. The server in it is started by the first test that wants a database
 * (see `database.ts`), so a run of pure tests starts none; it is ended here when the run is over. What runs that were
 * killed have left behind is swept first.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  await sweep()
  const folder = await mkdtemp(join(tmpdir(), PREFIX))
  await writeFile(join(folder, RUNNER_FILE), String(process.pid))
  await chmod(folder, 0o755) // as root the server runs as another user, who has to enter
  project.provide('postgresFolder', folder)
  return () => tearDown(folder)
}

async function sweep(): Promise<void> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX))
  for (const folder of names.map((name) => join(tmpdir(), name))) {
    const runner = join(folder, RUNNER_FILE)
    const isOver = existsSync(runner) && !isAlive(Number(readFileSync(runner, 'utf8')))
    if (isOver && !existsSync(join(folder, KEPT_FILE))) await tearDown(folder)
  }
}

async function tearDown(folder: string): Promise<void> {
  if (existsSync(join(folder, 'postgres', 'postmaster.pid'))) {
    const server = await startEmbedded({ dataFolder: folder })
    await server.stop()
  }
  const kept = join(folder, KEPT_FILE)
  if (existsSync(kept)) {
    const databases = readFileSync(kept, 'utf8').trim().split('\n').join(', ')
    console.error(`\nDatabases of failed tests are kept in ${folder}: ${databases}`)
    return
  }
  await rm(folder, { recursive: true, force: true })
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
