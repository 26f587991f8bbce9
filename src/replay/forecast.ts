/** What would come of sending a request again: worked out from what is known, and never guessed. */
import type { DeliveryClass } from '../connectors/contract.ts'
import type { BookState } from './selection.ts'

/**
 * `new`: the target has not had it. `already done`: it has, with this content. `would conflict`: it has, with other
 * content, or what was planned cannot be written any more. `too old`: the target may have forgotten the key, so a repeat
 * could take effect twice. `on its way`: nothing to replay yet. `cannot know`: nobody can say.
 */
export type Forecast = 'new' | 'already done' | 'would conflict' | 'too old' | 'on its way' | 'cannot know'

export const FORECASTS: readonly Forecast[] = [
  'new',
  'already done',
  'would conflict',
  'too old',
  'on its way',
  'cannot know',
]

/** What a target is to a replay. */
export interface TargetTraits {
  readonly deliveryClass: DeliveryClass
  readonly canBeAsked: boolean
  /** How long it remembers our keys; absent: for ever. */
  readonly remembersForMs?: number
}

/** What the target said when it was asked by key. */
export type Asked = 'there' | 'not there' | 'no answer'

/** Everything a forecast goes by. */
export interface Known {
  readonly books: BookState
  /** Attempts so far, where the books still count them. */
  readonly attempts: number
  readonly ageMs: number
  /** Absent: the configuration has no such target any more. */
  readonly target: TargetTraits | undefined
  /** Absent: it was not asked. */
  readonly asked?: Asked
  /** What would be sent is what was planned; `unknown` when it cannot be written. */
  readonly content: 'same' | 'other' | 'unknown'
  readonly contentFault?: string
}

export interface Foresight {
  readonly forecast: Forecast
  readonly why: string
}

const says = (forecast: Forecast, why: string): Foresight => ({ forecast, why })

/** Whether the target has to be asked before anything can be said: the books do not know that it was done. */
export function mustAsk(books: BookState, target: TargetTraits | undefined): boolean {
  return target?.canBeAsked === true && books !== 'done' && books !== 'on its way'
}

/**
 * The forecast of one item.
 *
 * @example
 * forecastOf({ books: 'parked', attempts: 3, ageMs: 60_000, target, asked: 'not there', content: 'same' }).forecast // 'new'
 */
export function forecastOf(known: Known): Foresight {
  const { books, target, asked } = known
  if (!target) return says('cannot know', 'The configuration has no such system.')
  if (books === 'on its way') return says('on its way', 'It has been planned and not been answered yet.')
  if (books === 'done' || asked === 'there') return hadIt(known, target)
  if (known.content === 'unknown') return says('would conflict', known.contentFault ?? 'It cannot be written any more.')
  if (known.content === 'other' && books !== 'refused') {
    return says(
      'would conflict',
      "It still waits with the content it was planned with, and today's mapping writes other.",
    )
  }
  if (asked !== 'not there' && mayBeForgotten(known, target))
    return says('too old', 'It was sent, and by now the target may have forgotten that.')
  if (asked === 'no answer') return says('cannot know', 'The target does not answer when asked.')
  return asked === 'not there' ? deniedIt(known, target) : unasked(known, target)
}

/** The target has had it. */
function hadIt({ books, asked, ageMs, content, contentFault }: Known, target: TargetTraits): Foresight {
  const by = books === 'done' ? 'It was done' : 'The target says that it has it'
  if (content === 'other') return says('would conflict', `${by}, with other content than today's mapping writes.`)
  if (content === 'unknown')
    return says('would conflict', `${by}, and ${contentFault ?? 'it cannot be written again'}.`)
  if (asked !== 'there' && isForgotten(ageMs, target))
    return says('too old', `${by} longer ago than its keys are kept.`)
  return says('already done', `${by}.`)
}

/** It was asked and does not know the key. */
function deniedIt(known: Known, target: TargetTraits): Foresight {
  if (mayBeForgotten(known, target)) {
    return says('too old', 'The target does not know it, and may have forgotten it.')
  }
  return says('new', 'The target says that it does not have it.')
}

/** It cannot be asked: only what no attempt can have done is new. */
function unasked({ books, attempts }: Known, { deliveryClass }: TargetTraits): Foresight {
  if (books === 'refused') return says('new', 'It was refused.')
  if (books === 'in doubt')
    return says('cannot know', 'Nobody knows whether it took effect, and the target cannot be asked.')
  if (attempts === 0) return says('new', 'It was never sent.')
  // A blind target's unknown outcomes are in doubt; what only waits or is parked there was turned away each time.
  if (deliveryClass === 'C') return says('new', 'Every attempt was turned away.')
  return says('cannot know', 'It was sent, nobody knows with what effect, and the target cannot be asked.')
}

/** An attempt may have taken effect so long ago that the target would do it a second time. */
function mayBeForgotten({ books, attempts, ageMs }: Known, target: TargetTraits): boolean {
  return books !== 'refused' && attempts > 0 && isForgotten(ageMs, target)
}

function isForgotten(ageMs: number, { remembersForMs }: TargetTraits): boolean {
  return remembersForMs !== undefined && ageMs > remembersForMs
}

/** Whether, as things stand now, a repeat could take effect twice because its key is no longer kept. */
export function isTooOld(known: Known): boolean {
  return forecastOf({ ...known, content: 'same' }).forecast === 'too old'
}

/**
 * Whether what is forecast so may be sent again under its own key. At class C a key means nothing to the target, and
 * what it may have had is never sent again; at class A a repeat has no second effect, whatever the books say.
 */
export function mayBeSent(forecast: Forecast, { deliveryClass }: TargetTraits): boolean {
  if (forecast === 'new') return true
  if (forecast === 'already done') return deliveryClass !== 'C'
  return forecast === 'cannot know' && deliveryClass === 'A'
}

/** Forecasts that anybody may include when a replay is started. */
export const INCLUDABLE: ReadonlySet<Forecast> = new Set<Forecast>(['new', 'already done', 'cannot know'])
