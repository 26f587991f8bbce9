/**
 * The catalogue of events: every type with its code (never reused), its payload version and the shape of its data.
 * Quantities are whole millionths of the item's base unit (`base/quantity.ts`); money and prices are text.
 */
import type { Money, Price } from '../base/money.ts'
import type { Quantity } from '../base/quantity.ts'
import type { LineChangeKind } from '../documents/change-line.ts'
import type { Purpose } from '../documents/purposes.ts'

/** A line of an order as it was taken in: what was asked, and the item facts that were true at that moment. */
export interface OrderLineFacts {
  /** Our line number, 1, 2 …; a split or substitution gives '2.1'. */
  readonly line: string
  /** The customer's own line number, echoed on every document back. */
  readonly customerLine: string
  /** Our item (SKU), resolved through the crosswalk; undefined when unknown (a reference hold). */
  readonly item?: string
  /** Item identities as they came, qualifier to value: `VP`, `BP`, `UP`, `sku` … */
  readonly ids: Readonly<Record<string, string>>
  readonly description?: string
  /** As ordered, and in the base unit (millionths); the factor is numerator/denominator base units per unit. */
  readonly ordered: Quantity
  readonly base: number
  readonly baseUnit: string
  readonly factor: readonly [number, number]
  readonly price?: Price
  /** Nominal weight of a base unit in `weightUnit`, when the item is invoiced by actual weight. */
  readonly catchWeight?: { readonly nominal: string; readonly unit: string; readonly tolerancePercent: string }
  readonly substitutes?: readonly string[]
  readonly requestedShip?: string
  /** The change it joined the order with. */
  readonly addedBy?: string
}

/** A line of a change document: which line of the order it means, and what should be of it. */
export interface OrderChangeLineFacts {
  readonly customerLine?: string
  /** Item identities as they came, qualifier to value; `sku` is our own. */
  readonly ids: Readonly<Record<string, string>>
  readonly change: LineChangeKind
  /** Of the whole line as it is ordered now, and what of it the customer still waits for. */
  readonly quantity?: string
  readonly leftToReceive?: string
  readonly uom?: string
  readonly price?: Pick<Price, 'amount'> & { readonly per?: Price['per'] }
  /** When it should ship, where the change says that of the line. */
  readonly dates?: OrderDates
  /** How much of it goes where, where the change says so. */
  readonly destinations?: readonly { readonly location: string; readonly quantity: string }[]
  /** A line that joins, as it was understood; absent: its item or its unit is not known here. */
  readonly added?: OrderLineFacts
}

/** When an order may ship and should arrive. */
export type OrderDates = Pick<OrderFacts, 'requestedShip' | 'requestedDelivery' | 'shipNotBefore' | 'shipNotAfter'>

/** A customer's change of its order, or its cancellation, as the document says it. */
export interface OrderChangeFacts {
  readonly by: string
  readonly reason: string
  /** The name its answer is keyed by. */
  readonly document: string
  readonly purpose: Purpose
  readonly changeNumber?: string
  readonly changedOn?: string
  readonly request?: string
  readonly dates?: OrderDates
  /** The place of delivery, by the customer's id. */
  readonly shipTo?: string
  /** The customer's order was split over several places; this is one of the orders it became. */
  readonly split?: true
  readonly lines: readonly OrderChangeLineFacts[]
}

/** A charge or allowance of an order, shipment or invoice; `amount` is negative for an allowance. */
export interface Charge {
  readonly type: 'freight' | 'tax' | 'charge' | 'allowance'
  readonly code?: string
  readonly description?: string
  readonly amount: Money
  readonly ratePercent?: string
}

/** A party as an order names it: role, identity and, for ship-to, the address as given. */
export interface PartyFacts {
  readonly role: string
  readonly name?: string
  readonly id?: string
  readonly idQualifier?: string
  readonly address?: {
    readonly lines: readonly string[]
    readonly city?: string
    readonly region?: string
    readonly postalCode?: string
    readonly country?: string
  }
}

