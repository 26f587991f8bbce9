import { CODES } from '../elements.ts'
import type { ElementRule } from '../rules.ts'

/** A value that keeps to what the table says of an element. */
export function legalValue({ type, least, reference }: ElementRule): string {
  const code = CODES[String(reference)]?.trim().split(/\s+/)[0]
  if (code !== undefined) return code
  if (type === 'DT') return '20260105'
  if (type === 'TM') return '1015'
  if (type === 'R' || type === 'N') return '1'.padEnd(least, '0')
  return 'A'.repeat(least)
}
