/**
 * True when the last digit fits the ones before it, as GS1 counts: weights 3 and 1 from the right, modulo 10.
 * For GTIN-8, -12, -13, -14, SSCC-18 and GLN-13.
 */
export function hasCheckDigit(key: string): boolean {
  return rightCheckDigit(key) === key.charCodeAt(key.length - 1) - 0x30
}

/** The digit that fits the ones before the last; undefined where these are no digits, too few or too many. */
export function rightCheckDigit(key: string): number | undefined {
  if (key.length < 8 || key.length > 18) return undefined
  let sum = 0
  for (let at = key.length - 2, weight = 3; at >= 0; at -= 1, weight = 4 - weight) {
    const digit = key.charCodeAt(at) - 0x30
    if (digit < 0 || digit > 9) return undefined
    sum += digit * weight
  }
  return (10 - (sum % 10)) % 10
}

/** The 18 digits of an SSCC; the application identifier `00` in front of 20 digits is not part of the key. */
export function ssccFrom(text: string): string {
  const digits = text.charCodeAt(0) === PARENTHESIS && text.startsWith('(00)') ? text.slice(4) : text
  return digits.length === 20 && digits.startsWith('00') ? digits.slice(2) : digits
}

const PARENTHESIS = 0x28