/** What an order is, after it was understood: the data of `order.received`. */
export interface OrderFacts {
  readonly id: string
  /** The system it came from, and how its documents go back. */
  readonly channel: string
  readonly partner?: string
  readonly soldTo: string
  readonly customerOrder: string
  readonly release?: string
  readonly orderDate: string
  readonly currency: string
  readonly lines: readonly OrderLineFacts[]
  readonly parties: readonly PartyFacts[]
  readonly charges: readonly Charge[]
  readonly requestedShip?: string
  readonly requestedDelivery?: string
  readonly shipNotBefore?: string
  readonly shipNotAfter?: string
  readonly shipComplete: boolean
  readonly backorders: boolean
  readonly substitutions: boolean
  readonly carrier?: { readonly scac?: string; readonly service?: string }
  readonly references: readonly { readonly qualifier: string; readonly value: string }[]
  readonly test: boolean
}

/** Why an order may not go on; several may stand together. */
export type HoldKind = 'credit' | 'price' | 'reference' | 'address' | 'compliance' | 'manual'

/** A quantity of a line: millionths of the base unit. */
export interface LineQuantity {
  readonly line: string
  readonly item: string
  readonly quantity: number
}

/** A quantity of a line as it moves through the buckets of a stock position. */
export interface StockMove extends LineQuantity {
  /** The commitment (ring fence) this quantity draws on. */
  readonly fence?: string
  /** How much of it was reserved before; absent: for an allocation all of it, else nothing. */
  readonly reserved?: number
  /** How much of it was allocated before; absent: all of it. */
  readonly allocated?: number
}

/** A carton (or pallet): its SSCC or LPN, content by line, actual weight. */
export interface Carton {
  readonly carton: string
  readonly sscc?: string
  readonly lines: readonly (LineQuantity & {
    readonly lot?: string
    readonly serials?: readonly string[]
    readonly weight?: string
  })[]
  readonly weight?: string
  readonly weightUnit?: string
  readonly tracking?: string
}

