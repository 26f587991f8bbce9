import { durationMs } from '../base/duration.ts'
import { wrongPlaces } from '../edi/x12/guide.ts'
import { isEdifact } from '../intake/settings.ts'
import type { HubDefinition, PartnerDefinition } from './define-hub.ts'
import { type Finding, odd, wrong } from './finding.ts'
import { lintEdifact } from './lint-edifact.ts'
import { lintExchanges } from './lint-exchanges.ts'
import { isStillOpen } from './lint-open.ts'

/** `qualifier:id` as in ISA05 and ISA06: two characters, and at most fifteen. */
const ADDRESS = /^[0-9A-Z]{2}:[^\s:*~>^](?:[^:*~>^]{0,13}[^\s:*~>^])?$/

/** `id:qualifier` as in S002 and S003 of UNB, or the id alone: at most 35 characters, and four. */
const UNB_ADDRESS = /^[^\s:+'?*](?:[^:+'?*]{0,33}[^\s:+'?*])?(?::[0-9A-Z]{1,4})?$/

const standardOf = ({ speaks }: PartnerDefinition): string => speaks.standard ?? 'x12'

/** What a file is known by; undefined while an address is not decided. */
function addressOf(partner: PartnerDefinition): string | undefined {
  const { theirs, ours, usage = 'P' } = partner.speaks
  return isStillOpen(theirs) || isStillOpen(ours) ? undefined : [standardOf(partner), theirs, ours, usage].join(' ')
}

/** Partners that cannot be told apart, that nobody would recognise, or that are nothing to us. */
export function lintPartners({ partners = [], process, systems }: HubDefinition): Finding[] {
  const addresses = new Map<string, string>()
  const customers = new Map<string, string>()
  const suppliers = new Map<string, string>()
  const carriers = new Map<string, string>()
  const warehouses = process[0].options.warehouses.map((warehouse) => warehouse.partner ?? warehouse.system)
  return partners.flatMap((partner, at) => {
    const where = `partners[${at}]`
    return [
      ...isSomething(partner, where),
      ...wellAddressed(partner, where),
      ...repeated(
        addresses,
        addressOf(partner),
        `${where}.speaks`,
        () =>
          `${partner.name} has the same EDI address as another partner (${partner.speaks.theirs}); files could not be told apart.`,
      ),
      ...repeated(
        customers,
        partner.customer,
        `${where}.customer`,
        () => `Customer ${partner.customer} is two partners.`,
      ),
      ...repeated(
        suppliers,
        partner.supplier,
        `${where}.supplier`,
        () => `Supplier ${partner.supplier} is two partners.`,
      ),
      ...repeated(carriers, partner.carrier, `${where}.carrier`, () => `Carrier ${partner.carrier} is two partners.`),
      ...expectable(partner, where),
      ...lintExchanges(partner, where, systems),
      ...(partner.facility !== undefined && !warehouses.includes(partner.name)
        ? [
            odd(
              `${where}.facility`,
              `${partner.facility} is no warehouse of the process, so ${partner.name} is never sent an order. Add to its warehouses: { facility: '${partner.facility}', system: '${partner.name}', speaks: 'edi', partner: '${partner.name}' }.`,
            ),
          ]
        : []),
      ...(isEdifact(partner.speaks)
        ? lintEdifact(partner.speaks, partner.facility, `${where}.speaks`)
        : wrongPlaces(partner.speaks.guide ?? {}).map((place) =>
            wrong(`${where}.speaks.guide`, `“${place}” is no segment or element of X12. Write TD5, PO107 or REF[DP].`),
          )),
      ...(isTimeZone(partner.speaks.timeZone)
        ? []
        : [wrong(`${where}.speaks.timeZone`, `“${partner.speaks.timeZone}” is no time zone.`)]),
    ]
  })
}

/** A Standard Carrier Alpha Code: two to four letters. */
const SCAC = /^[A-Z]{2,4}$/

function isSomething(partner: PartnerDefinition, where: string): Finding[] {
  const { name, customer, facility, carrier, supplier, relays, takes } = partner
  if (carrier !== undefined && !SCAC.test(carrier))
    return [wrong(`${where}.carrier`, `“${carrier}” is no SCAC: two to four capital letters, such as 'UPSN'.`)]
  if ([customer, facility, carrier, supplier, relays, takes].some((is) => is !== undefined)) return []
  return [
    wrong(
      where,
      `${name} is nothing to us: neither customer nor supplier (its number in the ERP), warehouse (its facility) or carrier (its SCAC).`,
    ),
  ]
}

/** What each document the process writes may be counted from. Counted from the order, a ship notice is the first one. */
const COUNTED_FROM: Readonly<Record<string, readonly string[]>> = {
  'order-acknowledgement': ['order.received'],
  'ship-notice': ['shipment.dispatched', 'order.received'],
  invoice: ['shipment.dispatched'],
}

/** Clocks that would never begin or never stop. A start that could be two is said. */
function expectable({ name, customer, expects = [] }: PartnerDefinition, where: string): Finding[] {
  const known = Object.keys(COUNTED_FROM).join(', ')
  return expects.flatMap(({ document, within, warn, after }, at) => {
    const place = `${where}.expects[${at}]`
    const from = COUNTED_FROM[document.name]
    if (customer === undefined) return [wrong(place, `${name} is no customer: nothing is written for it by a clock.`)]
    if (from === undefined) return [wrong(place, `No ${document.name} is written for partners. There are: ${known}.`)]
    if (!from.includes(after ?? (from.length > 1 ? '' : 'order.received')))
      return [wrong(`${place}.after`, `The ${document.name} is counted from ${from[0]}: { after: '${from[0]}' }.`)]
    return warn !== undefined && !isStillOpen(within) && durationMs(warn) >= durationMs(within)
      ? [wrong(`${place}.warn`, `${warn} before its time is before the clock of ${within} begins.`)]
      : []
  })
}

function wellAddressed({ speaks }: PartnerDefinition, where: string): Finding[] {
  const [form, says] = isEdifact(speaks)
    ? [UNB_ADDRESS, "Write id:qualifier as in UNB, such as '4012345000016:14'."]
    : [ADDRESS, "Write qualifier:id as in ISA, such as 'ZZ:ACMESUPPLY'."]
  const malformed = (['ours', 'theirs'] as const).flatMap((side) =>
    form.test(speaks[side]) ? [] : [wrong(`${where}.speaks.${side}`, `“${speaks[side]}” is no EDI address. ${says}`)],
  )
  return speaks.ours === speaks.theirs && !isStillOpen(speaks.ours)
    ? [...malformed, wrong(`${where}.speaks`, 'Our address and theirs are the same.')]
    : malformed
}

function repeated(seen: Map<string, string>, key: string | undefined, where: string, says: () => string): Finding[] {
  if (key === undefined) return []
  const first = seen.get(key)
  seen.set(key, first ?? where)
  return first === undefined ? [] : [wrong(where, says())]
}

/** Whether the runtime knows this IANA time zone; none at all is UTC. */
export function isTimeZone(zone: string | undefined): boolean {
  if (zone === undefined) return true
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
