import { errors } from './set-writing.ts'

/** Units of weight have codes of one letter (X12 188) in the warehouse segments W12 and W20. */
const UNITS: Readonly<Record<string, string>> = { L: 'LB', K: 'KG', G: 'GR', T: 'MP', S: 'TN' }

/** The unit for a code of X12 188; undefined when there is none. */
export function weightUnitFrom(code: string): string | undefined {
  return Object.hasOwn(UNITS, code) ? UNITS[code] : undefined
}

/** The code of X12 188 for a unit. Throws when the list has none. */
export function weightUnitCode(unit: string | undefined): string | undefined {
  if (unit === undefined) return undefined
  const found = Object.entries(UNITS).find(([, one]) => one === unit)
  if (!found) throw errors.DOES_NOT_FIT(`a weight in ${unit}`)
  return found[0]
}
