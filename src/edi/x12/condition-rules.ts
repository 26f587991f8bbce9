import { CONDITIONS } from './conditions.ts'

/** P all or none, R at least one, E at most one, C if the first then the rest, L if the first then one of the rest. */
export type ConditionKind = 'P' | 'R' | 'E' | 'C' | 'L'

/** A condition between elements of a segment; element n is the bit n - 1 of the masks. */
export interface ConditionRule {
  readonly kind: ConditionKind
  readonly elements: readonly number[]
  readonly mask: number
  /** The bit of the first element. */
  readonly first: number
}

/** The bit of an element in what is present of a segment. */
export const bitOf = (element: number): number => 1 << (element - 1)

/** The conditions of a segment, as {@link CONDITIONS} has them. */
export const conditionsOf = (tag: string): readonly ConditionRule[] =>
  (CONDITIONS[tag] ?? '').split(' ').filter(Boolean).map(conditionRule)

function conditionRule(text: string): ConditionRule {
  const elements = (text.slice(1).match(/../g) ?? []).map(Number)
  const mask = elements.reduce((bits, element) => bits | bitOf(element), 0)
  return { kind: text[0] as ConditionKind, elements, mask, first: bitOf(elements[0] as number) }
}

/** True for two neighbours that go together: most conditions are, and all of a segment are asked at once. */
export const isPair = ({ kind, elements }: ConditionRule): boolean =>
  kind === 'P' && elements.length === 2 && elements[1] === (elements[0] as number) + 1

/** The pairs of which one half is missing, as the bits of their first elements. */
export const halvesOf = (present: number, pairs: number): number => ((present >>> 1) ^ present) & pairs

/** True when what is present of a segment does as the condition asks. */
export function isMet({ kind, mask, first }: ConditionRule, present: number): boolean {
  const there = present & mask
  switch (kind) {
    case 'P':
      return there === 0 || there === mask
    case 'R':
      return there !== 0
    case 'E':
      return (there & (there - 1)) === 0
    case 'C':
      return (there & first) === 0 || there === mask
    case 'L':
      return there !== first
  }
}
