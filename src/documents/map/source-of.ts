import type { AnyMap } from './map.ts'
import { namesOf } from './path.ts'
import type { Rule } from './rules.ts'

/**
 * Where the value at a place of the target came from, by the rules of a map; undefined where no one place can be named:
 * an expression in JSONata, a constant, several places put together. Behind a loop with a condition nobody knows which
 * element it was: `/items/*\/unit`.
 */
export function sourceOf(map: AnyMap, pointer: string): string | undefined {
  return 'rules' in map ? from(map.rules, namesOf(pointer) ?? [], '') : undefined
}

function from(rules: readonly Rule[], names: readonly string[], at: string): string | undefined {
  for (const rule of rules) {
    const to = namesOf(rule.to) ?? []
    if (to.length > names.length || to.some((name, index) => name !== names[index])) continue
    const rest = names.slice(to.length)
    if ('each' in rule) {
      const list = placed(rule.each, at)
      const [index, ...inside] = rest
      if (index === undefined) return list
      return from(rule.rules, inside, `${list}/${rule.when ? '*' : index}`) ?? `${list}/${rule.when ? '*' : index}`
    }
    if ('from' in rule) return placed(rule.from, at)
  }
  return undefined
}

const placed = (path: string, at: string): string => (path.startsWith('^') ? path.slice(1) : at + path)
