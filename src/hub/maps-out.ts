import type { HubDefinition } from '../config/define-hub.ts'
import type { FieldMap } from '../documents/map/map.ts'
import type { Decision, NewRequest, Room } from '../journal/contract.ts'
import { errors } from './errors.ts'
import type { Render } from './rendering.ts'

type MapFor = (target: string, verb: string) => FieldMap | undefined

/** The maps through which requests go to systems whose JSON is their own; undefined for a business that has none. */
export function mapsOut({ systems }: Pick<HubDefinition, 'systems'>): MapFor | undefined {
  const out = new Map(Object.entries(systems).flatMap(([name, { maps }]) => (maps?.out ? [[name, maps.out]] : [])))
  if (out.size === 0) return undefined
  return (target, verb) => {
    const maps = out.get(target)
    return maps && Object.hasOwn(maps, verb) ? maps[verb] : undefined
  }
}

/**
 * A room whose requests go through maps as they are planned. The version of the map stands with the request, and so do
 * the bytes: they are what is sent however often it is tried, whatever becomes of the map.
 */
export function mappingRoom<S>(room: Room<S>, mapFor: MapFor): Room<S> {
  return {
    ...room,
    decide: (state, input, context) => {
      const decision = room.decide(state, input, context)
      return decision?.requests?.some(({ target, verb }) => mapFor(target, verb)) ? mapped(decision, mapFor) : decision
    },
  }
}

function mapped(decision: Decision, mapFor: MapFor): Decision {
  const requests = decision.requests?.map((request): NewRequest => {
    const map = mapFor(request.target, request.verb)
    if (!map) return request
    const body = written(map, request.target, request.verb, request.body)
    return { ...request, body, args: { ...request.args, map: map.version }, keep: true }
  })
  return { ...decision, ...(requests ? { requests } : {}) }
}

/** Rendering by today's maps. */
export function mappingRender(render: Render, mapFor: MapFor): Render {
  return (request, state) => {
    const body = render(request, state)
    const map = mapFor(request.target, request.verb)
    return map ? written(map, request.target, request.verb, body) : body
  }
}

/** Throws what parks the subject: a request that cannot be written is not left out. It goes on once the map is mended. */
function written(map: FieldMap, target: string, verb: string, body: unknown): unknown {
  const { value, faults } = map.run(body)
  if (!faults) return value
  const [{ source, pointer, detail }] = faults as readonly [(typeof faults)[number]]
  throw errors.MAP_OUT.with(
    faults,
    map.name,
    verb,
    target,
    `${source || 'the whole'} to ${pointer || 'the whole'}: ${detail}`,
  )
}
