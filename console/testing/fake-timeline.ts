/** One believable order with everything that can happen to it: a hold, a short pick, two sites, one of them down. */
import type { Delivery, OrderLine, OrderSummary, Step, Timeline } from '../src/api.ts'

const NOTHING = {
  cancelled: '0',
  substituted: '0',
  reserved: '0',
  backordered: '0',
  released: '0',
  recalled: '0',
  shorted: '0',
  picked: '0',
  packed: '0',
  shipped: '0',
  invoiced: '0',
}

const done = { released: '48', picked: '48', packed: '48', shipped: '48', invoiced: '48' }

const lines: readonly OrderLine[] = [
  {
    ...NOTHING,
    ...done,
    line: '1',
    customerLine: '0010',
    item: 'HEX-M8-30',
    uom: 'EA',
    state: 'invoiced',
    ordered: '48',
  },
  {
    ...NOTHING,
    line: '2',
    customerLine: '0020',
    item: 'GLV-NITRILE-L',
    uom: 'CS',
    state: 'partially shipped',
    ordered: '1200',
    released: '1200',
    shorted: '200',
    picked: '1000',
    packed: '1000',
    shipped: '1000',
    backordered: '200',
  },
  {
    ...NOTHING,
    line: '3',
    customerLine: '0030',
    item: 'PALLET-WRAP-500',
    uom: 'EA',
    state: 'accepted',
    ordered: '24',
    reserved: '24',
  },
  {
    ...NOTHING,
    line: '4',
    customerLine: '0040',
    item: 'CHEESE-GOUDA',
    uom: 'KG',
    state: 'cancelled',
    ordered: '12.5',
    cancelled: '12.5',
  },
]

/** What happened, who said it, how many seconds after the order came in, and of what type it is. */
const STORY: readonly (readonly [seconds: number, who: string, type: string, what: string])[] = [
  [0, 'bigbox', 'order.received', 'Order PO-410021 of BIGBOX came in with 4 lines.'],
  [1, 'erp', 'credit.checked', 'Credit held (over the limit by 1,204.50 USD).'],
  [1, 'Crossdock', 'order.held', 'Held (credit): over the limit by 1,204.50 USD'],
  [1, 'erp', 'price.checked', 'All prices agree.'],
  [5_460, 'm.okafor', 'order.hold_lifted', 'm.okafor lifted the credit hold (payment seen).'],
  [5_460, 'Crossdock', 'order.sourced', 'Crossdock asked DC1 and DC2 to reserve.'],
  [5_460, 'Crossdock', 'order.reserved', 'DC1 reserved 48 of HEX-M8-30, 1200 of GLV-NITRILE-L.'],
  [5_460, 'Crossdock', 'order.reserved', 'DC2 reserved 24 of PALLET-WRAP-500.'],
  [5_461, 'Crossdock', 'order.accepted', 'Accepted with 4 lines.'],
  [5_461, 'Crossdock', 'document.issued', 'A order-acknowledgement was written for bigbox.'],
  [5_463, 'erp', 'order.posted', 'Posted as SO-90003.'],
  [5_464, 'wms1', 'order.released', 'DC1 accepted release R1 with 48 of HEX-M8-30, 1200 of GLV-NITRILE-L.'],
  [5_900, 'bigbox', 'order.cancellation_requested', 'bigbox asked to cancel: line 0040 ordered twice'],
  [5_900, 'Crossdock', 'order.line_cancelled', 'bigbox cancelled 12.5 of CHEESE-GOUDA: ordered twice'],
  [7_000, 'wms1', 'pick.started', 'Picking of R1 started.'],
  [8_100, 'wms1', 'pick.confirmed', 'Picked 48 of HEX-M8-30, 1000 of GLV-NITRILE-L.'],
  [8_101, 'wms1', 'pick.short', 'DC1 is short of 200 of GLV-NITRILE-L (not found).'],
  [
    8_101,
    'Crossdock',
    'order.line_backordered',
    'On backorder: 200 of GLV-NITRILE-L (short pick), expected 2026-11-24.',
  ],
  [9_000, 'wms1', 'carton.closed', 'Carton 00106141411234567897 closed with 48 of HEX-M8-30, 1000 of GLV-NITRILE-L.'],
  [9_300, 'carrier', 'report.early', 'carrier reported shipment.milestone early; it waits for shipment.dispatched.'],
  [9_360, 'wms1', 'order.shipped', '48 of HEX-M8-30, 1000 of GLV-NITRILE-L left DC1 with shipment SHP-7781.'],
  [9_360, 'Crossdock', 'document.issued', 'A ship-notice was written for bigbox.'],
  [9_365, 'erp', 'order.invoiced', 'Invoice INV-55120 posted over 1,684.20 USD.'],
  [9_366, 'Crossdock', 'document.issued', 'A invoice was written for bigbox.'],
  [9_700, 'wms1', 'report.refused', 'pick.confirmed of wms1 was not taken: release R1 has already left.'],
  [9_700, 'Crossdock', 'case.opened', 'Case for warehouse desk: reports after the truck left, wms1'],
]

