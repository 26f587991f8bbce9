import { type AnyMap, isFieldMap, type Mapped } from '../documents/map/map.ts'
import { holds } from '../documents/map/rules.ts'
import type { Arrival, ArrivalItem } from './arrival.ts'
import { orderToCancel } from './cancellation-part.ts'
import { isFlat } from './flat-part.ts'
import { isX12, itemsOf } from './interpret.ts'
import { mapJson } from './mapping.ts'
import type { IntakeWorld } from './settings.ts'

/**
 * An arrival with what its sender's maps make of it, each element by itself; the very same arrival where none is for it.
 * Done before anything is decided, because a map in JSONata answers later.
 */
export async function translate(arrival: Arrival, world: IntakeWorld): Promise<Arrival> {
  const { maps = [] } = world.sender
  if (maps.length === 0 || !isTranslated(arrival, world)) return arrival
  const { items, batch } = itemsOf(arrival, world)
  const mappings = world.master.corrections.mappings(arrival.system)
  const translated: ArrivalItem[] = []
  for (const item of items) {
    const said = mapJson(item.body, mappings)
    const map = item.error ? undefined : maps.find(({ when }) => !when || holds(when, said))
    translated.push(map ? mapped(item, said, map, await made(map, said, arrival.receivedAt)) : item)
  }
  return translated.every(({ mapped: by }) => !by) ? arrival : { ...arrival, items: translated, batch }
}

/** What comes through a system's own doorway as JSON; what a door took apart already is ours. */
function isTranslated(arrival: Arrival, { sender }: IntakeWorld): boolean {
  if (arrival.items || arrival.parsed !== undefined || orderToCancel(arrival.topic) !== undefined) return false
  return !isX12(arrival) && !isFlat(arrival, sender)
}

const made = (map: AnyMap, said: unknown, at: number): Mapped<unknown> | Promise<Mapped<unknown>> =>
  isFieldMap(map) ? map.run(said) : map.run(said, at)

function mapped(item: ArrivalItem, said: unknown, map: AnyMap, { value, faults }: Mapped<unknown>): ArrivalItem {
  return { ...item, body: value, mapped: { said, map, ...(faults ? { faults } : {}) } }
}
