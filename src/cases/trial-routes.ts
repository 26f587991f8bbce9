/** The doors of corrections: tried on every member without sending, released once, and listed as they hold. */
import Type from 'typebox'
import type { Correction } from '../identity/corrections.ts'
import type { Route, RouteAnswer, RouteRequest } from '../journal/route.ts'
import { partsOf } from '../lifecycle/subject.ts'
import type { CaseBook } from './case-book.ts'
import type { CaseState } from './case-state.ts'
import { errors } from './errors.ts'
import { caseId, knownCase } from './routes.ts'
import { type Trial, type TrialCorrection, type Trials, type TriedMember, toBeReleased } from './trials.ts'

/** What the doors of trials need. */
export interface TrialPorts {
  readonly cases: CaseBook
  readonly trials: Trials
  /** There is something to do. */
  readonly stir: () => void
  /** An id for a trial. */
  readonly mint: () => string
  /**
   * Lets a correction hold from now on, in a person's name; resolves once it is recorded. With the same `once` it is
   * recorded once, however often and wherever it is said.
   */
  readonly correct: (correction: Correction, by: string, once?: string) => Promise<void>
  readonly corrections: () => readonly Correction[]
}

const text = Type.String()
const count = Type.Integer()
const plain = { additionalProperties: false } as const
const value = Type.String({ minLength: 1, maxLength: 200 })
const name = Type.String({ minLength: 1, maxLength: 80 })
const types = (['item', 'unit', 'ship-to'] as const).map((type) => Type.Literal(type))

const crosswalk = Type.Object(
  { kind: Type.Literal('crosswalk'), partner: Type.Optional(name), type: Type.Union(types), value, means: value },
  plain,
)
const mapping = Type.Object(
  { kind: Type.Literal('mapping'), partner: Type.Optional(name), where: value, from: value, to: value },
  plain,
)
const payload = Type.Object(
  {
    kind: Type.Literal('payload'),
    member: Type.String({ minLength: 1, maxLength: 300 }),
    content: Type.String({ maxLength: 1_000_000 }),
    encoding: Type.Optional(Type.Union([Type.Literal('utf8'), Type.Literal('base64')])),
  },
  plain,
)

const verdicts = Type.Object({ succeeds: count, fails: count, conflicts: count, done: count, 'in doubt': count })

const trialAnswer = Type.Object({
  id: text,
  case: text,
  state: text,
  by: text,
  madeAt: text,
  corrections: Type.Array(Type.Object({ kind: text })),
  of: count,
  tried: count,
  verdicts,
  releasedBy: Type.Optional(text),
  released: count,
  failed: count,
})

const triedAnswer = Type.Object({
  member: text,
  about: text,
  verdict: text,
  why: text,
  outcome: Type.Optional(text),
  outcomeWhy: Type.Optional(text),
})

const common = { tier: 'operations', priority: 2 } as const
const trialId = Type.Object({ ...caseId.properties, trial: Type.String({ minLength: 1, maxLength: 64 }) })

const beginTrial: Route<TrialPorts> = {
  ...common,
  method: 'POST',
  path: '/v1/cases/{id}/trials',
  operationId: 'tryCase',
  summary: 'Tries corrections on every member of a case, without sending anything.',
  description:
    'The documents and reports of the members are read and judged again by the code that did it first, with the corrections applied, and nothing is recorded but the trial. It goes on in the background. A crosswalk says what a partner’s code means; a mapping reads another value in its documents (`/lines/[]/status` in JSON, `PO1/3` in X12, `QTY/1/3` in EDIFACT); a payload replaces the bytes of one member. Without corrections it is tried as things are now: after something was put right elsewhere.',
  scope: 'cases:write',
  params: caseId,
  body: Type.Object(
    { corrections: Type.Optional(Type.Array(Type.Union([crosswalk, mapping, payload]), { maxItems: 50 })) },
    plain,
  ),
  responses: { 202: Type.Object({ trial: trialAnswer }) },
  handle: begin,
}

const listTrials: Route<TrialPorts> = {
  ...common,
  method: 'GET',
  path: '/v1/cases/{id}/trials',
  operationId: 'listTrials',
  summary: 'The trials of a case, the newest first, with how far they are and what was found.',
  scope: 'cases:read',
  params: caseId,
  responses: { 200: Type.Object({ trials: Type.Array(trialAnswer) }) },
  handle: async (request, ports) => {
    const { subject } = await knownCase(request, ports)
    return { status: 200, body: { trials: (await ports.trials.of(subject)).map(writtenTrial) } }
  },
}