/** The data of each event type. The comment names the subject it belongs to. */
export interface EventData {
  // order
  'order.received': OrderFacts
  'order.held': {
    readonly hold: HoldKind
    readonly reason: string
    readonly lines?: readonly string[]
    /** The person who wanted it, when one did. */
    readonly by?: string
    /** What master data does not know (a reference hold), and who named it. */
    readonly missing?: readonly Reference[]
    readonly from?: string
  }
  'order.hold_lifted': { readonly hold: HoldKind; readonly by: string; readonly reason?: string }
  'credit.checked': {
    readonly decision: 'approved' | 'held' | 'declined' | 'deferred'
    readonly until?: string
    readonly amount?: Money
    readonly reason?: string
  }
  'price.checked': {
    readonly lines: readonly {
      readonly line: string
      readonly price?: Price
      readonly rule?: string
      readonly agrees: boolean
    }[]
    readonly agrees: boolean
    /** The ERP could not be asked in time; a true answer must come before anything is released. */
    readonly deferred?: boolean
  }
  /** A facility was chosen; its stock is asked to reserve. One event for each sourcing attempt. */
  'order.sourced': {
    readonly attempt: number
    readonly by: string
    /** What is being looked for, and the how-many-th try of this search it is. */
    readonly purpose?: 'order' | 'backorder' | 'short' | 'substitution'
    readonly tried?: number
    /** Whose commitments the reservation may draw on: the sold-to, or the channel it came through. */
    readonly customer?: string
    readonly channel?: string
    readonly parts: readonly {
      readonly facility: string
      readonly lines: readonly LineQuantity[]
      readonly whole: boolean
    }[]
  }
  /** A facility's answer, all of its part or none of it (`lines` with what was missing). */
  'order.reserved': { readonly attempt: number; readonly facility: string; readonly lines: readonly LineQuantity[] }
  'order.reservation_refused': {
    readonly attempt: number
    readonly facility: string
    readonly missing: readonly (LineQuantity & { readonly available: number })[]
  }
  /** Reserved stock goes back: the other parts of an attempt that failed, a cancellation, a recall. */
  'order.reservation_freed': {
    readonly facility: string
    readonly lines: readonly LineQuantity[]
    readonly reason: string
    /** The attempt whose yes came when nobody asked any more: the order never counted it as reserved. */
    readonly attempt?: number
  }
  'order.line_backordered': {
    readonly lines: readonly LineQuantity[]
    readonly reason: string
    readonly expected?: string
  }
  'order.accepted': {
    readonly lines: readonly {
      readonly line: string
      readonly quantity: number
      readonly backordered: number
      readonly facility?: string
      readonly shipDate?: string
      readonly price?: Price
    }[]
  }
  'order.rejected': { readonly code: string; readonly reason: string }
  'order.posted': { readonly number: string }
  'order.release_planned': {
    readonly release: string
    readonly facility: string
    readonly lines: readonly LineQuantity[]
    readonly notBefore?: string
    readonly by: string
  }
  'order.released': { readonly release: string; readonly facility: string; readonly lines: readonly LineQuantity[] }
  'order.release_refused': { readonly release: string; readonly facility: string; readonly reason: string }
  'order.recall_asked': { readonly release: string; readonly lines: readonly LineQuantity[]; readonly reason: string }
  'order.recalled': {
    readonly release: string
    readonly facility: string
    readonly lines: readonly LineQuantity[]
    /** The goods were not found (something else was picked instead): suspect until they are counted. */
    readonly suspect?: boolean
  }
  'order.recall_refused': { readonly release: string; readonly reason: string }
  'pick.started': { readonly release: string }
  'pick.confirmed': {
    readonly release: string
    readonly lines: readonly (LineQuantity & { readonly lot?: string; readonly serials?: readonly string[] })[]
  }
  'pick.short': {
    readonly release: string
    readonly facility: string
    readonly lines: readonly (LineQuantity & { readonly reason: string })[]
  }
  'substitution.made': {
    readonly release: string
    /** Where it was picked, and what need not be picked any more, as the warehouse said it. */
    readonly facility?: string
    readonly replaces?: LineQuantity
    readonly line: string
    readonly child: OrderLineFacts
    readonly quantity: number
    readonly ratio: readonly [number, number]
  }
  'carton.closed': { readonly release: string; readonly carton: Carton }
  /** What one shipment took of this order; follows `shipment.dispatched`. */
  'order.shipped': {
    readonly shipment: string
    readonly release: string
    readonly facility: string
    readonly lines: readonly (LineQuantity & { readonly weight?: string })[]
    /** The truck as it left: what the shipment's own root and the ship notice say. */
    readonly cartons?: readonly Carton[]
    readonly scac?: string
    readonly service?: string
    readonly bol?: string
    readonly pro?: string
    readonly freight?: Money
    readonly shipDate?: string
    readonly estimatedDelivery?: string
  }
  'order.invoiced': {
    readonly invoice: string
    readonly number: string
    readonly shipment: string
    readonly lines: readonly (LineQuantity & {
      readonly billed?: Quantity
      readonly price?: Price
      readonly amount?: Money
    })[]
    readonly total: Money
    readonly date?: string
    readonly dueDate?: string
    readonly charges?: readonly Charge[]
  }
  'order.delivered': { readonly shipment: string; readonly deliveredAt: string }
  'order.line_cancelled': { readonly lines: readonly LineQuantity[]; readonly reason: string; readonly by: string }
  /** `over`: nothing of the order is left to do; with no lines, because all of them were cancelled. */
  'order.line_closed': { readonly lines: readonly string[]; readonly over?: boolean }
  /** What was unknown or wrong is known now: lines as they should have been read, parties in full. */
  'order.corrected': {
    readonly lines?: readonly OrderLineFacts[]
    readonly parties?: readonly PartyFacts[]
    readonly by: string
    readonly reason: string
  }
  'order.cancellation_requested': {
    readonly by: string
    readonly reason: string
    readonly lines?: readonly LineQuantity[]
  }
  'order.cancellation_refused': { readonly reason: string }
  'order.change_requested': {
    readonly by: string
    readonly lines: readonly { readonly line: string; readonly quantity: number }[]
    readonly reason: string
  }
  'order.line_changed': { readonly line: string; readonly from: number; readonly to: number; readonly by: string }
  /** What a customer's change says beyond quantities, done: prices, days, and lines that join the order. */
  'order.terms_changed': {
    readonly by: string
    /** The change that asked for it, by the name its answer is keyed by. */
    readonly document: string
    readonly prices?: readonly { readonly line: string; readonly price: Price }[]
    readonly dates?: OrderDates
    readonly added?: readonly OrderLineFacts[]
  }
  /** The ERP does not agree to it: nothing of it is done. */
  'order.terms_refused': { readonly document: string; readonly reason: string }
  /** A customer's change document is here, in the customer's words; what of it is done is said by other events. */
  'order.change_received': OrderChangeFacts
  /** Something about the order needs a person and becomes a case; the order goes on. */
  /** What an order waited for is known, or it waits no more. */
  'order.reference_settled': {
    readonly references: readonly Reference[]
    readonly from: string
    readonly known: boolean
  }
  'order.flagged': {
    /** As the configuration gives it an owner. */
    readonly cause: 'no answer' | 'weight differs' | 'release refused' | 'tender declined' | 'freight differs'
    /** The request or report it is about, and the system it went to or came from. */
    readonly field: string
    readonly partner: string
    readonly reason: string
  }
  /** A document for the order's partner, in canonical form; the partner's mailbox numbers, renders and sends it. */
  'document.issued': {
    readonly partner: string
    readonly document: string
    readonly key: string
    readonly content: unknown
  }

