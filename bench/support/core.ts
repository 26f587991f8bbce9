import { tmpdir } from 'node:os'
import { systemClock } from '../../src/base/clock.ts'
import { systemRandom } from '../../src/base/random.ts'
import { systemScheduler } from '../../src/base/scheduler.ts'
import { type Core, type CoreOptions, openCore } from '../../src/core.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import { trouble } from './say.ts'

/** A core on a database, with the real clock. */
export async function benchCore(
  url: string,
  options: Pick<CoreOptions, 'rooms' | 'systems'> & Partial<CoreOptions>,
): Promise<Core> {
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
    trouble,
    ...options,
  })
  return {
    ...core,
    close: async () => {
      await core.close()
      await store.close()
    },
  }
}
