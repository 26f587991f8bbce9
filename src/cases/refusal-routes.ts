/** The door that refuses members of a case: what a person decides against is dealt with once, and its sender told. */
import Type from 'typebox'
import type { Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import type { CaseBook } from './case-book.ts'
import { caseId, knownCase } from './routes.ts'
import type { Member, MemberRefusal } from './trial-work.ts'
import type { Finding } from './trials.ts'

/** What the door of refusals needs. */
export interface RefusalPorts {
  readonly cases: CaseBook
  readonly refuse: (member: Member, refusal: MemberRefusal) => Promise<Finding>
}

const text = Type.String()
/** Refused by one call; whoever has more presses again. */
const MOST_AT_ONCE = 200

export const refusalRoutes: readonly Route<RefusalPorts>[] = [
  {
    method: 'POST',
    path: '/v1/cases/{id}/refusal',
    operationId: 'refuseCase',
    summary: 'Refuses members of a case for good, each of them once.',
    description: `For documents, orders and changes whose number came before with other content. What is refused is never taken in. A partner of X12 that takes \`application-advice\` is told by an 824; the answer says who is told. Without \`members\` all that are left are refused, ${MOST_AT_ONCE} of them at most. What was released or refused before stays as it is (\`done\`). To hand on a document that was held try the case without corrections, and release it; an order needs a number of its own, by a payload correction.`,
    tier: 'operations',
    scope: 'cases:write',
    priority: 2,
    params: caseId,
    body: Type.Object(
      {
        reason: Type.String({ minLength: 1, maxLength: 500 }),
        members: Type.Optional(
          Type.Array(Type.String({ minLength: 1, maxLength: 300 }), { minItems: 1, maxItems: MOST_AT_ONCE }),
        ),
      },
      { additionalProperties: false },
    ),
    responses: { 200: Type.Object({ members: Type.Array(Type.Object({ member: text, verdict: text, why: text })) }) },
    handle: answerRefusal,
  },
]

async function answerRefusal(request: RouteRequest, { cases, refuse }: RefusalPorts): Promise<RouteAnswer> {
  const one = await knownCase(request, { cases })
  const { reason, members: names } = request.body as { reason: string; members?: readonly string[] }
  const refusal = { tenant: request.tenant, caseSubject: one.subject, by: request.caller.key, reason }
  const asked = names ? { names } : ({ standing: 'left' } as const)
  const members = new Map(
    (await cases.members(one, { ...asked, limit: MOST_AT_ONCE })).map((each) => [each.name, each]),
  )
  const answers: (Finding & { readonly member: string })[] = []
  for (const name of names ?? members.keys()) {
    const member = members.get(name)
    answers.push({ member: name, ...(member ? await refuse(member, refusal) : NOT_THERE) })
  }
  return { status: 200, body: { members: answers } }
}

const NOT_THERE: Finding = { verdict: 'fails', why: 'The case has no member of this name.' }
