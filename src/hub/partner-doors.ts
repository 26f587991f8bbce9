import type { HubDefinition } from '../config/define-hub.ts'
import type { Owing } from '../documents/document.ts'
import type { PartnerDoorPorts } from '../intake/partner-routes.ts'
import { hourOf } from '../visibility/kpis.ts'
import { type ClockOf, type Expected, scorecard } from '../visibility/scorecard.ts'
import type { Views } from '../visibility/views.ts'

const HOURS_A_DAY = 24

/** What the doors of partners ask of a hub: who they are, and what the views counted of their clocks. */
export function partnerDoors(
  { partners = [] }: Pick<HubDefinition, 'partners'>,
  views: Pick<Views, 'counts'>,
  now: () => number,
): Pick<PartnerDoorPorts, 'partners' | 'scores' | 'owedScores'> {
  const expected = new Map(partners.map(({ name, expects = [] }) => [name, expects.map(expectedOf)]))
  const owed = new Map(partners.map(({ name, owes = [] }) => [name, owes.map(owedOf)]))
  const scoresOf = async (tenant: string, partner: string, days: number, whose: ClockOf) => {
    const clocks = (whose === 'ours' ? expected : owed).get(partner) ?? []
    if (clocks.length === 0) return []
    const toHour = hourOf(now())
    const counts = await views.counts(tenant, { fromHour: toHour - days * HOURS_A_DAY, toHour })
    return scorecard(partner, clocks, counts, whose)
  }
  return {
    partners: () => partners,
    scores: (tenant, partner, days) => scoresOf(tenant, partner, days, 'ours'),
    owedScores: (tenant, partner, days) => scoresOf(tenant, partner, days, 'theirs'),
  }
}

const owedOf = ({ document, within, after }: Owing): Expected => ({
  document: document.name,
  within,
  after: after.name,
})

function expectedOf({
  document,
  within,
  after,
  penalty,
}: NonNullable<NonNullable<HubDefinition['partners']>[number]['expects']>[number]): Expected {
  return { document: document.name, within, after: after ?? 'order.received', ...(penalty ? { penalty } : {}) }
}
