import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/base/clock.ts'
import { systemRandom } from '../../src/base/random.ts'
import { systemScheduler } from '../../src/base/scheduler.ts'
import { type Core, type CoreOptions, openCore } from '../../src/core.ts'
import { migrate } from '../../src/store/postgres/migrate.ts'
import { openDatabase } from '../../src/store/postgres/open-database.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'

/** A throw-away embedded PostgreSQL (fsync on), migrated, with its process id for the CPU split. */
export async function benchDatabase() {
  const folder = await mkdtemp(join(tmpdir(), 'crossdock-bench-'))
  const database = await openDatabase({ dataFolder: folder })
  await migrate({ url: database.url, ...(process.env['SQLF'] ? { folder: process.env['SQLF'] } : {}) })
  return {
    url: database.url,
    processId: database.processId,
    close: async () => {
      await database.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A core on a database, with the real clock. */
export async function benchCore(url: string, options: Pick<CoreOptions, 'rooms' | 'systems'> & Partial<CoreOptions>): Promise<Core> {
  const store = await openPostgresStore({ url })
  const core = await openCore({
    store,
    clock: systemClock,
    random: systemRandom,
    scheduler: systemScheduler,
    monotonic: () => performance.now(),
    connectorPorts: { now: () => Date.now(), secret: () => '', dataFolder: tmpdir() },
    render: () => Promise.reject(new Error('nothing is rendered again in a bench')),
    id: `bench-${process.pid}-${Date.now()}`,
    trouble: (what, error) => process.stderr.write(`${what}: ${error instanceof Error ? error.stack : String(error)}\n`),
    ...options,
  })
  const close = core.close
  return {
    ...core,
    close: async () => {
      await close()
      await store.close()
    },
  }
}
