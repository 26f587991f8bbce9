import { join } from 'node:path'
import { simulatedBusiness } from '../../src/cli/landscape/acme.ts'
import type { HubDefinition } from '../../src/config/define-hub.ts'
import { folder } from '../../src/connectors/folder/index.ts'

/** The business of the town: the demo's own, with a retailer that speaks in files. */
export const business: HubDefinition = simulatedBusiness({ name: 'acme', edi: true })

/** The same with every partner's folders in one place, which all hubs look into. */
export function businessBeside(partners: string): HubDefinition {
  return {
    ...business,
    partners: (business.partners ?? []).map((partner) => ({
      ...partner,
      reach: folder({ outbox: join(partners, partner.name, 'to'), taken: join(partners, partner.name, 'to', 'done') }),
      pickUp: join(partners, partner.name, 'from'),
    })),
  }
}