const TOLD: readonly (readonly [seconds: number, target: string, verb: string, what: string, state: string])[] = [
  [0.2, 'erp', 'credit.check', 'The credit check to erp', 'done'],
  [0.2, 'erp', 'price.check', 'The price check to erp', 'done'],
  [5_461.2, 'erp', 'order.post', 'The order to erp', 'done'],
  [5_461.3, 'wms1', 'warehouse.release', 'The release to wms1', 'done'],
  [5_461.4, 'wms2', 'warehouse.release', 'The release to wms2', 'waiting'],
  [5_461.5, 'bigbox', 'edi.send', 'The EDI document to bigbox', 'done'],
  [9_360.2, 'erp', 'shipment.post', 'The goods issue to erp', 'done'],
  [9_360.3, 'erp', 'invoice.request', 'The invoice request to erp', 'done'],
  [9_360.4, 'carrier', 'shipment.notify', 'The shipment notice to carrier', 'done'],
  [9_360.5, 'bigbox', 'edi.send', 'The EDI document to bigbox', 'done'],
  [9_366.2, 'bigbox', 'edi.send', 'The EDI document to bigbox', 'parked'],
]

/** The story of an order, told as if it had come in some hours ago. */
export function fakeTimeline(order: OrderSummary, now: number): Timeline {
  const start = now - 3 * 3_600_000
  const at = (seconds: number) => new Date(start + seconds * 1_000).toISOString()
  const steps = STORY.map(
    ([seconds, who, type, what], index): Step => ({
      position: `17/${index * 10 + 1}`,
      recordedAt: at(seconds),
      occurredAt: at(type === 'pick.confirmed' ? seconds - 540 : seconds),
      who,
      what,
      type,
      subject: `acme/order/${order.id}`,
    }),
  )
  const deliveries = TOLD.map(
    ([seconds, target, verb, what, state], index): Delivery => ({
      position: `18/${index + 1}`,
      target,
      verb,
      what,
      key: `${order.id}/${verb}/${index}`,
      state,
      plannedAt: at(seconds),
      ...(state === 'done' ? { doneAt: at(seconds + 1.4) } : {}),
      ...(state === 'waiting'
        ? { attempts: 7, reason: 'connect ECONNREFUSED', nextAt: new Date(now + 24_000).toISOString() }
        : {}),
      ...(state === 'parked' ? { attempts: 12, reason: '550 mailbox full' } : {}),
    }),
  )
  const { id, customer, customerOrder, channel, erpNumber, value } = order
  return {
    order: {
      id,
      state: 'partially shipped',
      customer,
      customerOrder,
      channel,
      ...(erpNumber ? { erpNumber } : {}),
      holds: [],
      receivedAt: at(0),
      updatedAt: at(9_700),
      ...(value ? { value } : {}),
      lines,
      shipments: [
        {
          shipment: 'SHP-7781',
          release: 'R1',
          status: 'dispatched',
          scac: 'UPSN',
          shipDate: '2026-11-20',
          invoice: 'INV-55120',
        },
      ],
    },
    steps,
    deliveries,
    waits: [
      {
        why: 'The release to wms2: connect ECONNREFUSED',
        since: at(5_461.4),
        wakes: `The next attempt at ${new Date(now + 24_000).toISOString()}.`,
      },
      {
        why: 'Not enough stock for line 2.',
        since: at(8_101),
        wakes: 'Stock arrives at one of the facilities, expected 2026-11-24.',
      },
      {
        why: 'The EDI document to bigbox: 550 mailbox full',
        since: at(9_366.2),
        wakes: 'A person delivers it again or gives it up.',
      },
    ],
  }
}
