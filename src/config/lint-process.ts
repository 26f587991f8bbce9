import type { Warehouse } from '../process/order-to-cash/options.ts'
import type { HubDefinition, SystemDefinition } from './define-hub.ts'
import { type Finding, odd, wrong } from './finding.ts'
import { isTimeZone } from './lint-partners.ts'

const AT = 'process[0].options'

/** Systems, warehouses and channels of the process that lead nowhere. */
export function lintProcess(definition: HubDefinition): Finding[] {
  const { erp, oms, carrier, warehouses } = definition.process[0].options
  return [
    ...asked(definition, `${AT}.erp`, erp, 'erp'),
    ...(oms === undefined ? [] : asked(definition, `${AT}.oms`, oms, 'oms')),
    ...carries(definition, `${AT}.carrier`, carrier),
    ...(warehouses.length === 0 ? [wrong(`${AT}.warehouses`, 'There is no warehouse to ship from.')] : []),
    ...warehouses.flatMap((warehouse, at) => lintWarehouse(definition, warehouse, at)),
    ...lintUnused(definition),
    ...lintChannels(definition),
    ...lintSourcing(definition),
  ]
}

/** A system that requests go to: it exists, has the right role, and can be reached. */
function asked({ systems }: HubDefinition, where: string, name: string, role: SystemDefinition['role']): Finding[] {
  const system = systems[name]
  if (!system) return [wrong(where, `There is no system named ${name}. ${known(Object.keys(systems))}`)]
  return [
    ...(system.role === role ? [] : [wrong(where, `${name} has the role ${system.role}; here it must be ${role}.`)]),
    ...(system.connector ? [] : [wrong(`systems.${name}`, `${name} is sent requests and has no connector.`)]),
  ]
}

/** A carrier is a system that is asked, or a partner that gets a load tender. */
function carries(definition: HubDefinition, where: string, name: string | undefined): Finding[] {
  if (name === undefined) return []
  const partner = definition.partners?.find((one) => one.name === name)
  if (!partner) return asked(definition, where, name, 'carrier')
  return partner.carrier === undefined
    ? [wrong(where, `${name} is no carrier: say its SCAC, such as carrier: 'UPSN'.`)]
    : []
}

function lintWarehouse(definition: HubDefinition, warehouse: Warehouse, at: number): Finding[] {
  const where = `${AT}.warehouses[${at}]`
  const { facility, system, zone, cutoff } = warehouse
  const twice = definition.process[0].options.warehouses.findIndex((other) => other.facility === facility) < at
  if (system === undefined) return [systemless(definition, warehouse, where)]
  return [
    ...(twice ? [wrong(`${where}.facility`, `${facility} is listed twice.`)] : []),
    ...(warehouse.speaks === 'edi' ? mailbox(definition, warehouse, where) : asksWarehouse(definition, system, where)),
    ...ownPlace(definition, warehouse, where),
    ...carries(definition, `${where}.carrier`, warehouse.carrier),
    ...(isTimeZone(zone) ? [] : [wrong(`${where}.zone`, `“${zone}” is no time zone.`)]),
    ...[cutoff, warehouse.calendar?.opens].flatMap((time) =>
      time === undefined || /^([01]\d|2[0-3]):[0-5]\d$/.test(time)
        ? []
        : [wrong(where, `“${time}” is no time of the day. Write '16:30'.`)],
    ),
  ]
}

/** A warehouse system is asked over HTTP; a partner gets 940s, and that has to be said. */
function asksWarehouse(definition: HubDefinition, system: string, where: string): Finding[] {
  if (definition.systems[system] === undefined && definition.partners?.some(({ name }) => name === system))
    return [wrong(`${where}.system`, `${system} is a partner, which gets 940s: add ${byMailbox(system)}.`)]
  return asked(definition, `${where}.system`, system, 'wms')
}

const byMailbox = (partner: string): string => `speaks: 'edi', partner: '${partner}'`

/** Not even typed configurations are always checked by their types. */
function systemless({ systems }: HubDefinition, { facility, partner }: Warehouse, where: string): Finding {
  return wrong(
    `${where}.system`,
    partner === undefined
      ? `It is not said which system speaks for ${facility}. ${known(Object.keys(systems))}`
      : `It is not said who speaks for ${facility}: add system: '${partner}', ${byMailbox(partner)}.`,
  )
}

function mailbox({ partners = [] }: HubDefinition, { system, partner = system }: Warehouse, where: string): Finding[] {
  if (partners.some((one) => one.name === partner)) return []
  return [
    wrong(
      `${where}.partner`,
      `There is no partner named ${partner} to send the 940 to. ${known(partners.map((one) => one.name))}`,
    ),
  ]
}

function ownPlace(
  { systems, partners = [] }: HubDefinition,
  { facility, system }: Warehouse,
  where: string,
): Finding[] {
  const speaksFor = systems[system]?.facility ?? partners.find((one) => one.name === system)?.facility
  if (speaksFor === undefined || speaksFor === facility) return []
  return [wrong(`${where}.facility`, `${system} speaks for ${speaksFor}, not for ${facility}.`)]
}

function lintUnused({ systems, process }: HubDefinition): Finding[] {
  const listed = new Set(process[0].options.warehouses.map((warehouse) => warehouse.facility))
  return Object.entries(systems).flatMap(([name, { role, facility }]) =>
    role === 'wms' && facility !== undefined && !listed.has(facility)
      ? [
          odd(
            `systems.${name}.facility`,
            `${facility} is no warehouse of the process: nothing is ever shipped from it.`,
          ),
        ]
      : [],
  )
}

function lintChannels({ systems, partners = [], process }: HubDefinition): Finding[] {
  const partnerNames = partners.map((partner) => partner.name)
  const channels = process[0].options.channels ?? {}
  const wrongs = Object.entries(channels).flatMap(([name, { kind, partner = name }]) => {
    const where = `${AT}.channels.${name}`
    if (kind === 'edi') {
      return partnerNames.includes(partner)
        ? []
        : [wrong(where, `There is no partner named ${partner}. ${known(partnerNames)}`)]
    }
    if (!systems[name]) return [wrong(where, `There is no system named ${name}. ${known(Object.keys(systems))}`)]
    return systems[name].connector
      ? []
      : [wrong(`systems.${name}`, `${name} is told of its orders and has no connector.`)]
  })
  const silent = partners.flatMap(({ name, customer }, at) =>
    customer !== undefined && !Object.entries(channels).some(([channel, { partner = channel }]) => partner === name)
      ? [odd(`partners[${at}]`, `${name} has no channel, so its orders are answered with nothing but a 997.`)]
      : [],
  )
  return [...wrongs, ...silent]
}

function lintSourcing({ process }: HubDefinition): Finding[] {
  const { sourcing, warehouses } = process[0].options
  const facilities = warehouses.map((warehouse) => warehouse.facility)
  const unknown = (sourcing?.order ?? []).flatMap((facility, at) =>
    facilities.includes(facility)
      ? []
      : [wrong(`${AT}.sourcing.order[${at}]`, `${facility} is no warehouse. ${known(facilities)}`)],
  )
  const { attempts } = sourcing ?? {}
  const few = attempts !== undefined && !(Number.isInteger(attempts) && attempts > 0)
  return few ? [...unknown, wrong(`${AT}.sourcing.attempts`, 'At least one try is needed.')] : unknown
}

function known(names: readonly string[]): string {
  return names.length === 0 ? 'There are none.' : `There are: ${names.join(', ')}.`
}
