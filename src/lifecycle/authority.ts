/**
 * Who may cause which transition: data with effective dates, per warehouse. A profile is asked twice: before a report
 * becomes fact ({@link mayMove}), and by the process, whether a job is its own to do ({@link who}).
 */
import type { EventType } from './events.ts'

/** The name under which Crossdock itself acts where a profile delegates a job to it. */
export const CROSSDOCK = 'crossdock'

/** One sentence of a profile: these systems may cause these transitions, there and then. */
export interface AuthorityRule {
  readonly transitions: readonly EventType[]
  readonly systems: readonly string[]
  /** Absent: everywhere. */
  readonly facilities?: readonly string[]
  /** Milliseconds since 1970; absent: always. `until` is the first instant at which the rule holds no more. */
  readonly fromMs?: number
  readonly untilMs?: number
}

/** Rules from the most particular to the most general; the first that applies decides. */
export interface AuthorityProfile {
  readonly name: string
  readonly rules: readonly AuthorityRule[]
}

const SOURCING: readonly EventType[] = [
  'order.sourced',
  'order.reserved',
  'order.reservation_refused',
  'order.reservation_freed',
  'order.accepted',
  'order.rejected',
  'order.line_backordered',
  'order.line_cancelled',
  'order.line_changed',
]
const RELEASE: readonly EventType[] = ['order.release_planned', 'order.recall_asked']
const MONEY: readonly EventType[] = [
  'credit.checked',
  'price.checked',
  'order.posted',
  'order.invoiced',
  'invoice.posted',
]
const FLOOR: readonly EventType[] = [
  'order.released',
  'order.release_refused',
  'order.recalled',
  'order.recall_refused',
  'pick.started',
  'pick.confirmed',
  'pick.short',
  'substitution.made',
  'carton.closed',
  'shipment.manifested',
  'shipment.dispatched',
  'shipment.voided',
  'inventory.counted',
  'inventory.received',
  'inventory.adjusted',
  'inventory.status_changed',
]
const TRANSPORT: readonly EventType[] = ['shipment.milestone', 'shipment.delivered']
const HOLDS: readonly EventType[] = ['order.held', 'order.hold_lifted']
const WISHES: readonly EventType[] = ['order.cancellation_requested', 'order.change_requested', 'order.change_received']

/** The systems of a landscape by their job. `warehouses` names, for each facility, the system that speaks for it. */
interface Landscape {
  readonly erp: string
  readonly warehouses: Readonly<Record<string, string>>
  readonly carriers?: readonly string[]
  /** Shops and partners that may ask for a change or a cancellation. Absent: any admitted system. */
  readonly channels?: readonly string[]
  /** First and last instant of the profile, RFC 3339; `until` is exclusive. */
  readonly from?: string
  readonly until?: string
}

function dated(rules: readonly AuthorityRule[], when: { readonly from?: string; readonly until?: string }) {
  const fromMs = when.from === undefined ? undefined : Date.parse(when.from)
  const untilMs = when.until === undefined ? undefined : Date.parse(when.until)
  return rules.map((rule) => ({ ...rule, fromMs, untilMs }) as AuthorityRule)
}

function common(land: Landscape, desk: readonly string[]): AuthorityRule[] {
  const floor = Object.entries(land.warehouses).map(([facility, system]) => ({
    transitions: FLOOR,
    systems: [system],
    facilities: [facility],
  }))
  const warehouses = [...new Set(Object.values(land.warehouses))]
  return [
    { transitions: MONEY, systems: [land.erp] },
    ...floor,
    { transitions: TRANSPORT, systems: [...(land.carriers ?? []), ...warehouses] },
    { transitions: HOLDS, systems: [...desk, land.erp] },
    { transitions: WISHES, systems: land.channels ? [...land.channels, ...desk, land.erp] : ['*'] },
  ]
}

/**
 * The profile of a landscape with an order management system: it sources, promises and releases.
 *
 * @example
 * withOrderManagement({ oms: 'oms', erp: 'erp', warehouses: { DC1: 'wms-east' }, carriers: ['tms'] })
 */
export function withOrderManagement(land: Landscape & { readonly oms: string }): AuthorityProfile {
  const jobs = { transitions: [...SOURCING, ...RELEASE], systems: [land.oms] }
  return { name: 'with order management', rules: dated([jobs, ...common(land, [land.oms])], land) }
}

/** The profile of a landscape without an OMS: the ERP sources, promises and releases. */
export function withoutOrderManagement(land: Landscape): AuthorityProfile {
  const jobs = { transitions: [...SOURCING, ...RELEASE], systems: [land.erp] }
  return { name: 'without order management', rules: dated([jobs, ...common(land, [])], land) }
}

/** The profile in which sourcing, promising and releasing are delegated to Crossdock's process, by warehouse and date. */
export function delegatedToCrossdock(land: Landscape): AuthorityProfile {
  const facilities = Object.keys(land.warehouses)
  const jobs = [
    { transitions: SOURCING, systems: [CROSSDOCK] },
    { transitions: RELEASE, systems: [CROSSDOCK], facilities },
  ]
  return { name: 'delegated to Crossdock', rules: dated([...jobs, ...common(land, [CROSSDOCK])], land) }
}

/**
 * Several profiles as one, the first that has a rule for the case deciding: a cut-over is the new profile with a
 * `from` before the old one; a warehouse run differently is a profile that names only that warehouse.
 */
export function together(...profiles: readonly AuthorityProfile[]): AuthorityProfile {
  return { name: profiles.map((profile) => profile.name).join(', then '), rules: profiles.flatMap((one) => one.rules) }
}

const byTransition = new WeakMap<AuthorityProfile, Map<EventType, readonly AuthorityRule[]>>()

function rulesFor(profile: AuthorityProfile, transition: EventType): readonly AuthorityRule[] {
  let rules = byTransition.get(profile)
  if (!rules) {
    rules = new Map()
    byTransition.set(profile, rules)
  }
  let found = rules.get(transition)
  if (!found) {
    found = profile.rules.filter((rule) => rule.transitions.includes(transition))
    rules.set(transition, found)
  }
  return found
}

const NOBODY: readonly string[] = []

/** The systems that may cause this transition at this facility and instant; empty when nobody may. `*` is anybody. */
export function who(
  profile: AuthorityProfile,
  transition: EventType,
  facility: string | undefined,
  atMs: number,
): readonly string[] {
  for (const rule of rulesFor(profile, transition)) {
    if (rule.fromMs !== undefined && atMs < rule.fromMs) continue
    if (rule.untilMs !== undefined && atMs >= rule.untilMs) continue
    if (rule.facilities !== undefined && facility !== undefined && !rule.facilities.includes(facility)) continue
    return rule.systems
  }
  return NOBODY
}

/**
 * Whether this system may cause this transition there and then.
 *
 * @example
 * mayMove(profile, 'order.release_planned', 'erp', 'DC1', now) // false where an OMS releases
 */
export function mayMove(
  profile: AuthorityProfile,
  transition: EventType,
  source: string,
  facility: string | undefined,
  atMs: number,
): boolean {
  const systems = who(profile, transition, facility, atMs)
  return systems.includes(source) || systems.includes('*')
}
