/** The doors of documents that systems and partners exchange: post one, list them, look up what a type is made of. */
import Type, { type TSchema } from 'typebox'
import { documentNamed } from '../documents/catalogue.ts'
import type { Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import { errors } from './errors.ts'
import { objectOf, type PartnerFacts } from './partner-routes.ts'
import { postedTopic } from './posted-part.ts'
import type { Intake } from './receive.ts'
import type { ListedDocument, RelayBook, RelayedPlace, RelayedQuery } from './relay-book.ts'

/** What the doors of relayed documents need. */
export interface RelayDoorPorts {
  readonly intake: Pick<Intake, 'submit'>
  readonly partners: () => readonly PartnerFacts[]
  readonly relayed: RelayBook
}

const text = Type.String()
const name = Type.String({ minLength: 1, maxLength: 80, pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' })
const BODY_BYTES = 10 * 1024 * 1024
const PAGE = 50

const STATES = {
  in: ['received', 'delivered', 'recorded', 'test', 'refused', 'parked', 'in_doubt'],
  out: ['issued', 'sent', 'acked', 'acked_with_errors', 'partly_rejected', 'rejected', 'overdue', 'unsent'],
} as const
const state = Type.Union([...STATES.in, ...STATES.out].map((one) => Type.Literal(one)))
const direction = Type.Union([Type.Literal('in'), Type.Literal('out')])

const listed = Type.Object({
  direction,
  document: text,
  set: text,
  key: Type.String({ description: 'What tells it from all others of its type' }),
  about: Type.String({ description: 'The business object it speaks of: order/4711' }),
  state,
  at: text,
  changedAt: text,
  from: Type.Optional(text),
  to: Type.Optional(Type.Array(text)),
  receipt: Type.Optional(text),
  interchange: Type.Optional(text),
  group: Type.Optional(text),
  reason: Type.Optional(text),
})

const postDocument: Route<RelayDoorPorts> = {
  method: 'POST',
  path: '/v1/partners/{name}/documents/{type}',
  operationId: 'postPartnerDocument',
  summary: 'Sends a document to a trading partner.',
  description:
    'The JSON form of the document; `GET /v1/document-types/{type}` has its schema. 202 says that it is stored and goes out under numbers of ours; its acknowledgement is matched to it. All faults are answered at once. The partner must take the type: `takes` in its configuration. The same document again is answered as before and not sent twice; other content under the same number is 409 unless its purpose says that it replaces.',
  tier: 'system',
  scope: 'documents:write',
  priority: 1,
  idempotency: 'required',
  limitBytes: BODY_BYTES,
  params: Type.Object({ name, type: name }),
  body: Type.Object({}, { additionalProperties: true, description: 'The document, as its type has it' }),
  checksOwnBody: true,
  responses: {
    202: Type.Object({ partner: text, document: text, key: text, receipt: text, state: text }),
  },
  handle: answerPost,
}

const listDocuments: Route<RelayDoorPorts> = {
  method: 'GET',
  path: '/v1/partners/{name}/documents',
  operationId: 'listPartnerDocuments',
  summary: 'Documents that systems and a partner exchanged through us, in both directions, the latest first.',
  description:
    'What a system has: `received`, `delivered`, `refused`, `parked`, `in_doubt`; `recorded` and `test` go nowhere. What the partner has: `issued`, `sent`, `acked`, `acked_with_errors`, `partly_rejected`, `rejected`, `overdue`; `unsent` could not be written. Documents of the order process stand on the timeline of their order.',
  tier: 'operations',
  scope: 'documents:read',
  priority: 3,
  paged: true,
  params: Type.Object({ name }),
  query: Type.Object(
    {
      direction: Type.Optional(direction),
      document: Type.Optional(Type.String({ maxLength: 80 })),
      state: Type.Optional(state),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
      cursor: Type.Optional(text),
    },
    { additionalProperties: false },
  ),
  responses: { 200: Type.Object({ items: Type.Array(listed) }) },
  handle: answerList,
}

const getDocumentType: Route<RelayDoorPorts> = {
  method: 'GET',
  path: '/v1/document-types/{type}',
  operationId: 'getDocumentType',
  summary: 'What a type of document is made of, as JSON Schema.',
  tier: 'system',
  scope: 'documents:read',
  priority: 3,
  params: Type.Object({ type: name }),
  responses: {
    200: Type.Object({ name: text, set: text, message: Type.Optional(text), schema: Type.Object({}) }),
  },
  handle: ({ params }) => {
    const type = documentNamed(params['type'] as string)
    if (!type) throw errors.DOCUMENT_TYPE_UNKNOWN(params['type'] as string)
    const { x12, edifact, schema } = type
    const message = edifact ? { message: edifact.message } : {}
    return { status: 200, body: { name: type.name, set: x12.set, ...message, schema: schema as TSchema & object } }
  },
}

export const relayRoutes: readonly Route<RelayDoorPorts>[] = [postDocument, listDocuments, getDocumentType]

async function answerPost(request: RouteRequest, { intake, partners }: RelayDoorPorts): Promise<RouteAnswer> {
  const { tenant, caller, params, body, rawBody, contentType, idempotencyKey, waitSeconds, now } = request
  const { name: partner = '', type: document = '' } = params as { name?: string; type?: string }
  known(partner, partners)
  if (caller.system === undefined) throw errors.SENDER_UNKNOWN(caller.key)
  const answer = await intake.submit(
    {
      tenant,
      system: caller.system,
      channel: 'http',
      topic: postedTopic({ partner, document }),
      contentType,
      bytes: rawBody,
      parsed: body,
      receivedAt: now,
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    },
    waitSeconds === undefined ? {} : { waitSeconds },
  )
  if (answer.error) throw answer.error
  const { status, body: told, replayed } = answer
  return { status, body: told, ...(replayed ? { replayed } : {}) }
}

async function answerList(request: RouteRequest, { relayed, partners }: RelayDoorPorts): Promise<RouteAnswer> {
  const { tenant, params, query } = request
  const partner = params['name'] as string
  known(partner, partners)
  const { limit = PAGE, cursor, ...wanted } = query as Omit<RelayedQuery, 'limit'> & { limit?: number; cursor?: string }
  const after = cursor === undefined ? {} : { after: JSON.parse(cursor) as RelayedPlace }
  const found = await relayed.list(tenant, partner, { ...wanted, ...after, limit })
  const last = found.length === limit ? found.at(-1) : undefined
  return {
    status: 200,
    body: { items: found.map(shown) },
    ...(last ? { next: JSON.stringify({ at: last.at, subject: last.subject }) } : {}),
  }
}

function known(partner: string, partners: RelayDoorPorts['partners']): void {
  if (!partners().some(({ name: one }) => one === partner)) throw errors.PARTNER_UNKNOWN(partner)
}

function shown({ subject, direction: way, document, key, standing, at, changedAt, more }: ListedDocument) {
  const { control, ...rest } = more
  return {
    direction: way,
    document,
    set: documentNamed(document)?.x12.set ?? '',
    key,
    about: objectOf(subject.slice(0, subject.indexOf('#'))),
    state: standing,
    at: new Date(at).toISOString(),
    changedAt: new Date(changedAt).toISOString(),
    ...rest,
    ...(control === undefined ? {} : { interchange: control }),
  }
}
