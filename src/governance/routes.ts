import Type from 'typebox'
import type { Route } from '../journal/route.ts'
import { errors } from './errors.ts'
import type { StoredKey } from './key-store.ts'
import type { Keys } from './keys.ts'
import { isScope, SCOPES } from './scopes.ts'

/** What the doors of governance need. */
export interface GovernancePorts {
  readonly keys: Keys
}

const name = Type.String({ minLength: 1, maxLength: 64, pattern: '^[a-z0-9][a-z0-9._-]*$' })
const scope = Type.String({ maxLength: 64, pattern: '^(\\*|[a-z-]+:(\\*|[a-z-]+))$' })
const time = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,3})?Z$' })

const newKey = Type.Object(
  {
    name,
    system: Type.Optional(name),
    scopes: Type.Array(scope, { minItems: 1, maxItems: 50 }),
    expiresAt: Type.Optional(time),
  },
  { additionalProperties: false },
)

const shownKey = Type.Object({
  name,
  system: Type.Optional(name),
  scopes: Type.Array(scope),
  madeAt: time,
  madeBy: Type.String(),
  expiresAt: time,
  revokedAt: Type.Optional(time),
  lastUsedAt: Type.Optional(time),
})

const params = Type.Object({ name })

const strangeScope = (text: string, at: number) => ({
  pointer: `/scopes/${at}`,
  detail: `${text} is none of ${SCOPES.join(', ')}`,
})

/** The doors to keys. The first key is made with the one-time token that set-up prints. */
export const routes: readonly Route<GovernancePorts>[] = [
  {
    method: 'POST',
    path: '/v1/keys',
    operationId: 'makeKey',
    summary: 'Makes a named key and shows it this one time.',
    tier: 'operations',
    scope: 'keys:make',
    priority: 0,
    body: newKey,
    responses: { 201: Type.Interface([shownKey], { key: Type.String() }) },
    handle: async ({ tenant, caller, body, now }, { keys }) => {
      const wanted = body as Type.Static<typeof newKey>
      const { expiresAt, ...rest } = wanted
      const strange = wanted.scopes.flatMap((text, at) => (isScope(text) ? [] : [strangeScope(text, at)]))
      if (strange.length > 0) throw errors.SCOPE_UNKNOWN.with(strange)
      const until = expiresAt === undefined ? undefined : Date.parse(expiresAt)
      if (until !== undefined && !(until > now))
        throw errors.EXPIRY_PAST.with([{ pointer: '/expiresAt', detail: 'is not ahead' }])
      const made = await keys.make(tenant, until === undefined ? rest : { ...rest, expiresAt: until }, caller)
      return { status: 201, body: { ...shown(made.key), key: made.text } }
    },
  },
  {
    method: 'GET',
    path: '/v1/keys',
    operationId: 'listKeys',
    summary: 'The keys of this tenant, without their texts.',
    tier: 'operations',
    scope: 'keys:read',
    priority: 3,
    responses: { 200: Type.Object({ keys: Type.Array(shownKey) }) },
    handle: async ({ tenant }, { keys }) => ({ status: 200, body: { keys: (await keys.list(tenant)).map(shown) } }),
  },
  {
    method: 'DELETE',
    path: '/v1/keys/{name}',
    operationId: 'revokeKey',
    summary: 'Revokes a key; every instance refuses it within 5 seconds.',
    tier: 'operations',
    scope: 'keys:revoke',
    priority: 0,
    params,
    responses: { 200: shownKey },
    handle: async (request, { keys }) => ({
      status: 200,
      body: shown(await keys.revoke(request.tenant, request.params['name'] as string)),
    }),
  },
]

function shown(key: StoredKey) {
  const { name, system, scopes, madeBy } = key
  const text = (at: number | undefined) => (at === undefined ? undefined : new Date(at).toISOString())
  return {
    name,
    ...(system === undefined ? {} : { system }),
    scopes,
    madeAt: text(key.madeAt),
    madeBy,
    expiresAt: text(key.expiresAt),
    revokedAt: text(key.revokedAt),
    lastUsedAt: text(key.lastUsedAt),
  }
}
