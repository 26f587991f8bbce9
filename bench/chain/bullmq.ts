import { payload, type Side, STEPS } from './contract.ts'
import { peerModule } from './peer-module.ts'

const CONCURRENCY = 100
/** Orders that are put in at once. */
const PUT = 500

interface Data {
  readonly text: string
  step: number
}

interface Job {
  readonly data: Data
  updateData(data: Data): Promise<void>
}

/** As much of BullMQ as is used here. */
interface BullMq {
  readonly Queue: new (
    name: string,
    options: object,
  ) => {
    addBulk(jobs: readonly { name: string; data: Data; opts?: object }[]): Promise<unknown>
    close(): Promise<void>
  }
  readonly Worker: new (
    name: string,
    work: (job: Job) => Promise<boolean>,
    options: object,
  ) => { on(event: string, hear: (...heard: unknown[]) => void): void; close(): Promise<void> }
}

/**
 * The pattern that BullMQ's guide names for processes in steps: one job, and after each step its data say so. Redis
 * writes its log with `appendfsync always`.
 */
export function open(url: string): Promise<Side> {
  return openBullMq(url, async (job) => {
    for (let step = job.data.step; step < STEPS; step += 1) await job.updateData({ ...job.data, step: step + 1 })
    return true
  })
}

/** A job for each step, put in by the one before: what steps on different workers need. */
export function openJobPerStep(url: string): Promise<Side> {
  return openBullMq(url, async ({ data }, add) => {
    if (data.step === STEPS - 1) return true
    await add([{ name: 'order', data: { ...data, step: data.step + 1 } }])
    return false
  })
}

type Add = (jobs: readonly { name: string; data: Data }[]) => Promise<unknown>

/** @param work answers whether this job was the order's last. */
async function openBullMq(url: string, work: (job: Job, add: Add) => Promise<boolean>): Promise<Side> {
  const { Queue, Worker } = await peerModule<BullMq>('bullmq')
  const { hostname: host, port } = new URL(url)
  const connection = { host, port: Number(port), maxRetriesPerRequest: null }
  const hearing = { finished: () => {} }
  const queue = new Queue('chain', { connection, defaultJobOptions: { removeOnComplete: true } })
  const worker = new Worker('chain', (job) => work(job, (jobs) => queue.addBulk(jobs)), {
    connection,
    concurrency: CONCURRENCY,
  })
  worker.on('completed', (_job, wasLast) => {
    if (wasLast === true) hearing.finished()
  })
  worker.on('error', (error) => {
    throw error
  })
  return {
    run: (orders) =>
      new Promise((resolve, reject) => {
        let left = orders
        hearing.finished = () => {
          left -= 1
          if (left === 0) resolve()
        }
        const put = async () => {
          for (let at = 0; at < orders; at += PUT) {
            const count = Math.min(PUT, orders - at)
            await queue.addBulk(
              Array.from({ length: count }, () => ({ name: 'order', data: { text: payload, step: 0 } })),
            )
          }
        }
        put().catch(reject)
      }),
    close: async () => {
      await worker.close()
      await queue.close()
    },
  }
}
