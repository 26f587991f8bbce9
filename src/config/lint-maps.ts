import { isDeepStrictEqual } from 'node:util'
import { type AnyMap, type FieldMap, isFieldMap } from '../documents/map/map.ts'
import { type ExampleResult, tryExample, tryExamples } from '../documents/map/try-examples.ts'
import { DELIVER } from '../intake/relay-room.ts'
import { VERBS } from '../process/order-to-cash/render.ts'
import type { HubDefinition, SystemDefinition } from './define-hub.ts'
import { type Finding, odd, wrong } from './finding.ts'

/** Maps that nothing goes through, that nothing can go through, or that do not do what their own examples say. */
export function lintMaps({ systems }: Pick<HubDefinition, 'systems'>): Finding[] {
  return Object.entries(systems).flatMap(([name, system]) => {
    const { in: coming = [], out = {}, answers = {} } = system.maps ?? {}
    const where = `systems.${name}.maps`
    const maps: readonly AnyMap[] = Array.isArray(coming) ? coming : [coming as AnyMap]
    return [
      ...maps.flatMap((map, at) => lintIn(maps, map, at, Array.isArray(coming) ? `${where}.in[${at}]` : `${where}.in`)),
      ...Object.entries(out).flatMap(([verb, map]) => lintOut(system, name, verb, map, `${where}.out['${verb}']`)),
      ...Object.entries(answers).flatMap(([verb, map]) => lintAnswer(verb, map, `${where}.answers['${verb}']`)),
    ]
  })
}

/** What expressions in JSONata do not make of their examples as they say; they answer later, so this is asked for by itself. */
export async function lintExpressions({ systems }: Pick<HubDefinition, 'systems'>): Promise<Finding[]> {
  const found: Finding[] = []
  for (const [name, { maps = {} }] of Object.entries(systems)) {
    const places = [
      ...[maps.in ?? []].flat().map((map, at) => [map as AnyMap, `in[${at}]`] as const),
      ...Object.entries(maps.answers ?? {}).map(([verb, map]) => [map, `answers['${verb}']`] as const),
    ]
    for (const [map, place] of places) {
      if (!isMap(map) || isFieldMap(map)) continue
      found.push(...differing(map, await tryExamples(map), `systems.${name}.maps.${place}`))
    }
  }
  return found
}

function lintIn(maps: readonly AnyMap[], map: AnyMap, at: number, where: string): Finding[] {
  if (!isMap(map)) return [wrong(where, NO_MAP)]
  const shadow = maps.slice(0, at).find(({ when }) => !when || isDeepStrictEqual(when, map.when))
  return [
    ...(shadow
      ? [wrong(where, `Nothing gets to the map ${map.name}: ${shadow.name} stands before it and takes all.`)]
      : []),
    ...(isFieldMap(map) ? lintExamples(map, where) : []),
  ]
}

function lintOut({ connector }: SystemDefinition, name: string, verb: string, map: AnyMap, where: string): Finding[] {
  if (!isMap(map)) return [wrong(where, NO_MAP)]
  if (!isFieldMap(map)) {
    return [
      wrong(where, `${map.name} is in JSONata, which answers later; a request is written at once. Use map({ … }).`),
    ]
  }
  return [
    ...known(verb, where),
    ...(connector ? [] : [odd(where, `${name} has no connector, so nothing is sent to it.`)]),
    ...lintExamples(map, where),
  ]
}

function lintAnswer(verb: string, map: AnyMap, where: string): Finding[] {
  if (!isMap(map)) return [wrong(where, NO_MAP)]
  return [...known(verb, where), ...(isFieldMap(map) ? lintExamples(map, where) : [])]
}

const ASKED = [...VERBS, DELIVER]

const known = (verb: string, where: string): Finding[] =>
  ASKED.includes(verb) ? [] : [wrong(where, `No system is asked “${verb}”. There are ${ASKED.join(', ')}.`)]

const NO_MAP = 'This is no map. Declare it with map({ … }) or jsonata({ … }).'

const isMap = (value: AnyMap): boolean => typeof (value as Partial<AnyMap> | undefined)?.run === 'function'

function lintExamples(map: FieldMap, where: string): Finding[] {
  return differing(
    map,
    (map.examples ?? []).map((example) => tryExample(example, map.run(example.given))),
    where,
  )
}

function differing(map: AnyMap, results: readonly ExampleResult[], where: string): Finding[] {
  return results.flatMap(({ example, passed, wrong: why, found }) => {
    if (passed) return []
    if (why !== undefined) return [wrong(where, `${map.name}: ${why}.`)]
    return [
      wrong(where, `${map.name} does not make of its example “${example}” what it says, but ${JSON.stringify(found)}.`),
    ]
  })
}
