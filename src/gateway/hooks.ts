import Type from 'typebox'
import type { OpenSignature, Verdict } from '../connectors/webhook/index.ts'
import { errors as intakeErrors } from '../intake/errors.ts'
import type { Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import { ACCEPTS, type DoorwayPorts, SYSTEM } from './doorways.ts'
import { errors } from './errors.ts'

/** What the signed doorways need: intake, and how each system signs. */
export interface HookPorts extends DoorwayPorts {
  /** Undefined: nobody by this name sends signed requests. */
  readonly signatureOf: (system: string) => OpenSignature | undefined
  /** The business this hub serves; a signature has no key that would say it. */
  readonly tenant: string
}

const { IDEMPOTENCY_KEY_REUSED } = intakeErrors

/** Advice is 20 KB; what is far more is no webhook, and nobody has proved anything while it is read. */
const MOST_BYTES = 1024 * 1024

const about = {
  method: 'POST',
  tier: 'doorway',
  scope: null,
  priority: 1,
  accepts: ACCEPTS,
  limitBytes: MOST_BYTES,
  checksOwnBody: true,
  ownProof: true,
  sentBy: ({ params: { system = '' } }, { signatureOf }) => (signatureOf(system) ? system : undefined),
  description:
    'Takes a request signed as was agreed, without a key: `webhook-id`, `webhook-timestamp`, `webhook-signature` as Standard Webhooks 1.0 says; or `Signature-Input`, `Signature` and `Content-Digest` as RFC 9421 says, with hmac-sha256. A message that nobody here can read is kept and parked with 202, so that it is not sent for ever.',
  responses: {
    200: Type.Object({}, { description: 'A repeat: the first answer again, and no effect.' }),
    202: Type.Object({}, { description: 'Stored; what it means follows.' }),
    401: Type.Object({}, { description: 'Not signed, not with a known secret, or not now.' }),
  },
  handle: arriveSigned,
} as const satisfies Partial<Route<HookPorts>>

/** `POST /hooks/{system}` and `/hooks/{system}/{topic}`: signed requests of systems whose configuration has a `signature`. */
export const hooks: readonly Route<HookPorts>[] = [
  {
    ...about,
    path: '/hooks/{system}',
    operationId: 'arriveSigned',
    summary: 'The doorway of a system that signs what it sends.',
    params: Type.Object({ system: SYSTEM }),
  },
  {
    ...about,
    path: '/hooks/{system}/{topic}',
    operationId: 'arriveSignedOnTopic',
    summary: 'The doorway of a system that signs what it sends, for one kind of message.',
    params: Type.Object({ system: SYSTEM, topic: SYSTEM }),
  },
]

async function arriveSigned(request: RouteRequest, ports: HookPorts): Promise<RouteAnswer> {
  const system = request.params['system'] as string
  const topic = request.params['topic']
  const idempotencyKey = provenId(request, ports.signatureOf(system))
  request.proved?.()
  const answer = await ports.arrive({
    tenant: ports.tenant,
    system,
    ...(topic === undefined ? {} : { topic }),
    channel: 'webhook',
    contentType: request.contentType,
    bytes: request.rawBody,
    caller: request.caller,
    idempotencyKey,
    traceparent: request.traceparent,
    correlationId: request.correlationId,
    receivedAt: request.now,
  })
  return settled(answer)
}

/** The message's id, once its signature is believed. An unknown system is no different from a wrong signature. */
function provenId(
  { headers = {}, target = '', rawBody, now }: RouteRequest,
  signature: OpenSignature | undefined,
): string {
  const line = { method: 'POST', target }
  const verdict: Verdict = signature ? signature.verify(headers, rawBody, now, line) : { fault: 'wrong' }
  if (verdict.fault === undefined) return verdict.id
  if (verdict.fault === 'missing') throw errors.SIGNATURE_MISSING()
  throw verdict.fault === 'old' ? errors.SIGNATURE_OLD() : errors.SIGNATURE_WRONG()
}

/**
 * Who sends webhooks knows two answers: taken, or send it again. What is kept is taken, also when nobody can read it; an
 * id that came before with another body makes no case, so its sender must see that.
 */
function settled(answer: RouteAnswer): RouteAnswer {
  if (answer.replayed && answer.status < 300) return { ...answer, status: 200 }
  const { receipt, code } = (answer.body ?? {}) as { receipt?: unknown; code?: unknown }
  if (answer.status < 400 || typeof receipt !== 'string' || code === IDEMPOTENCY_KEY_REUSED.code) return answer
  return { ...answer, status: answer.replayed ? 200 : 202, body: { ...(answer.body as object), state: 'parked' } }
}
