/**
 * What the hub answers, as the `routes.ts` of visibility, cases and delivery list it, and how it is asked. Written by
 * hand until they are generated from `/openapi.json`. Instants are RFC 3339, quantities and amounts decimal text.
 */

export interface Money {
  readonly amount: string
  readonly currency: string
}

/** How far the views lag behind the journal, in entries and in lanes. */
export interface Lag {
  readonly entries: number
  readonly lanes: number
}

export interface OrderSummary {
  readonly id: string
  readonly state: string
  readonly since: string
  readonly customer: string
  readonly customerOrder: string
  readonly erpNumber?: string
  readonly channel: string
  readonly receivedAt: string
  readonly updatedAt: string
  readonly lines: number
  readonly openLines: number
  readonly backorderedLines: number
  readonly holds: readonly string[]
  readonly facilities: readonly string[]
  readonly value?: Money
  /** What went wrong last and has not been followed by anything good. */
  readonly trouble?: string
}

/** `GET /v1/orders` */
export interface OrderPage {
  readonly orders: readonly OrderSummary[]
  readonly next: string | null
  readonly states: readonly { readonly state: string; readonly count: number }[]
  readonly lag: Lag
}

/** `GET /v1/search` */
export interface Found {
  readonly found: readonly { readonly kind: string; readonly value: string; readonly order: OrderSummary }[]
  readonly lag: Lag
}

/** A line with its quantity ledger; all quantities in the line's base unit. */
export interface OrderLine {
  readonly line: string
  readonly customerLine?: string
  readonly item: string | null
  readonly uom?: string
  readonly state: string
  readonly ordered: string
  readonly cancelled: string
  readonly substituted: string
  readonly reserved: string
  readonly backordered: string
  readonly released: string
  readonly recalled: string
  readonly shorted: string
  readonly picked: string
  readonly packed: string
  readonly shipped: string
  readonly invoiced: string
}

export interface Shipment {
  readonly shipment: string
  readonly release?: string
  readonly status: string
  readonly scac?: string
  readonly shipDate?: string
  readonly invoice?: string
  readonly lines?: readonly { readonly line: string; readonly item: string; readonly quantity: string }[]
}

export interface OrderDetail {
  readonly id: string
  readonly state: string
  readonly customer: string
  readonly customerOrder: string
  readonly channel: string
  readonly erpNumber?: string
  readonly holds: readonly string[]
  readonly receivedAt: string
  readonly updatedAt: string
  readonly value?: Money | null
  readonly lines: readonly OrderLine[]
  readonly shipments: readonly Shipment[]
}

export interface Step {
  readonly position: string
  readonly occurredAt: string
  readonly recordedAt: string
  readonly who: string
  readonly what: string
  readonly type: string
  readonly subject: string
}

export interface Delivery {
  readonly position: string
  readonly target: string
  readonly verb: string
  readonly what: string
  readonly key: string
  readonly state: string
  readonly plannedAt: string
  readonly doneAt?: string
  readonly attempts?: number
  readonly reason?: string
  readonly nextAt?: string
}

export interface Wait {
  readonly why: string
  readonly since: string
  readonly wakes: string
}

/** `GET /v1/timeline/{key}` */
export interface Timeline {
  readonly order: OrderDetail | null
  readonly steps: readonly Step[]
  readonly deliveries: readonly Delivery[]
  readonly waits: readonly Wait[]
}

export interface Figures {
  readonly count: number
  readonly medianMs: number | null
  readonly p90Ms: number | null
  readonly p99Ms: number | null
}

/** `GET /v1/kpis` */
export interface Kpis {
  readonly hours: number
  readonly releaseLatency: Figures
  readonly shipmentConfirmationLag: Figures
  readonly unacknowledgedShipments: number
  /** How many facts of each kind there were, `order.received` and so on. */
  readonly counts: Readonly<Record<string, number>>
  readonly lag: Lag
}

/** `GET /v1/stuck` */
export interface Stuck {
  readonly orders: readonly OrderSummary[]
  readonly shipments: readonly {
    readonly order: string
    readonly shipment: string
    readonly facility: string
    readonly dispatchedAt: string | null
  }[]
  readonly lag: Lag
}

