/** Trials as rows: begun, gone on with, released, cancelled, by any instance. */
import type { Correction } from '../identity/corrections.ts'
import type { NamedMember, Query } from './case-book.ts'
import type { CaseState } from './case-state.ts'
import { errors } from './errors.ts'

/** What would become of a member, and why. */
export interface Finding {
  readonly verdict: Verdict
  readonly why: string
}

/**
 * `succeeds`: it would be taken; `fails` and `conflicts`: not with this correction; `done`: nothing is left to do;
 * `in doubt`: nobody knows whether the target has it, and it cannot be asked.
 */
export type Verdict = 'succeeds' | 'fails' | 'conflicts' | 'done' | 'in doubt'

/** Corrected content for one member: it is read in place of what came. */
export interface PayloadCorrection {
  readonly kind: 'payload'
  readonly member: string
  readonly content: string
  /** Default `utf8`. */
  readonly encoding?: 'utf8' | 'base64'
}

/** What a trial tries. */
export type TrialCorrection = Correction | PayloadCorrection

export type TrialState = 'trying' | 'tried' | 'releasing' | 'released' | 'cancelled'

/** A trial as it stands. */
export interface Trial {
  readonly id: string
  readonly tenant: string
  readonly caseSubject: string
  readonly by: string
  readonly madeAt: number
  readonly state: TrialState
  readonly corrections: readonly TrialCorrection[]
  /** The last member that was tried. */
  readonly seenTo: string
  readonly of: number
  readonly verdicts: Readonly<Record<Verdict, number>>
  readonly releasedBy?: string
  /** What is in doubt is released, too: somebody said so. */
  readonly withDoubt: boolean
  readonly released: number
  readonly failed: number
}

/** A member of a trial, with what was found and what came of it. */
export interface TriedMember extends Pick<NamedMember, 'name' | 'about' | 'again' | 'failureLane' | 'failurePosition'> {
  readonly verdict: Verdict
  readonly why: string
  readonly outcome?: string
  readonly outcomeWhy?: string
}

/** What came of the release of a member. */
export interface Outcome {
  readonly name: string
  readonly outcome: 'released' | 'failed'
  readonly why: string
}

/** How long an instance may be silent before another goes on with its trial. */
const SILENCE = '15 seconds'

const COLUMNS = `id, tenant, case_subject, made_by, made_at, state, corrections, seen_to, of, succeeds, fails, conflicts,
  done, in_doubt, released_by, with_doubt, released, failed`

/** The trials of a database. */
export class Trials {
  readonly #query: Query

  constructor(query: Query) {
    this.#query = query
  }

