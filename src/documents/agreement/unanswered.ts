/** Documents that answer one which is not among those given: nothing could be compared, and that is said. */
import type { ShipNotice } from '../ship-notice/schema.ts'
import type { Told } from './disagreement.ts'

/** A document that answers something which is not there. */
export interface Unanswered {
  readonly of: Told
  /** `order PT-70045` */
  readonly answers: string
  /** The numbers of the documents of that kind that are there. */
  readonly there: readonly string[]
}

/** What is answered: its type, what it is called, and the member that holds its number. */
interface Asked {
  readonly type: string
  readonly called: string
  readonly number: string
}

const ORDER: Asked = { type: 'purchase-order', called: 'order', number: 'number' }
const WAREHOUSE_ORDER: Asked = { type: 'warehouse-order', called: 'warehouse order', number: 'number' }
const LOAD: Asked = { type: 'load-tender', called: 'load', number: 'shipment' }

interface Answering {
  readonly asked: Asked
  readonly numbersOf: (document: never) => readonly (string | undefined)[]
}

const aboutOrder: Answering = {
  asked: ORDER,
  numbersOf: ({ purchaseOrder }: { purchaseOrder?: string }) => [purchaseOrder],
}
const aboutLoad: Answering = { asked: LOAD, numbersOf: ({ shipment }: { shipment?: string }) => [shipment] }

/** Every type of document that is compared with the one it answers. */
const ANSWERING: Readonly<Record<string, Answering>> = {
  'order-acknowledgement': aboutOrder,
  'ship-notice': {
    asked: ORDER,
    numbersOf: ({ orders }: ShipNotice) => orders.map(({ purchaseOrder }) => purchaseOrder),
  },
  invoice: aboutOrder,
  'warehouse-advice': { asked: WAREHOUSE_ORDER, numbersOf: ({ number }: { number?: string }) => [number] },
  'tender-response': aboutLoad,
  'shipment-status': aboutLoad,
  'freight-invoice': aboutLoad,
}

/** Each number that a document answers and nothing there has. A document that names no number answers nothing. */
export function unansweredIn(told: readonly Told[]): Unanswered[] {
  const known = new Map([ORDER, WAREHOUSE_ORDER, LOAD].map((asked) => [asked, numbersIn(told, asked)]))
  return told.flatMap((of) => {
    const answering = ANSWERING[of.type]
    if (!answering) return []
    const { asked, numbersOf } = answering
    const there = known.get(asked) ?? new Set()
    return [...new Set(numbersOf(of.document as never))].flatMap((number) =>
      number === undefined || there.has(number)
        ? []
        : [{ of, answers: `${asked.called} ${number}`, there: [...there] }],
    )
  })
}

const numbersIn = (told: readonly Told[], { type, number }: Asked): ReadonlySet<string> =>
  new Set(
    told.flatMap((one) =>
      one.type === type ? [(one.document as Readonly<Record<string, string>>)[number] ?? ''] : [],
    ),
  )
