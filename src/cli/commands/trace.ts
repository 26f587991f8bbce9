import { callHub, type HubAnswer, problemText } from '../hub-client.ts'
import { hubUrl } from '../settings.ts'
import { type ExitCode, paint, type Terminal } from '../terminal.ts'
import { type TracedDocument, tracedText } from './traced-document.ts'

/** What `crossdock trace` is told. */
export interface TraceOptions {
  readonly url?: string
  readonly key?: string
  readonly json?: boolean
}

interface Trace {
  readonly order: {
    readonly id: string
    readonly state: string
    readonly customer: string
    readonly customerOrder: string
    readonly channel: string
    readonly lines: readonly {
      readonly line: string
      readonly item: string | null
      readonly state: string
      readonly ordered: string
      readonly shipped: string
    }[]
  } | null
  readonly steps: readonly { readonly occurredAt: string; readonly who: string; readonly what: string }[]
  readonly deliveries: readonly {
    readonly target: string
    readonly what: string
    readonly state: string
    readonly reason?: string
    readonly nextAt?: string
  }[]
  readonly waits: readonly { readonly why: string; readonly since: string; readonly wakes: string }[]
}

/**
 * `crossdock trace KEY`: what happened to an order across all systems, what is on its way, and what it waits for; and the
 * whole life of documents that were handed on. The key is an order, a purchase order, a shipment, an invoice …, or a
 * document, a load, a receipt, the number of an interchange. 1 when nothing is known by it.
 */
export async function trace(key: string, options: TraceOptions, terminal: Terminal): Promise<ExitCode> {
  const call = { url: hubUrl(options.url, terminal.env), ...(options.key ? { key: options.key } : {}) }
  const order = await callHub({ ...call, path: `/v1/timeline/${encodeURIComponent(key)}` }, terminal)
  const traced = await callHub({ ...call, path: `/v1/documents/trace?q=${encodeURIComponent(key)}` }, terminal)
  const documents = documentsIn(traced)
  if (order.status !== 200 && (order.status !== NOT_KNOWN || documents.length === 0)) {
    if (options.json) terminal.out(JSON.stringify({ status: order.status, ...order.body }))
    else terminal.say(problemText(order))
    return 1
  }
  const found = order.status === 200 ? (order.body as unknown as Trace) : NO_ORDER
  if (options.json) {
    terminal.out(JSON.stringify(documents.length > 0 ? { ...found, documents } : found))
    return 0
  }
  const texts = documents.map((one) => tracedText(one, terminal))
  terminal.out([...(found === NO_ORDER ? [] : [traceText(found, terminal)]), ...texts].join('\n\n'))
  return 0
}

const NOT_KNOWN = 404
const NO_ORDER: Trace = { order: null, steps: [], deliveries: [], waits: [] }

/** What was handed on under this name; a key that may not look at documents sees none. */
function documentsIn({ status, body }: HubAnswer): readonly TracedDocument[] {
  return status === 200 ? (body['documents'] as readonly TracedDocument[]) : []
}

/** The timeline for people. Times are UTC, as in the journal. */
export function traceText({ order, steps, deliveries, waits }: Trace, terminal: Pick<Terminal, 'colours'>): string {
  const bold = (text: string) => paint(terminal, 'bold', text)
  const widest = Math.max(0, ...steps.map((step) => step.who.length))
  const stuck = deliveries.filter((delivery) => delivery.state !== 'done')
  return [
    ...(order
      ? [
          `${bold(`order ${order.id}`)}: ${order.state}`,
          `${order.customerOrder} of ${order.customer}, from ${order.channel}`,
          ...order.lines.map(
            (line) =>
              `  line ${line.line}  ${line.item ?? 'unknown item'}  ordered ${line.ordered}, shipped ${line.shipped}  ${line.state}`,
          ),
        ]
      : []),
    ...titled(
      bold('what happened'),
      steps.map((step) => `  ${clock(step.occurredAt)}  ${step.who.padEnd(widest)}  ${step.what}`),
    ),
    ...titled(
      bold(`told to others: ${deliveries.length - stuck.length} of ${deliveries.length} done`),
      stuck.map(({ state, target, what, reason }) => `  ${state}: ${target}, ${what}${reason ? `: ${reason}` : ''}`),
    ),
    ...(waits.length === 0
      ? []
      : titled(
          bold('waits'),
          waits.map(({ why, since, wakes }) => `  ${why} (since ${clock(since)}; ${wakes})`),
        )),
  ].join('\n')
}

const titled = (title: string, lines: readonly string[]): string[] => ['', title, ...lines]

const clock = (instant: string): string => instant.replace('T', ' ').replace(/\.\d+Z$|Z$/, '')
