/**
 * The load of an overload run, in a process of its own. It keeps to its times whatever the answers are, counts each
 * request from the moment it was due, and costs as little as can be: sockets, texts that are ready, a scan for the status.
 */
import { connect, type Socket } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { benchLandscape } from '../../bench/support/landscape.ts'
import { systemClock } from '../../src/base/clock.ts'
import { seededRandom } from '../../src/base/random.ts'
import { CountingLedger } from '../../src/simulators/ledger.ts'
import { Shop } from '../../src/simulators/shop/shop.ts'
import {
  CLASSES,
  type Doors,
  type FromLoad,
  type LoadClass,
  type Phase,
  type Rates,
  SHOPS,
  spreadOf,
  type Tally,
  type ToLoad,
} from './words.ts'

/** One request that is due. */
interface Due {
  readonly of: LoadClass
  readonly shop: number
  readonly at: number
  readonly second: number
}

/** Connections for each class: no class waits for another's inside the load. */
const CONNECTIONS: Readonly<Record<LoadClass, number>> = { 0: 64, 1: 192, 2: 96, 3: 64 }
const TEMPLATES = 500
const NUMBER_LENGTH = 9
const PLACE = '~'.repeat(NUMBER_LENGTH)
/** How the load of a closed loop is mixed, as it is at 1x. */
const MIX: readonly LoadClass[] = [1, 2, 1, 3, 1, 2, 0, 1, 3, 2]

const tell = (message: FromLoad) => void process.send?.(message)
const orders: string[] = []
const receipts: string[] = []
let count = 0
let write: Record<LoadClass, (shop: number) => string>
let pools: Record<LoadClass, Pool>

class Tallying {
  offered = 0
  accepted = 0
  readonly refused: Record<string, number> = {}
  readonly wrong: Record<string, number> = {}
  readonly acceptedMs: number[] = []
  readonly refusedMs: number[] = []

  note(answer: Answer, tookMs: number): void {
    if (answer.status >= 200 && answer.status < 300) {
      this.accepted += 1
      this.acceptedMs.push(tookMs)
    } else if ((answer.status === 429 || answer.status === 503) && answer.hasRetryAfter) {
      this.refused[answer.code] = (this.refused[answer.code] ?? 0) + 1
      this.refusedMs.push(tookMs)
    } else {
      const name = `${answer.status} ${answer.code}`
      this.wrong[name] = (this.wrong[name] ?? 0) + 1
    }
  }

  get tally(): Tally {
    const { offered, accepted, refused, wrong } = this
    const [acceptedMs, refusedMs] = [spreadOf(this.acceptedMs), spreadOf(this.refusedMs)]
    return { offered, accepted, refused, wrong, acceptedMs, refusedMs }
  }
}

interface Answer {
  readonly status: number
  readonly code: string
  readonly hasRetryAfter: boolean
  readonly body: string
}

/** Connections of one class, and what waits for one of them. */
class Pool {
  readonly #idle: Connection[] = []
  readonly #waiting: { due: Due; done: (answer: Answer) => void }[] = []

  add(connection: Connection): void {
    this.#idle.push(connection)
  }

  send(due: Due, done: (answer: Answer) => void): void {
    const connection = this.#idle.pop()
    if (connection) this.#go(connection, due, done)
    else this.#waiting.push({ due, done })
  }

  #go(connection: Connection, due: Due, done: (answer: Answer) => void): void {
    connection.send((write[due.of] as (shop: number) => string)(due.shop), (answer) => {
      const next = this.#waiting.shift()
      if (next) this.#go(connection, next.due, next.done)
      else this.#idle.push(connection)
      done(answer)
    })
  }
}

/** One connection, one request at a time; it is opened again when the hub ends it. */
class Connection {
  readonly #port: number
  #socket: Socket | undefined
  #text = ''
  #done: ((answer: Answer) => void) | undefined

  constructor(port: number) {
    this.#port = port
  }

