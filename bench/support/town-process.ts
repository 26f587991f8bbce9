/** The simulated systems of a bench as a process of their own, each behind its port: started by `town.ts`. */
import { systemClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import { Carrier } from '../../src/simulators/carrier/carrier.ts'
import { Erp } from '../../src/simulators/erp/erp.ts'
import { CountingLedger } from '../../src/simulators/ledger.ts'
import type { SystemAnswer, SystemReport } from '../../src/simulators/protocol.ts'
import { serve, takenFrom } from '../../src/simulators/serve.ts'
import { Shop, type ShopPorts } from '../../src/simulators/shop/shop.ts'
import type { Simulator } from '../../src/simulators/simulator.ts'
import { Wms } from '../../src/simulators/wms/wms.ts'
import { type Door, openDoor } from './door.ts'
import { hurried, until } from './hub-in-process.ts'
import { benchLandscape } from './landscape.ts'
import { messageCounts } from './messages.ts'
import { type FromTown, percentiles, type ToTown, type TownSystem } from './town-orders.ts'

const [batch = 1, seed = 7, prefix = ''] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]]
const CONNECTIONS = 64
const landscape = benchLandscape(seed)
const doors = new Map<string, Door>()
const ledgers: CountingLedger[] = []
const tell = (message: FromTown) => void process.send?.(message)

const named = (name: TownSystem) => ({ name, seed, batch, concurrency: CONNECTIONS, digests: false })
const wms = (name: 'wms1' | 'wms2', facility: string, ssccExtension: number) =>
  new Wms({ ...named(name), facility, ssccExtension, pace: hurried }, landscape, ports(name))
const erp = new Erp(named('erp'), landscape, ports('erp'))
const wms1 = wms('wms1', 'DC1', 1)
const wms2 = wms('wms2', 'DC2', 2)
const shop = new Shop({ ...named('shop'), orderPrefix: prefix }, landscape, ports('shop'))
const carrier = new Carrier({ ...named('carrier'), milestones: false, deliverMs: 0 }, ports('carrier'))
const systems: readonly Simulator[] = [erp, wms1, wms2, shop, carrier]

function ports(system: TownSystem): ShopPorts {
  const ledger = new CountingLedger()
  ledgers.push(ledger)
  const post = (path: string, body: unknown, key?: string): Promise<SystemAnswer> =>
    doors.get(system)?.post(path, JSON.stringify(body), key) ?? Promise.resolve({ status: 0, body: {} })
  return {
    clock: systemClock,
    random: seededRandom(seed),
    ledger,
    schedule: (ms, run) => void (ms === 0 ? setImmediate(run) : setTimeout(run, ms)),
    emit: async (reports: readonly SystemReport[], topic) => {
      const path = topic === undefined ? `/in/${system}` : `/in/${system}/${topic}`
      return takenFrom(await post(path, reports.length === 1 ? reports[0] : reports), reports.length)
    },
    place: (document, key) => post('/v1/orders', document, key),
  }
}

/** Hears of each order's end: the shop is told that it was delivered. At a steady pace, of two moments on the way too. */
const ended = { hear: (_order: string) => {} }
const passed = { delivered: undefined as Map<string, number> | undefined, invoiced: new Map<string, number>() }
const shopHandle = shop.handle.bind(shop)
shop.handle = async (request) => {
  if (passed.delivered && request.verb === 'invoice.send')
    passed.invoiced.set(request.body.order ?? '', performance.now())
  const answer = await shopHandle(request)
  if (request.verb === 'order.status' && request.body.status === 'delivered') ended.hear(request.body.order ?? '')
  return answer
}
const erpHandle = erp.handle.bind(erp)
erp.handle = (request) => {
  if (request.verb === 'credit.check') passed.delivered?.set(request.body.order ?? '', performance.now())
  return erpHandle(request)
}

process.on('message', (message: ToTown) => {
  void obey(message)
})
const served = await Promise.all(systems.map(async (system) => [system.name, (await serve(system)).url] as const))
tell({ kind: 'listening', urls: Object.fromEntries(served) })

