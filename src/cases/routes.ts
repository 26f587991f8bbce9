/** The doors of this room: what needs a person, whose it is, and how a person says that it does not any more. */
import Type from 'typebox'
import type { Input } from '../journal/contract.ts'
import type { Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import { partsOf, subjectOf } from '../lifecycle/subject.ts'
import type { CaseBook, NamedMember } from './case-book.ts'
import type { CaseState } from './case-state.ts'
import { errors } from './errors.ts'
import type { CaseWords } from './fold.ts'
import type { MemberStanding } from './member-state.ts'

/** What the doors of this room need. */
export interface CasesPorts {
  readonly cases: CaseBook
  /** Puts an input into the journal and answers once it is committed. */
  readonly submit: (input: Input) => Promise<unknown>
}

const text = Type.String()
const count = Type.Integer()
const money = Type.Array(Type.Object({ amount: text, currency: text }))

const caseSummary = Type.Object({
  id: text,
  open: Type.Boolean(),
  cause: text,
  title: text,
  field: text,
  partner: text,
  owner: text,
  priority: count,
  example: text,
  note: text,
  openedAt: text,
  lastAt: text,
  ageMs: count,
  members: count,
  left: count,
  returned: count,
  released: count,
  orders: count,
  atRisk: money,
  closedBy: text,
  closedFor: text,
})

const memberAnswer = Type.Object({
  member: text,
  about: text,
  standing: text,
  again: text,
  since: text,
  detail: text,
  failure: text,
})

const ages = Type.Object({
  '0-15m': count,
  '15-60m': count,
  '1-4h': count,
  '4-24h': count,
  '>24h': count,
})

/** The id of a case as it stands in a path. */
export const caseId = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })

const plain = { additionalProperties: false } as const
const name = Type.String({ minLength: 1, maxLength: 80 })
const reason = Type.String({ minLength: 1, maxLength: 500 })

const common = { tier: 'operations', priority: 2 } as const

