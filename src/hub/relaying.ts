/** Documents that partners and systems exchange through us: what the configuration says of them, for those who do it. */
import { durationMs } from '../base/duration.ts'
import type { HubDefinition, PartnerDefinition } from '../config/define-hub.ts'
import { documentNamed } from '../documents/catalogue.ts'
import type { Owing } from '../documents/document.ts'
import type { SendableDocument } from '../intake/mail.ts'
import { type OwedByPartner, owedRoom } from '../intake/owed-room.ts'
import { relayRoom } from '../intake/relay-room.ts'
import type { Sender } from '../intake/settings.ts'
import type { Room } from '../journal/contract.ts'

/** What intake must know of a partner: which documents go where, and which may be sent to it. */
export function exchangesOf({ relays, owes, takes }: PartnerDefinition): Pick<Sender, 'relays' | 'takes'> {
  return {
    ...(relays || owes ? { relays: relaysOf(relays ?? [], owes ?? []) } : {}),
    ...(takes ? { takes: new Set(takes.map(({ name }) => name)) } : {}),
  }
}

function relaysOf(
  relays: NonNullable<PartnerDefinition['relays']>,
  owes: NonNullable<PartnerDefinition['owes']>,
): ReadonlyMap<string, readonly string[]> {
  const systems = new Map<string, string[]>(owes.map(({ document }) => [document.name, []]))
  for (const { document, to } of relays) systems.set(document.name, [...(systems.get(document.name) ?? []), to])
  return systems
}

/** The documents that mailboxes must know how to write: those of the process, and all that partners take from systems. */
export function sentToPartners(
  { partners = [] }: Pick<HubDefinition, 'partners'>,
  own: readonly SendableDocument[],
): readonly SendableDocument[] {
  const known = new Set(own.map(({ name }) => name))
  const taken = new Set(partners.flatMap(({ takes = [] }) => takes.map(({ name }) => name)))
  const more = [...taken].filter((name) => !known.has(name)).map(documentNamed)
  return [...own, ...more.filter((type) => type !== undefined)]
}

/** The rooms that exchange documents, also where none is exchanged: what was until yesterday goes on. */
export function relayRooms({ partners = [] }: Pick<HubDefinition, 'partners'>): readonly Room[] {
  const owed = new Map(partners.map(({ name, owes = [] }) => [name, owes.map(owedOf)]))
  return [relayRoom() as Room, owedRoom({ owed }) as Room]
}

function owedOf({ document, after, within, warn }: Owing): OwedByPartner {
  const withinMs = durationMs(within)
  const warnMs = warn === undefined ? withinMs / 4 : durationMs(warn)
  return { document: document.name, after: after.name, withinMs, warnMs }
}
