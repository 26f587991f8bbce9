/** What we would send a partner, written by its profile, read again as it would read it, and held against its guide. */
import { CrossdockError } from '../../base/errors.ts'
import type { PartnerDefinition } from '../../config/define-hub.ts'
import { documentOfSet } from '../../documents/catalogue.ts'
import type { PurchaseOrder } from '../../documents/purchase-order/schema.ts'
import { warehouseOrder } from '../../documents/warehouse-order/index.ts'
import type { WarehouseOrder } from '../../documents/warehouse-order/schema.ts'
import { guideFaults } from '../../edi/x12/guide.ts'
import { readX12 } from '../../edi/x12/read.ts'
import type { X12Fault, X12Set } from '../../edi/x12/reading.ts'
import { writeInterchange } from '../../edi/x12/write.ts'
import { envelopeFor, envelopeTime } from '../../intake/envelope.ts'
import { findings } from './findings.ts'
import { answersTo, answerWith, type OurAnswer } from './our-answers.ts'
import type { SampleSet } from './samples.ts'

/** What is wrong in a document of ours, and where. */
interface OurFinding extends Pick<X12Fault, 'code' | 'tag' | 'segment' | 'element'> {
  readonly says: string
}

/** One document of ours: what it is about, and what is wrong with it; undefined while nothing calls for it. */
export interface OurDocument {
  readonly set: string
  readonly about: string
  readonly findings: readonly OurFinding[] | undefined
  /** As it would go out, where it can be written. */
  readonly text?: string
}

/** What a customer's order is answered by. */
export const ANSWERS: readonly string[] = ['855', '856', '810']

/**
 * A customer's orders are answered; a warehouse is told to ship; whatever else the samples show of us is written again. A
 * customer without orders leaves its three answers open, a carrier or a supplier without an example what it gets from us.
 */
export function ourDocuments(
  sets: readonly SampleSet[],
  orders: readonly PurchaseOrder[],
  partner: PartnerDefinition,
  now: number,
): OurDocument[] {
  const { customer, facility, carrier, supplier, speaks } = partner
  const shown = sets.filter(({ isTheirs }) => !isTheirs)
  const answers = orders.flatMap((order) =>
    answersTo(order, now, speaks.syntax).map((one) => tried(one, `order ${order.number}`, partner, now)),
  )
  const isAnswered = customer !== undefined
  const instructed = facility !== undefined && !shown.some(({ set }) => set.id === warehouseOrder.x12.set)
  const due = [...(carrier === undefined ? [] : ['204']), ...(supplier === undefined ? [] : ['850'])]
  const unshown = due.filter((set) => !shown.some((one) => one.set.id === set))
  return [
    ...unshown.map((set) => ({ set, about: '', findings: undefined })),
    ...(isAnswered && orders.length > 0 ? answers : []),
    ...(isAnswered && orders.length === 0 ? ANSWERS.map((set) => ({ set, about: '', findings: undefined })) : []),
    ...(instructed ? [tried(answerWith(warehouseOrder, instruction(now), speaks.syntax ?? {}), '', partner, now)] : []),
    ...shown.filter(({ set }) => !(isAnswered && ANSWERS.includes(set.id))).flatMap((one) => again(one, partner, now)),
  ]
}

/** A document of ours among the samples, written as the profile has us write it. */
function again({ sample, set, document }: SampleSet, partner: PartnerDefinition, now: number): OurDocument[] {
  const type = documentOfSet(set.id)
  if (!type || document === undefined) return []
  const one = answerWith(type as never, document as never, partner.speaks.syntax ?? {})
  return [tried(one, sample, partner, now)]
}

function tried(answer: OurAnswer, about: string, partner: PartnerDefinition, now: number): OurDocument {
  const { set } = answer
  const written = textOf(answer, partner, now)
  return typeof written === 'string'
    ? { set, about, text: written, findings: wrongIn(written, answer, partner) }
    : { set, about, findings: [written] }
}

function textOf(
  { set, functionalId, write }: OurAnswer,
  { speaks }: PartnerDefinition,
  now: number,
): string | OurFinding {
  try {
    const written = { id: set, controlNumber: 1, segments: write() }
    const envelope = envelopeFor(speaks, functionalId, written, { isa: 1, gs: 1 }, envelopeTime(now, speaks.timeZone))
    return writeInterchange(envelope, speaks.separators ? { separators: speaks.separators } : {})
  } catch (error) {
    // a text that does not fit, or holds a separator: the hub would not send it either
    if (error instanceof CrossdockError) return { code: error.code, says: error.message }
    throw error
  }
}

function wrongIn(text: string, { set, again: reread }: OurAnswer, { speaks }: PartnerDefinition): OurFinding[] {
  const { faults, interchanges } = readX12(new TextEncoder().encode(text))
  const [interchange] = interchanges
  const [group] = interchange?.groups ?? []
  const [read] = group?.sets ?? []
  const found = [...faults, ...(interchange?.faults ?? []), ...(group?.faults ?? []), ...(read?.faults ?? [])]
  const kept = read === undefined ? [] : guideFaults(read, speaks.guide?.[set] ?? {})
  const wrong = [...found.filter(({ severity }) => severity !== 'warning'), ...kept].map(asFinding)
  return wrong.length > 0 ? wrong : otherwise(set, read, reread)
}

function otherwise(set: string, read: X12Set | undefined, reread: OurAnswer['again']): OurFinding[] {
  const what = read ? reread(read) : 'it could not be read again'
  if (what === undefined) return []
  const { code } = findings.GATE_READS_OTHERWISE(set, what)
  return [{ code, says: what }]
}

function asFinding({ code, tag, segment, element, message }: X12Fault): OurFinding {
  return {
    code,
    says: message,
    ...(tag === undefined ? {} : { tag }),
    ...(segment === undefined ? {} : { segment }),
    ...(element === undefined ? {} : { element }),
  }
}

/** What a warehouse is told to ship, for one that has no example of it. */
function instruction(now: number): WarehouseOrder {
  const day = new Date(now).toISOString().slice(0, 10)
  return {
    number: 'REL-1',
    purchaseOrder: '4711',
    shipTo: {
      name: 'Store 42',
      idQualifier: '92',
      id: '0042',
      address: { lines: ['100 Main Street'], city: 'Columbus', region: 'OH', postalCode: '43004', country: 'US' },
    },
    shipWindow: { requestedShip: day },
    dispatch: { payment: 'PP', method: 'M' },
    lines: [{ line: '1', quantity: '10', uom: 'EA', sku: 'ITEM-1' }],
    totals: { quantity: '10' },
  }
}
