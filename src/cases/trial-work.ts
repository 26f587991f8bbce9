/** What goes on behind a trial: members are tried page by page, and released by the instance that owns their lane. */
import type { Scheduler } from '../base/scheduler.ts'
import type { Input } from '../journal/contract.ts'
import type { CaseBook } from './case-book.ts'
import type { Finding, Outcome, Trial, Trials, TriedMember } from './trials.ts'

/** Who knows how a failure of each kind is tried again. */
export interface MemberDesk {
  /** What would become of it with the corrections of the trial. Nothing is written, nothing is sent. */
  try(member: Member, trial: Trial): Promise<Finding>
  /** Tries it again, once for this failure, and records its release in the case. Corrections hold by now. */
  release(member: Member, trial: Trial): Promise<Finding>
  /** Refuses it for good, once for this failure, and tells its sender where that can be done. */
  refuse(member: Member, refusal: MemberRefusal): Promise<Finding>
}

/** Who refuses a member, and why. */
export interface MemberRefusal {
  readonly tenant: string
  readonly caseSubject: string
  readonly by: string
  readonly reason: string
}

/** A member as far as it can be tried again. */
export type Member = Pick<TriedMember, 'name' | 'about' | 'again' | 'failureLane' | 'failurePosition'>

export interface TrialWorkPorts {
  /** The business of this hub: its trials alone are gone on with. */
  readonly tenant: string
  readonly trials: Trials
  readonly cases: CaseBook
  readonly desk: MemberDesk
  readonly scheduler: Scheduler
  /** Lanes of this instance. */
  readonly lanes: () => readonly number[]
  readonly submit: (input: Input) => Promise<unknown>
  readonly now: () => number
  /** Releases are through: what came in meanwhile hears of the corrections, too. */
  readonly released: () => void
  readonly trouble: (what: string, error: unknown) => void
  /** Unique among instances. */
  readonly worker: string
}

const PAGE = 100
const LOOK_MS = 1_000

/**
 * Goes on with trials and releases, whoever began them, until it is closed. It looks once a second, and at once when
 * somebody stirs it.
 */
export class TrialWork {
  readonly #ports: TrialWorkPorts
  #running: Promise<void> | undefined
  #again = false
  #ended = false
  #closed = false
  #cancelLook: (() => void) | undefined

  constructor(ports: TrialWorkPorts) {
    this.#ports = ports
    this.stir()
  }

  /** There may be something to do. */
  stir(): void {
    if (this.#closed) return
    this.#cancelLook?.()
    if (this.#running) {
      this.#again = true
      return
    }
    this.#running = this.#look()
      .catch((error: unknown) => this.#ports.trouble('trials of cases could not be gone on with', error))
      .finally(() => {
        this.#running = undefined
        if (this.#closed) return
        if (this.#again) {
          this.#again = false
          this.stir()
        } else this.#cancelLook = this.#ports.scheduler.after(LOOK_MS, () => this.stir())
      })
  }

  /** Finishes the page that is under way. */
  async close(): Promise<void> {
    this.#closed = true
    this.#cancelLook?.()
    await this.#running
  }

  async #look(): Promise<void> {
    const { trials, worker, tenant } = this.#ports
    const failed: string[] = []
    for (;;) {
      const trial = this.#closed ? undefined : await trials.take(worker, tenant, failed)
      if (!trial) break
      if (!(await this.#goOn(trial, () => this.#tryPage(trial)))) failed.push(trial.id)
    }
    const releasing = this.#closed ? [] : await trials.releasing(tenant)
    for (const trial of releasing) await this.#goOn(trial, () => this.#releaseSome(trial))
    if (releasing.length === 0) this.#tellOthers()
  }

  /** What cannot be gone on with now is told and looked at again next time; what stands behind it does not wait for it. */
  async #goOn({ id }: Trial, work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      return true
    } catch (error) {
      this.#ports.trouble(`trial ${id} could not be gone on with`, error)
      return false
    }
  }

  async #tryPage(trial: Trial): Promise<void> {
    const { trials, cases, desk, worker } = this.#ports
    const one = await cases.one(trial.caseSubject)
    const after = trial.seenTo === '' ? {} : { after: trial.seenTo }
    const members = one ? await cases.members(one, { standing: 'left', limit: PAGE, ...after }) : []
    const tried = await Promise.all(
      members.map(async (member) => ({ ...member, ...(await foundOr(() => desk.try(member, trial))) })),
    )
    if (tried.length > 0) await trials.found(trial, worker, tried)
    if (members.length < PAGE) await this.#through(trial)
  }

  /** Every member was tried: the case remembers what was found. */
  async #through({ id, caseSubject, by }: Trial): Promise<void> {
    const { trials, submit, now } = this.#ports
    const found = await trials.one(caseSubject, id)
    const { corrections, verdicts } = found
    const data = { trial: id, by, corrections, verdicts }
    await submit({ kind: 'arrival', type: 'case.tried', subject: caseSubject, source: by, occurredAt: now(), data })
    await trials.through(found)
  }

  /** Members in lanes of this instance, page by page; those in others are the others'. */
  async #releaseSome(trial: Trial): Promise<void> {
    const { trials, desk, lanes } = this.#ports
    for (;;) {
      const standing = await trials.one(trial.caseSubject, trial.id)
      if (this.#closed || standing.state !== 'releasing') return
      const members = await trials.toRelease(standing, lanes(), PAGE)
      if (members.length === 0) break
      const outcomes = await Promise.all(
        members.map(async (member) => outcomeOf(member, await foundOr(() => desk.release(member, standing)))),
      )
      await trials.ended(standing, outcomes)
    }
    if (await trials.endRelease(trial)) {
      this.#ended = true
      this.#again = true // look once more: when no release is left, the others are told
    }
  }

  /** What failed after its trial hears of the corrections once no member waits for its own release any more. */
  #tellOthers(): void {
    if (this.#ended) this.#ports.released()
    this.#ended = false
  }
}

const outcomeOf = ({ name }: Member, { verdict, why }: Finding): Outcome => ({
  name,
  outcome: verdict === 'succeeds' || verdict === 'done' ? 'released' : 'failed',
  why,
})

/** One member that cannot be read says so in its row; the others go on. */
async function foundOr(find: () => Promise<Finding>): Promise<Finding> {
  try {
    return await find()
  } catch (error) {
    return { verdict: 'fails', why: error instanceof Error ? error.message : String(error) }
  }
}
