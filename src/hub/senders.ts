import type { HubDefinition, PartnerDefinition } from '../config/define-hub.ts'
import type { AnyMap } from '../documents/map/map.ts'
import type { Sender, SenderRole } from '../intake/settings.ts'
import { exchangesOf } from './relaying.ts'

/** What intake must know about each system that may send, by name. */
export function sendersOf(definition: HubDefinition): Map<string, Sender> {
  const senders = new Map<string, Sender>()
  for (const [system, { role, facility, customer, files, maps, archives }] of Object.entries(definition.systems)) {
    senders.set(system, {
      system,
      role,
      ...(facility ? { facility } : {}),
      ...(customer ? { customer } : {}),
      ...(files ? { files } : {}),
      ...(archives ? { archives } : {}),
      ...(maps?.in ? { maps: [maps.in].flat() as readonly AnyMap[] } : {}),
    })
  }
  for (const partner of definition.partners ?? []) senders.set(partner.name, partnerSender(partner))
  return senders
}

/** A partner as intake knows it. */
export function partnerSender(partner: PartnerDefinition): Sender {
  return {
    system: partner.name,
    role: roleOf(partner),
    partner: partner.name,
    ...(partner.customer ? { customer: partner.customer } : {}),
    ...(partner.facility ? { facility: partner.facility } : {}),
    ...(partner.carrier ? { carrier: partner.carrier } : {}),
    ...(partner.files ? { files: partner.files } : {}),
    ...(partner.archives ? { archives: true } : {}),
    ...exchangesOf(partner),
    edi: partner.speaks,
  }
}

/** A partner that is several things to us is first what it says most as: a warehouse, then a customer. */
function roleOf({ facility, customer, carrier, supplier }: PartnerDefinition): SenderRole {
  if (facility !== undefined) return 'wms'
  if (customer !== undefined) return 'partner'
  if (carrier !== undefined) return 'carrier'
  return supplier === undefined ? 'partner' : 'supplier'
}
