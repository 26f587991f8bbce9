import { hasCheckDigit } from '../documents/check-digit.ts'

const GTIN_LENGTHS = new Set([8, 12, 13, 14])

/**
 * The one form in which GTINs are compared: 14 digits, zeros in front. Undefined for text that is no GTIN or whose
 * check digit is wrong.
 *
 * @example
 * gtin14('036000291452') // '00036000291452'
 */
export function gtin14(text: string): string | undefined {
  return GTIN_LENGTHS.has(text.length) && hasCheckDigit(text) ? text.padStart(14, '0') : undefined
}

/** True for a GLN: 13 digits with a right check digit. */
export function isGln(text: string): boolean {
  return text.length === 13 && hasCheckDigit(text)
}

/** The 18 digits of an SSCC; the application identifier `00` or `(00)` is not part of it. Undefined when it is none. */
export function sscc18(text: string): string | undefined {
  const digits = text.startsWith('(00)') ? text.slice(4) : text
  const bare = digits.length === 20 && digits.startsWith('00') ? digits.slice(2) : digits
  return bare.length === 18 && hasCheckDigit(bare) ? bare : undefined
}
