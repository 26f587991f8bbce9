/** All simulated systems of a fault run, in one process of their own, with ledgers in files. */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { systemClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import type { PurchaseOrder } from '../../src/documents/purchase-order/schema.ts'
import { Carrier } from '../../src/simulators/carrier/carrier.ts'
import { Erp } from '../../src/simulators/erp/erp.ts'
import { buildLandscape } from '../../src/simulators/landscape.ts'
import { FileLedger, type LedgerEntry } from '../../src/simulators/ledger.ts'
import { Partner } from '../../src/simulators/partner/partner.ts'
import { type HubDoor, hubDoor, serve } from '../../src/simulators/serve.ts'
import { Shop, type ShopPorts } from '../../src/simulators/shop/shop.ts'
import type { Simulator } from '../../src/simulators/simulator.ts'
import { Wms } from '../../src/simulators/wms/wms.ts'
import { roughMail } from './rough-mail.ts'
import {
  type FromTown,
  RETAILER,
  type Repeated,
  type SystemName,
  type ToTown,
  type TownSetup,
  type TownStatus,
} from './town-words.ts'

const setup = JSON.parse(process.argv[2] ?? '{}') as TownSetup
const { seed } = setup
const PATIENCE_MS = 3_000
const CONNECTIONS = 16
const NOT_YET_SHOWN = 300
const landscape = buildLandscape({ seed, items: 200, facilities: { DC1: [20_000, 40_000], DC2: [20_000, 40_000] } })
const random = seededRandom(seed)
const bites: Record<string, number> = {}
/** Doors to each hub, by system. */
const doors = new Map<string, readonly HubDoor[]>()
/** Orders that must go through one hub, by key. */
const pinned = new Map<string, number>()

/** Orders that are placed to see how long they take. */
const probes = new Set<number>()

/** Orders the ERP has posted, or the shop was told are rejected; and who waits for one. */
const posted = new Set<string>()
const waiters = new Map<string, () => void>()

/** A ledger that also counts which planted misbehaviours bit. */
class BiteLedger extends FileLedger {
  readonly #of: string

  constructor(system: string) {
    super(system, join(setup.ledgers, `${system}.ndjson`))
    this.#of = system
  }

  override write(at: number, entry: LedgerEntry): void {
    super.write(at, entry)
    noteEffect(entry)
    if (entry.kind === 'fault') countBite(`${this.#of} ${entry.what}`)
  }
}

function countBite(name: string): void {
  bites[name] = (bites[name] ?? 0) + 1
}

function portsOf(system: string): ShopPorts {
  let turn = 0
  const door = (hub?: number) => {
    const all = doors.get(system) ?? []
    return (hub === undefined ? all[turn++ % all.length] : all[hub]) as HubDoor
  }
  return {
    clock: systemClock,
    random: seededRandom(seed),
    ledger: new BiteLedger(system),
    schedule: (ms, run) => void (ms === 0 ? setImmediate(run) : setTimeout(run, ms)),
    emit: (reports, topic) => door().emit(reports, topic),
    place: (document, key) => door(pinned.get(key)).place(document, key),
  }
}

const pace = { startMs: 100, pickMs: 300, packMs: 200, manifestMs: 100, dispatchMs: 200 }
const erp = new Erp({ name: 'erp', seed }, landscape, portsOf('erp'))
const warehouses = ['DC1', 'DC2'].map(
  (facility, at) =>
    new Wms(
      { name: `wms${at + 1}`, facility, seed, ssccExtension: at + 1, shortRate: 0.02, countAfterMs: 2_000, pace },
      landscape,
      portsOf(`wms${at + 1}`),
    ),
)
/** Tries again soon: what is measured is how long the hubs take to recover, not how long a sender sits back. */
const LONGEST_WAIT_MS = 2_000
const shop = new Shop(
  { name: 'shop', seed, repeatRate: 0.1, newKeyRate: 0.05, longestWaitMs: LONGEST_WAIT_MS },
  landscape,
  portsOf('shop'),
)
const carrier = new Carrier({ name: 'carrier', departMs: 200, arriveMs: 500, deliverMs: 900 }, portsOf('carrier'))
const all: readonly Simulator[] = [erp, ...warehouses, shop, carrier]

const mail = await roughMail(join(setup.partners, RETAILER), (form) => countBite(`${RETAILER} ${form}`))
/** Sends again what is not acknowledged: a hub that is away for long, or a file of its own that it wrote over. */
const RESEND_AFTER_MS = 15_000
const ORDERS_EVERY_MS = 2_000
const retailer = new Partner(
  {
    name: RETAILER,
    seed,
    customer: 'BIGBOX',
    edi: { ours: { qualifier: '12', id: '5555550142' }, theirs: { qualifier: 'ZZ', id: 'ACMESUPPLY' } },
    repeatRate: 0.05,
    resendRate: 0.03,
    resendAfterMs: RESEND_AFTER_MS,
  },
  landscape,
  mail,
  portsOf(RETAILER),
)
let reading = Promise.resolve()
/** The retailer's own program: reads its mail again and again, one look after the other. */
const looking = setInterval(() => {
  reading = reading
    .then(() => retailer.poll())
    .then(
      () => undefined,
      // Its folder is away for a while: it looks again. Anything else ends the town.
      (error: NodeJS.ErrnoException) => {
        if (!['ENOENT', 'ENOTDIR'].includes(error.code ?? '')) throw error
      },
    )
}, 300)
let dropping = Promise.resolve()
let ordering: NodeJS.Timeout | undefined

/** What the ledger says was done, whether or not its answer got through. */
function noteEffect({ kind, what, order, detail }: LedgerEntry): void {
  if (kind !== 'effect' || order === undefined) return
  const isRejected = what === 'order.status' && (detail as { readonly status?: string }).status === 'rejected'
  if (what !== 'order.post' && !isRejected) return
  posted.add(order)
  waiters.get(order)?.()
}

const taken: { readonly index: number; readonly order: string }[] = []
let placed = 0
let accepted = 0
let placing: NodeJS.Timeout | undefined

function place(hub?: number) {
  const index = placed
  placed += 1
  if (hub !== undefined) pinned.set(keyOf(index), hub)
  return shop.place(index).then((answer) => {
    if (answer.order === undefined) return undefined
    accepted += 1
    taken.push({ index, order: answer.order })
    return answer.order
  })
}

const keyOf = (index: number) => `shop-${shop.document(index).number}`

function go({ perSecond, orders, mostUnanswered }: ToTown & { say: 'go' }): void {
  const began = performance.now()
  placing = setInterval(() => {
    const due = Math.min(orders, Math.floor(((performance.now() - began) / 1_000) * perSecond))
    for (let most = 50; most > 0 && placed < due && shop.unanswered < mostUnanswered; most -= 1) void place()
  }, 20)
  const until = began + (orders / perSecond) * 1_000
  ordering = setInterval(() => {
    if (performance.now() < until) dropping = dropping.then(() => retailer.order(2))
  }, ORDERS_EVERY_MS)
}

async function probe({ hub, withinMs }: ToTown & { say: 'probe' }): Promise<number | null> {
  const began = performance.now()
  const reached = (async () => {
    probes.add(placed)
    const order = await place(hub)
    if (order === undefined) return null
    if (!posted.has(order)) await new Promise<void>((resolve) => waiters.set(order, resolve))
    waiters.delete(order)
    return (performance.now() - began) / 1_000
  })()
  return Promise.race([reached, pause(withinMs, null, { ref: false })])
}

async function repeat({ orders, times }: ToTown & { say: 'repeat' }): Promise<Repeated> {
  const sums = { sent: 0, answered: 0, differing: 0, wrongBodies: 0, wrongBodiesTaken: 0 }
  const both = doors.get('shop') ?? []
  for (let nth = 0; nth < orders && taken.length > 0; nth += 1) {
    const { index, order } = taken[Math.floor(random.next() * taken.length)] as (typeof taken)[number]
    const document = shop.document(index)
    const answers = await Promise.all(
      Array.from({ length: times }, (_, at) => (both[at % both.length] as HubDoor).place(document, keyOf(index))),
    )
    const named = answers.filter(({ status }) => status >= 200 && status < 300)
    sums.sent += times
    sums.answered += named.length
    sums.differing += named.filter(({ body }) => (body['order'] ?? body['id']) !== order).length
    const other = { ...document, number: `${document.number}-other` } as PurchaseOrder
    const { status } = await (both[nth % both.length] as HubDoor).place(other, keyOf(index))
    if (status !== 0) sums.wrongBodies += 1
    if (status >= 200 && status < 300) sums.wrongBodiesTaken += 1
  }
  return sums
}

async function status(): Promise<TownStatus> {
  return {
    placed,
    accepted,
    unanswered: shop.unanswered,
    unsent: all.reduce((sum, system) => sum + system.unsent, retailer.unanswered),
    unread: await mail.unread(),
    rows: all.reduce((sum, system) => sum + system.ledger.length, retailer.ledger.length),
    bites: { ...bites },
  }
}

async function obey(message: ToTown): Promise<unknown> {
  switch (message.say) {
    case 'connect': {
      for (const { name } of all) {
        const token = message.tokens[name] as string
        doors.set(
          name,
          message.hubs.map((hub) => hubDoor(hub, name, token, CONNECTIONS, PATIENCE_MS)),
        )
      }
      await erp.exportMasters()
      // Each hub hears of the other's master data a moment later: a count of items it does not know is refused, and then
      // there is nothing to sell.
      await pause(4_000)
      for (const warehouse of warehouses) warehouse.count()
      return undefined
    }
    case 'go':
      return go(message)
    case 'stop':
      clearInterval(placing)
      clearInterval(ordering)
      return dropping
    case 'mail':
      return mail.goWrong(message.form)
    case 'misbehave':
      for (const system of all) if (message.systems.includes(system.name as SystemName)) system.misbehave(message.as)
      return undefined
    case 'status':
      return status()
    case 'probe':
      return probe(message)
    case 'repeat':
      return repeat(message)
    case 'latest':
      // The newest are not in the views yet, and what is not known cannot be replayed.
      return taken.slice(-message.orders - NOT_YET_SHOWN, -NOT_YET_SHOWN).map(({ order }) => order)
    case 'newest':
      return taken
        .filter(({ index }) => !probes.has(index))
        .slice(-message.orders)
        .map(({ order }) => order)
    case 'close':
      for (const warehouse of warehouses) warehouse.close()
      clearInterval(looking)
      await reading
      for (const { ledger } of [...all, retailer]) ledger.close()
      return undefined
  }
}

const tell = (message: FromTown) => void process.send?.(message)
process.on('message', ({ to, message }: { to: number; message: ToTown }) => {
  obey(message).then(
    (value) => {
      tell({ say: 'answer', to, value })
      if (message.say === 'close') process.disconnect()
    },
    (error: unknown) => tell({ say: 'answer', to, error: String(error) }),
  )
})
process.on('disconnect', () => process.exit(0)) // the harness is gone: nobody is left to play for

const served = await Promise.all(all.map(async (system) => [system.name, (await serve(system)).port] as const))
tell({ say: 'listening', ports: Object.fromEntries(served) })