  /** What a partner expects is not there, and its time is nearly up. */
  'deadline.near': Deadline
  /** Its time is up, and it is not there. */
  'deadline.missed': Deadline & { readonly penalty?: Money }
  /** What a partner expects went out. `late`: after its time; `flagged`: after a person had been told. */
  'deadline.kept': Deadline & { readonly late: boolean; readonly flagged: boolean }

  // document that a partner and a system exchange; its subject is the business object it speaks of
  /** A partner's document is here. */
  'document.received': RelayedDocument & {
    /** The systems it is handed on to; none where it was only owed, and for test data. */
    readonly to: readonly string[]
    readonly test?: boolean
    /** Other business objects it speaks of, by their subjects. */
    readonly also?: readonly string[]
  }
  /** A system has it. */
  'document.delivered': RelayedDocument & { readonly to: string }
  /** A document of ours went into an interchange. */
  'document.sent': RelayedDocument & { readonly control: string; readonly group: string }
  /** Its partner says that it was understood, or not. */
  'document.acknowledged': RelayedDocument & {
    readonly group: string
    readonly verdict: 'A' | 'E' | 'P' | 'R'
  }
  /** Nobody has acknowledged it in time. */
  'document.unacknowledged': RelayedDocument & { readonly group: string }
  /** It could not be written for its partner. */
  'document.unsent': RelayedDocument & { readonly code: string; readonly reason: string }
  /** A partner has to answer a document of ours by a certain time. */
  'document.owed': Deadline
  /** What it would have answered was cancelled. `flagged`: after a person had been told. */
  'document.waived': Deadline & { readonly flagged: boolean }

  // shipment; `shipment` names it where the subject does not: in a report that is handed to the order
  'shipment.planned': { readonly order: string; readonly release: string; readonly facility: string }
  'shipment.manifested': {
    readonly shipment?: string
    readonly order: string
    readonly release: string
    readonly scac?: string
    readonly service?: string
    readonly tracking: readonly { readonly carton: string; readonly tracking: string }[]
    readonly freight?: Money
  }
  'shipment.dispatched': {
    readonly shipment?: string
    readonly order: string
    readonly release: string
    readonly facility: string
    readonly cartons: readonly Carton[]
    readonly scac?: string
    readonly service?: string
    readonly bol?: string
    readonly pro?: string
    readonly freight?: Money
    readonly shipDate: string
    readonly estimatedDelivery?: string
  }
  'shipment.milestone': {
    readonly shipment?: string
    readonly order: string
    readonly code: string
    readonly at: string
    readonly place?: string
  }
  'shipment.delivered': {
    readonly shipment?: string
    readonly order: string
    readonly at: string
    readonly signedBy?: string
  }
  'shipment.voided': { readonly shipment?: string; readonly order: string; readonly reason: string }

