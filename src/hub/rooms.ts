import { durationMs } from '../base/duration.ts'
import { cases } from '../cases/fold.ts'
import type { HubDefinition } from '../config/define-hub.ts'
import { invoice } from '../documents/invoice/index.ts'
import { loadTender } from '../documents/load-tender/index.ts'
import { orderAcknowledgement } from '../documents/order-acknowledgement/index.ts'
import { changeResponse } from '../documents/order-change-acknowledgement/edifact.ts'
import { orderChangeAcknowledgement } from '../documents/order-change-acknowledgement/index.ts'
import { shipNotice } from '../documents/ship-notice/index.ts'
import { warehouseOrder } from '../documents/warehouse-order/index.ts'
import { mailboxRoom } from '../intake/mailbox.ts'
import { masterRoom } from '../intake/master-room.ts'
import type { RestoredNumbers } from '../intake/post-office.ts'
import { intakeRoom } from '../intake/room.ts'
import { inventory } from '../inventory/stock.ts'
import type { Room } from '../journal/contract.ts'
import { CROSSDOCK, mayMove, who } from '../lifecycle/authority.ts'
import { invoiceLifecycle } from '../lifecycle/invoice.ts'
import { orderLifecycle } from '../lifecycle/order.ts'
import { orderFacts } from '../lifecycle/order-facts.ts'
import type { OrderState } from '../lifecycle/order-state.ts'
import { shipmentLifecycle } from '../lifecycle/shipment.ts'
import { type Owed, orderToCash } from '../process/order-to-cash/index.ts'
import { ediCarriers, loadRooms } from './carriers.ts'
import { mappingRender, mappingRoom, mapsOut } from './maps-out.ts'
import { relayRooms, sentToPartners } from './relaying.ts'
import type { Render } from './rendering.ts'

/** The documents that go out by mailbox. */
const SENT = [
  orderAcknowledgement,
  { ...orderChangeAcknowledgement, edifact: changeResponse },
  shipNotice,
  invoice,
  warehouseOrder,
  loadTender,
]

/** The rooms that ride in the turn, in the order in which they are asked, and how requests are rendered. */
export interface Business {
  readonly rooms: readonly Room[]
  readonly render: Render
}

/** Opens the rooms of a definition. */
export function roomsOf(definition: HubDefinition, restored?: RestoredNumbers): Business {
  const { authority, patience } = definition.lifecycle
  const patienceMs = patience ? { patienceMs: durationMs(patience) } : {}
  const process = orderToCash({
    ...definition.process[0].options,
    authority,
    ...owedToPartners(definition),
    ...ediCarriers(definition),
  })
  const out = mapsOut(definition)
  const partners = Object.fromEntries((definition.partners ?? []).map((partner) => [partner.name, partner.speaks]))
  const promisesItself = (by: string, facility: string, at: number) =>
    by !== CROSSDOCK && who(authority, 'order.sourced', facility, at).includes(by)
  const facilities = definition.process[0].options.warehouses.map((warehouse) => warehouse.facility)
  const rooms = [
    intakeRoom(),
    masterRoom('item'),
    masterRoom('customer'),
    masterRoom('price'),
    masterRoom('correction'),
    orderFacts,
    orderLifecycle({ authority, ...patienceMs }),
    out ? mappingRoom(process.room, out) : process.room,
    shipmentLifecycle({ authority, ...patienceMs }),
    invoiceLifecycle,
    ...loadRooms(definition),
    inventory({
      ...patienceMs,
      facilities,
      promisesItself,
      mayReport: (type, source, facility, at) => mayMove(authority, type, source, facility, at),
    }),
    ...cases(definition.cases?.owners ? { owners: definition.cases.owners } : {}),
    mailboxRoom({ restored, partners, documents: sentToPartners(definition, SENT) }),
    ...relayRooms(definition).map((room) => (out ? mappingRoom(room, out) : room)),
  ] as Room[]
  const render: Render = ({ verb, args }, state) =>
    process.render(verb, args, {
      order: state('lifecycle') as OrderState,
      facts: (state('order-facts') as { facts: never }).facts,
    })
  return { rooms, render: out ? mappingRender(render, out) : render }
}

/** What partners expect, by partner and by the names of documents, as the process knows them. */
function owedToPartners({ partners = [] }: HubDefinition): { owed?: Readonly<Record<string, readonly Owed[]>> } {
  const owed = partners.flatMap(({ name, expects = [] }) => {
    if (expects.length === 0) return []
    return [[name, expects.map(({ document, ...clock }) => ({ ...clock, document: document.name }))] as const]
  })
  return owed.length > 0 ? { owed: Object.fromEntries(owed) } : {}
}
