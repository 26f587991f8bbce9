import type { MapExample, Rule } from './rules.ts'

/** Checks that every member is one that a rule or an example has: a word that is only near one would do nothing, in silence. */

const VALUE = 'to when from value join with count trim split lookup keepsOthers convert as default required'.split(' ')
const LOOP = 'to when each required rules'.split(' ')
const EXAMPLE = 'name given at makes faultsAt'.split(' ')

/** The members of a rule that no rule has, in words; undefined when there are none. */
export function strangeInRule(rule: Rule): string | undefined {
  return strangeAmong(rule, 'each' in rule ? LOOP : VALUE, `the rule for ${rule.to}`)
}

/** What is wrong with the form of an example, in words: a member it does not have, or nothing that is wanted. */
export function strangeInExample(example: MapExample): string | undefined {
  const strange = strangeAmong(example, EXAMPLE, `the example ${example.name}`)
  if (strange !== undefined) return strange
  if ('makes' in example !== 'faultsAt' in example) return undefined
  return `the example ${example.name} must say what is wanted: makes (the result) or faultsAt (the places at fault), one of them`
}

function strangeAmong(within: object, known: readonly string[], where: string): string | undefined {
  const strange = Object.keys(within).filter((key) => !known.includes(key))
  if (strange.length === 0) return undefined
  return `${where} has ${strange.join(', ')}, which is nothing it can have; there is ${known.join(', ')}`
}