  // loads of a carrier that speaks EDI: what its documents call a shipment of ours
  /** A shipment left that this carrier carries: from now on it may be named by any of these. */
  'load.announced': LoadFacts & {
    readonly references: readonly string[]
    /** It was offered to the carrier, by a load tender. */
    readonly tendered: boolean
  }
  /** The carrier takes the load, or does not. */
  'load.answered': OfLoad & {
    readonly response: 'accepted' | 'declined'
    readonly reference?: string
    readonly note?: string
  }
  /** The carrier says where the load is; the order hears it as a report of the carrier's. */
  'load.status_told': OfLoad & {
    readonly report: 'shipment.milestone' | 'shipment.delivered'
    readonly at: string
    readonly code?: string
    readonly place?: string
  }
  /** The carrier's bill for the load. `quoted` is what the warehouse was told when it shipped. */
  'load.billed': OfLoad & {
    readonly number: string
    readonly date: string
    readonly amount: Money
    readonly quoted?: Money
  }

  // invoice
  'invoice.posted': {
    readonly order: string
    readonly shipment: string
    readonly number: string
    readonly date: string
    readonly dueDate?: string
    readonly lines: readonly {
      readonly line: string
      readonly item: string
      readonly quantity: number
      readonly billed: Quantity
      readonly price: Price
      readonly amount: Money
    }[]
    readonly charges: readonly Charge[]
    readonly total: Money
  }
  'invoice.sent': { readonly order: string; readonly to: string }

  // stock of a facility
  'inventory.counted': {
    readonly facility: string
    readonly lines: readonly {
      readonly item: string
      readonly status: StockStatus
      readonly quantity: number
      readonly weight?: string
    }[]
  }
  'inventory.received': {
    readonly facility: string
    readonly lines: readonly {
      readonly item: string
      readonly status: StockStatus
      readonly quantity: number
      readonly weight?: string
    }[]
  }
  'inventory.adjusted': {
    readonly facility: string
    readonly lines: readonly {
      readonly item: string
      readonly status: StockStatus
      readonly delta: number
      readonly reason: string
    }[]
    /** Position of the `report.early` this was until now. */
    readonly waited?: number
  }
  'inventory.status_changed': {
    readonly facility: string
    readonly waited?: number
    readonly lines: readonly {
      readonly item: string
      readonly from: StockStatus
      readonly to: StockStatus
      readonly quantity: number
    }[]
  }
  'inventory.policy_set': {
    readonly facility: string
    readonly lines: readonly {
      readonly item: string
      readonly safetyStock?: number
      readonly commitments?: Readonly<Record<string, number>>
    }[]
  }
  'inventory.reserved': {
    readonly order: string
    readonly attempt: number
    readonly facility: string
    readonly customer: string
    readonly lines: readonly StockMove[]
  }
  'inventory.reservation_refused': {
    readonly order: string
    readonly attempt: number
    readonly facility: string
    readonly missing: readonly (LineQuantity & { readonly available: number })[]
  }
  'inventory.reservation_freed': {
    readonly order: string
    readonly facility: string
    readonly lines: readonly StockMove[]
  }
  /** Reserved becomes allocated in one step, when the warehouse accepts the release. */
  'inventory.allocated': {
    readonly order: string
    readonly release: string
    readonly facility: string
    readonly lines: readonly StockMove[]
  }
  'inventory.deallocated': {
    readonly order: string
    readonly release: string
    readonly facility: string
    readonly lines: readonly StockMove[]
  }
  /** Allocated stock was not found: it leaves `allocated`, and `available` for `suspect`. */
  'inventory.shorted': {
    readonly order: string
    readonly release: string
    readonly facility: string
    readonly lines: readonly StockMove[]
  }
  'inventory.shipped': {
    readonly order: string
    readonly shipment: string
    readonly facility: string
    readonly lines: readonly (StockMove & { readonly weight?: string })[]
  }
  /** An order waits for so much more of these items; nothing: it waits no more. */
  'inventory.awaited': {
    readonly order: string
    readonly facility: string
    readonly lines: readonly LineQuantity[]
  }
  /** More came in: these orders, which wait for it, are told. Nothing is promised yet. */
  'inventory.offered': {
    readonly facility: string
    readonly lines: readonly (LineQuantity & { readonly order: string })[]
  }
  /** The book and what a system counted or shipped do not agree; nothing is overwritten, a person or a count decides. */
  'inventory.discrepancy_detected': {
    readonly facility: string
    readonly reason: 'counted' | 'shipped_more_than_known'
    readonly lines: readonly {
      readonly item: string
      readonly status: StockStatus
      readonly book: number
      readonly reported: number
    }[]
  }

