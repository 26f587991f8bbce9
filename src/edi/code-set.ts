import { packedText } from './grammar.ts'

/** The codes of a list, asked for by their {@link packedText} number: for every element of every set, so it makes no garbage. */
export class CodeSet {
  private readonly table: Int32Array
  private readonly mask: number

  constructor(codes: readonly string[]) {
    let size = 16
    while (size < codes.length * 4) size *= 2
    this.table = new Int32Array(size)
    this.mask = size - 1
    for (const code of codes) this.add(packedText(code))
  }

  /** True for the number of a code of the list. */
  has(number: number): boolean {
    const { table, mask } = this
    for (let at = homeOf(number) & mask; table[at] !== 0; at = (at + 1) & mask) if (table[at] === number) return true
    return false
  }

  private add(number: number): void {
    const { table, mask } = this
    let at = homeOf(number) & mask
    while (table[at] !== 0 && table[at] !== number) at = (at + 1) & mask
    table[at] = number
  }
}

const homeOf = (number: number): number => Math.imul(number, 0x9e3779b1) >>> 16
