import { systemClock } from '../../src/base/clock.ts'
import { systemScheduler } from '../../src/base/scheduler.ts'
import { simulate } from '../../src/cli/landscape/in-process.ts'
import { memory } from '../../src/connectors/memory/index.ts'
import type { ServerOptions } from '../../src/hub/server.ts'
import { CountingLedger } from '../../src/simulators/ledger.ts'
import { introduce } from './hub-in-process.ts'
import { benchLandscape } from './landscape.ts'
import { openServedHub } from './served-hub.ts'
import { TOWN_SYSTEMS } from './town-orders.ts'

/**
 * A hub that takes orders in and gets no further: it knows masters and stock, and its ERP has not answered yet when the
 * measurement ends. What is measured is the door: schema, keys, receipt, the first turn of each order with its two
 * planned requests, the commit.
 */
export async function openIntakeHub(url: string, seed: number, admission?: ServerOptions['admission']) {
  let answer = () => {}
  const asked = new Promise<void>((resolve) => {
    answer = resolve
  })
  const slow = {
    handle: async () => {
      await asked
      return { status: 503, body: {} }
    },
  }
  const connectors = Object.fromEntries(TOWN_SYSTEMS.map((name) => [name, memory(slow, { timeoutMs: 600_000 })]))
  const hub = await openServedHub(url, connectors, admission)
  const landscape = benchLandscape(seed)
  const simulated = simulate({
    seed,
    landscape,
    clock: systemClock,
    scheduler: systemScheduler,
    ledger: () => new CountingLedger(),
    batch: 50,
  })
  simulated.hub = hub.server.hub
  await introduce(simulated)
  return {
    url: hub.server.url,
    token: hub.tokens['shop'] as string,
    close: async () => {
      answer()
      await hub.close()
    },
  }
}
