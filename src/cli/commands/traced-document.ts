import { paint, type Terminal } from '../terminal.ts'

/** A document that was handed on, as `GET /v1/documents/trace` says it. */
export interface TracedDocument {
  readonly direction: 'in' | 'out'
  readonly partner: string
  readonly document: string
  readonly set: string
  readonly key: string
  readonly about: string
  readonly state: string
  readonly at: string
  readonly reason?: string
  readonly origin: {
    readonly from: string
    readonly receipt?: string
    readonly channel?: string
    readonly receivedAt?: string
    readonly interchange?: string
    readonly group?: string
    readonly set?: string
  }
  readonly sent?: { readonly at: string; readonly interchange: string; readonly group: string; readonly set?: string }
  readonly acknowledgement?: {
    readonly by: string
    readonly verdict: string
    readonly at: string
    readonly interchange?: string
    readonly receipt?: string
  }
  readonly steps: readonly { readonly occurredAt: string; readonly who: string; readonly what: string }[]
  readonly deliveries: readonly {
    readonly target: string
    readonly what: string
    readonly state: string
    readonly plannedAt: string
    readonly doneAt?: string
    readonly reason?: string
  }[]
  readonly waits: readonly { readonly why: string; readonly since: string; readonly wakes: string }[]
}

const VERDICTS: Readonly<Record<string, string>> = { withErrors: 'with errors', partlyRejected: 'partly rejected' }

/** One document that was handed on, for people: whence, under which numbers, to whom, acknowledged by what. */
export function tracedText(document: TracedDocument, terminal: Pick<Terminal, 'colours'>): string {
  const { direction, partner, set, document: type, key, about, state, reason, origin, sent, acknowledgement } = document
  const { steps, deliveries, waits } = document
  const way = direction === 'in' ? `from ${partner}` : `to ${partner}`
  const ours = acknowledgement?.by === 'Crossdock'
  return [
    `${paint(terminal, 'bold', `${set} ${type} ${key}`)} ${way}: ${state}${reason === undefined ? '' : `: ${reason}`}`,
    `  about   ${about}`,
    `  from    ${[origin.from, ...originText(origin)].join(', ')}`,
    ...(sent ? [`  sent    ${clock(sent.at)}, ${numbersText(sent)}`] : []),
    ...deliveries.map(
      ({ what, state: is, doneAt, plannedAt, reason: why }) =>
        `  handed  ${what}: ${is} ${clock(doneAt ?? plannedAt)}${why ? `: ${why}` : ''}`,
    ),
    acknowledgement
      ? `  acked   ${[
          `${VERDICTS[acknowledgement.verdict] ?? acknowledgement.verdict} by ${acknowledgement.by}`,
          clock(acknowledgement.at),
          ...(acknowledgement.interchange
            ? [`interchange ${acknowledgement.interchange} of ${ours ? 'ours' : 'theirs'}`]
            : []),
          ...(acknowledgement.receipt ? [`receipt ${acknowledgement.receipt}`] : []),
        ].join(', ')}`
      : '  acked   not yet',
    ...steps.map(({ occurredAt, who, what }) => `  ${clock(occurredAt)}  ${who}  ${what}`),
    ...waits.map(({ why, since, wakes }) => `  waits: ${why} (since ${clock(since)}; ${wakes})`),
  ].join('\n')
}

function originText({ channel, receivedAt, receipt, ...numbers }: TracedDocument['origin']): string[] {
  return [
    ...(channel === undefined ? [] : [`by ${channel}`]),
    ...(receivedAt === undefined ? [] : [clock(receivedAt)]),
    ...(numbers.interchange === undefined ? [] : [numbersText(numbers)]),
    ...(receipt === undefined ? [] : [`receipt ${receipt}`]),
  ]
}

/** In EDIFACT there is no group, and of a file of many sets it may not be known which. */
function numbersText({ interchange, group, set }: { interchange?: string; group?: string; set?: string }): string {
  return [
    ...(interchange ? [`interchange ${interchange}`] : []),
    ...(group ? [`group ${group}`] : []),
    ...(set ? [`set ${set}`] : []),
  ].join(' ')
}

const clock = (instant: string): string => instant.replace('T', ' ').replace(/\.\d+Z$|Z$/, '')