export interface CaseSummary {
  readonly id: string
  readonly open: boolean
  readonly cause: string
  readonly title: string
  readonly field: string
  readonly partner: string
  readonly owner: string
  readonly example: string
  readonly openedAt: string
  readonly lastAt: string
  readonly ageMs: number
  /** 0 before all others, 4 last. */
  readonly priority: number
  readonly note: string
  /** Members since it was opened; those that need somebody; released ones; released ones that failed again. */
  readonly members: number
  readonly left: number
  readonly released: number
  readonly returned: number
  /** Orders that stand still because of it, and what they are worth. */
  readonly orders: number
  readonly atRisk: readonly Money[]
  readonly closedBy: string
  readonly closedFor: string
}

/** `GET /v1/cases` */
export interface Cases {
  readonly cases: readonly CaseSummary[]
  readonly ages: Readonly<Record<string, number>>
}

/** `GET /v1/cases/{id}/members` */
export interface CaseMembers {
  readonly members: readonly {
    readonly member: string
    readonly about: string
    readonly standing: string
    readonly again: string
    readonly since: string
    readonly detail: string
    readonly failure: string
  }[]
  readonly nextCursor?: string | null
}

/** `GET /v1/cases/{id}/trials` */
export interface Trial {
  readonly id: string
  readonly case: string
  readonly state: string
  readonly by: string
  readonly madeAt: string
  readonly corrections: readonly Readonly<Record<string, string>>[]
  readonly of: number
  readonly tried: number
  /** Members by what would become of them. */
  readonly verdicts: Readonly<Record<string, number>>
  readonly released: number
  readonly failed: number
}

/** `GET /v1/cases/{id}/trials/{trial}/members` */
export interface TriedMembers {
  readonly members: readonly { readonly member: string; readonly about: string; readonly why: string }[]
}

/** One system as a target: whether it is called, what waits for it, and what will wake it. */
export interface SystemStatus {
  readonly system: string
  readonly state: 'up' | 'being tried' | 'down' | 'paused'
  /** Since when it is not up, why, and when it is tried next. */
  readonly since: string | null
  readonly reason: string | null
  readonly wakesAt: string | null
  /** Requests in line and on their way, and those that failed and will be tried again. */
  readonly queued: number
  readonly underWay: number
  readonly waiting: number
  /** Requests that wait for a person, and the rate it is called at. */
  readonly aside?: number
  readonly pace?: string | null
  readonly role?: string
  readonly facility?: string
  /** IANA zone of the facility; without it instants are written in the reader's own zone. */
  readonly zone?: string
}

/** `GET /v1/systems` */
export interface Systems {
  readonly items: readonly SystemStatus[]
}

/** One partner in the list. */
export interface PartnerSummary {
  readonly name: string
  readonly title?: string
  readonly customer?: string
  readonly facility?: string
  readonly carrier?: string
  readonly supplier?: string
  readonly unacknowledged: number
  readonly acknowledgementsOverdue: number
  readonly gaps: number
  readonly documentsOverdue: number
  readonly documentsLate: number
}

/** `GET /v1/partners` */
export interface Partners {
  readonly items: readonly PartnerSummary[]
}

/** How one clock of a partner was kept. */
export interface PartnerScore {
  readonly document: string
  readonly within: string
  readonly after: string
  readonly inTime: number
  readonly late: number
  readonly overdue: number
  /** Of all, 0 to 1; null while there is none. */
  readonly share: number | null
  readonly atRisk?: Money
}

/** A group of ours, and what the partner said of it. */
export interface SentGroup {
  readonly group: string
  readonly set: string
  readonly document: string
  readonly key: string
  readonly order?: string
  readonly state: string
}

/** `GET /v1/partners/{name}` */
export interface PartnerDetail {
  readonly name: string
  readonly title?: string
  readonly customer?: string
  readonly facility?: string
  readonly carrier?: string
  readonly supplier?: string
  readonly days: number
  readonly mailbox: {
    readonly lastInterchange: number
    readonly lastGroup: number
    readonly highestReceived: number
    readonly gaps: readonly { readonly from: number; readonly to: number }[]
    readonly awaiting: readonly (SentGroup & { readonly interchange: string; readonly sentAt: string })[]
    readonly acknowledged: {
      readonly accepted: number
      readonly withErrors: number
      readonly partlyRejected: number
      readonly rejected: number
    }
    readonly troubled: readonly (SentGroup & { readonly answeredAt: string })[]
  }
  readonly scorecard: readonly PartnerScore[]
  readonly owed: readonly PartnerScore[]
}

/** Something a partner sent that was refused, or was here before. */
export interface PartnerArrival {
  readonly receipt: string
  readonly channel: string
  readonly receivedAt: string
  readonly verdict: 'quarantined' | 'repeat'
  readonly bytes: number
  /** The first thing that was wrong, and the case it stands in. */
  readonly reason?: string
  readonly code?: string
  readonly case?: string
}