  send(text: string, done: (answer: Answer) => void): void {
    this.#text = ''
    this.#done = done
    // Not before it is needed: a connection that says nothing for ten seconds is ended by the hub.
    if (!this.#socket || this.#socket.destroyed) this.#socket = this.#connect()
    this.#socket.write(text, 'latin1')
  }

  #connect(): Socket {
    const socket = connect({ port: this.#port, host: '127.0.0.1', noDelay: true })
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => this.#take(chunk))
    socket.on('error', () => this.#finish({ status: 0, code: 'broken', hasRetryAfter: false, body: '' }))
    socket.on('close', () => this.#finish({ status: 0, code: 'closed', hasRetryAfter: false, body: '' }))
    return socket
  }

  #take(chunk: string): void {
    this.#text = this.#text === '' ? chunk : this.#text + chunk
    const end = this.#text.indexOf('\r\n\r\n')
    if (end === -1) return
    const head = this.#text.slice(0, end).toLowerCase()
    const length = /\r\ncontent-length: (\d+)/.exec(head)?.[1]
    if (this.#text.length < end + 4 + Number(length ?? 0)) return
    const status = Number(head.slice(9, 12))
    const body = this.#text.slice(end + 4)
    const code = status < 300 ? '' : (/"code":"(\w+)"/.exec(body)?.[1] ?? '')
    this.#finish({ status, code, hasRetryAfter: head.includes('\r\nretry-after: '), body })
  }

  #finish(answer: Answer): void {
    const done = this.#done
    this.#done = undefined
    done?.(answer)
  }
}

/** Texts that are ready but for a number of fixed length. */
function texts({ port, warehouse, erp, reader, shops }: Doors, seed: number): typeof write {
  const landscape = benchLandscape(seed)
  const shop = new Shop({ name: 'shop', seed, orderPrefix: `${PLACE}-` }, landscape, {
    clock: systemClock,
    random: seededRandom(seed),
    ledger: new CountingLedger(),
    schedule: () => {},
    emit: async () => 'ok',
    place: async () => ({ status: 0, body: {} }),
  })
  const items = landscape.items.slice(0, TEMPLATES)
  const now = new Date(systemClock.now()).toISOString()
  const post = (key: string, path: string, body: object) => {
    const text = JSON.stringify(body)
    const head = [
      `POST ${path} HTTP/1.1`,
      `Host: 127.0.0.1:${port}`,
      `Authorization: Bearer ${key}`,
      'Content-Type: application/json',
      `Idempotency-Key: load-${PLACE}`,
      `Content-Length: ${Buffer.byteLength(text)}`,
    ]
    if (text.length !== Buffer.byteLength(text)) throw new Error('the load writes latin1')
    return `${head.join('\r\n')}\r\n\r\n${text}`.split(PLACE)
  }
  const adjustments = items.map(({ sku, baseUnit }) =>
    post(warehouse, '/in/wms1', {
      id: `adjusted-${PLACE}`,
      type: 'inventory.adjusted',
      occurredAt: now,
      facility: 'DC1',
      lines: [{ item: sku, status: 'available', delta: { value: '1', uom: baseUnit }, reason: 'found' }],
    }),
  )
  const placed = shops.map((key) => items.map((_, at) => post(key, '/v1/orders', asciiOf(shop.document(at)))))
  const masters = items.map((item) =>
    post(erp, '/in/erp/master', {
      id: item.sku,
      ...asciiOf(item),
      type: 'item.upserted',
      messageId: `master-${PLACE}`,
      occurredAt: now,
    }),
  )
  const filled = (parts: readonly string[]) => {
    count += 1
    return parts.join(String(count).padStart(NUMBER_LENGTH, '0'))
  }
  const oneOf = (all: readonly string[][]) => all[count % all.length] as string[]
  return {
    0: () => filled(oneOf(adjustments)),
    1: (which) => filled(oneOf(placed[which] as string[][])),
    2: () => {
      count += 1
      const id = orders.length === 0 ? 'none' : orders[(count * 7_919) % orders.length]
      return `GET /v1/orders/${id} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${reader}\r\n\r\n`
    },
    3: () => filled(oneOf(masters)),
  }
}

const asciiOf = <T extends object>(value: T): T =>
  JSON.parse(JSON.stringify(value).replaceAll(/[^\x20-\x7e]/g, '?')) as T

/** Runs one phase: `drive` says when what is due; it ends when all that was sent is answered. */
async function phase(
  seconds: number,
  drive: (send: (of: LoadClass, at: number, shop: number, then?: () => void) => void) => Promise<void>,
): Promise<Phase> {
  const classes = Object.fromEntries(CLASSES.map((of) => [of, new Tallying()])) as Record<LoadClass, Tallying>
  const shops = SHOPS.map(() => new Tallying())
  const urgent: number[][] = []
  const late = monitorEventLoopDelay({ resolution: 2 })
  late.enable()
  const began = performance.now()
  let open = 0
  let empty = () => {}
  await drive((of, at, shop, then) => {
    const tallies = of === 1 ? [classes[of], shops[shop] as Tallying] : [classes[of]]
    for (const tally of tallies) tally.offered += 1
    open += 1
    const due: Due = { of, shop, at, second: Math.floor((at - began) / 1_000) }
    pools[of].send(due, (answer) => {
      const tookMs = performance.now() - at
      for (const tally of tallies) tally.note(answer, tookMs)
      if (of === 0 && answer.status < 300) {
        urgent[due.second] ??= []
        urgent[due.second]?.push(tookMs)
      }
      if (answer.status === 202) keep(of, answer.body)
      open -= 1
      if (open === 0) empty()
      then?.()
    })
  })
  const tookSeconds = (performance.now() - began) / 1_000
  if (open > 0)
    await new Promise<void>((resolve) => {
      empty = resolve
    })
  const ms = (nanos: number) => Math.max(0, Math.round(nanos / 1e5) / 10 - 2)
  return {
    seconds: Math.max(seconds, tookSeconds),
    classes: Object.fromEntries(CLASSES.map((of) => [of, classes[of].tally])) as Phase['classes'],
    shops: shops.map(({ tally }) => tally),
    loadLateMs: { p50: ms(late.percentile(50)), p99: ms(late.percentile(99)), max: ms(late.max) },
    urgentP99BySecond: Array.from(urgent, (times) => spreadOf(times ?? []).p99),
  }
}

function keep(of: LoadClass, body: string): void {
  const receipt = /"receipt":"([^"]+)"/.exec(body)?.[1]
  if (receipt) receipts.push(receipt)
  const order = of === 1 ? /"order":"([^"]+)"/.exec(body)?.[1] : undefined
  if (order) orders.push(order)
  if (!receipt || (of === 1 && !order)) throw new Error(`a 202 that names nothing: ${body.slice(0, 200)}`)
}