  // mailbox of an EDI partner
  'interchange.received': {
    /** Absent: X12. */
    readonly standard?: 'edifact'
    readonly control: string
    readonly usage: string
    readonly groups: readonly {
      readonly functionalId: string
      readonly control: string
      readonly sets: readonly {
        readonly id: string
        readonly control: string
        readonly verdict: 'A' | 'E' | 'R'
        readonly key?: string
      }[]
    }[]
    readonly faults: number
    readonly gap?: readonly [string, string]
  }
  'interchange.sent': {
    /** Absent: X12. In EDIFACT `control` is the reference of UNB, `setControl` that of UNH, and there is no group. */
    readonly standard?: 'edifact'
    readonly control: string
    readonly groupControl: string
    readonly functionalId: string
    readonly set: string
    readonly setControl: string
    readonly document: string
    readonly key: string
    readonly order?: string
    /** The subject of a document that a system sent through us. */
    readonly about?: string
    readonly expectsAck: boolean
  }
  'acknowledgement.received': {
    /** The interchange of ours that it is about, in EDIFACT; X12 says it of a group. */
    readonly interchange?: string
    readonly groupControl: string
    readonly functionalId: string
    readonly verdict: 'A' | 'E' | 'P' | 'R'
    readonly sets: readonly {
      readonly id: string
      readonly control: string
      readonly verdict: string
      readonly codes: readonly string[]
    }[]
    /** The document that a system sent through us. */
    readonly relayed?: { readonly about: string; readonly document: string; readonly key: string }
  }

  // any subject
  'delivery.planned': {
    readonly target: string
    readonly verb: string
    readonly key: string
    readonly chain: string
    readonly args: Record<string, unknown>
    readonly digest: string
    readonly body?: string | undefined
    readonly priority?: number | undefined
    readonly partner?: string | undefined
  }
  /** Recorded only for deliveries that did not simply succeed. */
  'delivery.waiting': {
    readonly position: number
    readonly target: string
    readonly verb: string
    readonly key: string
    readonly attempts: number
    readonly reason: string
    readonly nextAt: number
  }
  'delivery.refused': {
    readonly position: number
    readonly target: string
    readonly verb: string
    readonly key: string
    readonly reason: string
    readonly retry: 'after-fix' | 'never'
  }
  'delivery.parked': {
    readonly position: number
    readonly target: string
    readonly verb: string
    readonly key: string
    readonly attempts: number
    readonly reason: string
  }
  'delivery.in_doubt': {
    readonly position: number
    readonly target: string
    readonly verb: string
    readonly key: string
    readonly reason: string
  }
  'delivery.redelivered': { readonly position: number; readonly by: string }
  'delivery.attempting': { readonly position: number; readonly attempt: number }
  /** A request of the past was sent again by a replay: `position` is the original's. */
  'delivery.replayed': {
    readonly job: string
    /** Number of the item in the frozen set. */
    readonly n: number
    readonly position: number
    readonly target: string
    readonly verb: string
    readonly key: string
    readonly way: 'again' | 'redelivery' | 'reissue'
    /** The key of a new effect, when one was asked for. */
    readonly newKey?: string
    readonly by: string
    readonly reason: string
  }
  /** The target answered a request of a replay as one that it had done before: there was no second effect. */
  'delivery.repeated': { readonly position: number; readonly target: string; readonly replay: string }
  /** An operator stops and resumes what goes to a system. */
  'system.paused': { readonly system: string; readonly by: string; readonly reason: string }
  'system.resumed': { readonly system: string; readonly by: string }
  'subject.parked': { readonly room: string; readonly reason: string }
  'subject.resumed': { readonly by: string }
  /** Something came for a parked subject: it is kept, and worked on in order once the subject is let go on. */
  'subject.input_kept': { readonly number: number; readonly input: string }
  /** A report that came too early: it waits for what must come before it. Never shown to subscribers. */
  'report.early': {
    readonly report: string
    readonly waitsFor: string
    readonly deadline: number
    readonly data: unknown
    readonly from: string
    readonly sequence?: number
    readonly occurredAt: number
  }
  'report.refused': {
    readonly report: string
    readonly code: string
    readonly reason: string
    readonly from: string
    readonly data: unknown
    /** About stock or a load: position of the `report.early` this was until now. */
    readonly waited?: number
    /** What exactly is wrong in it: failures that agree in this have one cause. */
    readonly wrong?: Wrong
    /** Which part of its arrival it was: set of an interchange, report of a batch. */
    readonly part?: string
  }

