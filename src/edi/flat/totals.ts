import { add, type Decimal, decimal, decimalText } from '../../base/decimal.ts'
import type { TotalRule } from './layout.ts'
import type { FlatRecord } from './record.ts'

/** A figure of the file that does not agree with what was counted. */
export interface TotalDifference {
  readonly field: string
  readonly line: number
  readonly stated: string
  readonly counted: string
}

const split = (path: string): [record: string, field: string] => path.split('.') as [string, string]

/** Counts and sums up a file, and compares with what its header or trailer says. */
export class Totals {
  readonly #rules: readonly TotalRule[]
  readonly #counts = new Map<string, number>()
  readonly #sums = new Map<string, Decimal>()
  readonly #stated = new Map<string, { readonly value: string; readonly line: number }>()
  #lines = 0

  constructor(rules: readonly TotalRule[]) {
    this.#rules = rules
    for (const { sums } of rules) if (sums !== undefined) this.#sums.set(sums, { units: 0n, scale: 0 })
  }

  countLine(): void {
    this.#lines += 1
  }

  /** Counts a record, also one with a fault: the sender counted it too. */
  countRecord(kind: string): void {
    this.#counts.set(kind, this.countOf(kind) + 1)
  }

  countOf(kind: string): number {
    return this.#counts.get(kind) ?? 0
  }

  add({ kind, line, values }: FlatRecord): void {
    for (const { field, sums } of this.#rules) {
      const [statedIn, name] = split(field)
      const value = values[name]
      if (statedIn === kind && value !== undefined) this.#stated.set(field, { value, line })
      if (sums !== undefined) this.#addTo(sums, kind, values)
    }
  }

  #addTo(path: string, kind: string, values: FlatRecord['values']): void {
    const [record, field] = split(path)
    const value = values[field]
    if (record === kind && value !== undefined)
      this.#sums.set(path, add(this.#sums.get(path) as Decimal, decimal(value)))
  }

  differences(): TotalDifference[] {
    return this.#rules.flatMap((rule) => {
      const stated = this.#stated.get(rule.field)
      if (!stated) return []
      const counted = this.#counted(rule)
      if (decimalText(decimal(stated.value), true) === counted) return []
      return [{ field: rule.field, line: stated.line, stated: stated.value, counted }]
    })
  }

  #counted({ counts, sums, digits }: TotalRule): string {
    if (sums !== undefined) return lastDigits(this.#sums.get(sums) as Decimal, digits)
    if (counts === 'every') return String(this.#lines)
    return String((counts ?? []).reduce((sum, kind) => sum + this.countOf(kind), 0))
  }
}

function lastDigits({ units, scale }: Decimal, digits: number | undefined): string {
  if (digits === undefined) return decimalText({ units, scale }, true)
  return decimalText({ units: units % 10n ** BigInt(digits + scale), scale }, true)
}
