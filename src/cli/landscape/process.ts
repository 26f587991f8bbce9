/**
 * The simulated landscape as a process of its own: what `crossdock demo` starts beside the hub. It outlives a killed
 * hub, as real systems would, and goes on sending until somebody takes what it has to say.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../base/clock.ts'
import { seededRandom } from '../../base/random.ts'
import { Carrier } from '../../simulators/carrier/carrier.ts'
import { folderMailbag } from '../../simulators/edi/mailbag.ts'
import { Erp } from '../../simulators/erp/erp.ts'
import { buildLandscape } from '../../simulators/landscape.ts'
import { FileLedger } from '../../simulators/ledger.ts'
import { Partner } from '../../simulators/partner/partner.ts'
import { hubDoor, serve } from '../../simulators/serve.ts'
import { Shop, type ShopPorts } from '../../simulators/shop/shop.ts'
import { ThirdParty } from '../../simulators/wms/third-party.ts'
import { Wms } from '../../simulators/wms/wms.ts'
import { ediPartners } from './acme.ts'
import { LANDSCAPE_FILE, type LandscapeOrders, portsFrom } from './landscape-file.ts'

const orders = JSON.parse(process.argv[2] ?? '{}') as LandscapeOrders
const tokens = JSON.parse(readFileSync(join(orders.folder, 'keys.json'), 'utf8')) as Record<string, string>
const run = Date.now().toString(36)
const landscape = buildLandscape({
  seed: orders.seed,
  items: 300,
  customers: 40,
  facilities: { DC1: [2_000, 6_000], DC2: [2_000, 6_000], '3PL1': [500, 2_000] },
  date: new Date().toISOString().slice(0, 10),
})

function ports(system: string): ShopPorts {
  const door = hubDoor(orders.hub, system, tokens[system] ?? '', 16)
  return {
    clock: systemClock,
    random: seededRandom(orders.seed),
    ledger: new FileLedger(system, join(orders.folder, `ledger-${system}.ndjson`)),
    schedule: (ms, fn) => {
      setTimeout(fn, ms)
    },
    emit: (reports, topic) => door.emit(reports, topic),
    place: (document, key) => door.place(document, key),
  }
}

const pace = { startMs: 2_000, pickMs: 5_000, packMs: 3_000, manifestMs: 1_000, dispatchMs: 4_000 }
const floor = { shortRate: 0.03, substitutionRate: 0.2, countAfterMs: 45_000, pace }
const erp = new Erp({ name: 'erp', seed: orders.seed }, landscape, ports('erp'))
const wms1 = new Wms(
  { name: 'wms1', facility: 'DC1', ssccExtension: 1, seed: orders.seed, ...floor },
  landscape,
  ports('wms1'),
)
const wms2 = new Wms(
  { name: 'wms2', facility: 'DC2', ssccExtension: 2, seed: orders.seed, ...floor },
  landscape,
  ports('wms2'),
)
const shop = new Shop(
  { name: 'shop', seed: orders.seed, repeatRate: 0.05, newKeyRate: 0.02, orderPrefix: `${run}-` },
  landscape,
  ports('shop'),
)
const carrier = new Carrier({ name: 'carrier', departMs: 8_000, arriveMs: 20_000, deliverMs: 30_000 }, ports('carrier'))

const numbers = portsFrom(orders.port)
await Promise.all(
  [erp, wms1, wms2, shop, carrier].map((simulator) =>
    serve(simulator, { port: numbers[simulator.name as keyof typeof numbers] }),
  ),
)
writeFileSync(
  join(orders.folder, LANDSCAPE_FILE),
  JSON.stringify({ pid: process.pid, seed: orders.seed, run, hub: orders.hub }),
)

const everyMs = 60_000 / orders.rate
await erp.exportMasters()
wms1.count()
wms2.count()

// Two retailers that order by 850 and a 3PL that is told by 940: all in files, in pairs of folders.
const address = (identity: string) => {
  const [qualifier = '', id = ''] = identity.split(':')
  return { qualifier, id }
}
for (const { name, speaks, ...partner } of ediPartners) {
  const home = join(orders.folder, 'partners', name)
  const bag = await folderMailbag(join(home, 'to'), join(home, 'from'))
  const edi = { ours: address(speaks.theirs), theirs: address(speaks.ours) }
  const about = { name, seed: orders.seed, edi }
  if ('facility' in partner) {
    const site = new ThirdParty(
      { ...about, ...floor, facility: partner.facility, ssccExtension: 9 },
      landscape,
      bag,
      ports(name),
    )
    site.count()
    keepGoing(2_000, () => site.poll())
  } else {
    const customer = new Partner(
      {
        ...about,
        customer: partner.customer,
        orderPrefix: `${run}-`,
        repeatRate: 0.05,
        resendRate: 0.03,
        faultRate: 0.03,
      },
      landscape,
      bag,
      ports(name),
    )
    keepGoing(2_000, () => customer.poll())
    keepGoing(Math.max(5_000, everyMs * 20), () => customer.order(1))
  }
}

/** Does something again and again; what goes wrong once is said and tried again. */
function keepGoing(ms: number, act: () => Promise<unknown>): void {
  let underWay = false
  setInterval(() => {
    if (underWay) return
    underWay = true
    act()
      .catch((error: unknown) => process.stderr.write(`simulated partner: ${String(error)}\n`))
      .finally(() => {
        underWay = false
      })
  }, ms)
}

let index = 0
let credit = 0
setInterval(() => {
  // At most so many unanswered: a shop whose hub is down stops taking money too.
  credit = Math.min(credit + 1, 20)
  while (credit >= 1 && shop.unanswered < 50) {
    credit -= 1
    void shop.place(index++)
  }
}, everyMs)

// Goods come in now and then, so that a demo left alone does not sell itself out.
setInterval(() => {
  const item = landscape.items[Math.floor(Math.random() * landscape.items.length)]
  if (item) (Math.random() < 0.5 ? wms1 : wms2).receive(item.sku, { value: '500', uom: item.baseUnit })
}, 2_000)
