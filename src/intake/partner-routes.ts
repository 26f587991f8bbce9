/** The doors that show trading partners: what was sent and is not acknowledged, and how their clocks were kept. */
import Type from 'typebox'
import type { Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import { laneOfSubject, partsOf, subjectOf } from '../lifecycle/subject.ts'
import type { Store } from '../store/contract.ts'
import { errors } from './errors.ts'
import { emptyMailbox, loadMailbox, type MailboxState, mailboxTable } from './mailbox-state.ts'

/** A partner as its configuration states it. */
export interface PartnerFacts {
  readonly name: string
  readonly title?: string
  readonly customer?: string
  readonly facility?: string
  readonly carrier?: string
  readonly supplier?: string
}

/** How one expectation of a partner was met. */
export interface PartnerScore {
  readonly document: string
  readonly within: string
  readonly after: string
  readonly inTime: number
  readonly late: number
  readonly overdue: number
  readonly share: number | null
  readonly penalty?: { readonly amount: string; readonly currency: string }
  readonly atRisk?: { readonly amount: string; readonly currency: string }
}

/** What the doors of partners need. */
export interface PartnerDoorPorts {
  readonly store: Pick<Store, 'loadRows'>
  readonly partners: () => readonly PartnerFacts[]
  /** The scorecard of a partner over the last days. */
  readonly scores: (tenant: string, partner: string, days: number) => Promise<readonly PartnerScore[]>
  /** The same of what the partner owes us. */
  readonly owedScores: (tenant: string, partner: string, days: number) => Promise<readonly PartnerScore[]>
}

const text = Type.String()
const money = Type.Object({ amount: text, currency: text })
const score = Type.Object({
  document: text,
  within: text,
  after: text,
  inTime: Type.Integer({ description: 'Went out, or came in, by its time' }),
  late: Type.Integer({ description: 'Went out, or came in, after it' }),
  overdue: Type.Integer({ description: 'Time is up, and nothing did' }),
  share: Type.Union([Type.Number(), Type.Null()], { description: 'In time of all, 0 to 1' }),
  penalty: Type.Optional(money),
  atRisk: Type.Optional(money),
})
const named = {
  name: text,
  title: Type.Optional(text),
  customer: Type.Optional(text),
  facility: Type.Optional(text),
  carrier: Type.Optional(text),
  supplier: Type.Optional(text),
}
const awaiting = Type.Object({
  interchange: text,
  group: Type.String({ description: 'Empty in EDIFACT, where the interchange is acknowledged' }),
  set: Type.String({ description: 'A set of X12 or a message of EDIFACT' }),
  document: text,
  key: text,
  order: Type.Optional(text),
  about: Type.Optional(Type.String({ description: 'Of a document that a system sent: what it speaks of, order/4711' })),
  sentAt: text,
  state: Type.Union([Type.Literal('sent'), Type.Literal('overdue')]),
})
const troubled = Type.Object({
  group: text,
  set: text,
  document: text,
  key: text,
  order: Type.Optional(text),
  answeredAt: text,
  state: Type.Union([Type.Literal('withErrors'), Type.Literal('partlyRejected'), Type.Literal('rejected')]),
})
const STATES = { A: 'accepted', E: 'withErrors', P: 'partlyRejected', R: 'rejected' } as const

const days = Type.Object(
  { days: Type.Optional(Type.Integer({ minimum: 1, maximum: 366 })) },
  { additionalProperties: false },
)
const DAYS = 30

const listPartners: Route<PartnerDoorPorts> = {
  method: 'GET',
  path: '/v1/partners',
  operationId: 'listPartners',
  summary: 'The trading partners: what waits for their acknowledgement, and which documents are late on either side.',
  tier: 'operations',
  scope: 'orders:read',
  priority: 3,
  query: days,
  responses: {
    200: Type.Object({
      items: Type.Array(
        Type.Object({
          ...named,
          unacknowledged: Type.Integer(),
          acknowledgementsOverdue: Type.Integer(),
          gaps: Type.Integer(),
          documentsOverdue: Type.Integer({
            description: 'What it expects of us and what it owes us, and is not there',
          }),
          documentsLate: Type.Integer({ description: 'The same, and came after its time' }),
        }),
      ),
    }),
  },
  handle: async ({ tenant, query }, ports) => {
    const { days: over = DAYS } = query as { days?: number }
    return {
      status: 200,
      body: { items: await Promise.all(ports.partners().map((one) => inShort(tenant, one, over, ports))) },
    }
  },
}

const getPartner: Route<PartnerDoorPorts> = {
  method: 'GET',
  path: '/v1/partners/{name}',
  operationId: 'getPartner',
  summary: 'One trading partner: its mailbox, and its scorecard over the last days.',
  tier: 'operations',
  scope: 'orders:read',
  priority: 3,
  params: Type.Object({ name: Type.String({ minLength: 1, maxLength: 80 }) }),
  query: days,
  responses: {
    200: Type.Object({
      ...named,
      days: Type.Integer(),
      mailbox: Type.Object({
        lastInterchange: Type.Integer({ description: 'The last control number of ours' }),
        lastGroup: Type.Integer(),
        highestReceived: Type.Integer(),
        gaps: Type.Array(Type.Object({ from: Type.Integer(), to: Type.Integer() })),
        awaiting: Type.Array(awaiting),
        acknowledged: Type.Object({
          accepted: Type.Integer(),
          withErrors: Type.Integer(),
          partlyRejected: Type.Integer(),
          rejected: Type.Integer(),
        }),
        troubled: Type.Array(troubled, { description: 'The last that were not simply accepted' }),
      }),
      scorecard: Type.Array(score),
      owed: Type.Array(score, { description: 'The same of its answers to documents of ours' }),
    }),
  },
  handle: answerPartner,
}

export const partnerRoutes: readonly Route<PartnerDoorPorts>[] = [listPartners, getPartner]

async function answerPartner({ tenant, params, query }: RouteRequest, ports: PartnerDoorPorts): Promise<RouteAnswer> {
  const { days: over = DAYS } = query as { days?: number }
  const name = params['name'] as string
  const partner = ports.partners().find((one) => one.name === name)
  if (!partner) throw errors.PARTNER_UNKNOWN(name)
  const [state, scorecard, owed] = await Promise.all([
    mailboxOf(tenant, name, ports),
    ports.scores(tenant, name, over),
    ports.owedScores(tenant, name, over),
  ])
  return { status: 200, body: { ...factsOf(partner), days: over, mailbox: shownMailbox(state), scorecard, owed } }
}

async function inShort(tenant: string, partner: PartnerFacts, over: number, ports: PartnerDoorPorts) {
  const [{ open, gaps }, expected, owed] = await Promise.all([
    mailboxOf(tenant, partner.name, ports),
    ports.scores(tenant, partner.name, over),
    ports.owedScores(tenant, partner.name, over),
  ])
  const clocks = [...expected, ...owed]
  return {
    ...factsOf(partner),
    unacknowledged: open.length,
    acknowledgementsOverdue: open.filter(({ late }) => late === true).length,
    gaps: gaps.length,
    documentsOverdue: clocks.reduce((sum, one) => sum + one.overdue, 0),
    documentsLate: clocks.reduce((sum, one) => sum + one.late, 0),
  }
}

function factsOf({ name, title, customer, facility, carrier, supplier }: PartnerFacts): PartnerFacts {
  return {
    name,
    ...(title === undefined ? {} : { title }),
    ...(customer === undefined ? {} : { customer }),
    ...(facility === undefined ? {} : { facility }),
    ...(carrier === undefined ? {} : { carrier }),
    ...(supplier === undefined ? {} : { supplier }),
  }
}

async function mailboxOf(tenant: string, name: string, { store }: PartnerDoorPorts): Promise<MailboxState> {
  const subject = subjectOf(tenant, 'mailbox', name)
  const [row] = await store.loadRows(mailboxTable, [{ lane: laneOfSubject(subject), subject }])
  return row ? loadMailbox(row[2]) : emptyMailbox()
}

function shownMailbox({ isa, gs, highest, gaps, open, verdicts, troubled: lastTroubled }: MailboxState) {
  return {
    lastInterchange: isa,
    lastGroup: gs,
    highestReceived: highest,
    gaps: gaps.map(([from, to]) => ({ from, to })),
    awaiting: open.map(({ control, group, set, document, key, order, about, at, late }) => ({
      interchange: control,
      group,
      set,
      document,
      key,
      ...(order === undefined ? {} : { order }),
      ...(about === undefined ? {} : { about: objectOf(about) }),
      sentAt: new Date(at).toISOString(),
      state: late === true ? 'overdue' : 'sent',
    })),
    acknowledged: Object.fromEntries(
      Object.entries(STATES).map(([verdict, word]) => [word, verdicts[verdict as keyof typeof STATES]]),
    ),
    troubled: lastTroubled.map(({ verdict, at, ...group }) => ({
      ...group,
      answeredAt: new Date(at).toISOString(),
      state: STATES[verdict],
    })),
  }
}

/** What a relayed document speaks of, without whose it is: `order/4711`. */
export function objectOf(subject: string): string {
  const { id } = partsOf(subject)
  return id.slice(id.indexOf('/') + 1)
}
