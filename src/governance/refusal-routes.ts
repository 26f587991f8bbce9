/** The door that shows what was refused at the doors: who asked, why not, how often. */
import Type from 'typebox'
import type { Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import type { FoldedRefusal, RefusalBook, RefusalQuery } from './refusal-book.ts'

/** What the door of refusals needs. */
export interface RefusalDoorPorts {
  readonly refusals: RefusalBook
}

const text = Type.String()
const HOURS = 24
const HOUR_MS = 3_600_000
const MOST = 100

/** Named apart from `refusalRoutes` of cases, which refuse. */
export const refusedRequestRoutes: readonly Route<RefusalDoorPorts>[] = [
  {
    method: 'GET',
    path: '/v1/refusals',
    operationId: 'listRefusals',
    summary: 'Requests that were refused at the doors, by who asked and why, the latest first.',
    description:
      'A key that is wrong or may not (401, 403), a body that is too large (413), too much at once (429), and every other problem that was answered. Folded by the name of the key where a good one was shown, else by network address alone, and by `code`, which the reference explains; times are those of the minute. Neither a body nor the text of a key is ever kept, and no path as it was called: `doors` are templates. `key=` without a value asks for those without a known key. Addresses of a flood are counted together as `others`. Kept for 90 days.',
    tier: 'operations',
    scope: 'refusals:read',
    priority: 3,
    query: Type.Object(
      {
        hours: Type.Optional(Type.Integer({ minimum: 1, maximum: 24 * 366 })),
        key: Type.Optional(Type.String({ maxLength: 64 })),
        source: Type.Optional(Type.String({ maxLength: 64 })),
        code: Type.Optional(Type.String({ maxLength: 80 })),
        status: Type.Optional(Type.Integer({ minimum: 400, maximum: 599 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
      },
      { additionalProperties: false },
    ),
    responses: {
      200: Type.Object({
        items: Type.Array(
          Type.Object({
            key: Type.Optional(text),
            source: text,
            code: text,
            status: Type.Integer(),
            count: Type.Integer(),
            firstAt: text,
            lastAt: text,
            doors: Type.Array(text),
            traceId: Type.Optional(text),
          }),
        ),
      }),
    },
    handle: answerRefusals,
  },
]

async function answerRefusals({ tenant, query, now }: RouteRequest, ports: RefusalDoorPorts): Promise<RouteAnswer> {
  const asked = query as Partial<RefusalQuery> & { readonly hours?: number }
  const { hours = HOURS, limit = MOST, ...wanted } = asked
  // rows are of whole minutes
  const found = await ports.refusals.list(tenant, { ...wanted, limit, sinceMs: now - hours * HOUR_MS - 60_000 })
  return { status: 200, body: { items: found.map(shown) } }
}

function shown({ key, firstAt, lastAt, traceId, ...rest }: FoldedRefusal) {
  return {
    ...(key === '' ? {} : { key }),
    ...rest,
    firstAt: new Date(firstAt).toISOString(),
    lastAt: new Date(lastAt).toISOString(),
    ...(traceId === '' ? {} : { traceId }),
  }
}
