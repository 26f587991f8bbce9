/** The independent checker over every ledger and the hub's own journal. */
import { Checker } from '../../src/checker/checker.ts'
import type { HubEvent, LedgerRow } from '../../src/checker/records.ts'
import type { Journey } from './hub.ts'

/** What a verdict says when nothing is wrong. */
export const RIGHT = { lost: 0, duplicates: 0, reordered: 0, illegal: 0, unbalanced: 0 }

/** Closes the floors of all sites, and judges. */
export function judged(hub: Journey) {
  const { all, warehouses, thirdParty } = hub.systems
  const sites = [...warehouses, ...(thirdParty ? [thirdParty] : [])]
  for (const site of sites) site.close()
  const checker = new Checker({
    roles: Object.fromEntries(all.map((simulator) => [simulator.name, simulator.role])),
    facilities: Object.fromEntries(sites.map((site) => [site.facility, site.name])),
  })
  for (const simulator of all) for (const row of simulator.ledger.rows()) checker.row(row as unknown as LedgerRow)
  for (const event of hub.events) checker.event(event as unknown as HubEvent)
  return checker.verdict()
}
