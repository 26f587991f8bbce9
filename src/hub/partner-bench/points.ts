/** The points of the go-live gate, and what can be found against them. */
import type { CrossdockError } from '../../base/errors.ts'

/**
 * `open`: something is missing that would show it. `failed`: something shows the contrary. `not_shown`: there was nothing to
 * compare; it stands in nobody's way, and is never counted as passed.
 */
export type PointState = 'passed' | 'open' | 'failed' | 'not_shown'

/** One thing that stands in the way of a point. */
export interface GateFinding {
  readonly code: string
  /** The file and the set in it. */
  readonly where: string
  /** `IT104 (segment 8)`; absent where it is about the whole. */
  readonly place?: string
  readonly says: string
}

/** One point of the gate. */
export interface GatePoint {
  readonly point: string
  readonly state: PointState
  /** What showed it, or what is missing. */
  readonly says: string
  /** All that failed it or leaves it open, the first of which is what it says. */
  readonly findings?: readonly GateFinding[]
}

/** What a point found, and what it says when it found nothing. */
export type Findings = readonly GateFinding[]

const MOST_FINDINGS = 100

/** A finding of the gate's own. */
export const plain = ({ code, message }: CrossdockError, where: string, place?: string): GateFinding => ({
  code,
  where,
  ...(place === undefined ? {} : { place }),
  says: message,
})

/** A point that something shows, or that nothing shows yet. */
export const passed = (name: string, says: string): GatePoint => ({ point: name, state: 'passed', says })
export const open = (name: string, says: string): GatePoint => ({ point: name, state: 'open', says })
export const notShown = (name: string, says: string): GatePoint => ({ point: name, state: 'not_shown', says })

/** Whether a partner may go live: no point is failed or open. */
export const mayGoLive = (points: readonly GatePoint[]): boolean =>
  points.every(({ state }) => state === 'passed' || state === 'not_shown')

/** Warnings that cost nothing once and a chargeback every day after. */
const NOT_LIVE: ReadonlySet<string> = new Set([
  'XD_DOCUMENTS_CHECK_DIGIT',
  'XD_DOCUMENTS_SERIAL_REPEATED',
  'XD_DOCUMENTS_MISSING',
])

/** What of a document stands in the way of going live: faults, and warnings that are dear every day. */
export const isInTheWay = ({ code, severity }: { readonly code: string; readonly severity: string }): boolean =>
  severity !== 'warning' || NOT_LIVE.has(code)

/** A point that is open for what is missing, or that nothing leaves open. */
export function pointWithout(name: string, missing: Findings, fine: string): GatePoint {
  const [first] = missing
  if (!first) return passed(name, fine)
  return { point: name, state: 'open', says: first.says, findings: missing.slice(0, MOST_FINDINGS) }
}

/** A point that nothing was found against, or all that was. */
export function point(name: string, found: Findings, fine: string): GatePoint {
  const [first] = found
  if (!first) return passed(name, fine)
  return { point: name, state: 'failed', says: first.says, findings: found.slice(0, MOST_FINDINGS) }
}
