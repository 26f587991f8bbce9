import type { CrossdockError } from '../base/errors.ts'
import type { Hub } from '../hub.ts'
import { laneOfSubject, subjectOf } from '../lifecycle/subject.ts'

/** For so long the same is not told to a person again: strangers who know two names may not fill the journal. */
const TOLD_AGAIN_MS = 10 * 60_000

/** So many things told are kept in mind; what was told before them is told again sooner. */
const KEPT_IN_MIND = 1_000

/** Who hears of what goes wrong at a partner's doors: the log of each time, the journal once a while, which makes cases of it. */
export interface DoorEars {
  readonly trouble: (what: string, error: unknown) => void
  readonly hub: { readonly tenant: string; readonly core: { readonly journal: Pick<Hub['core']['journal'], 'submit'> } }
  readonly now: () => number
}

/**
 * Says of a partner what a person should hear of: what it was about, and what was wrong. `one` says which of several it was,
 * a file by its name, where each of them is worth a word; strangers may not choose it.
 */
export type Tell = (system: string, report: string, error: CrossdockError, one?: string) => void

/** Records in a partner's mailbox what a person should hear of; the same of the same partner only once a while. */
export function telling({ hub, now, trouble }: DoorEars): Tell {
  const told = new Map<string, number>()
  return (system, report, { code, message: reason }, one = '') => {
    const what = `${system}\u0000${report}\u0000${one}`
    const at = now()
    if (at - (told.get(what) ?? Number.NEGATIVE_INFINITY) < TOLD_AGAIN_MS) return
    remember(told, what, at)
    const subject = subjectOf(hub.tenant, 'mailbox', system)
    const common = { kind: 'arrival', type: 'arrival.refused', subject, source: system, occurredAt: at } as const
    hub.core.journal.submit({
      admit: () => ({ inputs: [{ ...common, data: { report, code, reason } }], touches: [laneOfSubject(subject)] }),
      settled: () => undefined,
      failed: (error) => {
        told.delete(what)
        trouble(`no case could be made of ${report} of ${system}`, error)
      },
    })
  }
}

function remember(told: Map<string, number>, what: string, at: number): void {
  told.delete(what) // the latest stands last
  told.set(what, at)
  const [oldest] = told.keys()
  if (oldest !== undefined && told.size > KEPT_IN_MIND) told.delete(oldest)
}
