/**
 * What is wrong with a configuration, in words, before anything is opened: names that lead nowhere, jobs that nobody
 * may do, two partners under one address. Pure: it reads the definition and nothing else.
 */
import { type Duration, durationMs } from '../base/duration.ts'
import { isRate } from '../base/rate.ts'
import type { Secret } from '../base/secret.ts'
import { CROSSDOCK } from '../lifecycle/authority.ts'
import type { HubDefinition } from './define-hub.ts'
import { type Finding, odd, wrong } from './finding.ts'
import { lintAuthority } from './lint-authority.ts'
import { lintFiles } from './lint-files.ts'
import { lintMaps } from './lint-maps.ts'
import { lintOpen } from './lint-open.ts'
import { lintPartners } from './lint-partners.ts'
import { lintProcess } from './lint-process.ts'
import { lintSftp } from './lint-sftp.ts'
import { lintShape } from './lint-shape.ts'

/** What the linter may know about the world. */
export interface LintWorld {
  /** Milliseconds since 1970: authority has dates. */
  readonly now: number
  /** Whether a secret is set. Absent: secrets are not looked at. */
  readonly isSet?: (name: string) => boolean
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/**
 * Everything that is wrong or odd, errors first. Where whole members are missing, only that is said.
 *
 * @example
 * lint(definition, { now: Date.now() }).filter((finding) => finding.severity === 'error') // [] when it can be opened
 */
export function lint(definition: HubDefinition, world: LintWorld): Finding[] {
  const misshapen = lintShape(definition)
  if (misshapen.length > 0) return misshapen
  const open = lintOpen(definition)
  const undecided = new Set(open.map(({ where }) => where))
  const others = [
    ...lintNames(definition),
    ...lintSystems(definition),
    ...lintPartners(definition),
    ...lintFiles(definition),
    ...lintSftp(definition),
    ...lintMaps(definition),
    ...lintProcess(definition),
    ...lintAuthority(definition, world.now),
    ...lintDurations(definition),
    ...lintQuotas(definition),
    ...lintPaces(definition),
    ...(world.isSet ? lintSecrets(definition, world.isSet) : []),
  ]
  // of a value that nobody has decided, nothing else needs to be said
  const findings = [...open, ...others.filter(({ where }) => !undecided.has(where))]
  return [
    ...findings.filter((one) => one.severity === 'error'),
    ...findings.filter((one) => one.severity === 'warning'),
  ]
}

function lintNames({ name, systems, partners = [] }: HubDefinition): Finding[] {
  const named = [
    ...Object.keys(systems).map((system) => ({ where: `systems.${system}`, name: system })),
    ...partners.map((partner, at) => ({ where: `partners[${at}].name`, name: partner.name })),
  ]
  const seen = new Map<string, string>()
  return [
    ...(NAME.test(name)
      ? []
      : [wrong('name', `“${name}” is no short name: letters, digits, points and dashes, at most 64.`)]),
    ...named.flatMap(({ where, name: one }) => {
      const first = seen.get(one.toLowerCase())
      seen.set(one.toLowerCase(), first ?? where)
      if (!NAME.test(one))
        return [wrong(where, `“${one}” is no short name: letters, digits, points and dashes, at most 64.`)]
      if (one === CROSSDOCK) return [wrong(where, `“${one}” is the name under which Crossdock itself acts.`)]
      return first === undefined
        ? []
        : [wrong(where, `“${one}” is taken by ${first}; every system and partner has a name of its own.`)]
    }),
  ]
}

/** A quota of nothing shuts a sender out; one for nobody is a name misspelt, or the name of a key. */
function lintQuotas({ systems, partners = [], governance }: HubDefinition): Finding[] {
  const known = new Set([...Object.keys(systems), ...partners.map(({ name }) => name)])
  return Object.entries(governance?.quotas ?? {}).flatMap(([name, { perSecond, burst = perSecond }]) => {
    const where = `governance.quotas.${name}`
    if (!(perSecond > 0) || !(burst > 0)) return [wrong(where, 'A quota is a number above 0 for each second.')]
    if (known.has(name)) return []
    return [odd(where, `No system and no partner is named “${name}”; it is taken for the name of a key.`)]
  })
}

function lintSystems({ systems, partners = [] }: HubDefinition): Finding[] {
  const speakers = new Map<string, string>()
  const places = [
    ...Object.entries(systems).map(([name, { facility }]) => ({ where: `systems.${name}.facility`, facility })),
    ...partners.map(({ facility }, at) => ({ where: `partners[${at}].facility`, facility })),
  ]
  const shared = places.flatMap(({ where, facility }) => {
    if (facility === undefined) return []
    const first = speakers.get(facility)
    speakers.set(facility, first ?? where)
    return first === undefined ? [] : [wrong(where, `${facility} has two warehouse systems; ${first} names it too.`)]
  })
  const siteless = Object.entries(systems).flatMap(([name, { role, facility }]) =>
    role === 'wms' && facility === undefined
      ? [wrong(`systems.${name}`, `The warehouse system ${name} has no facility.`)]
      : [],
  )
  return [...shared, ...siteless]
}

function lintDurations(definition: HubDefinition): Finding[] {
  const { retry } = definition.delivery ?? {}
  const { backorders, askAgainAfter } = definition.process[0].options
  const at = 'process[0].options'
  const written: readonly (readonly [string, Duration | undefined])[] = [
    ['lifecycle.patience', definition.lifecycle.patience],
    ['delivery.retry.first', retry?.first],
    ['delivery.retry.longest', retry?.longest],
    ['delivery.retry.parkAfter', retry?.parkAfter],
    [`${at}.backorders.first`, backorders?.first],
    [`${at}.backorders.longest`, backorders?.longest],
    [`${at}.askAgainAfter`, askAgainAfter],
  ]
  const malformed = written.flatMap(([where, text]) =>
    text === undefined || isDuration(text)
      ? []
      : [wrong(where, `“${text}” is not a duration. Write '30s', '5m', '24h', '7d'.`)],
  )
  return malformed.length > 0
    ? malformed
    : [...upsideDown('delivery.retry', retry), ...upsideDown(`${at}.backorders`, backorders)]
}

function lintPaces({ systems, partners = [] }: HubDefinition): Finding[] {
  const written = [
    ...Object.entries(systems).flatMap(([name, { pace, connector }]) => [
      { where: `systems.${name}.pace`, pace },
      { where: `systems.${name}.connector.pace`, pace: connector?.pace },
    ]),
    ...partners.map(({ reach }, at) => ({ where: `partners[${at}].reach.pace`, pace: reach.pace })),
  ]
  return written.flatMap(({ where, pace }) =>
    pace === undefined || isRate(pace)
      ? []
      : [wrong(where, `“${pace}” is not a rate. Write '5 per second', '300 per minute', '2000 per hour, 20 at once'.`)],
  )
}

function upsideDown(
  where: string,
  pace: { readonly first?: Duration; readonly longest?: Duration; readonly parkAfter?: Duration } | undefined,
): Finding[] {
  const { first, longest, parkAfter } = pace ?? {}
  return [
    ...(first && longest && durationMs(first) > durationMs(longest)
      ? [wrong(`${where}.first`, `The first wait (${first}) is longer than the longest (${longest}).`)]
      : []),
    ...(longest && parkAfter && durationMs(longest) > durationMs(parkAfter)
      ? [
          wrong(
            `${where}.longest`,
            `The longest wait (${longest}) is longer than the time after which we give up (${parkAfter}).`,
          ),
        ]
      : []),
  ]
}

function isDuration(text: string): boolean {
  return /^\d+(\.\d+)?(ms|s|m|h|d|mo|y)$/.test(text)
}

function lintSecrets(definition: HubDefinition, isSet: (name: string) => boolean): Finding[] {
  return secretsNamed(definition).flatMap(({ where, name }) =>
    isSet(name) ? [] : [odd(where, `The secret ${name} is not set; the hub does not open without it.`)],
  )
}

/** Every secret a configuration names, and where. */
export function secretsNamed({
  journal,
  systems,
  sftp,
  partners = [],
}: HubDefinition): { where: string; name: string }[] {
  const reads = (where: string, secrets: readonly Secret[] = []) =>
    secrets.map(({ secret }) => ({ where, name: secret }))
  return [
    ...reads('journal.postgres', journal?.postgres ? [journal.postgres] : []),
    ...reads('sftp.hostKey', sftp?.hostKey ? [sftp.hostKey] : []),
    ...Object.entries(systems).flatMap(([name, { connector, signature }]) => [
      ...reads(`systems.${name}.connector`, connector?.secrets),
      ...reads(`systems.${name}.signature`, signature?.secrets),
    ]),
    ...partners.flatMap(({ reach, pickUp, pushes, signature }, at) => [
      ...reads(`partners[${at}].reach`, reach.secrets),
      ...reads(`partners[${at}].pickUp`, typeof pickUp === 'object' ? pickUp.secrets : []),
      ...reads(`partners[${at}].pushes.password`, pushes?.password ? [pushes.password] : []),
      ...reads(`partners[${at}].signature`, signature?.secrets),
    ]),
  ]
}
