import { payload, type Side, STEPS } from './contract.ts'
import { peerModule } from './peer-module.ts'

const BATCH = 500
/** Orders that are put in at once. */
const PUT = 1_000

interface Job {
  readonly data: { readonly order: string; readonly text: string }
}

/** As much of pg-boss as is used here. */
interface Boss {
  readonly PgBoss: new (
    options: object,
  ) => {
    on(event: 'error', hear: (error: Error) => void): void
    start(): Promise<unknown>
    stop(options: object): Promise<void>
    createQueue(name: string, options: object): Promise<void>
    insert(name: string, jobs: readonly object[], options?: object): Promise<unknown>
    work(name: string, options: object, handler: (jobs: Job[], db: object) => Promise<void>): Promise<string>
  }
}

/**
 * A queue for each step. A worker takes 500 jobs, puts the next step's jobs in and completes its own in one
 * transaction; full batches are followed by the next at once, and a notification wakes an idle worker.
 */
export async function open(url: string): Promise<Side> {
  const { PgBoss } = await peerModule<Boss>('pg-boss')
  const boss = new PgBoss({ connectionString: url, max: 20, useListenNotify: true, supervise: false, schedule: false })
  const hearing = { finished: (_count: number) => {} }
  boss.on('error', (error) => {
    throw error
  })
  await boss.start()
  for (let step = 1; step <= STEPS; step += 1) {
    const next = step < STEPS ? `step-${step + 1}` : undefined
    await boss.createQueue(`step-${step}`, { notify: true, retryLimit: 3 })
    await boss.work(
      `step-${step}`,
      {
        batchSize: BATCH,
        pollingIntervalSeconds: 0.5,
        notifyPollingIntervalSeconds: 0.5,
        burstWhenBatchFull: true,
        transactional: true,
      },
      async (jobs, db) => {
        if (next)
          await boss.insert(
            next,
            jobs.map(({ data }) => ({ data })),
            { db },
          )
        else hearing.finished(jobs.length)
      },
    )
  }
  return {
    run: (orders) =>
      new Promise((resolve, reject) => {
        let left = orders
        hearing.finished = (count) => {
          left -= count
          if (left === 0) resolve()
        }
        const put = async () => {
          for (let at = 0; at < orders; at += PUT) {
            const count = Math.min(PUT, orders - at)
            const jobs = Array.from({ length: count }, (_, nth) => ({
              data: { order: `o-${at + nth}`, text: payload },
            }))
            await boss.insert('step-1', jobs)
          }
        }
        put().catch(reject)
      }),
    close: () => boss.stop({ graceful: false }),
  }
}
