/**
 * The control numbers or references of a group. Partners count up, so a run of numbers is kept as its two ends:
 * a million sets cost nothing. They are compared as text: `0001` and `1` are two.
 */
export class UsedNumbers {
  private width = 0
  private low = 0
  private high = -1
  private readonly others = new Set<string>()
  private asked = ''
  private askedValue: number | undefined

  has(number: string): boolean {
    return this.inRun(number) || this.others.has(number)
  }

  add(number: string): void {
    const next = this.countIn(number)
    if (this.high < 0 && next !== undefined) {
      this.width = number.length
      this.low = next
      this.high = next
    } else if (next === this.high + 1 && this.isWritten(number) && !this.others.has(number)) {
      this.high = next
    } else if (!this.inRun(number)) {
      this.others.add(number)
    }
  }

  private inRun(number: string): boolean {
    const value = this.countIn(number)
    return value !== undefined && value >= this.low && value <= this.high && this.isWritten(number)
  }

  /** A number is asked for before it is added. */
  private countIn(number: string): number | undefined {
    if (number === this.asked) return this.askedValue
    this.asked = number
    this.askedValue = countOf(number)
    return this.askedValue
  }

  /** True for a number with as many zeros in front as the run has: `0099` is followed by `0100`, `9999` by `10000`. */
  private isWritten(number: string): boolean {
    return number.length === this.width || (number.length > this.width && number.charCodeAt(0) !== ZERO)
  }
}

const ZERO = 0x30

/** A count as the partner wrote it; undefined when it is no number. */
export function countOf(text: string): number | undefined {
  const { length } = text
  if (length === 0 || length > 15) return undefined
  let count = 0
  for (let i = 0; i < length; i++) {
    const digit = text.charCodeAt(i) - 0x30
    if (digit < 0 || digit > 9) return undefined
    count = count * 10 + digit
  }
  return count
}
