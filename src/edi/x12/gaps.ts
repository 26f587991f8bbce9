/** A run of control numbers that never came, both ends included. */
export interface Gap {
  readonly from: number
  readonly to: number
}

const HIGHEST = 999_999_999

/**
 * Lists the control numbers missing between those that came. Order does not matter, repeats neither;
 * a partner that counts past 999999999 begins again at 1, which is no gap.
 *
 * @example
 * controlNumberGaps([1001, 1002, 1003, 1007]) // [{ from: 1004, to: 1006 }]
 */
export function controlNumberGaps(numbers: Iterable<number>): Gap[] {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b)
  const gaps = sorted.flatMap((number, i) => gapBefore(sorted[i - 1], number))
  return wrapped(sorted, gaps)
}

function gapBefore(previous: number | undefined, number: number): Gap[] {
  return previous === undefined || number - previous < 2 ? [] : [{ from: previous + 1, to: number - 1 }]
}

/** Numbers at both ends of the range are a wrap: the wide hole between them has not been reached yet. */
function wrapped(sorted: readonly number[], gaps: readonly Gap[]): Gap[] {
  const lowest = sorted[0] ?? 0
  const highest = sorted.at(-1) ?? 0
  if (highest - lowest < HIGHEST / 2) return [...gaps]
  const widest = gaps.reduce((a, b) => (b.to - b.from > a.to - a.from ? b : a))
  const around = [
    ...(highest < HIGHEST ? [{ from: highest + 1, to: HIGHEST }] : []),
    ...(lowest > 1 ? [{ from: 1, to: lowest - 1 }] : []),
  ]
  return [...gaps.filter((gap) => gap !== widest), ...around]
}