  // master data of a kind
  'master.changed': {
    readonly kind: 'item' | 'customer' | 'price' | 'correction'
    readonly name: string
    readonly value: unknown
  }

  // case
  'case.opened': {
    readonly cause: string
    readonly title: string
    readonly about: string
    readonly owner: string
    readonly partner?: string
    readonly field?: string
    readonly value?: Money
    readonly detail?: unknown
  } & Partial<CaseMember>
  'case.joined': { readonly about: string; readonly value?: Money; readonly detail?: unknown } & Partial<CaseMember>
  'case.closed': { readonly by: string; readonly reason: string }
  /** Absent members stay as they are. */
  'case.assigned': { readonly by: string; readonly owner?: string; readonly priority?: number }
  'case.noted': { readonly by: string; readonly note: string }
  /** A member that was released has failed again, for the same cause. */
  'case.returned': { readonly about: string; readonly detail?: unknown } & CaseMember
  'case.released': { readonly member: string; readonly life: number; readonly by: string; readonly trial: string }
  /** A member needs nobody any more, and nobody released it. */
  'case.settled': { readonly member: string; readonly life: number; readonly reason: string }
  'case.tried': {
    readonly trial: string
    readonly by: string
    readonly corrections: readonly unknown[]
    /** Members by what would become of them. */
    readonly verdicts: Readonly<Record<string, number>>
  }
}

/** A shipment of ours as a carrier's load. */
export interface LoadFacts {
  readonly order: string
  readonly shipment: string
  readonly facility: string
  readonly quoted?: Money
}

/** What a carrier says about a load, by the names it gave: the most particular first, such as `bol B-17`. */
export interface OfLoad {
  readonly references: readonly string[]
  /** The shipment it is about, once one of the names is known. */
  readonly order?: string
  readonly shipment?: string
  /** Position of the `report.early` this was until now, and the names by which it became known. */
  readonly waited?: number
  readonly known?: readonly string[]
}

/** A document that is handed on between a partner and systems. */
export interface RelayedDocument {
  readonly partner: string
  /** Name of the document type: `remittance-advice`. */
  readonly document: string
  /** What tells it from all others of its type with this partner. */
  readonly key: string
}

/** A document that a partner expects by a certain time, or owes us. */
export interface Deadline {
  readonly partner: string
  /** Name of the document type: `ship-notice`. */
  readonly document: string
  /** It is the partner's to send, as the answer to a document of ours: the name of its type. */
  readonly after?: string
  /** The shipment it is about; absent where it is about the whole order. */
  readonly shipment?: string
  /** Milliseconds since 1970. */
  readonly dueAt: number
}

/** How a member of a case can be tried again; `person`: not by the hub. */
export type Again = 'arrival' | 'reference' | 'report' | 'delivery' | 'person'

/** One failure in a case. */
export interface CaseMember {
  /** What it is called inside its case: its subject, or the receipt of its arrival and the part of it. */
  readonly member: string
  /** Which opening of the case it belongs to, counted from 1. */
  readonly life: number
  readonly again: Again
  /** The event that told of it: lane and position. */
  readonly failure: readonly [lane: number, position: number]
}

/** A name that master data does not know. */
export interface Reference {
  readonly kind: 'item' | 'ship-to' | 'customer'
  readonly value: string
}

/** What is wrong in a document or report: its first fault, with the code that stood there when it is one. */
export interface Wrong {
  /** Code of the fault. */
  readonly code: string
  /** Where: a pointer without indices, or segment and element. */
  readonly field: string
  readonly value?: string
}

