import type { HubDefinition } from '../config/define-hub.ts'
import { controlNumberKey } from '../intake/keys.ts'
import { type EdiProfile, isEdifact } from '../intake/settings.ts'
import type { Query } from '../journal/parked-list.ts'
import type { Store } from '../store/contract.ts'
import { documentsFromPostgres } from '../visibility/document-book.ts'
import { type DocumentDoorPorts, numberForms } from '../visibility/document-routes.ts'

/** What the door of traces asks of a hub: the documents, and the receipt of an interchange by its partner's number. */
export function documentDoors(
  { partners = [] }: Pick<HubDefinition, 'partners'>,
  store: Pick<Store, 'findKeys'>,
  query: Query,
): Pick<DocumentDoorPorts, 'documents' | 'cameUnder'> {
  return {
    documents: documentsFromPostgres(query),
    cameUnder: async ({ tenant, partner }, number) => {
      const asked = partners.filter(({ name }) => partner === undefined || name === partner)
      const keys = asked.flatMap(({ speaks }) => keysUnder(tenant, speaks, number))
      return (await store.findKeys(keys)).map(({ ref }) => ref)
    },
  }
}

const NOTHING = new Uint8Array(0)

/** The keys that interchanges of this number have, as production data and as tests. */
function keysUnder(tenant: string, profile: EdiProfile, number: string) {
  const [sender, receiver] = [profile.theirs, profile.ours].map((address) => namedIn(profile, address))
  if (!sender || !receiver) return [] // a partner that any address speaks for has no keys that could be told from here
  return ['P', 'T'].flatMap((usage) =>
    numberForms(number).map((control) => controlNumberKey({ tenant, sender, receiver, usage, control }, NOTHING, 0)),
  )
}

/** An address as keys have it: `qualifier:id`. In EDIFACT a profile has `id:qualifier`. */
function namedIn(profile: EdiProfile, address: string): string {
  if (!isEdifact(profile)) return address
  const [id = '', qualifier = ''] = address.split(':')
  return qualifier === '' ? id : `${qualifier}:${id}`
}