const listCases: Route<CasesPorts> = {
  ...common,
  method: 'GET',
  path: '/v1/cases',
  operationId: 'listCases',
  summary: 'What needs a person, the oldest first, with owner, age, and orders and money at risk.',
  scope: 'cases:read',
  query: Type.Object(
    {
      open: Type.Optional(Type.Boolean()),
      owner: Type.Optional(Type.String({ maxLength: 80 })),
      partner: Type.Optional(Type.String({ maxLength: 80 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
    },
    plain,
  ),
  responses: { 200: Type.Object({ cases: Type.Array(caseSummary), ages }) },
  handle: answerCases,
}

const getCase: Route<CasesPorts> = {
  ...common,
  method: 'GET',
  path: '/v1/cases/{id}',
  operationId: 'getCase',
  summary: 'One case: cause, owner, age, how many members it has and how many are left.',
  scope: 'cases:read',
  params: caseId,
  responses: { 200: Type.Object({ case: caseSummary }) },
  handle: async (request, ports) => {
    const found = await knownCase(request, ports)
    return { status: 200, body: { case: await summaryOf(found, request.now, ports) } }
  },
}

const standings = ['left', 'open', 'returned', 'released', 'settled'] as const

const listMembers: Route<CasesPorts> = {
  ...common,
  method: 'GET',
  path: '/v1/cases/{id}/members',
  operationId: 'listCaseMembers',
  summary: 'The members of a case, page by page.',
  scope: 'cases:read',
  params: caseId,
  query: Type.Object(
    {
      standing: Type.Optional(Type.Union(standings.map((one) => Type.Literal(one)))),
      cursor: Type.Optional(text),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
    },
    plain,
  ),
  paged: true,
  responses: { 200: Type.Object({ members: Type.Array(memberAnswer) }) },
  handle: answerMembers,
}

const assignCase: Route<CasesPorts> = {
  ...common,
  method: 'POST',
  path: '/v1/cases/{id}/owner',
  operationId: 'assignCase',
  summary: 'Gives a case to somebody, or another priority (0 before all others).',
  scope: 'cases:write',
  params: caseId,
  body: Type.Object(
    { owner: Type.Optional(name), priority: Type.Optional(Type.Integer({ minimum: 0, maximum: 4 })) },
    { ...plain, minProperties: 1 },
  ),
  responses: { 200: Type.Object({ case: caseSummary }) },
  handle: (request, ports) => word(request, ports, 'case.assign', request.body as { owner?: string }),
}

const noteCase: Route<CasesPorts> = {
  ...common,
  method: 'POST',
  path: '/v1/cases/{id}/notes',
  operationId: 'noteCase',
  summary: 'Leaves a word at a case for whoever looks next.',
  scope: 'cases:write',
  params: caseId,
  body: Type.Object({ note: reason }, plain),
  responses: { 200: Type.Object({ case: caseSummary }) },
  handle: (request, ports) => word(request, ports, 'case.note', request.body as { note: string }),
}

const closeCase: Route<CasesPorts> = {
  ...common,
  method: 'POST',
  path: '/v1/cases/{id}/close',
  operationId: 'closeCase',
  summary: 'Closes a case; the next failure with its cause opens it again.',
  scope: 'cases:write',
  params: caseId,
  body: Type.Object({ reason }, plain),
  responses: { 200: Type.Object({ id: text, closed: Type.Boolean() }) },
  handle: async (request, ports) => {
    const { subject } = await knownCase(request, ports)
    const answer = await say(request, ports, subject, 'case.close', request.body as { reason: string })
    return { status: 200, body: { id: partsOf(subject).id, ...(answer as { closed: boolean }) } }
  },
}

export const routes: readonly Route<CasesPorts>[] = [listCases, getCase, listMembers, assignCase, noteCase, closeCase]

type Words<T extends keyof CaseWords> = Omit<CaseWords[T], 'by'>

/** What a person says about a case, under their own name; resolves once it is recorded. */
function say<T extends keyof CaseWords>(
  { caller, now }: RouteRequest,
  { submit }: CasesPorts,
  subject: string,
  type: T,
  words: Words<T>,
): Promise<unknown> {
  const data = { ...words, by: caller.key }
  return submit({ kind: 'arrival', type, subject, source: caller.key, occurredAt: now, data })
}

async function word<T extends keyof CaseWords>(
  request: RouteRequest,
  ports: CasesPorts,
  type: T,
  words: Words<T>,
): Promise<RouteAnswer> {
  const { subject } = await knownCase(request, ports)
  await say(request, ports, subject, type, words)
  const after = await knownCase(request, ports)
  return { status: 200, body: { case: await summaryOf(after, request.now, ports) } }
}

async function answerCases({ tenant, query, now }: RouteRequest, ports: CasesPorts): Promise<RouteAnswer> {
  const {
    open = true,
    limit = 100,
    ...wanted
  } = query as { open?: boolean; owner?: string; partner?: string; limit?: number }
  const found = await ports.cases.list(tenant, { open, limit, ...wanted })
  const written = await Promise.all(found.map((one) => summaryOf(one, now, ports)))
  return { status: 200, body: { cases: written, ages: agesOf(found, now) } }
}

async function answerMembers(request: RouteRequest, ports: CasesPorts): Promise<RouteAnswer> {
  const {
    standing,
    cursor: after,
    limit = 50,
  } = request.query as { standing?: MemberStanding | 'left'; cursor?: string; limit?: number }
  const found = await knownCase(request, ports)
  const members = await ports.cases.members(found, {
    limit,
    ...(standing === undefined ? {} : { standing }),
    ...(after === undefined ? {} : { after }),
  })
  const last = members.at(-1)
  const isFull = members.length === limit
  return {
    status: 200,
    body: { members: members.map(writtenMember) },
    ...(isFull && last ? { next: last.name } : {}),
  }
}

function writtenMember({
  name: member,
  about,
  standing,
  again,
  at,
  detail,
  failureLane,
  failurePosition,
}: NamedMember) {
  const { kind, id } = partsOf(about)
  return {
    member,
    about: `${kind}/${id}`,
    standing,
    again,
    since: new Date(at).toISOString(),
    detail,
    failure: `${failureLane}/${failurePosition}`,
  }
}

/** The case of a path, of this tenant; another tenant's is no different from none. */
export async function knownCase(
  { tenant, params }: RouteRequest,
  { cases }: Pick<CasesPorts, 'cases'>,
): Promise<CaseState> {
  const id = params['id'] as string
  const found = await cases.one(subjectOf(tenant, 'case', id))
  if (!found) throw errors.UNKNOWN_CASE(id)
  return found
}

async function summaryOf(one: CaseState, now: number, { cases }: CasesPorts) {
  const { subject, life: _, openedAt, lastAt, count: members, ...rest } = one
  const { orders, money: atRisk } = await cases.atRisk(one)
  return {
    id: partsOf(subject).id,
    ...rest,
    openedAt: new Date(openedAt).toISOString(),
    lastAt: new Date(lastAt).toISOString(),
    ageMs: (one.open ? now : lastAt) - openedAt,
    members,
    orders,
    atRisk,
  }
}

const MINUTE_MS = 60_000
const BANDS = [
  ['0-15m', 15 * MINUTE_MS],
  ['15-60m', 60 * MINUTE_MS],
  ['1-4h', 240 * MINUTE_MS],
  ['4-24h', 1_440 * MINUTE_MS],
  ['>24h', Number.POSITIVE_INFINITY],
] as const

/** How many open cases are how old. */
function agesOf(found: readonly CaseState[], now: number): Record<string, number> {
  const ages: Record<string, number> = Object.fromEntries(BANDS.map(([band]) => [band, 0]))
  for (const { open, openedAt } of found) {
    if (!open) continue
    const band = (BANDS.find(([, below]) => now - openedAt < below) ?? BANDS[4])[0]
    ages[band] = (ages[band] ?? 0) + 1
  }
  return ages
}