const getTrial: Route<TrialPorts> = {
  ...common,
  method: 'GET',
  path: '/v1/cases/{id}/trials/{trial}',
  operationId: 'getTrial',
  summary: 'One trial: how far it is, and how many members would succeed or fail.',
  scope: 'cases:read',
  params: trialId,
  responses: { 200: Type.Object({ trial: trialAnswer }) },
  handle: async (request, ports) => ({ status: 200, body: { trial: writtenTrial(await knownTrial(request, ports)) } }),
}

const listTried: Route<TrialPorts> = {
  ...common,
  method: 'GET',
  path: '/v1/cases/{id}/trials/{trial}/members',
  operationId: 'listTriedMembers',
  summary: 'What would become of each member, page by page, and after the release what did.',
  scope: 'cases:read',
  params: trialId,
  query: Type.Object(
    {
      verdict: Type.Optional(Type.String({ maxLength: 20 })),
      cursor: Type.Optional(text),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
    },
    plain,
  ),
  paged: true,
  responses: { 200: Type.Object({ members: Type.Array(triedAnswer) }) },
  handle: answerTried,
}

const releaseCase: Route<TrialPorts> = {
  ...common,
  method: 'POST',
  path: '/v1/cases/{id}/release',
  operationId: 'releaseCase',
  summary: 'Releases the members that a trial found would succeed, each of them once.',
  description:
    'The corrections of the trial hold from now on, for what comes in, too. Pressing twice, or on two instances, has no second effect. What is in doubt at a target that cannot be asked is released only with `inDoubt: true`. A trial by which nothing would succeed is refused, and its corrections do not hold.',
  scope: 'cases:write',
  params: caseId,
  body: Type.Object(
    { trial: Type.String({ minLength: 1, maxLength: 64 }), inDoubt: Type.Optional(Type.Boolean()) },
    plain,
  ),
  responses: { 202: Type.Object({ trial: trialAnswer }) },
  handle: release,
}

const cancelTrial: Route<TrialPorts> = {
  ...common,
  method: 'POST',
  path: '/v1/cases/{id}/trials/{trial}/cancel',
  operationId: 'cancelTrial',
  summary: 'Stops a trial or a release; what was released stays so.',
  scope: 'cases:write',
  params: trialId,
  responses: { 200: Type.Object({ trial: trialAnswer }) },
  handle: async (request, ports) => {
    const trial = await knownTrial(request, ports)
    return { status: 200, body: { trial: writtenTrial(await ports.trials.cancel(trial)) } }
  },
}

const listCorrections: Route<TrialPorts> = {
  ...common,
  method: 'GET',
  path: '/v1/corrections',
  operationId: 'listCorrections',
  summary: 'The corrections that hold for what comes in.',
  scope: 'cases:read',
  responses: { 200: Type.Object({ corrections: Type.Array(Type.Object({ kind: text, partner: text })) }) },
  handle: (_request, ports) => ({ status: 200, body: { corrections: ports.corrections() } }),
}

const retireCorrection: Route<TrialPorts> = {
  ...common,
  method: 'POST',
  path: '/v1/corrections/retirement',
  operationId: 'retireCorrection',
  summary: 'Lets a correction hold no longer; what was taken in with it stays.',
  scope: 'cases:write',
  body: Type.Object({ correction: Type.Union([crosswalk, mapping]) }, plain),
  responses: { 200: Type.Object({ retired: Type.Boolean() }) },
  handle: async ({ body, caller }, ports) => {
    const { correction } = body as { correction: Correction }
    const wanted = JSON.stringify(sorted(correction))
    const known = ports.corrections().find((one) => JSON.stringify(sorted(one)) === wanted)
    if (known) await ports.correct({ ...known, retired: true }, caller.key)
    return { status: 200, body: { retired: known !== undefined } }
  },
}

export const trialRoutes: readonly Route<TrialPorts>[] = [
  beginTrial,
  listTrials,
  getTrial,
  listTried,
  releaseCase,
  cancelTrial,
  listCorrections,
  retireCorrection,
]

const sorted = (one: object) => Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))

