import type { ChildProcess } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { type Database, openDatabase } from '../../src/store/postgres/open-database.ts'
import { end, type World } from './world.ts'

/** What the tests of one file share: a folder, a database server in it, hub processes, and the world around them. */
export interface Installation {
  folder: string
  database: Database
  world: World
  readonly hubs: ChildProcess[]
  /** What the hubs said. */
  readonly said: string[]
}

/** Sets an installation up for the tests of a file, without its world; after them nothing of it is left. */
export function givenInstallation(name: string): Installation {
  const parts: Partial<Installation> & Pick<Installation, 'hubs' | 'said'> = { hubs: [], said: [] }
  beforeAll(async () => {
    parts.folder = await mkdtemp(join(tmpdir(), `crossdock-${name}-`))
    await chmod(parts.folder, 0o755) // as root the server runs as another user, who has to enter
    parts.database = await openDatabase({ dataFolder: parts.folder })
  })
  afterAll(async () => {
    for (const hub of parts.hubs) await end(hub, 'SIGKILL')
    await parts.world?.close()
    await parts.database?.stop()
    if (parts.folder) await rm(parts.folder, { recursive: true, force: true })
  })
  return parts as Installation
}
