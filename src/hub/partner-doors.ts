import type { HubDefinition } from '../config/define-hub.ts'
import type { PartnerDoorPorts } from '../intake/partner-routes.ts'
import { hourOf } from '../visibility/kpis.ts'
import { type Expected, scorecard } from '../visibility/scorecard.ts'
import type { Views } from '../visibility/views.ts'

const HOURS_A_DAY = 24

/** What the doors of partners ask of a hub: who they are, and what the views counted of their clocks. */
export function partnerDoors(
  { partners = [] }: Pick<HubDefinition, 'partners'>,
  views: Pick<Views, 'counts'>,
  now: () => number,
): Pick<PartnerDoorPorts, 'partners' | 'scores'> {
  const expected = new Map(partners.map(({ name, expects = [] }) => [name, expects.map(expectedOf)]))
  return {
    partners: () => partners,
    scores: async (tenant, partner, days) => {
      const clocks = expected.get(partner) ?? []
      if (clocks.length === 0) return []
      const toHour = hourOf(now())
      return scorecard(partner, clocks, await views.counts(tenant, { fromHour: toHour - days * HOURS_A_DAY, toHour }))
    },
  }
}

function expectedOf({
  document,
  within,
  after,
  penalty,
}: NonNullable<NonNullable<HubDefinition['partners']>[number]['expects']>[number]): Expected {
  return { document: document.name, within, after: after ?? 'order.received', ...(penalty ? { penalty } : {}) }
}