async function begin(request: RouteRequest, ports: TrialPorts): Promise<RouteAnswer> {
  const one = await knownCase(request, ports)
  const { corrections = [] } = (request.body ?? {}) as { corrections?: readonly TrialCorrection[] }
  const { caller, now } = request
  const meant = corrections.map((correction, at) => ofPartner(correction, at, one))
  const trial = await ports.trials.begin(ports.mint(), one, caller.key, meant, now)
  ports.stir()
  return { status: 202, body: { trial: writtenTrial(trial) } }
}

const PLACE = /^(?:(?:\/[^/]+)+|[A-Z][A-Z0-9]{1,2}(?:\/[1-9]\d?){1,2})$/

/** How a fault names a place in X12 and EDIFACT: the ordinal of its segment comes first. */
const AS_FAULTS_NAME_IT = /^\/\d+\/([A-Z][A-Z0-9]{1,2}(?:\/[1-9]\d?){1,2})$/

/** A correction is about the partner of the case, unless it says another. */
function ofPartner(correction: TrialCorrection, at: number, { partner }: CaseState): TrialCorrection {
  if (correction.kind === 'payload') return correction
  if (correction.kind === 'mapping' && !PLACE.test(correction.where)) {
    const pointer = `/corrections/${at}/where`
    throw errors.CORRECTION_FAULTY.with([{ pointer, detail: `“${correction.where}” is no place in a document.` }])
  }
  const whose = { partner: correction.partner ?? partner }
  if (correction.kind === 'crosswalk') return { ...correction, ...whose }
  return { ...correction, ...whose, where: correction.where.replace(AS_FAULTS_NAME_IT, '$1') }
}

async function release(request: RouteRequest, ports: TrialPorts): Promise<RouteAnswer> {
  const one = await knownCase(request, ports)
  const { trial: id, inDoubt = false } = request.body as { trial: string; inDoubt?: boolean }
  const trial = await ports.trials.one(one.subject, id)
  if (trial.state === 'tried') {
    if (toBeReleased(trial, inDoubt) === 0) throw errors.NOTHING_TO_RELEASE(id, trial.verdicts['in doubt'])
    await hold(trial, request.caller.key, ports)
  }
  const released = await ports.trials.release(trial, request.caller.key, inDoubt)
  ports.stir()
  return { status: 202, body: { trial: writtenTrial(released) } }
}

/** The corrections are recorded before anything is released by them: a crash in between leaves a trial to release. */
async function hold({ id, corrections }: Trial, by: string, { correct }: TrialPorts): Promise<void> {
  for (const [at, correction] of corrections.entries())
    if (correction.kind !== 'payload') await correct(correction, by, `${id}/${at}`)
}

async function answerTried(request: RouteRequest, ports: TrialPorts): Promise<RouteAnswer> {
  const { verdict, cursor, limit = 50 } = request.query as { verdict?: string; cursor?: string; limit?: number }
  const { id } = await knownTrial(request, ports)
  const members = await ports.trials.results(id, {
    limit,
    ...(verdict === undefined ? {} : { verdict }),
    ...(cursor === undefined ? {} : { after: cursor }),
  })
  const last = members.at(-1)
  const isFull = members.length === limit
  return { status: 200, body: { members: members.map(writtenTried) }, ...(isFull && last ? { next: last.name } : {}) }
}

async function knownTrial(request: RouteRequest, ports: TrialPorts): Promise<Trial> {
  const { subject } = await knownCase(request, ports)
  return ports.trials.one(subject, request.params['trial'] as string)
}

function writtenTrial(trial: Trial) {
  const { id, caseSubject, state, by, madeAt, corrections, of, verdicts: found, releasedBy, released, failed } = trial
  return {
    id,
    case: partsOf(caseSubject).id,
    state,
    by,
    madeAt: new Date(madeAt).toISOString(),
    corrections,
    of,
    tried: Object.values(found).reduce((sum, one) => sum + one, 0),
    verdicts: found,
    ...(releasedBy === undefined ? {} : { releasedBy }),
    released,
    failed,
  }
}

function writtenTried({ name: member, about, verdict, why, outcome, outcomeWhy }: TriedMember) {
  const { kind, id } = partsOf(about)
  return {
    member,
    about: `${kind}/${id}`,
    verdict,
    why,
    ...(outcome === undefined ? {} : { outcome }),
    ...(outcomeWhy === undefined ? {} : { outcomeWhy }),
  }
}
