import { type AuthorityProfile, CROSSDOCK, mayMove, who } from '../lifecycle/authority.ts'
import type { EventType } from '../lifecycle/events.ts'
import type { HubDefinition } from './define-hub.ts'
import { type Finding, odd, wrong } from './finding.ts'

const AT = 'lifecycle.authority'

/** What somebody has to be allowed to do, or orders stand still; some of it at each warehouse. */
const JOBS: readonly { readonly says: string; readonly type: EventType; readonly isLocal?: boolean }[] = [
  { says: 'check credit', type: 'credit.checked' },
  { says: 'check prices', type: 'price.checked' },
  { says: 'source orders', type: 'order.sourced' },
  { says: 'promise stock', type: 'order.reserved', isLocal: true },
  { says: 'accept orders', type: 'order.accepted' },
  { says: 'post orders', type: 'order.posted' },
  { says: 'plan releases', type: 'order.release_planned', isLocal: true },
  { says: 'confirm releases', type: 'order.released', isLocal: true },
  { says: 'confirm picks', type: 'pick.confirmed', isLocal: true },
  { says: 'dispatch shipments', type: 'shipment.dispatched', isLocal: true },
  { says: 'count stock', type: 'inventory.counted', isLocal: true },
  { says: 'invoice', type: 'invoice.posted' },
]

/** Authority that names nobody, or somebody who does not exist; today, and whenever a rule begins or ends later. */
export function lintAuthority(definition: HubDefinition, now: number): Finding[] {
  const { authority } = definition.lifecycle
  return [
    ...strangers(definition, authority),
    ...nobody(definition, authority, now),
    ...notAsked(definition, authority, now),
    ...unheard(definition, authority, now),
  ]
}

function strangers({ systems, partners = [] }: HubDefinition, { rules }: AuthorityProfile): Finding[] {
  const known = new Set([CROSSDOCK, '*', ...Object.keys(systems), ...partners.map((partner) => partner.name)])
  const named = new Set(rules.flatMap((rule) => rule.systems))
  return [...named]
    .filter((name) => !known.has(name))
    .map((name) => wrong(AT, `The profile names ${name}, and there is no such system.`))
}

function nobody({ process }: HubDefinition, authority: AuthorityProfile, now: number): Finding[] {
  const facilities = process[0].options.warehouses.map((warehouse) => warehouse.facility)
  const findings = new Map<string, Finding>()
  for (const at of instantsOf(authority, now)) {
    for (const { says, type, isLocal } of JOBS) {
      for (const facility of isLocal ? facilities : [undefined]) {
        if (who(authority, type, facility, at).length > 0) continue
        const place = facility === undefined ? '' : ` at ${facility}`
        const since = at === now ? '' : ` from ${new Date(at).toISOString()} on`
        if (!findings.has(says + place))
          findings.set(says + place, wrong(AT, `Nobody may ${says}${place}${since} (${type}).`))
      }
    }
  }
  return [...findings.values()]
}

/** Now, and each instant ahead at which a rule begins or ends. */
function instantsOf({ rules }: AuthorityProfile, now: number): number[] {
  const edges = rules.flatMap(({ fromMs, untilMs }) => [fromMs, untilMs]).filter((at) => at !== undefined && at > now)
  return [now, ...new Set(edges as number[])].sort((a, b) => a - b)
}

/** A carrier that may not say what it says: every status of its would be refused. */
function unheard({ partners = [] }: HubDefinition, authority: AuthorityProfile, now: number): Finding[] {
  return partners.flatMap(({ name, carrier }, at) =>
    carrier === undefined || mayMove(authority, 'shipment.delivered', name, undefined, now)
      ? []
      : [
          odd(
            `partners[${at}].carrier`,
            `${name} may not say where shipments are: name it among the carriers of the authority profile.`,
          ),
        ],
  )
}

/** An OMS that may source but is not asked, or is asked but may not: orders would wait for ever. */
function notAsked({ systems, process }: HubDefinition, authority: AuthorityProfile, now: number): Finding[] {
  const { oms } = process[0].options
  const sources = who(authority, 'order.sourced', undefined, now)
  const mayOms = sources.filter((name) => systems[name]?.role === 'oms')
  if (mayOms.length > 0 && oms === undefined) {
    return [
      wrong('process[0].options.oms', `Only ${mayOms.join(', ')} may source orders, and the process does not ask it.`),
    ]
  }
  if (oms !== undefined && systems[oms] && !sources.includes(oms)) {
    return [
      odd(
        'process[0].options.oms',
        `${oms} is named, but the profile lets ${sources.join(', ') || 'nobody'} source orders.`,
      ),
    ]
  }
  return []
}
