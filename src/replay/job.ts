/** A replay as a job: what it is, how it stands, and who may ask what of it when. */
import type { Forecast } from './forecast.ts'
import type { ItemOutcome } from './outcome.ts'
import type { Selection } from './selection.ts'

/**
 * `choosing`: the set is being frozen. `forecasting`: of each item it is worked out what would come of it. `ready`: it
 * waits for a person. `running`, `paused`, and its two ends.
 */
export type JobState = 'choosing' | 'forecasting' | 'ready' | 'running' | 'paused' | 'finished' | 'cancelled'

/** `replay`: with a forecast. `redeliver`: requests that wait, are parked or (by name) in doubt are tried again now, in bulk. */
export type JobAction = 'replay' | 'redeliver'

/** As it was sent (the bytes must come out the same), or as today's mapping writes it. */
export type MappingVersion = 'as sent' | 'today'

/** What a replay is started with. */
export interface StartOrders {
  /** Absent: all targets of the set. */
  readonly targets?: readonly string[]
  readonly include: readonly Forecast[]
  /** A new effect under a new key, on purpose. */
  readonly reissue: boolean
  readonly stopPercent: number
  readonly by: string
}

/** Where choosing stands: a lane and position, a subject, and how far the set may reach. */
export interface Place {
  readonly lane: number
  readonly after: number
  /** Heads of the lanes when the job was made: what came later does not belong to it. */
  readonly heads?: readonly number[]
  readonly subjects?: readonly string[]
  /** The member of a case that was looked at last. */
  readonly member?: string
}

export interface Job {
  readonly id: string
  readonly tenant: string
  readonly action: JobAction
  readonly state: JobState
  /** What a pause interrupted. */
  readonly stateBefore: JobState | undefined
  readonly why: string | undefined
  readonly selection: Selection
  readonly mapping: MappingVersion
  readonly orders: StartOrders | undefined
  readonly madeBy: string
  readonly reason: string
  readonly madeAt: number
  readonly changedAt: number
  readonly place: Place
  readonly toScan: number
  readonly scanned: number
  readonly items: number
  readonly step: number
  /** Outcomes there were when this stretch began: the stop rule looks at what came since. */
  readonly since: Since
}

/** Figures of a job at the beginning of a step and of a stretch. */
export interface Since {
  /** Sent by the beginning of this step. */
  readonly sent: number
  /** By outcome, at the last start or resume. */
  readonly outcomes: Partial<Record<ItemOutcome, number>>
}

export type ItemState = 'chosen' | 'looked' | 'sent' | 'over'

/** One request of the frozen set. */
export interface Item {
  readonly n: number
  readonly lane: number
  readonly subject: string
  readonly position: number
  readonly target: string
  readonly verb: string
  readonly key: string
  readonly chain: string
  readonly args: Record<string, unknown>
  readonly digest: string
  readonly plannedAt: number
  readonly state: ItemState
  readonly forecast: Forecast | ''
  readonly outcome: ItemOutcome | ''
  readonly why: string
  readonly attempts: number
  /** Digest of what the forecast found would be sent. */
  readonly pinned: string | undefined
  readonly sentAt: number | undefined
  readonly sentAs: number | undefined
}

export type Act = 'start' | 'pause' | 'resume' | 'cancel'

const FROM: Readonly<Record<Act, readonly JobState[]>> = {
  start: ['ready'],
  pause: ['choosing', 'forecasting', 'running'],
  resume: ['paused'],
  cancel: ['choosing', 'forecasting', 'ready', 'running', 'paused'],
}

/** The states a job may be in for an act to mean anything. */
export function statesFor(act: Act): readonly JobState[] {
  return FROM[act]
}

/** Whether an act has been done already: pressing twice does nothing. */
export function isDone(act: Act, state: JobState): boolean {
  if (act === 'start') return state === 'running' || state === 'paused' || state === 'finished'
  if (act === 'pause') return state === 'paused'
  if (act === 'resume') return isActive(state) || state === 'finished'
  return state === 'cancelled'
}

/** Whether somebody works on it. */
export function isActive(state: JobState): boolean {
  return state === 'choosing' || state === 'forecasting' || state === 'running'
}
