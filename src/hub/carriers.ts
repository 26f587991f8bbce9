import type { HubDefinition, PartnerDefinition } from '../config/define-hub.ts'
import type { Room } from '../journal/contract.ts'
import { loadRoom } from '../lifecycle/load.ts'
import type { LoadState } from '../lifecycle/load-state.ts'

type Carrier = PartnerDefinition & { readonly carrier: string }

const carriersIn = ({ partners = [] }: Pick<HubDefinition, 'partners'>): readonly Carrier[] =>
  partners.filter((partner): partner is Carrier => partner.carrier !== undefined)

/** The carriers that are told in files, as the process knows them. */
export function ediCarriers(definition: Pick<HubDefinition, 'partners'>): {
  ediCarriers?: Readonly<Record<string, string>>
} {
  const carriers = carriersIn(definition)
  return carriers.length === 0
    ? {}
    : { ediCarriers: Object.fromEntries(carriers.map(({ name, carrier }) => [name, carrier])) }
}

/** The room of their loads; none where no partner is a carrier. */
export function loadRooms(definition: HubDefinition): readonly Room<LoadState>[] {
  const carriers = carriersIn(definition)
  if (carriers.length === 0) return []
  const { carrier: usual, warehouses } = definition.process[0].options
  const ofFacility = new Map(warehouses.map(({ facility, carrier = usual }) => [facility, carrier]))
  return [
    loadRoom({
      carriers: carriers.map(({ name, carrier: scac, speaks: { statusWaitMs: patienceMs } }) => ({
        name,
        scac,
        ...(patienceMs === undefined ? {} : { patienceMs }),
      })),
      tendersTo: (facility) => ofFacility.get(facility) ?? usual,
    }),
  ]
}
