/** The trials of a serving hub: their rows, what goes on behind them, and how corrections come to hold. */
import { randomBytes } from 'node:crypto'
import { casesFromPostgres, type Query } from '../cases/case-book.ts'
import type { RefusalPorts } from '../cases/refusal-routes.ts'
import type { TrialPorts } from '../cases/trial-routes.ts'
import { TrialWork } from '../cases/trial-work.ts'
import { Trials } from '../cases/trials.ts'
import type { Hub } from '../hub.ts'
import type { Correction } from '../identity/corrections.ts'
import { masterSubject, nameOf } from '../identity/master-tables.ts'
import { digestOf, requestKey } from '../intake/keys.ts'
import type { Input } from '../journal/contract.ts'
import { laneOfSubject } from '../lifecycle/subject.ts'
import type { Store } from '../store/contract.ts'
import { openMemberDesk } from './member-desk.ts'
import { waitingBook } from './waiting-book.ts'

/** What trials need of the server. */
export interface CaseTrialsOptions {
  readonly hub: Hub
  readonly store: Store
  readonly query: Query
  readonly scheduler: TrialWorkScheduler
  readonly worker: string
  readonly trouble: (what: string, error: unknown) => void
}

type TrialWorkScheduler = ConstructorParameters<typeof TrialWork>[0]['scheduler']

/** Opens the trials of a hub; `close` finishes the page that is under way. */
export function openCaseTrials(options: CaseTrialsOptions): {
  ports: TrialPorts & RefusalPorts
  close(): Promise<void>
} {
  const { hub, store, query, scheduler, worker, trouble } = options
  const trials = new Trials(query)
  const cases = casesFromPostgres(query)
  const submit = (input: Input) => settled(hub, input)
  const desk = openMemberDesk(hub, store, waitingBook(query as never))
  const work = new TrialWork({
    tenant: hub.tenant,
    trials,
    cases,
    desk,
    scheduler,
    lanes: () => hub.core.journal.lanes.owned().map(({ lane }) => lane),
    submit,
    now: () => Date.now(),
    released: () => hub.intake.masterChanged(hub.tenant, Date.now()),
    trouble,
    worker,
  })
  const ports: TrialPorts & RefusalPorts = {
    refuse: (member, refusal) => desk.refuse(member, refusal),
    cases,
    trials,
    stir: () => work.stir(),
    mint: () => `t-${randomBytes(8).toString('hex')}`,
    correct: (correction, by, once) => correct(hub, correction, by, once),
    corrections: () => [...hub.master.corrections.all].filter(({ retired }) => !retired),
  }
  return { ports, close: () => work.close() }
}

/** A correction holds once it is in the journal: master data that a person said. Under a key it is recorded once. */
async function correct(hub: Hub, value: Correction, by: string, once?: string): Promise<void> {
  const change = { kind: 'correction', value } as const
  const subject = masterSubject(hub.tenant, 'correction')
  const data = { ...change, name: nameOf(change) }
  const input = { kind: 'arrival', type: 'master.changed', subject, source: by, occurredAt: Date.now(), data } as const
  await settled(hub, input, once)
  hub.master.apply(change)
}

function settled(hub: Hub, input: Input, once?: string): Promise<unknown> {
  const lane = laneOfSubject(input.subject)
  const asked = { tenant: hub.tenant, system: 'cases', scope: 'correction' } as const
  const key = once === undefined ? undefined : requestKey({ ...asked, key: once }, digestOf(once), lane)
  return new Promise((resolve, failed) => {
    hub.core.journal.submit({
      ...(key ? { claims: [key] } : {}),
      admit: (found, { now }) =>
        key && found.length > 0
          ? { inputs: [], immediate: true }
          : { inputs: [input], touches: [lane], ...(key ? { keys: [{ ...key, ref: '', at: now }] } : {}) },
      settled: resolve,
      failed,
    })
  })
}
