import type { JournalEvent } from '../journal/contract.ts'
import { factsOf, type JournalUnderTest } from './journal-under-test.ts'

/** One order from arrival to invoice, two lines, one carton. Answers the request that told the ERP of the goods issue. */
export async function walkOneOrder(journal: JournalUnderTest, id: string, po: string): Promise<JournalEvent> {
  const subject = `acme/order/${id}`
  const lines = [
    { line: '1', item: 'bolts', quantity: 10_000_000 },
    { line: '2', item: 'nuts', quantity: 4_000_000 },
  ]
  const release = `REL-${id}`
  const shipment = `SHIP-${id}`
  journal.says(subject, 'order.received', factsOf(id, po))
  journal.says(subject, 'order.sourced', {
    attempt: 1,
    by: 'order-to-cash',
    parts: [{ facility: 'DC1', lines, whole: true }],
  })
  journal.says(subject, 'order.reserved', { attempt: 1, facility: 'DC1', lines })
  journal.says(subject, 'order.accepted', { lines: lines.map((line) => ({ ...line, backordered: 0 })) })
  await journal.commit()
  journal.passes(4_000)
  journal.says(subject, 'order.posted', { number: `SO-${id}` }, 'erp')
  journal.says(subject, 'order.release_planned', { release, facility: 'DC1', lines, by: 'order-to-cash' })
  journal.says(subject, 'order.released', { release, facility: 'DC1', lines }, 'wms')
  await journal.commit()
  journal.passes(600_000)
  journal.says(subject, 'pick.confirmed', { release, lines }, 'wms')
  journal.says(subject, 'carton.closed', { release, carton: { carton: `CARTON-${id}`, lines } }, 'wms')
  const tracking = [{ carton: `CARTON-${id}`, tracking: `1Z-${id}` }]
  journal.says(subject, 'shipment.manifested', { shipment, order: id, release, tracking }, 'wms')
  journal.says(subject, 'order.shipped', { shipment, release, facility: 'DC1', lines }, 'wms')
  const request = journal.says(subject, 'delivery.planned', {
    target: 'erp',
    verb: 'shipment.post',
    key: shipment,
    chain: subject,
    args: { shipment },
    digest: 'd',
  })
  await journal.commit()
  journal.passes(2_000)
  const total = { amount: '40.00', currency: 'USD' }
  journal.says(subject, 'order.invoiced', { invoice: `i-${id}`, number: `INV-${id}`, shipment, lines, total }, 'erp')
  journal.says(subject, 'order.line_closed', { lines: ['1', '2'] })
  await journal.commit()
  return request
}
