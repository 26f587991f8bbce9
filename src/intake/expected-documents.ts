import { reportOf } from './partner-reports.ts'
import type { Sender } from './settings.ts'

type Sends = (sender: Sender) => boolean
const anybody: Sends = () => true
const customers: Sends = ({ role, customer }) => role === 'partner' || customer !== undefined
const warehouses: Sends = ({ role }) => role === 'wms'

/** Who sends us which documents, beside those by which partners report. */
const SENDS: ReadonlyMap<string, Sends> = new Map([
  ['purchase-order', customers],
  ['order-change', customers],
  ['warehouse-advice', warehouses],
  ['application-advice', anybody],
])

/** Whether a document of this type is expected from a sender, whatever it is written in. What is not is refused, and its sender told. */
export function isExpected(type: string, sender: Sender): boolean {
  return isTaken(type, sender) || (sender.relays?.has(type) ?? false)
}

/** Whether the hub itself does something with a document of this type from a sender, beside handing it on. */
export function isTaken(type: string, sender: Sender): boolean {
  return SENDS.get(type)?.(sender) ?? reportOf(type, sender) !== undefined
}
