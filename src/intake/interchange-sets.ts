import { readApplicationAdviceX12 } from '../documents/application-advice/x12.ts'
import { readOrderChangeX12 } from '../documents/order-change/x12.ts'
import { readPurchaseOrderX12 } from '../documents/purchase-order/x12.ts'
import { readWarehouseAdviceX12 } from '../documents/warehouse-advice/x12.ts'
import type { X12Fault, X12Interchange, X12Set } from '../edi/x12/reading.ts'
import { caseErrors } from './errors.ts'
import { type PartnerReport, reportInSet } from './partner-reports.ts'
import type { EdiProfile, IntakeWorld, Sender } from './settings.ts'

export type OrderReading = ReturnType<typeof readPurchaseOrderX12>
type ChangeReading = ReturnType<typeof readOrderChangeX12>
type OpinionReading = ReturnType<typeof readApplicationAdviceX12>
type AdviceReading = ReturnType<typeof readWarehouseAdviceX12>

/** What became of a set before anyone judges: its document, or what is wrong with it beyond the standard. */
export interface UnderstoodSet {
  readonly order?: OrderReading
  readonly advice?: AdviceReading
  readonly change?: ChangeReading
  /** What the partner's application made of documents of ours. */
  readonly opinion?: OpinionReading
  /** What the partner reports, in a document of this kind. */
  readonly told?: { readonly by: PartnerReport; readonly document: unknown }
  readonly faults: readonly X12Fault[]
}

/** The sets of an interchange as documents, in the order of the file. */
export function understoodSets(
  interchange: X12Interchange,
  profile: EdiProfile,
  world: IntakeWorld,
): ReadonlyMap<X12Set, UnderstoodSet> {
  const understood = new Map<X12Set, UnderstoodSet>()
  for (const group of interchange.groups) {
    for (const set of group.sets) understood.set(set, understandSet(set, profile, world))
  }
  return understood
}

/** What a set is called inside its arrival: the numbers of its interchange, its group and its own. */
export const setName = (interchange: string, { group, controlNumber }: X12Set): string =>
  [interchange, group.controlNumber, controlNumber].join('/')

/** Sets that answer something of ours. */
export const ANSWERS = new Set(['997', '999'])

function understandSet(set: X12Set, profile: EdiProfile, { sender }: IntakeWorld): UnderstoodSet {
  if (ANSWERS.has(set.id)) return { faults: [] }
  const report = reportInSet(set.id, sender)
  if (!report && !isExpected(set.id, sender)) return { faults: [unsupported(set)] }
  if (hasFatal(set.faults)) return { faults: [] }
  if (report) {
    const { document, faults = [] } = report.document.readX12(set, profile.syntax)
    return { ...(document ? { told: { by: report, document } } : {}), faults }
  }
  if (set.id === '824') {
    const opinion = readApplicationAdviceX12(set, profile.syntax)
    return { opinion, faults: opinion.faults ?? [] }
  }
  if (set.id === '945') {
    const advice = readWarehouseAdviceX12(set, profile.syntax)
    return { advice, faults: advice.faults ?? [] }
  }
  if (set.id === '860') {
    const change = readOrderChangeX12(set, profile.syntax)
    return { change, faults: change.faults ?? [] }
  }
  const order = readPurchaseOrderX12(set, profile.syntax)
  return { order, faults: order.faults ?? [] }
}

type Sends = (sender: Sender) => boolean
const anybody: Sends = () => true
const customers: Sends = ({ role, customer }) => role === 'partner' || customer !== undefined
const warehouses: Sends = ({ role }) => role === 'wms'

/** Who sends us which sets. */
const SENDS: ReadonlyMap<string, Sends> = new Map([
  ['850', customers],
  ['860', customers],
  ['945', warehouses],
  ['824', anybody],
])

const isExpected = (set: string, sender: Sender): boolean => SENDS.get(set)?.(sender) ?? false

const hasFatal = (faults: readonly X12Fault[]): boolean => faults.some(({ severity }) => severity === 'fatal')

function unsupported(set: X12Set): X12Fault {
  const { code, message } = caseErrors.SET_UNSUPPORTED(set.id.slice(0, 6))
  return {
    code,
    message,
    severity: 'fatal',
    level: 'set',
    ack: { ak5: '1' },
  }
}

/** The interchange as it is judged: what a document reader found is said to the partner in the same 997. */
export function withFaults(read: X12Interchange, documents: ReadonlyMap<X12Set, UnderstoodSet>): X12Interchange {
  if ([...documents.values()].every(({ faults }) => faults.length === 0)) return read
  const groups = read.groups.map((group) => ({
    ...group,
    sets: group.sets.map((set) => {
      const { faults = [] } = documents.get(set) ?? {}
      const fresh = faults.filter((fault) => !set.faults.some((known) => isSamePlace(known, fault)))
      return fresh.length === 0 ? set : { ...set, faults: [...set.faults, ...fresh] }
    }),
  }))
  return { ...read, groups }
}

const isSamePlace = (a: X12Fault, b: X12Fault): boolean =>
  a.segment === b.segment && a.element === b.element && a.ack?.ak4 === b.ack?.ak4
