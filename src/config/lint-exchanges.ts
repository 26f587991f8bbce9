import { durationMs } from '../base/duration.ts'
import { documentNamed } from '../documents/catalogue.ts'
import { isEdifact } from '../intake/settings.ts'
import type { HubDefinition, PartnerDefinition } from './define-hub.ts'
import { type Finding, odd, wrong } from './finding.ts'
import { isStillOpen } from './lint-open.ts'

/** What the order process sends by itself, by what the partner is to us. */
const OF_THE_PROCESS = {
  customer: ['order-acknowledgement', 'order-change-acknowledgement', 'ship-notice', 'invoice'],
  facility: ['warehouse-order'],
  carrier: ['load-tender'],
} as const

/** Documents that would go to nobody, that nobody can read, and answers whose clock would never begin. */
export function lintExchanges(partner: PartnerDefinition, where: string, systems: HubDefinition['systems']): Finding[] {
  const { name, relays = [], takes = [], owes = [] } = partner
  const unknownType = (document: string, place: string) => unread(document, place, isEdifact(partner.speaks))
  return [
    ...relays.flatMap(({ document, to }, at) => [
      ...unknownType(document.name, `${where}.relays[${at}]`),
      ...unreachable(document.name, to, `${where}.relays[${at}]`, systems),
      ...(relays.findIndex((one) => one.document.name === document.name && one.to === to) < at
        ? [odd(`${where}.relays[${at}]`, `The ${document.name} goes to ${to} already.`)]
        : []),
    ]),
    ...takes.flatMap((document, at) => unknownType(document.name, `${where}.takes[${at}]`)),
    ...owes.flatMap(({ document, after, within, warn }, at) => {
      const place = `${where}.owes[${at}]`
      return [
        ...unknownType(document.name, place),
        ...(sentTo(partner).includes(after.name)
          ? []
          : [
              odd(
                `${place}.after`,
                `No ${after.name} goes to ${name}, so the clock never begins. Add it to \`takes\`.`,
              ),
            ]),
        ...(warn !== undefined && !isStillOpen(within) && durationMs(warn) >= durationMs(within)
          ? [wrong(`${place}.warn`, `${warn} before its time is before the clock of ${within} begins.`)]
          : []),
      ]
    }),
  ]
}

function sentTo({ customer, facility, carrier, takes = [] }: PartnerDefinition): string[] {
  return [
    ...takes.map(({ name }) => name),
    ...(customer === undefined ? [] : OF_THE_PROCESS.customer),
    ...(facility === undefined ? [] : OF_THE_PROCESS.facility),
    ...(carrier === undefined ? [] : OF_THE_PROCESS.carrier),
  ]
}

function unreachable(document: string, to: string, where: string, systems: HubDefinition['systems']): Finding[] {
  const system = systems[to]
  if (!system) return [wrong(where, `There is no system named ${to}. There are: ${Object.keys(systems).join(', ')}.`)]
  return system.connector ? [] : [wrong(where, `${to} is handed the ${document} and has no connector.`)]
}

function unread(name: string, where: string, inEdifact: boolean): Finding[] {
  const type = documentNamed(name)
  if (!type) return [wrong(where, `Nothing reads a ${name}: there is no such document type.`)]
  return inEdifact && !type.edifact ? [wrong(where, `A ${name} has no form in EDIFACT.`)] : []
}