async function obey(message: ToTown): Promise<void> {
  if (message.kind === 'open') return open(message)
  if (message.kind === 'go')
    return message.perSecond === undefined ? go(message) : goSteadily(message, message.perSecond)
  await until(() => systems.every((system) => system.unsent === 0) && shop.unanswered === 0)
  tell({ kind: 'counts', counts: messageCounts(ledgers) })
}

async function open({ hub, tokens }: ToTown & { kind: 'open' }): Promise<void> {
  for (const [name, token] of Object.entries(tokens)) doors.set(name, openDoor(hub, token, CONNECTIONS))
  await erp.exportMasters()
  wms1.count()
  wms2.count()
  await until(() => systems.every((system) => system.unsent === 0))
  tell({ kind: 'introduced' })
}

/** Keeps so many orders on their way until all have ended. */
async function go({ orders, inFlight }: ToTown & { kind: 'go' }): Promise<void> {
  const placedMs: number[] = []
  const endToEndMs: number[] = []
  const startedAt = new Map<string, number>()
  let placed = 0
  let over = 0
  const place = async (index: number) => {
    const began = performance.now()
    const { order } = await shop.place(index)
    placedMs.push(performance.now() - began)
    if (order !== undefined) startedAt.set(order, began)
  }
  const fill = () => {
    for (; placed - over < inFlight && placed < orders; placed += 1) void place(placed)
  }
  await new Promise<void>((resolve) => {
    ended.hear = (order) => {
      over += 1
      const began = startedAt.get(order)
      startedAt.delete(order)
      if (began !== undefined) endToEndMs.push(performance.now() - began)
      if (over === orders) resolve()
      else fill()
    }
    fill()
  })
  tell({ kind: 'done', placedMs: percentiles(placedMs), endToEndMs: percentiles(endToEndMs) })
}

/** Places each order when it is due, and stays until all have ended. */
async function goSteadily({ orders }: ToTown & { kind: 'go' }, perSecond: number): Promise<void> {
  const delivered = new Map<string, number>()
  passed.delivered = delivered
  const dueAt = new Float64Array(orders)
  const placedMs = new Float64Array(orders)
  const names: string[] = []
  const endToEndMs: number[] = []
  const dueOf = new Map<string, number>()
  let over = 0
  let allOver = () => {}
  ended.hear = (order) => {
    over += 1
    const due = dueOf.get(order)
    if (due !== undefined) endToEndMs.push(performance.now() - due)
    if (over === orders) allOver()
  }
  const place = async (index: number) => {
    const due = dueAt[index] as number
    const { order = '' } = await shop.place(index)
    placedMs[index] = performance.now() - due
    names[index] = order
    dueOf.set(order, due)
  }
  const began = performance.now()
  for (let index = 0; index < orders; index += 1) {
    const due = began + (index * 1_000) / perSecond
    dueAt[index] = due
    const left = due - performance.now()
    if (left > 0) await new Promise((resolve) => setTimeout(resolve, left))
    void place(index)
  }
  if (over < orders)
    await new Promise<void>((resolve) => {
      allOver = resolve
    })
  const times = (at: ReadonlyMap<string, number>, from = 0, to = orders) =>
    Array.from({ length: to - from }, (_, index) => {
      const name = names[from + index] as string
      return (at.get(name) ?? Number.POSITIVE_INFINITY) - (dueAt[from + index] as number)
    })
  const tenths = Array.from({ length: 10 }, (_, tenth) => {
    const [from, to] = [Math.floor((orders * tenth) / 10), Math.floor((orders * (tenth + 1)) / 10)]
    return {
      placedMs: percentiles([...placedMs.subarray(from, to)]),
      invoicedMs: percentiles(times(passed.invoiced, from, to)),
    }
  })
  tell({
    kind: 'done',
    placedMs: percentiles([...placedMs]),
    endToEndMs: percentiles(endToEndMs),
    steady: {
      deliveredMs: percentiles(times(delivered)),
      invoicedMs: percentiles(times(passed.invoiced)),
      tenths,
    },
  })
}
