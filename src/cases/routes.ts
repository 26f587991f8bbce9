/** The doors of this room: what needs a person, and how a person says that it does not any more. */
import Type from 'typebox'
import { add, decimal, decimalText } from '../base/decimal.ts'
import type { Money } from '../base/money.ts'
import type { Input } from '../journal/contract.ts'
import type { Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import { partsOf, subjectOf } from '../lifecycle/subject.ts'
import type { CaseBook } from './case-book.ts'
import type { CaseState } from './case-state.ts'
import { errors } from './errors.ts'
import type { Closing } from './fold.ts'

/** What the doors of this room need. */
export interface CasesPorts {
  readonly cases: CaseBook
  /** What these subjects (orders) are worth, those that are known. */
  readonly valuesOf: (subjects: readonly string[]) => Promise<readonly Money[]>
  /** Puts an input into the journal and answers once it is committed. */
  readonly submit: (input: Input) => Promise<unknown>
}

const text = Type.String()
const caseSummary = Type.Object({
  id: text,
  open: Type.Boolean(),
  cause: text,
  title: text,
  field: text,
  partner: text,
  owner: text,
  example: text,
  openedAt: text,
  lastAt: text,
  ageMs: Type.Integer(),
  members: Type.Integer(),
  atRisk: Type.Array(Type.Object({ amount: text, currency: text })),
})

const ages = Type.Object({
  '0-15m': Type.Integer(),
  '15-60m': Type.Integer(),
  '1-4h': Type.Integer(),
  '4-24h': Type.Integer(),
  '>24h': Type.Integer(),
})

const caseId = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64 }) })

const listCases: Route<CasesPorts> = {
  method: 'GET',
  path: '/v1/cases',
  operationId: 'listCases',
  summary: 'What needs a person, the oldest first, with owner, age and money at risk.',
  tier: 'operations',
  scope: 'cases:read',
  priority: 2,
  query: Type.Object(
    {
      open: Type.Optional(Type.Boolean()),
      owner: Type.Optional(Type.String({ maxLength: 80 })),
      partner: Type.Optional(Type.String({ maxLength: 80 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
    },
    { additionalProperties: false },
  ),
  responses: { 200: Type.Object({ cases: Type.Array(caseSummary), ages }) },
  handle: answerCases,
}

const getCase: Route<CasesPorts> = {
  method: 'GET',
  path: '/v1/cases/{id}',
  operationId: 'getCase',
  summary: 'One case with its members.',
  tier: 'operations',
  scope: 'cases:read',
  priority: 2,
  params: caseId,
  responses: { 200: Type.Object({ case: caseSummary, members: Type.Array(text) }) },
  handle: async (request, ports) => {
    const found = await known(request, ports)
    return { status: 200, body: { case: await summaryOf(found, request.now, ports), members: found.members } }
  },
}

const closeCase: Route<CasesPorts> = {
  method: 'POST',
  path: '/v1/cases/{id}/close',
  operationId: 'closeCase',
  summary: 'Closes a case; the next failure with its cause opens it again.',
  tier: 'operations',
  scope: 'cases:write',
  priority: 2,
  params: caseId,
  body: Type.Object({ reason: Type.String({ minLength: 1, maxLength: 500 }) }, { additionalProperties: false }),
  responses: { 200: Type.Object({ id: text, closed: Type.Boolean() }) },
  handle: async (request, ports) => {
    const { subject } = await known(request, ports)
    const closing: Closing = { by: request.caller.key, reason: (request.body as { reason: string }).reason }
    const source = request.caller.key
    const answer = await ports.submit({
      kind: 'arrival',
      type: 'case.close',
      subject,
      source,
      occurredAt: request.now,
      data: closing,
    })
    return { status: 200, body: { id: partsOf(subject).id, ...(answer as { closed: boolean }) } }
  },
}

export const routes: readonly Route<CasesPorts>[] = [listCases, getCase, closeCase]

async function answerCases({ tenant, query, now }: RouteRequest, ports: CasesPorts): Promise<RouteAnswer> {
  const {
    open = true,
    limit = 100,
    ...wanted
  } = query as {
    open?: boolean
    owner?: string
    partner?: string
    limit?: number
  }
  const found = await ports.cases.list(tenant, { open, limit, ...wanted })
  const written = await Promise.all(found.map((one) => summaryOf(one, now, ports)))
  return { status: 200, body: { cases: written, ages: agesOf(found, now) } }
}

async function known({ tenant, params }: RouteRequest, { cases }: CasesPorts): Promise<CaseState> {
  const id = params['id'] as string
  const found = await cases.one(subjectOf(tenant, 'case', id))
  if (!found) throw errors.UNKNOWN_CASE(id)
  return found
}

async function summaryOf(one: CaseState, now: number, ports: CasesPorts) {
  const { subject, open, cause, title, field, partner, owner, example, openedAt, lastAt, members, count } = one
  return {
    id: partsOf(subject).id,
    open,
    cause,
    title,
    field,
    partner,
    owner,
    example,
    openedAt: new Date(openedAt).toISOString(),
    lastAt: new Date(lastAt).toISOString(),
    ageMs: (open ? now : lastAt) - openedAt,
    members: count,
    atRisk: summed(await ports.valuesOf(members)),
  }
}

/** One sum for each currency: amounts of different currencies are never added. */
function summed(values: readonly Money[]): Money[] {
  const sums = new Map<string, string>()
  for (const { amount, currency } of values) {
    sums.set(currency, decimalText(add(decimal(sums.get(currency) ?? '0'), decimal(amount))))
  }
  return [...sums].map(([currency, amount]) => ({ amount, currency }))
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
