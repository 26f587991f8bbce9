import { compare, decimal, decimalText, divide, isDecimal, multiply } from '../../base/decimal.ts'
import type { DocumentFaultName } from '../faults.ts'
import type { Steps } from './rules.ts'

/** Why a value cannot go where it should. */
export class Wrong {
  readonly fault: DocumentFaultName
  readonly about: readonly string[]
  constructor(fault: DocumentFaultName, about: readonly string[]) {
    this.fault = fault
    this.about = about
  }
}

/** A step made ready: the value, undefined for none, or what is wrong. */
export type Step = (value: unknown) => unknown

const shown = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''))

/** The steps of a rule as one function; undefined when there are none. */
export function compileSteps(rule: Steps): Step | undefined {
  const steps = [
    ...(rule.trim ? [trimmed] : []),
    ...(rule.split ? [splitter(rule.split)] : []),
    ...(rule.lookup ? [lookedUp(rule.lookup, rule.keepsOthers === true)] : []),
    ...(rule.convert ? [converter(rule.convert)] : []),
    ...(rule.as ? [CASTS[rule.as]] : []),
  ]
  const [first, second, ...others] = steps
  if (!first || !second) return first
  if (others.length === 0) {
    return (value) => {
      const found = first(value)
      return found === undefined || found instanceof Wrong ? found : second(found)
    }
  }
  return (value) => {
    let found = value
    for (const step of steps) {
      found = step(found)
      if (found === undefined || found instanceof Wrong) return found
    }
    return found
  }
}

const trimmed: Step = (value) => {
  if (typeof value !== 'string') return value
  const text = value.trim()
  return text === '' ? undefined : text
}

function splitter({ by, part }: NonNullable<Steps['split']>): Step {
  return (value) => (typeof value === 'string' ? value.split(by).at(part) : new Wrong('WRONG_TYPE', ['text']))
}

function lookedUp(lookup: Readonly<Record<string, string>>, keepsOthers: boolean): Step {
  const words = new Map(Object.entries(lookup))
  const known = [...words.keys()].slice(0, 10).join(', ')
  return (value) => {
    const word = words.get(typeof value === 'string' ? value : shown(value))
    if (word !== undefined) return word
    return keepsOthers ? value : new Wrong('CODE_UNKNOWN', [shown(value), `word of this lookup (${known})`])
  }
}

/** Exact: what does not come out even within its places is a fault, never rounded. */
function converter({ times = 1, by = 1, places = 6 }: NonNullable<Steps['convert']>): Step {
  const factor = decimal(String(times))
  const divisor = decimal(String(by))
  return (value) => {
    const text = typeof value === 'number' ? String(value) : value
    if (typeof text !== 'string' || !isDecimal(text)) return new Wrong('NUMBER_MALFORMED', [shown(value)])
    const product = multiply(decimal(text), factor)
    const quotient = divide(product, divisor, places)
    const isExact = compare(multiply(quotient, divisor), product) === 0
    return isExact
      ? decimalText(quotient, true)
      : new Wrong('NUMBER_SCALE', [`${text} × ${times} ÷ ${by}`, String(places)])
  }
}

const CASTS: Readonly<Record<NonNullable<Steps['as']>, Step>> = {
  text: (value) =>
    typeof value === 'string' ? value : typeof value === 'number' ? String(value) : new Wrong('WRONG_TYPE', ['text']),
  decimal: (value) => {
    const text = typeof value === 'number' ? String(value) : value
    return typeof text === 'string' && isDecimal(text) ? text : new Wrong('NUMBER_MALFORMED', [shown(value)])
  },
  number: (value) => {
    if (typeof value === 'number') return value
    return typeof value === 'string' && isDecimal(value) ? Number(value) : new Wrong('NUMBER_MALFORMED', [shown(value)])
  },
  boolean: (value) => (typeof value === 'boolean' ? value : new Wrong('WRONG_TYPE', ['true or false'])),
}
