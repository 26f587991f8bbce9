/** The doors of the partner bench: the go-live gate over HTTP. */
import Type, { type Static } from 'typebox'
import type { HubDefinition, PartnerDefinition } from '../../config/define-hub.ts'
import { errors as intakeErrors } from '../../intake/errors.ts'
import type { Route } from '../../journal/route.ts'
import { errors } from '../errors.ts'
import { type GatePoint, gateBesideOthers } from './gate.ts'
import { mayGoLive } from './points.ts'
import type { Sample } from './samples.ts'

/** What came of the last samples of a partner. */
export interface BenchResult {
  readonly partner: string
  readonly triedAt: string
  readonly by: string
  /** The files that were tried. */
  readonly samples: readonly string[]
  /** No point is failed or open. */
  readonly live: boolean
  readonly points: readonly GatePoint[]
}

/** What the doors of the bench need. */
export interface BenchDoorPorts {
  readonly bench: PartnerBench
}

/** Plays the gate, and keeps the last result of each partner until the hub ends: the files are the truth, and are tried again at will. */
export class PartnerBench {
  readonly #definition: HubDefinition
  readonly #last = new Map<string, BenchResult>()

  constructor(definition: HubDefinition) {
    this.#definition = definition
  }

  /** Throws `XD_INTAKE_PARTNER_UNKNOWN`. */
  async play(name: string, samples: readonly Sample[], by: string, now: number): Promise<BenchResult> {
    const points = await gateBesideOthers({ definition: this.#definition, partner: this.#partner(name), samples, now })
    const live = mayGoLive(points)
    const names = samples.map((sample) => sample.name)
    const result = { partner: name, triedAt: new Date(now).toISOString(), by, samples: names, live, points }
    this.#last.set(name, result)
    return result
  }

  /** Throws `XD_INTAKE_PARTNER_UNKNOWN`, `XD_HUB_BENCH_UNTRIED`. */
  last(name: string): BenchResult {
    this.#partner(name)
    const result = this.#last.get(name)
    if (!result) throw errors.BENCH_UNTRIED(name)
    return result
  }

  #partner(name: string): PartnerDefinition {
    const found = this.#definition.partners?.find((partner) => partner.name === name)
    if (!found) throw intakeErrors.PARTNER_UNKNOWN(name)
    return found
  }
}

const text = Type.String()
const result = Type.Object({
  partner: text,
  triedAt: text,
  by: text,
  samples: Type.Array(text),
  live: Type.Boolean({ description: 'No point is failed or open' }),
  points: Type.Array(
    Type.Object({
      point: text,
      state: Type.Union(
        [Type.Literal('passed'), Type.Literal('open'), Type.Literal('failed'), Type.Literal('not_shown')],
        { description: 'not_shown: there was nothing to compare; it stands in nobody’s way, and is not passed' },
      ),
      says: text,
      findings: Type.Optional(
        Type.Array(
          Type.Object(
            { code: text, where: text, place: Type.Optional(text), says: text },
            { additionalProperties: false },
          ),
        ),
      ),
    }),
  ),
})

const MOST_FILES = 50
const LONGEST_NAME = 120
/** The gate is played beside everything else the hub does: half a megabyte takes it about a second, in a dozen steps. */
const MOST_BYTES = 512 * 1024

const sampleFiles = Type.Object(
  {
    samples: Type.Array(
      Type.Object(
        {
          name: Type.String({ minLength: 1, maxLength: LONGEST_NAME }),
          content: Type.String({ description: 'The file: as text, or as base64 where it is not UTF-8' }),
          encoding: Type.Optional(Type.Union([Type.Literal('text'), Type.Literal('base64')])),
        },
        { additionalProperties: false },
      ),
      { maxItems: MOST_FILES },
    ),
  },
  { additionalProperties: false },
)
const params = Type.Object({ name: Type.String({ minLength: 1, maxLength: 80 }) })

const playBench: Route<BenchDoorPorts> = {
  method: 'POST',
  path: '/v1/partners/{name}/bench',
  operationId: 'playPartnerBench',
  summary:
    'Plays the go-live gate of a partner with sample files, in both directions. Nothing of them is kept or sent.',
  tier: 'operations',
  scope: 'partners:write',
  priority: 4,
  params,
  body: sampleFiles,
  limitBytes: MOST_BYTES,
  responses: { 200: result },
  handle: async ({ params: { name }, body, caller, now }, { bench }) => {
    const { samples } = body as Static<typeof sampleFiles>
    const files = samples.map(({ name: file, content, encoding }) => ({
      name: file,
      bytes: Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8'),
    }))
    return { status: 200, body: await bench.play(name as string, files, caller.key, now) }
  },
}

const lastBench: Route<BenchDoorPorts> = {
  method: 'GET',
  path: '/v1/partners/{name}/bench',
  operationId: 'getPartnerBench',
  summary: 'What came of the samples of a partner that were tried last at this instance, since it was started.',
  tier: 'operations',
  scope: 'partners:read',
  priority: 3,
  params,
  responses: { 200: result },
  handle: ({ params: { name } }, { bench }) => ({ status: 200, body: bench.last(name as string) }),
}

/** The doors of the bench. */
export const benchRoutes: readonly Route<BenchDoorPorts>[] = [playBench, lastBench]
