/** One round of one side in a process of its own: `node side.ts NAME URL ORDERS SERVER_PROCESS`; prints what it cost. */
import { startMeter } from '../support/meter.ts'
import type { OpenSide } from './contract.ts'

const sides: Record<string, () => Promise<{ open: OpenSide }>> = {
  crossdock: () => import('./crossdock.ts'),
  dbos: () => import('./dbos.ts'),
  pgBoss: () => import('./pg-boss.ts'),
  bullmq: () => import('./bullmq.ts'),
  bullmqJobPerStep: async () => ({ open: (await import('./bullmq.ts')).openJobPerStep }),
}

const [name = '', url = '', orders = '', server] = process.argv.slice(2)
const load = sides[name]
if (!load) throw new Error(`There is no side named ${name}.`)
const side = await (await load()).open(url)
await side.run(Math.ceil(Number(orders) / 3)) // warms up
const meter = startMeter(server === undefined ? undefined : Number(server))
await side.run(Number(orders))
process.stdout.write(`${JSON.stringify(meter())}\n`)
await side.close()
process.exit(0)
