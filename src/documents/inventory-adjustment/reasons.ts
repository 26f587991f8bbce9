import type { AdjustmentMeaning, PartnerSyntax } from '../partner-syntax.ts'
import { errors } from '../set-writing.ts'
import type { InventoryAdjustmentLine } from './schema.ts'

/** What the codes of X12 181 mean. Of several codes with one meaning the first is written. */
const MEANINGS: readonly (readonly [string, AdjustmentMeaning])[] = [
  ['AA', { reason: 'count' }],
  ['56', { reason: 'count' }],
  ['AU', { reason: 'damage' }],
  ['AV', { reason: 'damage' }],
  ['07', { reason: 'damage' }],
  ['AX', { reason: 'expiry' }],
  ['51', { reason: 'found' }],
  ['AN', { reason: 'conversion' }],
  ['AE', { reason: 'conversion' }],
  ['AF', { reason: 'conversion' }],
  ['05', { reason: 'status', from: 'available', to: 'hold' }],
  ['55', { reason: 'status', from: 'hold', to: 'available' }],
  ['AC', { reason: 'status' }],
  ['AH', { reason: 'other' }],
]

type Reasoned = Pick<InventoryAdjustmentLine, 'reason' | 'code' | 'from' | 'to'>

function meaningsOf({ adjustmentReasons }: PartnerSyntax): typeof MEANINGS {
  return adjustmentReasons === undefined ? MEANINGS : [...Object.entries(adjustmentReasons), ...MEANINGS]
}

function meaningOf(code: string, syntax: PartnerSyntax): AdjustmentMeaning {
  return meaningsOf(syntax).find(([one]) => one === code)?.[1] ?? { reason: 'other' }
}

function isSame(meaning: AdjustmentMeaning, { reason, from, to }: Reasoned): boolean {
  return meaning.reason === reason && meaning.from === from && meaning.to === to
}

function usualCode(line: Reasoned, syntax: PartnerSyntax): string | undefined {
  return meaningsOf(syntax).find(([code, meaning]) => isSame(meaning, line) && meaningOf(code, syntax) === meaning)?.[0]
}

/** Puts on the line what a code means, and the code itself when the meaning alone would not lead back to it. */
export function readReason(code: string, line: Reasoned, syntax: PartnerSyntax): void {
  const { meaning, isUsual } = reasonOf(code, syntax)
  line.reason = meaning.reason
  if (meaning.from !== undefined) line.from = meaning.from
  if (meaning.to !== undefined) line.to = meaning.to
  if (!isUsual) line.code = code
}

/** What a code means, and whether that meaning leads back to it. */
interface Reason {
  readonly meaning: AdjustmentMeaning
  readonly isUsual: boolean
}

function reasonOf(code: string, syntax: PartnerSyntax): Reason {
  const known = syntax.adjustmentReasons === undefined ? reasons.get(code) : undefined
  return known ?? reasonAmong(code, syntax)
}

function reasonAmong(code: string, syntax: PartnerSyntax): Reason {
  const meaning = meaningOf(code, syntax)
  return { meaning, isUsual: usualCode(meaning, syntax) === code }
}

/** Those of a partner without codes of its own, asked for every line. */
const reasons: ReadonlyMap<string, Reason> = new Map(MEANINGS.map(([code]) => [code, reasonAmong(code, {})]))

/** The code for what a line says. Throws when there is none, or when the line's own code means something else. */
export function reasonCode(line: Reasoned & { line: string }, syntax: PartnerSyntax): string {
  const { reason, from, to } = line
  const code = line.code ?? usualCode(line, syntax)
  if (code !== undefined && isSame(meaningOf(code, syntax), line)) return code
  const moved = from === undefined && to === undefined ? '' : ` from ${from ?? 'no status'} to ${to ?? 'no status'}`
  const named = line.code === undefined ? '' : ` under the code ${line.code}`
  throw errors.DOES_NOT_FIT(`W19 of line ${line.line}: the reason ${reason}${moved}${named} (see adjustmentReasons)`)
}