/** What physical stock is good for. Only `available` can be promised. */
export type StockStatus = 'available' | 'inspection' | 'hold' | 'damaged' | 'expired' | 'suspect' | 'return-pending'

/** The name of an event: `object.past_tense`. */
export type EventType = keyof EventData

/** Type codes as the journal stores them. A code is never reused, a name never renumbered. */
export const eventCodes = {
  'order.received': 1,
  'order.held': 2,
  'order.hold_lifted': 3,
  'credit.checked': 4,
  'price.checked': 5,
  'order.sourced': 6,
  'order.reserved': 7,
  'order.reservation_refused': 8,
  'order.reservation_freed': 9,
  'order.line_backordered': 10,
  'order.accepted': 11,
  'order.rejected': 12,
  'order.posted': 13,
  'order.release_planned': 14,
  'order.released': 15,
  'order.release_refused': 16,
  'order.recall_asked': 17,
  'order.recalled': 18,
  'order.recall_refused': 19,
  'pick.started': 20,
  'pick.confirmed': 21,
  'pick.short': 22,
  'substitution.made': 23,
  'carton.closed': 24,
  'order.shipped': 25,
  'order.invoiced': 26,
  'order.delivered': 27,
  'order.line_cancelled': 28,
  'order.line_closed': 29,
  'order.cancellation_requested': 30,
  'order.cancellation_refused': 31,
  'order.change_requested': 32,
  'order.line_changed': 33,
  'document.issued': 34,
  'order.corrected': 35,
  'order.flagged': 36,
  'order.change_received': 190,
  'order.terms_changed': 191,
  'order.terms_refused': 192,
  'shipment.planned': 50,
  'shipment.manifested': 51,
  'shipment.dispatched': 52,
  'shipment.milestone': 53,
  'shipment.delivered': 54,
  'shipment.voided': 55,
  'load.announced': 210,
  'load.answered': 211,
  'load.status_told': 212,
  'load.billed': 213,
  'invoice.posted': 70,
  'invoice.sent': 71,
  'inventory.counted': 80,
  'inventory.received': 81,
  'inventory.adjusted': 82,
  'inventory.status_changed': 83,
  'inventory.policy_set': 84,
  'inventory.reserved': 85,
  'inventory.reservation_refused': 86,
  'inventory.reservation_freed': 87,
  'inventory.allocated': 88,
  'inventory.deallocated': 89,
  'inventory.shorted': 90,
  'inventory.shipped': 91,
  'inventory.discrepancy_detected': 92,
  'inventory.awaited': 93,
  'inventory.offered': 94,
  'interchange.received': 100,
  'interchange.sent': 101,
  'acknowledgement.received': 102,
  'delivery.planned': 120,
  'delivery.waiting': 121,
  'delivery.refused': 122,
  'delivery.parked': 123,
  'delivery.in_doubt': 124,
  'delivery.redelivered': 125,
  'delivery.attempting': 126,
  'system.paused': 127,
  'system.resumed': 128,
  'subject.parked': 130,
  'subject.resumed': 131,
  'subject.input_kept': 132,
  'report.early': 140,
  'report.refused': 141,
  'master.changed': 160,
  'delivery.replayed': 170,
  'delivery.repeated': 171,
  'case.opened': 150,
  'case.joined': 151,
  'case.closed': 152,
  'case.assigned': 153,
  'case.noted': 154,
  'case.returned': 155,
  'case.released': 156,
  'case.settled': 157,
  'case.tried': 158,
  'order.reference_settled': 159,
  'deadline.near': 195,
  'deadline.missed': 196,
  'deadline.kept': 197,
  'document.received': 200,
  'document.delivered': 201,
  'document.sent': 202,
  'document.acknowledged': 203,
  'document.unacknowledged': 204,
  'document.unsent': 205,
  'document.owed': 206,
  'document.waived': 207,
} as const satisfies Record<EventType, number>

const names = new Map<number, EventType>(
  (Object.entries(eventCodes) as [EventType, number][]).map(([name, code]) => [code, name]),
)

/** The name behind a stored type code; undefined for a code this version does not know. */
export function eventName(code: number): EventType | undefined {
  return names.get(code)
}
