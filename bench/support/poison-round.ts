import type { Input, JournalEvent } from '../../src/journal/contract.ts'
import { orderFacts } from '../../src/lifecycle/order-facts.ts'
import { partsOf } from '../../src/lifecycle/subject.ts'
import type { Landscape } from '../../src/simulators/landscape.ts'
import { openInProcess, until } from './hub-in-process.ts'
import { type CpuSplit, startMeter } from './meter.ts'

/** What to drive, and which of it is poison. */
export interface PoisonDrive {
  readonly url: string
  readonly landscape: Landscape
  readonly orders: number
  readonly inFlight: number
  readonly prefix: string
  /** Every so manieth order is poison; 0: none. */
  readonly everyNth: number
  /** The database server, whose processor time is told apart. */
  readonly databaseProcess?: number | undefined
}

/** How it went. */
export interface PoisonRound {
  readonly planted: number
  /** Planted orders that are parked, and others that are. */
  readonly parked: number
  readonly innocentParked: number
  readonly delivered: number
  readonly seconds: number
  readonly cpu: CpuSplit
}

/** Where the planted handler throws: at the first word of an order, in the middle of its life, and in mid-fold. */
const PLACES = ['when it comes', 'when it is picked', 'in a fold'] as const

/**
 * Drives orders to their end, closed loop, with a room that throws at every nth of them: a third each when the order
 * comes, when its pick is told, and half way through a fold. An order has ended when it is delivered, or parked.
 */
export async function poisonRound(drive: PoisonDrive): Promise<PoisonRound> {
  const { orders, inFlight, everyNth } = drive
  const mend = everyNth > 0 ? plant(everyNth) : () => {}
  const isPlanted = (index: number) => everyNth > 0 && index % everyNth === everyNth >> 1
  const numbers = new Map<string, number>()
  let delivered = 0
  let placed = 0
  let place: ((index: number) => void) | undefined
  const parked = new Set<string>()
  const fill = () => {
    while (place && placed - delivered - parked.size < inFlight && placed < orders) place(placed++)
  }
  const run = await openInProcess({
    url: drive.url,
    landscape: drive.landscape,
    orderPrefix: drive.prefix,
    committed: ({ events }) => {
      for (const event of events) {
        if (event.type === 'order.received') numbers.set(partsOf(event.subject).id, indexIn(event))
        if (event.type === 'order.delivered') delivered += 1
        if (event.type === 'subject.parked') parked.add(event.subject)
      }
      fill()
    },
  })
  try {
    const meter = startMeter(drive.databaseProcess)
    // The subject of an order that never became one is told by the answer to who placed it.
    place = (index) =>
      void run.simulated.shop.place(index).then(({ order }) => order !== undefined && numbers.set(order, index))
    fill()
    await until(() => delivered + parked.size >= orders && run.hub.core.journal.depth === 0)
    const cpu = meter()
    const planted = Array.from({ length: orders }, (_, index) => index).filter(isPlanted).length
    await until(() => [...parked].every((subject) => numbers.has(partsOf(subject).id)))
    const guilty = [...parked].filter((subject) => isPlanted(numbers.get(partsOf(subject).id) as number)).length
    return { planted, parked: guilty, innocentParked: parked.size - guilty, delivered, seconds: cpu.seconds, cpu }
  } finally {
    mend()
    await run.close()
  }
}

/** Wraps one room of this process until it is mended. */
function plant(everyNth: number): () => void {
  const { decide, fold } = orderFacts
  const placeOf = (customerOrder: string): (typeof PLACES)[number] | undefined => {
    const index = numberIn(customerOrder)
    return index % everyNth === everyNth >> 1 ? PLACES[Math.floor(index / everyNth) % PLACES.length] : undefined
  }
  Object.assign(orderFacts, {
    decide: (...asked: Parameters<typeof decide>) => {
      const [{ facts }, input] = asked
      const number = facts?.customerOrder ?? numberOf(input)
      const place = number === undefined ? undefined : placeOf(number)
      if (place === 'when it comes' && input.kind === 'arrival') throw new Error('poison: cannot take it')
      if (place === 'when it is picked' && input.kind === 'report' && input.type === 'pick.confirmed') {
        throw new Error('poison: cannot hear of its pick')
      }
      return decide(...asked)
    },
    fold: (...folded: Parameters<typeof fold>) => {
      const changed = fold(...folded)
      const [, event] = folded
      if (event.type === 'order.received' && placeOf(customerOrderOf(event)) === 'in a fold') {
        throw new Error('poison: cannot fold it')
      }
      return changed
    },
  })
  return () => Object.assign(orderFacts, { decide, fold })
}

const customerOrderOf = (event: JournalEvent) => (event.data as { customerOrder: string }).customerOrder
const indexIn = (event: JournalEvent) => numberIn(customerOrderOf(event))
/** The shop counts from 0, its order numbers from 1. */
const numberIn = (customerOrder: string) => Number(/(\d+)$/.exec(customerOrder)?.[1]) - 1

function numberOf(input: Input): string | undefined {
  if (input.kind !== 'arrival' || input.type !== 'order') return undefined
  return (input.data as { facts: { customerOrder: string } }).facts.customerOrder
}
