/**
 * The hub of an overload run, in a process of its own. Its systems answer at once and in memory, so that what is
 * measured is the hub and its database: five shops place orders, a warehouse tells of its stock, the ERP sends masters.
 */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { introduce } from '../../bench/support/hub-in-process.ts'
import { benchLandscape } from '../../bench/support/landscape.ts'
import { systemClock } from '../../src/base/clock.ts'
import { systemScheduler } from '../../src/base/scheduler.ts'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import { simulate } from '../../src/cli/landscape/in-process.ts'
import type { HubDefinition } from '../../src/config/define-hub.ts'
import { memory } from '../../src/connectors/memory/index.ts'
import { openServer } from '../../src/hub/server.ts'
import { CountingLedger } from '../../src/simulators/ledger.ts'
import { type FromHub, SHOPS, type ToHub } from './words.ts'

const [databaseUrl = '', dataFolder = '', seedText = '7'] = process.argv.slice(2)
const seed = Number(seedText)
const tell = (message: FromHub) => void process.send?.(message)
const landscape = benchLandscape(seed)
const called = { attempts: 0, again: 0, numbers: 0 }

/** Systems that answer at once and keep nothing: the hub's memory is the hub's. */
const target = memory({
  handle: async ({ verb, body, attempt }) => {
    called.attempts += 1
    if (attempt > 1) called.again += 1
    return { status: 200, body: answerTo(verb, body) }
  },
})

function answerTo(verb: string, body: Record<string, unknown>): Record<string, unknown> {
  if (verb === 'credit.check')
    return { decision: 'approved', until: new Date(systemClock.now() + 30 * 86_400_000).toISOString() }
  if (verb === 'price.check') {
    const lines = body['lines'] as { line: string; price?: unknown }[]
    return { agrees: true, lines: lines.map(({ line, price }) => ({ line, price, rule: 'list', agrees: true })) }
  }
  called.numbers += 1
  if (verb === 'order.post') return { number: `SO${called.numbers}` }
  return verb === 'warehouse.release' ? { status: 'accepted' } : {}
}

/** The demo's business with four more shops. */
function fiveShops(): HubDefinition {
  const business = simulatedBusiness()
  const [process] = business.process
  const shops = Object.fromEntries(SHOPS.map((name) => [name, { role: 'shop' } as const]))
  const channels = Object.fromEntries(SHOPS.map((name) => [name, { kind: 'http' } as const]))
  return {
    ...business,
    systems: { ...business.systems, ...shops },
    process: [{ ...process, options: { ...process.options, channels } }],
  }
}

const definition = fiveShops()
const server = await openServer({
  definition,
  dataFolder,
  databaseUrl,
  port: 0,
  connectors: Object.fromEntries(Object.keys(definition.systems).map((name) => [name, target])),
  say: () => {},
  trouble: (what, error) =>
    process.stderr.write(`${what}: ${error instanceof Error ? error.message : String(error)}\n`),
})
await introduceLandscape()

const keyOf = async (name: string, scopes: readonly string[], system?: string) => {
  const { text } = await server.keys.make(server.hub.tenant, { name, scopes, ...(system ? { system } : {}) })
  return text
}
const warehouse = await keyOf('wms1', ['in:write'], 'wms1')
const erp = await keyOf('erp', ['in:write'], 'erp')
const reader = await keyOf('reader', ['orders:read', 'events:read', 'receipts:read', 'metrics:read'])
const shops: string[] = []
for (const shop of SHOPS) shops.push(await keyOf(shop, ['in:write', 'orders:write'], shop))

const delay = monitorEventLoopDelay({ resolution: 5 })
delay.enable()
process.on('message', (message: ToHub) => {
  if (message.kind === 'close') void server.close().then(() => process.exit(0))
  else tell(figures())
})
tell({
  kind: 'ready',
  doors: { port: Number(new URL(server.url).port), warehouse, erp, reader, shops },
  tenant: server.hub.tenant,
})

/** What the monitor counts is how long a timer of 5 ms took: its own time is taken off. */
function figures(): FromHub {
  const ms = (nanos: number) => Math.max(0, Math.round(nanos / 1e5) / 10 - 5)
  const loopMs = { p50: ms(delay.percentile(50)), p99: ms(delay.percentile(99)), max: ms(delay.max) }
  delay.reset()
  return {
    kind: 'figures',
    loopMs,
    rssMiB: Math.round(process.memoryUsage().rss / 2 ** 20),
    outstanding: server.hub.core.delivery.outstanding,
    attempts: called.attempts,
    repeated: called.again,
    room: server.admission.room,
  }
}

/** Masters and opening stock come from the usual simulated systems, which are then gone. */
async function introduceLandscape(): Promise<void> {
  const simulated = simulate({
    seed,
    landscape,
    clock: systemClock,
    scheduler: systemScheduler,
    ledger: () => new CountingLedger(),
    batch: 50,
  })
  simulated.hub = server.hub
  await introduce(simulated)
}
