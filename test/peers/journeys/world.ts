import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, vi } from 'vitest'
import { systemClock } from '../../../src/base/clock.ts'
import { seededRandom } from '../../../src/base/random.ts'
import { systemScheduler } from '../../../src/base/scheduler.ts'
import { ediPartners, simulatedBusiness } from '../../../src/cli/landscape/acme.ts'
import { type Simulated, simulate } from '../../../src/cli/landscape/in-process.ts'
import type { HubDefinition, PartnerDefinition } from '../../../src/config/define-hub.ts'
import { lint } from '../../../src/config/lint.ts'
import type { Connector } from '../../../src/connectors/contract.ts'
import type { readAnswers } from '../../../src/edi/x12/answers.ts'
import type { X12Set } from '../../../src/edi/x12/reading.ts'
import { openServer, type Server } from '../../../src/hub/server.ts'
import type { Mailbag } from '../../../src/simulators/edi/mailbag.ts'
import { PostOffice } from '../../../src/simulators/edi/post-office.ts'
import { MemoryLedger } from '../../../src/simulators/ledger.ts'
import { type Stock, smallBusiness } from '../../support/retailer.ts'
import { type Asking, askHub } from '../../support/serving.ts'

/** How fast a floor works: a journey is watched, not waited for. */
export const PACE = { startMs: 1, pickMs: 1, packMs: 1, manifestMs: 1, dispatchMs: 1 }

/** What a world is made of beside its ERP, its two warehouses, its shop and its carrier. */
export interface WorldOptions {
  /** Those that are reached over real transports; they stand in for the demo's own of the same name. */
  readonly partners: readonly PartnerDefinition[]
  readonly stock: Stock
  readonly secrets?: Readonly<Record<string, string>>
  readonly change?: (definition: HubDefinition) => HubDefinition
  /** The ERP answers everything but invoices, until it is told to. */
  readonly billing?: { isOpen: boolean }
}

/** A serving hub on its own PostgreSQL, with the systems of a small business around it, in real time. */
export interface World {
  readonly server: Server
  readonly systems: Simulated
  readonly dataFolder: string
  readonly troubles: string[]
  call(path: string): Promise<Asking>
  /** What an operator sees of a partner. */
  partner(name: string): Promise<PartnerView>
  /** The open cases, as `partner: cause, field`. */
  cases(): Promise<readonly string[]>
  close(): Promise<void>
}

/** What waits for a partner's acknowledgement, and how its clocks were kept. */
export interface PartnerView {
  readonly mailbox: { readonly awaiting: readonly { readonly document: string; readonly state: string }[] }
  readonly scorecard: readonly {
    readonly document: string
    readonly inTime: number
    readonly late: number
    readonly overdue: number
  }[]
}

