import { memory } from '../src/connectors/memory/index.ts'
import type { Decision, Input, Room } from '../src/journal/contract.ts'
import { laneOfSubject, subjectOf } from '../src/lifecycle/subject.ts'
import { benchCore, benchDatabase } from './support/bench-core.ts'

const STEPS = 6

/** Six durable no-op steps for an order of 1 kB: each step is a request that is planned, done and marked durably. */
function chainRoom(finished: () => void): Room<{ step: number }> {
  const step = (number: number, id: string) => ({
    requests: [{ target: 'worker', verb: `step-${number}`, key: id, body: { id } }],
  })
  return {
    name: 'chain',
    about: 'order',
    table: {
      name: 'process_state',
      key: [
        { name: 'lane', type: 'int2' },
        { name: 'subject', type: 'text' },
      ],
      columns: [{ name: 'state', type: 'bytea' }],
    },
    initial: () => ({ step: 0 }),
    load: (_subject, row) => ({ step: (row[0] as Uint8Array)[0] ?? 0 }),
    save: (state) => [Uint8Array.of(state.step)],
    fold: (state, event) => {
      if (event.type !== 'delivery.planned') return false
      state.step += 1
      return true
    },
    decide: (state, input: Input): Decision | undefined => {
      if (input.kind === 'arrival') {
        return { events: [{ type: 'order.received', data: input.data as never }], ...step(1, input.subject) }
      }
      if (input.kind !== 'answer') return undefined
      if (state.step < STEPS) return step(state.step + 1, input.subject)
      finished()
      return undefined
    },
  }
}

/** Runs `orders` chains with `inFlight` at once; answers orders per second. */
export async function chain(url: string, orders: number, inFlight: number): Promise<number> {
  let done = 0
  let started = 0
  let over = () => {}
  const finished = new Promise<void>((resolve) => {
    over = resolve
  })
  const run = Date.now().toString(36)
  const payload = { text: 'x'.repeat(900) }
  const room = chainRoom(() => {
    done += 1
    start()
    if (done === orders) over()
  })
  const core = await benchCore(url, {
    rooms: [room as Room],
    systems: { worker: memory({ handle: async () => ({ status: 200, body: {} }) }, { batch: 64, concurrency: 16 }) },
  })
  const start = () => {
    while (started - done < inFlight && started < orders) {
      started += 1
      const subject = subjectOf('bench', 'order', `${run}-${started}`)
      core.journal.submit({
        admit: (_found, context) => ({
          inputs: [{ kind: 'arrival', type: 'order', subject, source: 'bench', occurredAt: context.now, data: payload }],
          fresh: [subject],
          touches: [laneOfSubject(subject)],
        }),
        settled: () => {},
        failed: (error) => {
          throw error
        },
      })
    }
  }
  const began = performance.now()
  start()
  await finished
  const seconds = (performance.now() - began) / 1000
  await core.close()
  return orders / seconds
}

const database = await benchDatabase()
for (let round = 0; round < 3; round += 1) {
  const cpu = process.cpuUsage()
  const rate = await chain(database.url, Number(process.argv[2] ?? 10_000), 400)
  const used = process.cpuUsage(cpu)
  console.log(Math.round(rate), 'orders/s', Math.round((used.user + used.system) / Number(process.argv[2] ?? 10_000)), 'us/order node')
}
await database.close()
