import type { TSchema } from 'typebox'
import type { Route, Tier } from '../journal/route.ts'

const TIERS: readonly (readonly [Tier, string])[] = [
  ['process', 'Process APIs'],
  ['doorway', 'Doorways'],
  ['system', 'System APIs'],
  ['operations', 'Operations'],
]

interface ShownSchema {
  readonly type?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, ShownSchema>>
  readonly required?: readonly string[]
  readonly default?: unknown
  readonly minimum?: number
  readonly maximum?: number
  readonly anyOf?: readonly ShownSchema[]
  readonly const?: unknown
}

/**
 * The reference page of the HTTP doors, as Markdown, from the routes that are served: `docs/reference/http.md`.
 *
 * @example
 * writeFileSync('docs/reference/http.md', httpReference(routes))
 */
export function httpReference(routes: readonly Route<never>[]): string {
  const sections = TIERS.flatMap(([tier, title]) => {
    const doors = routes.filter((route) => route.tier === tier).sort(byPath)
    return doors.length === 0 ? [] : [`## ${title}`, ...doors.map(doorText)]
  })
  return `${[HEAD, ...sections].join('\n\n')}\n`
}

const HEAD = `# HTTP doors

This page is generated from the routes; the same schemas stand in \`/openapi.json\`. Every error is a problem (RFC 9457)
with a \`code\` that never changes its meaning, see [errors](errors.md). Keys go into \`Authorization: Bearer xd_live_…\`.`

const byPath = (a: Route<never>, b: Route<never>) =>
  a.path === b.path ? a.method.localeCompare(b.method) : a.path.localeCompare(b.path)

function doorText(route: Route<never>): string {
  const facts = [
    `Scope: ${route.scope === null ? 'none, it is open' : `\`${route.scope}\``}.`,
    `Priority ${route.priority}.`,
    ...(route.idempotency ? ['Needs an `Idempotency-Key`.'] : []),
    ...(route.batch ? ['Takes one, an array, or NDJSON.'] : []),
    ...(route.accepts ? [`Takes ${route.accepts.map((type) => `\`${type}\``).join(', ')}.`] : []),
    ...(route.paged ? ['Paged: send `nextCursor` back as `cursor`.'] : []),
    `Answers ${Object.keys(route.responses).join(', ')}.`,
  ]
  const parts = [
    `### ${route.method} ${route.path}`,
    [route.summary, route.description].filter(Boolean).join(' '),
    facts.join(' '),
    membersText('Query', route.query),
    membersText('Body', route.body),
  ]
  return parts.filter((part) => part !== '').join('\n\n')
}

function membersText(title: string, schema: TSchema | undefined): string {
  const { properties, required } = (schema ?? {}) as ShownSchema
  if (!properties) return ''
  const rows = Object.entries(properties).map(([name, member]) => {
    const isRequired = required?.includes(name) ? 'yes' : ''
    return `| \`${name}\` | ${kindOf(member)} | ${isRequired} | ${cell(member.description ?? '')} |`
  })
  return [`| ${title} | kind | required | |`, '| --- | --- | --- | --- |', ...rows].join('\n')
}

function kindOf({ type, anyOf, minimum, maximum, default: initial, const: value }: ShownSchema): string {
  if (value !== undefined) return `\`${JSON.stringify(value)}\``
  const kind = type ?? anyOf?.map(kindOf).join(' or ') ?? 'any'
  const range = minimum !== undefined || maximum !== undefined ? ` ${minimum ?? ''}…${maximum ?? ''}` : ''
  return cell(`${kind}${range}${initial === undefined ? '' : `, else \`${JSON.stringify(initial)}\``}`)
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
