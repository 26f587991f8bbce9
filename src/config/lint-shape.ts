import type { HubDefinition } from './define-hub.ts'
import { type Finding, wrong } from './finding.ts'

/** What a configuration lacks before anything else can be said of it: a member that is not there, or is no such thing. */
export function lintShape(definition: HubDefinition): Finding[] {
  const { name, systems, partners, lifecycle, process } = definition as Loose<HubDefinition>
  return [
    ...(typeof name === 'string' ? [] : [wrong('name', "The business has no name. Write name: 'acme-supply'.")]),
    ...(isObject(systems)
      ? Object.entries(systems).flatMap(([one, system]) => asObject(system, `systems.${one}`, "{ role: 'erp', … }"))
      : [wrong('systems', "There are no systems. Write systems: { erp: { role: 'erp', connector: … } }.")]),
    ...lintPartnerShapes(partners),
    ...(Array.isArray((lifecycle as Loose<HubDefinition['lifecycle']> | undefined)?.authority?.rules)
      ? []
      : [wrong('lifecycle.authority', `Nobody is said who may do what. Write lifecycle: { ${AUTHORITY} }.`)]),
    ...lintProcessShape(process),
  ]
}

/** What somebody may have written in the place of it. */
type Loose<T> = { readonly [Member in keyof T]?: Loose<T[Member]> | null }

const AUTHORITY = "authority: delegatedToCrossdock({ erp: 'erp', warehouses: { DC1: 'wms' } })"
const PROCESS = "process: [orderToCash({ erp: 'erp', warehouses: [{ facility: 'DC1', system: 'wms' }] })]"

function lintProcessShape(process: unknown): Finding[] {
  if (!Array.isArray(process) || process.length === 0)
    return [wrong('process', `There is no process. Write ${PROCESS}.`)]
  if (process.length > 1) return [wrong('process[1]', 'There is one process, order to cash. Put all into the first.')]
  const { options } = (process[0] ?? {}) as Loose<HubDefinition['process'][0]>
  if (!Array.isArray(options?.warehouses) || typeof options.erp !== 'string')
    return [wrong('process[0]', `The process names an ERP and its warehouses. Write ${PROCESS}.`)]
  return options.warehouses.flatMap((one, at) =>
    asObject(one, `process[0].options.warehouses[${at}]`, "{ facility: 'DC1', system: 'wms' }"),
  )
}

function lintPartnerShapes(partners: unknown): Finding[] {
  if (partners === undefined) return []
  if (!Array.isArray(partners)) return [wrong('partners', 'This is no list. Write partners: [definePartner({ … })].')]
  return partners.flatMap((partner: Loose<NonNullable<HubDefinition['partners']>[0]> | undefined, at) => {
    const { name, reach, speaks } = partner ?? {}
    const where = `partners[${at}]`
    if (typeof name !== 'string')
      return [wrong(where, "The partner has no name. Write definePartner({ name: 'bigbox', … }).")]
    return [
      ...asObject(reach, `${where}.reach`, "folder({ outbox: 'partners/bigbox/to' })"),
      ...(typeof speaks?.ours === 'string' && typeof speaks.theirs === 'string'
        ? []
        : [
            wrong(
              `${where}.speaks`,
              `It is not said under which addresses ${name} and we trade. Write speaks: { ours: 'ZZ:ACMESUPPLY', theirs: '12:5555550142' }.`,
            ),
          ]),
    ]
  })
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const asObject = (value: unknown, where: string, instead: string): Finding[] =>
  isObject(value) ? [] : [wrong(where, `Nothing is stated here. Write ${instead}.`)]
