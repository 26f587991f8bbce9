/** The door that lists what a partner sent and was not simply accepted, whatever way it came. */
import Type from 'typebox'
import type { Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import type { ArrivalBook, ArrivalPlace, ArrivalVerdict } from './arrival-book.ts'
import type { ArrivalReasons } from './arrival-reasons.ts'
import { errors } from './errors.ts'
import type { PartnerFacts } from './partner-routes.ts'

/** What the door of arrivals needs. */
export interface ArrivalDoorPorts {
  readonly partners: () => readonly PartnerFacts[]
  readonly arrivals: ArrivalBook
  readonly reasons: ArrivalReasons
}

const text = Type.String()
const verdict = Type.Union([Type.Literal('quarantined'), Type.Literal('repeat')])
const PAGE = 50

export const arrivalRoutes: readonly Route<ArrivalDoorPorts>[] = [
  {
    method: 'GET',
    path: '/v1/partners/{name}/arrivals',
    operationId: 'listPartnerArrivals',
    summary: 'What a partner sent that was refused, or was here before, the latest first.',
    description:
      'Over AS2, SFTP, HTTP or picked up. `quarantined`: something of it was refused, and `reason` says the first thing that was wrong, with its `code` and the `case` it stands in; `GET /v1/receipts/{id}` has the bytes. `repeat`: the same was here before, it had no effect, and no bytes are kept of it. What no arrival was made of (a signature that is wrong, an upload that broke off) is a case.',
    tier: 'operations',
    scope: 'orders:read',
    priority: 3,
    paged: true,
    params: Type.Object({ name: Type.String({ minLength: 1, maxLength: 80 }) }),
    query: Type.Object(
      {
        verdict: Type.Optional(verdict),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
        cursor: Type.Optional(text),
      },
      { additionalProperties: false },
    ),
    responses: {
      200: Type.Object({
        items: Type.Array(
          Type.Object({
            receipt: text,
            channel: text,
            receivedAt: text,
            verdict,
            bytes: Type.Integer(),
            reason: Type.Optional(text),
            code: Type.Optional(text),
            case: Type.Optional(text),
          }),
        ),
      }),
    },
    handle: answerList,
  },
]

async function answerList({ tenant, params, query }: RouteRequest, ports: ArrivalDoorPorts): Promise<RouteAnswer> {
  const name = params['name'] as string
  if (!ports.partners().some((one) => one.name === name)) throw errors.PARTNER_UNKNOWN(name)
  const asked = query as { verdict?: ArrivalVerdict; limit?: number; cursor?: string }
  const { limit = PAGE, cursor, verdict: wanted } = asked
  const found = await ports.arrivals.list(tenant, name, {
    limit,
    ...(wanted === undefined ? {} : { verdict: wanted }),
    ...(cursor === undefined ? {} : { after: JSON.parse(cursor) as ArrivalPlace }),
  })
  const reasons = await ports.reasons({ tenant, sender: name }, found)
  const last = found.length === limit ? found.at(-1) : undefined
  return {
    status: 200,
    body: {
      items: found.map(({ id, at, day: _, ...arrival }) => ({
        receipt: id,
        receivedAt: new Date(at).toISOString(),
        ...arrival,
        ...reasons.get(id),
      })),
    },
    ...(last ? { next: JSON.stringify({ at: last.at, id: last.id }) } : {}),
  }
}