  async begin(id: string, one: CaseState, by: string, corrections: readonly TrialCorrection[], now: number) {
    const { subject, left } = one
    const tenant = subject.slice(0, subject.indexOf('/'))
    await this.#query(
      `insert into case_trial (id, tenant, case_subject, made_by, made_at, state, corrections, of)
       values ($1, $2, $3, $4, $5, 'trying', $6, $7)`,
      [id, tenant, subject, by, now, JSON.stringify(corrections), left],
    )
    return this.one(subject, id)
  }

  /** Throws `XD_CASES_UNKNOWN_TRIAL`. */
  async one(caseSubject: string, id: string): Promise<Trial> {
    const text = `select ${COLUMNS} from case_trial where id = $1 and case_subject = $2`
    const [row] = await this.#query(text, [id, caseSubject])
    if (!row) throw errors.UNKNOWN_TRIAL(id)
    return trialOf(row)
  }

  /** The newest first. */
  async of(caseSubject: string): Promise<Trial[]> {
    const text = `select ${COLUMNS} from case_trial where case_subject = $1 order by made_at desc limit 50`
    return (await this.#query(text, [caseSubject])).map(trialOf)
  }

  async results(id: string, { verdict, after = '', limit }: { verdict?: string; after?: string; limit: number }) {
    const rows = await this.#query(
      `select * from case_trial_member
        where trial = $1 and member > $2 and ($3::text is null or verdict = $3) order by member limit $4`,
      [id, after, verdict ?? null, limit],
    )
    return rows.map(triedOf)
  }

  /**
   * Lets its members be released. Only a trial that is through can be, and only once: whoever presses again hears how it
   * stands. Throws `XD_CASES_TRIAL_STATE`.
   */
  async release(trial: Trial, by: string, withDoubt: boolean): Promise<Trial> {
    await this.#query(
      `update case_trial set state = 'releasing', released_by = $2, with_doubt = $3 where id = $1 and state = 'tried'`,
      [trial.id, by, withDoubt],
    )
    const after = await this.one(trial.caseSubject, trial.id)
    if (after.state === 'releasing' || after.state === 'released') return after
    throw errors.TRIAL_STATE(trial.id, after.state)
  }

  async cancel(trial: Trial): Promise<Trial> {
    await this.#query(`update case_trial set state = 'cancelled' where id = $1 and state <> 'released'`, [trial.id])
    return this.one(trial.caseSubject, trial.id)
  }

  /** The oldest trial of a business that is to be gone on with, for this instance alone; none of those in `except`. */
  async take(worker: string, tenant: string, except: readonly string[] = []): Promise<Trial | undefined> {
    const [row] = await this.#query(
      `update case_trial set worker = $1, worker_until = now() + interval '${SILENCE}'
        where id = (select id from case_trial
                     where state = 'trying' and tenant = $2 and id <> all ($3) and (worker is null or worker = $1 or worker_until < now())
                     order by made_at limit 1 for update skip locked)
       returning ${COLUMNS}`,
      [worker, tenant, except],
    )
    return row && trialOf(row)
  }

  /** Writes what was found, and where the trial stands now, in one statement. */
  async found(trial: Trial, worker: string, tried: readonly (TriedMember & Finding)[]): Promise<void> {
    await this.#query(
      `with fresh as (
         insert into case_trial_member
           (trial, member, about, about_lane, again, failure_lane, failure_position, verdict, why)
         select $1, member, about, about_lane, again, failure_lane, failure_position, verdict, why
           from unnest($3::text[], $4::text[], $5::int2[], $6::text[], $7::int2[], $8::int8[], $9::text[], $10::text[])
             as t (member, about, about_lane, again, failure_lane, failure_position, verdict, why)
         on conflict do nothing returning verdict)
       update case_trial set
         seen_to = $11, worker_until = now() + interval '${SILENCE}',
         succeeds = succeeds + (select count(*) from fresh where verdict = 'succeeds'),
         fails = fails + (select count(*) from fresh where verdict = 'fails'),
         conflicts = conflicts + (select count(*) from fresh where verdict = 'conflicts'),
         done = done + (select count(*) from fresh where verdict = 'done'),
         in_doubt = in_doubt + (select count(*) from fresh where verdict = 'in doubt')
       where id = $1 and worker = $2 and state = 'trying'`,
      [
        trial.id,
        worker,
        tried.map((one) => one.name),
        tried.map((one) => one.about),
        tried.map((one) => one.failureLane),
        tried.map((one) => one.again),
        tried.map((one) => one.failureLane),
        tried.map((one) => one.failurePosition),
        tried.map((one) => one.verdict),
        tried.map((one) => one.why.slice(0, 500)),
        tried.at(-1)?.name ?? trial.seenTo,
      ],
    )
  }

  async through(trial: Trial): Promise<void> {
    await this.#query(`update case_trial set state = 'tried' where id = $1 and state = 'trying'`, [trial.id])
  }

  async releasing(tenant: string): Promise<Trial[]> {
    const text = `select ${COLUMNS} from case_trial where state = 'releasing' and tenant = $1 order by made_at`
    return (await this.#query(text, [tenant])).map(trialOf)
  }

  /** Members that are to be released, those whose failure lies in these lanes. */
  async toRelease(trial: Trial, lanes: readonly number[], limit: number): Promise<TriedMember[]> {
    const rows = await this.#query(
      `select * from case_trial_member
        where trial = $1 and verdict = any($2) and outcome is null and about_lane = any($3::int2[])
        order by member limit $4`,
      [trial.id, releasable(trial), lanes, limit],
    )
    return rows.map(triedOf)
  }

  async ended(trial: Trial, outcomes: readonly Outcome[]): Promise<void> {
    await this.#query(
      `with ended as (
         update case_trial_member m set outcome = t.outcome, outcome_why = t.why
           from unnest($2::text[], $3::text[], $4::text[]) as t (member, outcome, why)
          where m.trial = $1 and m.member = t.member and m.outcome is null returning m.outcome)
       update case_trial set
         released = released + (select count(*) from ended where outcome = 'released'),
         failed = failed + (select count(*) from ended where outcome = 'failed')
       where id = $1`,
      [
        trial.id,
        outcomes.map((one) => one.name),
        outcomes.map((one) => one.outcome),
        outcomes.map((one) => one.why.slice(0, 500)),
      ],
    )
  }

  /** Ends a release that has nothing left to do, in any lane. Answers whether this call did. */
  async endRelease(trial: Trial): Promise<boolean> {
    const rows = await this.#query(
      `update case_trial set state = 'released'
        where id = $1 and state = 'releasing'
          and not exists (select from case_trial_member where trial = $1 and verdict = any($2) and outcome is null)
       returning id`,
      [trial.id, releasable(trial)],
    )
    return rows.length > 0
  }
}

/** How many members a release of this trial would try again. */
export function toBeReleased({ verdicts }: Trial, withDoubt: boolean): number {
  return verdicts.succeeds + verdicts.done + (withDoubt ? verdicts['in doubt'] : 0)
}

const releasable = ({ withDoubt }: Trial): readonly Verdict[] => [
  'succeeds',
  'done',
  ...(withDoubt ? (['in doubt'] as const) : []),
]

function trialOf(row: Record<string, unknown>): Trial {
  const number = (name: string) => Number(row[name])
  return {
    id: row['id'] as string,
    tenant: row['tenant'] as string,
    caseSubject: row['case_subject'] as string,
    by: row['made_by'] as string,
    madeAt: number('made_at'),
    state: row['state'] as TrialState,
    corrections: JSON.parse(row['corrections'] as string) as TrialCorrection[],
    seenTo: row['seen_to'] as string,
    of: number('of'),
    verdicts: {
      succeeds: number('succeeds'),
      fails: number('fails'),
      conflicts: number('conflicts'),
      done: number('done'),
      'in doubt': number('in_doubt'),
    },
    ...(row['released_by'] === null ? {} : { releasedBy: row['released_by'] as string }),
    withDoubt: row['with_doubt'] as boolean,
    released: number('released'),
    failed: number('failed'),
  }
}

function triedOf(row: Record<string, unknown>): TriedMember {
  return {
    name: row['member'] as string,
    about: row['about'] as string,
    again: row['again'] as TriedMember['again'],
    failureLane: Number(row['failure_lane']),
    failurePosition: Number(row['failure_position']),
    verdict: row['verdict'] as Verdict,
    why: row['why'] as string,
    ...(row['outcome'] === null ? {} : { outcome: row['outcome'] as string }),
    ...(row['outcome_why'] === null ? {} : { outcomeWhy: row['outcome_why'] as string }),
  }
}
