/** The doors to parked subjects: which stand still and why, and how a person lets one go on. */
import Type from 'typebox'
import { errors } from './errors.ts'
import type { Parked } from './parked.ts'
import type { After } from './parked-list.ts'
import type { Route, RouteAnswer, RouteRequest } from './route.ts'

/** What the doors of parked subjects need. */
export interface ParkedDoorPorts {
  readonly listParked: (tenant: string, limit: number, after?: After) => Promise<readonly Parked[]>
  /** Answers how many inputs were kept, undefined when another instance does it; false when it is not parked. */
  readonly resume: (subject: string, by: string) => Promise<number | undefined | false>
}

const parked = Type.Object({
  subject: Type.String(),
  state: Type.String(),
  room: Type.String(),
  reason: Type.String(),
  blamed: Type.String(),
  since: Type.String(),
  kept: Type.Integer(),
})

export const parkedRoutes: readonly Route<ParkedDoorPorts>[] = [
  {
    method: 'GET',
    path: '/v1/subjects/parked',
    operationId: 'listParkedSubjects',
    summary: 'Subjects that could not be worked on, the longest parked first: why, and how much is kept for them.',
    tier: 'operations',
    scope: 'subjects:read',
    priority: 2,
    paged: true,
    query: Type.Object({
      cursor: Type.Optional(Type.String({ maxLength: 1000 })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
    }),
    responses: { 200: Type.Object({ items: Type.Array(parked) }) },
    handle: list,
  },
  {
    method: 'POST',
    path: '/v1/subjects/{subject}/resume',
    operationId: 'resumeSubject',
    summary: 'Lets a parked subject go on: first what was kept for it, in order, then what comes.',
    description: 'The subject as the list names it, percent-encoded: `acme%2Forder%2Fo0-05-…`.',
    tier: 'operations',
    scope: 'subjects:write',
    priority: 1,
    params: Type.Object({ subject: Type.String({ maxLength: 300 }) }),
    responses: { 202: Type.Object({ subject: Type.String(), kept: Type.Optional(Type.Integer()) }) },
    handle: resume,
  },
]

async function list({ tenant, query }: RouteRequest, { listParked }: ParkedDoorPorts): Promise<RouteAnswer> {
  const { cursor, limit = 50 } = query as { cursor?: string; limit?: number }
  const after = cursor === undefined ? undefined : (JSON.parse(cursor) as After)
  const found = await listParked(tenant, limit, after)
  const last = found.length === limit ? found.at(-1) : undefined
  return {
    status: 200,
    body: { items: found.map(shown) },
    ...(last ? { next: JSON.stringify({ since: last.since, subject: last.subject } satisfies After) } : {}),
  }
}

async function resume({ tenant, caller, params }: RouteRequest, ports: ParkedDoorPorts): Promise<RouteAnswer> {
  const subject = params['subject'] as string
  const kept = subject.startsWith(`${tenant}/`) && (await ports.resume(subject, caller.key))
  if (kept === false) throw errors.NOT_PARKED(subject)
  return { status: 202, body: { subject, ...(kept === undefined ? {} : { kept }) } }
}

function shown({ subject, room, reason, blamed, since, first, next, resumedBy }: Parked) {
  return {
    subject,
    state: resumedBy === undefined ? 'parked' : `resumed by ${resumedBy}`,
    room,
    reason,
    blamed,
    since: new Date(since).toISOString(),
    kept: next - first,
  }
}
