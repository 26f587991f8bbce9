import type { TSchema } from 'typebox'
import type { Route, Tier } from '../journal/route.ts'
import { JSON_TYPE, NDJSON_TYPE } from './door.ts'
import { PROBLEM_TYPE } from './problem.ts'

const TAGS: Readonly<Record<Tier, string>> = {
  process: 'Process APIs: business intent.',
  doorway: 'Doorways: each channel’s own payload.',
  system: 'System APIs: the same verbs against every system.',
  operations: 'Operations: what people and machines need to run the hub.',
}

const problemSchema = {
  type: 'object',
  description: 'RFC 9457 problem details. `code` never changes its meaning; `errors` lists every place that is wrong.',
  required: ['type', 'title', 'status', 'detail', 'code', 'retry', 'remedy', 'trace_id'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', pattern: '^XD_[A-Z]+_[A-Z0-9_]+$' },
    retry: { enum: ['later', 'after-fix', 'ask-first', 'never'] },
    remedy: { type: 'string' },
    trace_id: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string' }, detail: { type: 'string' }, code: { type: 'string' } },
      },
    },
  },
}

/** Problems every door may answer with, by what the door asks for. */
function problemsOf(route: Route<never>): Record<string, string> {
  const takesBody = route.body !== undefined || route.accepts !== undefined
  return {
    400: 'The request cannot be read.',
    ...(route.scope === null ? {} : { 401: 'No key, or not a good one.', 403: 'The key does not carry the scope.' }),
    ...(route.params ? { 404: 'There is nothing of this name for this tenant.' } : {}),
    ...(route.idempotency ? { 409: 'The same key is under way; try again after Retry-After.' } : {}),
    ...(takesBody
      ? { 408: 'The body did not come in time.', 413: 'The body is too large.', 415: 'The Content-Type is not taken.' }
      : {}),
    ...(takesBody ? { 422: 'The body was read, and something in it is wrong.' } : {}),
    429: 'Too much from this caller; try again after Retry-After.',
    500: 'A fault of the hub.',
    503: 'The hub is overloaded, or not ready; try again after Retry-After.',
  }
}

/**
 * The OpenAPI 3.1 document of these routes, from the schemas they are checked with. Throws when two operations share an
 * id, or a path has no parameter schema: mistakes of ours that a test must meet, not a user.
 */
export function openApiOf(routes: readonly Route<never>[], info: { readonly version: string }): object {
  const seen = new Set<string>()
  const paths: Record<string, Record<string, unknown>> = {}
  for (const route of routes) {
    if (seen.has(route.operationId)) throw new Error(`two operations are called ${route.operationId}`)
    seen.add(route.operationId)
    paths[route.path] ??= {}
    const path = paths[route.path] as Record<string, unknown>
    path[route.method.toLowerCase()] = operationOf(route)
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Crossdock',
      version: info.version,
      description: 'Every error is a problem (RFC 9457) with a code that never changes its meaning.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: { Problem: problemSchema },
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', bearerFormat: 'xd_live_…', description: 'A named key with scopes.' },
      },
    },
  }
}

function operationOf(route: Route<never>) {
  const { operationId, summary, description, tier, scope } = route
  const body = requestBodyOf(route)
  return {
    operationId,
    summary,
    ...(description ? { description } : {}),
    tags: [tier],
    parameters: parametersOf(route),
    ...(body ? { requestBody: body } : {}),
    responses: responsesOf(route),
    security: scope === null ? [] : [{ key: [scope] }],
    'x-crossdock-priority': route.priority,
  }
}

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, { readonly description?: string }>>
  readonly required?: readonly string[]
}

function parametersOf(route: Route<never>): object[] {
  const params = (route.params as ObjectSchema | undefined)?.properties ?? {}
  const inPath = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: params[name as string] ?? { type: 'string' },
  }))
  const query = route.query as ObjectSchema | undefined
  const inQuery = Object.entries(query?.properties ?? {}).map(([name, schema]) => ({
    name,
    in: 'query',
    required: query?.required?.includes(name) ?? false,
    ...(schema.description ? { description: schema.description } : {}),
    schema,
  }))
  return [...inPath, ...inQuery, ...headersOf(route)]
}

function headersOf(route: Route<never>): object[] {
  if (route.method === 'GET') return []
  const isRequired = route.idempotency === 'required'
  return [
    {
      name: 'Idempotency-Key',
      in: 'header',
      required: isRequired,
      description:
        'Yours, the same for each try. Kept 30 days; a repeat gets the first answer and Idempotency-Replayed: true.',
      schema: { type: 'string', minLength: 1, maxLength: 255 },
    },
    {
      name: 'Prefer',
      in: 'header',
      required: false,
      description: 'wait=N: answer with the outcome when it comes within N seconds (at most 30).',
      schema: { type: 'string' },
    },
  ]
}

function requestBodyOf(route: Route<never>): object | undefined {
  const { body, batch } = route
  const accepts = route.accepts ?? (batch ? [JSON_TYPE, NDJSON_TYPE] : body ? [JSON_TYPE] : [])
  if (accepts.length === 0) return undefined
  const content = accepts.map((type) => [type, { schema: bodySchema(type, body, batch === true) }])
  return { required: true, content: Object.fromEntries(content) }
}

function bodySchema(type: string, body: TSchema | undefined, batch: boolean): object {
  if (type !== JSON_TYPE)
    return { type: 'string', description: type === NDJSON_TYPE ? 'One JSON value a line.' : 'As it is.' }
  if (body === undefined) return {}
  return batch ? { oneOf: [body, { type: 'array', items: body }] } : body
}

function responsesOf(route: Route<never>): object {
  const type = route.produces ?? JSON_TYPE
  const own = Object.entries(route.responses).map(([status, schema]) => [
    status,
    {
      description: (schema as { description?: string } | null)?.description ?? DESCRIPTIONS[status] ?? 'Done.',
      ...(route.paged && status === '200' ? { headers: { Link: NEXT_PAGE } } : {}),
      ...(schema === null ? {} : { content: { [type]: { schema: shownSchema(route, schema) } } }),
    },
  ])
  const problems = Object.entries(problemsOf(route))
    .filter(([status]) => !(status in route.responses))
    .map(([status, description]) => [
      status,
      { description, content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } } },
    ])
  return Object.fromEntries([...own, ...problems])
}

const NEXT_PAGE = {
  description: 'The next page, with rel="next" (RFC 8288); absent on the last.',
  schema: { type: 'string' },
}

/** The gateway adds the next cursor to the body of a list. */
function shownSchema(route: Route<never>, schema: TSchema): object {
  const { properties } = schema as ObjectSchema
  if (!route.paged || !properties) return schema
  return {
    ...schema,
    properties: { ...properties, nextCursor: { type: 'string', description: 'Send it back as cursor.' } },
  }
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  200: 'Here it is.',
  201: 'Made.',
  202: 'Stored; the outcome follows.',
  204: 'Done; there is nothing to say.',
  207: 'Each element has its own answer.',
  503: 'Not at the moment.',
}