/** Opens a hub as `crossdock start` would, with partners that are reached over real transports. */
export async function openWorld({
  partners,
  stock,
  secrets = {},
  change = (same) => same,
  billing,
}: WorldOptions): Promise<World> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'crossdock-world-'))
  const landscape = smallBusiness({ stock })
  const systems = simulate({ seed: 7, landscape, pace: PACE, clock: systemClock, scheduler: systemScheduler })
  const erp = systems.connectors['erp'] as Connector
  const connectors: Record<string, Connector> = {
    ...systems.connectors,
    ...(billing ? { erp: held(erp, billing) } : {}),
  }
  const business = simulatedBusiness({ edi: true })
  const others = ediPartners.filter(({ name }) => !partners.some((one) => one.name === name))
  const definition = change({
    ...business,
    systems: Object.fromEntries(
      Object.entries(business.systems).map(([name, one]) => [
        name,
        { ...one, connector: connectors[name] as Connector },
      ]),
    ),
    partners: [...partners, ...others],
    ...(partners.some(({ pushes }) => pushes) ? { sftp: { port: 0 } } : {}),
  })
  expect(lint(definition, { now: Date.now() }).filter(({ severity }) => severity === 'error')).toEqual([])
  const troubles: string[] = []
  const server = await openServer({
    definition,
    dataFolder,
    port: 0,
    say: () => {},
    trouble: (what, error) => void troubles.push(`${what}: ${String(error)}`),
    secret: (name) => secrets[name] ?? '',
  })
  systems.hub = server.hub
  const { text: key } = await server.keys.make(server.hub.tenant, { name: 'ann', scopes: ['*'] })
  await systems.erp.exportMasters()
  for (const site of systems.warehouses) site.count()
  await vi.waitFor(() => expect(server.hub.master.size.items).toBe(landscape.items.length), { timeout: 60_000 })
  const call = (path: string) => askHub(server.url, key, 'GET', path)
  return {
    server,
    systems,
    dataFolder,
    troubles,
    call,
    partner: async (name) => (await call(`/v1/partners/${name}`)).body as unknown as PartnerView,
    cases: async () => {
      const { cases } = (await call('/v1/cases')).body as { cases: { partner: string; cause: string; field: string }[] }
      return cases.map(({ partner, cause, field }) => `${partner}: ${cause}, ${field}`).toSorted()
    },
    close: async () => {
      systems.hub = undefined
      await server.close()
      await rm(dataFolder, { recursive: true, force: true })
    },
  }
}

/** An ERP whose billing is shut for a while: it says so, and is asked again. */
function held(erp: Connector, billing: { readonly isOpen: boolean }): Connector {
  return {
    ...erp,
    batch: 1,
    open: async (ports) => {
      const connection = await erp.open(ports)
      const send: typeof connection.send = async (requests, timeoutMs) =>
        requests[0]?.verb === 'invoice.request' && !billing.isOpen
          ? [{ result: 'later', reason: 'billing is shut', afterMs: 200 }]
          : connection.send(requests, timeoutMs)
      return { ...connection, send }
    },
  }
}

/** A counterpart that reads its mail and acknowledges it: what it was sent, and how what it sent was answered. */
export class Correspondent {
  readonly got: X12Set[] = []
  /** What it was told of each group of its own: `A`, `E`, `P`, `R`. */
  readonly told: string[] = []
  /** Interchanges that came again byte for byte, by their numbers. */
  readonly again: string[] = []
  readonly #bag: Mailbag
  readonly #office: PostOffice
  /** While it is on holiday its mail piles up, and nothing is acknowledged. */
  isAway = false

  constructor(bag: Mailbag, { ours, theirs }: PartnerDefinition['speaks']) {
    const address = (identity: string) => {
      const [qualifier = '', id = ''] = identity.split(':')
      return { qualifier, id }
    }
    this.#bag = bag
    this.#office = new PostOffice({ ours: address(theirs), theirs: address(ours) }, bag, Date.now)
  }

  sends(name: string, file: string | Uint8Array): Promise<void> {
    return this.#bag.drop(name, Buffer.from(file as string))
  }

  /** Reads what waits, and acknowledges it. */
  async poll(): Promise<void> {
    if (this.isAway) return
    await this.#office.collect({
      set: (set) => void this.got.push(set),
      answers: ({ groups }: ReturnType<typeof readAnswers>) =>
        void this.told.push(...groups.map(({ verdict }) => verdict)),
      repeated: (control) => void this.again.push(control),
    })
  }

  ids(): string[] {
    return this.got.map(({ id }) => id)
  }

  /** Polls until something is so. */
  async until(is: () => unknown, timeoutMs = 60_000): Promise<void> {
    await vi.waitFor(
      async () => {
        await this.poll()
        await is()
      },
      { timeout: timeoutMs, interval: 50 },
    )
  }
}

/** What a simulator of the world stands on, in real time. */
export function portsOf(name: string) {
  return {
    clock: systemClock,
    random: seededRandom(7),
    ledger: new MemoryLedger(name),
    schedule: (ms: number, run: () => void) => void setTimeout(run, ms),
    emit: async () => 'ok' as const,
  }
}
