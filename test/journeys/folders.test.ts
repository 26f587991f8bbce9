/** The one journey on real folders and in real time: the files, the folder connector and the doorway are those of a server. */
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test, vi } from 'vitest'
import acme from '../../examples/acme/crossdock.config.ts'
import { systemClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import { systemScheduler } from '../../src/base/scheduler.ts'
import { simulate } from '../../src/cli/landscape/in-process.ts'
import { openFolderDoors } from '../../src/hub/folder-doors.ts'
import { openHub } from '../../src/hub.ts'
import { folderMailbag } from '../../src/simulators/edi/mailbag.ts'
import { MemoryLedger } from '../../src/simulators/ledger.ts'
import { Partner } from '../../src/simulators/partner/partner.ts'
import { ThirdParty } from '../../src/simulators/wms/third-party.ts'
import { ModelDatabase } from '../../src/store/model/model-database.ts'
import { openModelStore } from '../../src/store/model/model-store.ts'

const us = { qualifier: 'ZZ', id: 'ACMESUPPLY' }
const pace = { startMs: 5, pickMs: 5, packMs: 5, manifestMs: 5, dispatchMs: 5 }
/** Only the 3PL has anything. */
const facilities = { DC1: [0, 0], DC2: [0, 0], '3PL1': [5_000, 9_000] } as const

const cleanUp: (() => unknown)[] = []
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step()
})

function portsOf(name: string) {
  return {
    clock: systemClock,
    random: seededRandom(7),
    ledger: new MemoryLedger(name),
    schedule: (ms: number, run: () => void) => void setTimeout(run, ms),
    emit: async () => 'ok' as const,
  }
}

async function openAcme() {
  const dataFolder = mkdtempSync(join(tmpdir(), 'acme-'))
  cleanUp.push(() => rmSync(dataFolder, { recursive: true }))
  const troubles: string[] = []
  const trouble = (what: string, error: unknown) => void troubles.push(`${what}: ${String(error)}`)
  const systems = simulate({ seed: 7, items: 50, facilities, clock: systemClock, scheduler: systemScheduler, pace })
  const hub = await openHub(acme, {
    store: openModelStore(new ModelDatabase(systemClock)),
    clock: systemClock,
    random: seededRandom(7),
    scheduler: systemScheduler,
    monotonic: () => performance.now(),
    id: 'acme-1',
    dataFolder,
    secret: () => '',
    trouble,
    connectors: systems.connectors,
  })
  cleanUp.push(() => hub.close())
  systems.hub = hub
  const doors = openFolderDoors({ definition: acme, hub, dataFolder, trouble, everyMs: 20 })
  cleanUp.push(() => doors.close())
  await systems.erp.exportMasters()
  return { dataFolder, systems, hub, troubles }
}

/** What a partner sees: it reads what we drop and drops what we pick up. */
const bagOf = (dataFolder: string, partner: string) =>
  folderMailbag(join(dataFolder, 'partners', partner, 'to'), join(dataFolder, 'partners', partner, 'from'))

test('orders of a retailer go through folders to a 3PL and back to the retailer as documents', async () => {
  const { dataFolder, systems, hub, troubles } = await openAcme()
  const { landscape } = systems
  const edi = { ours: { qualifier: '12', id: '5555550142' }, theirs: us }
  const retailer = new Partner(
    { name: 'bigbox', seed: 7, customer: 'BIGBOX', edi },
    landscape,
    await bagOf(dataFolder, 'bigbox'),
    portsOf('bigbox'),
  )
  const harborEdi = { ours: { qualifier: 'ZZ', id: 'HARBOR3PL' }, theirs: us }
  const harbor = new ThirdParty(
    { name: 'harbor', facility: '3PL1', seed: 7, edi: harborEdi, pace },
    landscape,
    await bagOf(dataFolder, 'harbor'),
    portsOf('harbor'),
  )
  const counted = {
    id: 'harbor-count-1',
    type: 'inventory.counted',
    facility: '3PL1',
    occurredAt: new Date().toISOString(),
    lines: (landscape.stock['3PL1'] ?? []).map(({ item, quantity }) => ({
      item,
      status: 'available',
      quantity: { value: quantity, uom: landscape.item(item)?.baseUnit ?? 'EA' },
    })),
  }
  const bytes = Buffer.from(JSON.stringify(counted))
  const origin = { tenant: 'acme', system: 'harbor', channel: 'http', contentType: 'application/json' }
  await hub.intake.submit({ ...origin, bytes, receivedAt: Date.now() })

  await retailer.order(3)
  const orders = [0, 1, 2].map((index) => landscape.order(index, ['BIGBOX']).customerOrder)
  await vi.waitFor(
    async () => {
      await harbor.poll()
      await retailer.poll()
      for (const order of orders) {
        const { '855': promised, '856': shipped, '810': billed } = retailer.documents(order)
        expect([promised.length, shipped.length, billed.length]).toEqual([1, 1, 1])
      }
    },
    { timeout: 15_000, interval: 30 },
  )
  expect(retailer.unanswered).toBe(0)
  expect(troubles).toEqual([])
  for (const partner of ['bigbox', 'harbor']) {
    const taken = readdirSync(join(dataFolder, 'partners', partner, 'from', 'done'))
    expect(taken.length).toBeGreaterThan(0)
    expect(taken.every((name) => /^r0-/.test(name))).toBe(true)
    expect(existsSync(join(dataFolder, 'partners', partner, 'from', 'refused'))).toBe(true)
    expect(readdirSync(join(dataFolder, 'partners', partner, 'from', 'refused'))).toEqual([])
  }
}, 30_000)