/** `GET /v1/partners/{name}/arrivals` */
export interface PartnerArrivals {
  readonly items: readonly PartnerArrival[]
}

/** A document that a partner and a system exchanged through the hub. */
export interface PartnerDocument {
  readonly direction: 'in' | 'out'
  readonly document: string
  readonly set: string
  readonly key: string
  readonly about: string
  readonly state: string
  readonly at: string
  readonly changedAt: string
  readonly reason?: string
}

/** `GET /v1/partners/{name}/documents` */
export interface PartnerDocuments {
  readonly items: readonly PartnerDocument[]
}

/** The whole life of such a document. */
export interface DocumentTrace extends PartnerDocument, Omit<Timeline, 'order'> {
  readonly partner: string
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
}

/** `GET /v1/documents/trace` */
export interface DocumentTraces {
  readonly documents: readonly DocumentTrace[]
}

/** `GET /v1/partners/{name}/bench` */
export interface BenchResult {
  readonly partner: string
  readonly triedAt: string
  readonly by: string
  readonly samples: readonly string[]
  readonly live: boolean
  readonly points: readonly {
    readonly point: string
    readonly state: 'passed' | 'open' | 'failed' | 'not_shown'
    readonly says: string
    readonly findings?: readonly {
      readonly code: string
      readonly where: string
      readonly place?: string
      readonly says: string
    }[]
  }[]
}

/** What an answer that is no success says: RFC 9457, as far as the hub could say it. */
export interface Trouble {
  /** 0: the hub did not answer at all. */
  readonly status: number
  readonly says: string
  readonly remedy?: string
  readonly code?: string
}

/** A request that did not bring what was asked for. */
export class AskFailed extends Error {
  readonly trouble: Trouble

  constructor(trouble: Trouble) {
    super(trouble.says)
    this.trouble = trouble
  }
}

/**
 * Asks the hub for JSON.
 *
 * @throws {AskFailed} when the hub says no, or nothing.
 */
export async function ask<T>(path: string, signal: AbortSignal): Promise<T> {
  const response = await askFor(path, 'application/json', signal)
  if (!response.ok) throw new AskFailed(await troubleOf(response))
  return (await response.json()) as T
}

/**
 * Tells the hub something: a correction to try, a release.
 *
 * @throws {AskFailed} when the hub says no, or nothing.
 */
export async function tell(path: string, words: object): Promise<void> {
  await openSession()
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  const response = await reach(() => fetch(path, { method: 'POST', headers, body: JSON.stringify(words) }))
  if (!response.ok) throw new AskFailed(await troubleOf(response))
}

let session: Promise<unknown> | undefined

/**
 * Asks the hub for any representation. The demo gives this page a cookie that may read: it is fetched once, before the
 * first question, and again when it is no longer good, as after a restart of the hub.
 */
export async function askFor(path: string, accept: string, signal: AbortSignal): Promise<Response> {
  const opened = openSession()
  await opened
  const response = await get(path, accept, signal)
  if (response.status !== 401) return response
  if (session === opened) session = undefined
  await openSession()
  return get(path, accept, signal)
}

/** One for all who ask at the same time. A hub without such sessions answers 404, which is as good: a proxy signs in. */
function openSession(): Promise<unknown> {
  session ??= get('/console-session', '*/*').catch((error) => {
    session = undefined
    throw error
  })
  return session
}

const get = (path: string, accept: string, signal?: AbortSignal): Promise<Response> =>
  reach(() => fetch(path, { headers: { accept }, ...(signal ? { signal } : {}) }), signal)

async function reach(call: () => Promise<Response>, signal?: AbortSignal): Promise<Response> {
  try {
    return await call()
  } catch (error) {
    if (signal?.aborted) throw error
    throw new AskFailed({ status: 0, says: 'The hub does not answer.', remedy: 'This page tries again by itself.' })
  }
}

async function troubleOf(response: Response): Promise<Trouble> {
  const { status } = response
  const isProblem = response.headers.get('content-type')?.includes('problem+json')
  if (!isProblem) return { status, says: `The hub answered ${status}.` }
  const { detail, title, remedy, code } = (await response.json()) as Record<string, string | undefined>
  return {
    status,
    says: detail ?? title ?? `The hub answered ${status}.`,
    ...(remedy ? { remedy } : {}),
    ...(code ? { code } : {}),
  }
}