/** Each connection sends the next when the last was answered. */
const closed = (connections: number, seconds: number) =>
  phase(seconds, async (send) => {
    const until = performance.now() + seconds * 1_000
    let next = 0
    const running: Promise<void>[] = []
    for (let at = 0; at < connections; at += 1)
      running.push(
        new Promise((resolve) => {
          const go = () => {
            if (performance.now() > until) return resolve()
            next += 1
            send(MIX[next % MIX.length] as LoadClass, performance.now(), 0, go)
          }
          go()
        }),
      )
    await Promise.all(running)
  })

/** Sends what is due, every two milliseconds or as often as it can, at evenly spread moments. */
const openLoop = (rates: Rates, seconds: number, shares: readonly number[]) =>
  phase(seconds, async (send) => {
    const began = performance.now()
    const streams = CLASSES.flatMap((of) =>
      (of === 1 ? shares : [1]).map((share, shop) => ({ of, shop, everyMs: 1_000 / (rates[of] * share), sent: 0 })),
    ).filter(({ everyMs }) => Number.isFinite(everyMs))
    for (let now = 0; now < seconds * 1_000; ) {
      await new Promise((resolve) => setTimeout(resolve, 2))
      now = performance.now() - began
      for (const stream of streams) {
        // Half a step apart, so that the classes do not all come at the same moments.
        for (let at = (stream.sent + 0.5) * stream.everyMs; at <= now; at += stream.everyMs) {
          stream.sent += 1
          send(stream.of, began + at, stream.shop)
        }
      }
    }
  })

async function obey(message: ToLoad): Promise<void> {
  if (message.kind === 'open') {
    write = texts(message.doors, message.seed)
    pools = { 0: new Pool(), 1: new Pool(), 2: new Pool(), 3: new Pool() }
    for (const of of CLASSES)
      for (let at = 0; at < CONNECTIONS[of]; at += 1) pools[of].add(new Connection(message.doors.port))
    tell({ kind: 'opened' })
  } else if (message.kind === 'closed') {
    tell({ kind: 'phase', phase: await closed(message.connections, message.seconds) })
  } else if (message.kind === 'open loop') {
    tell({ kind: 'phase', phase: await openLoop(message.rates, message.seconds, message.shops ?? [1]) })
  } else tell({ kind: 'accepted', orders, receipts })
}

process.on('message', (message: ToLoad) => void obey(message))
process.on('SIGTERM', () => process.exit(0))
