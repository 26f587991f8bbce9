/** A release: one command to one warehouse, with its own ledger of what the warehouse did with it. */
export interface Release {
  readonly release: string
  readonly facility: string
  status: 'planned' | 'accepted' | 'refused'
  started: boolean
  readonly lines: ReleaseLine[]
}

/** What one release asks of one line, and what became of it: millionths of the base unit. */
export interface ReleaseLine {
  readonly line: string
  readonly quantity: number
  recalled: number
  picked: number
  shorted: number
  packed: number
  shipped: number
}

/** A line of a release that nothing has happened to yet. */
export function newReleaseLine(line: string, quantity: number): ReleaseLine {
  return { line, quantity, recalled: 0, picked: 0, shorted: 0, packed: 0, shipped: 0 }
}

/** What the warehouse may still pick of the line. */
export const toPick = (line: ReleaseLine): number => line.quantity - line.recalled - line.shorted - line.picked

/** Where a release stands, for people: derived, never set. */
export function releaseState(release: Release): 'sent' | 'refused' | 'accepted' | 'picking' | 'completed' | 'recalled' {
  if (release.status === 'planned') return 'sent'
  if (release.status === 'refused') return 'refused'
  if (release.lines.every((line) => line.recalled === line.quantity)) return 'recalled'
  if (release.lines.every((line) => line.shipped === line.quantity - line.recalled - line.shorted)) return 'completed'
  return release.started ? 'picking' : 'accepted'
}

/** Most releases of one order: what one character of a release's number can tell apart. */
export const MOST_RELEASES = 35

/**
 * The number of an order's n-th release. It fits the 22 characters of an X12 depositor order number, carries the
 * order's lane, and leads back to the order: see {@link orderOfRelease}.
 *
 * @example
 * releaseNumber('o0-5f-01k3v9x2q7-0003', 1) // 'r0-5f-01k3v9x2q7-00031'
 */
export function releaseNumber(orderId: string, n: number): string {
  return `r${orderId.slice(1)}${n.toString(36)}`
}

/** The order a release number of ours belongs to. */
export function orderOfRelease(release: string): string {
  return `o${release.slice(1, -1)}`
}
