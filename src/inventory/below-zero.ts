import { microsText } from '../base/quantity.ts'
import type { EventData, EventType, StockStatus } from '../lifecycle/events.ts'
import { onHandIn, type Position } from './position.ts'

type Movement = EventData['inventory.adjusted'] | EventData['inventory.status_changed'] | object

/** The first bucket that this movement would take below zero, in words; undefined when none. */
export function belowZero(type: EventType, data: Movement, position: (item: string) => Position): string | undefined {
  const left = new Map<string, number>()
  for (const { item, status, change } of changesOf(type, data)) {
    const key = `${status} ${item}`
    const after = (left.get(key) ?? onHandIn(position(item), status)) + change
    if (after < 0) {
      return `${microsText(-change)} of ${item} cannot leave ${status}: only ${microsText(after - change)} are there`
    }
    left.set(key, after)
  }
  return undefined
}

interface Change {
  readonly item: string
  readonly status: StockStatus
  readonly change: number
}

function changesOf(type: EventType, data: Movement): Change[] {
  if (type === 'inventory.adjusted') {
    const { lines } = data as EventData['inventory.adjusted']
    return lines.map(({ item, status, delta }) => ({ item, status, change: delta }))
  }
  if (type !== 'inventory.status_changed') return []
  const { lines } = data as EventData['inventory.status_changed']
  return lines.flatMap(({ item, from: before, to, quantity }) => [
    { item, status: before, change: -quantity },
    { item, status: to, change: quantity },
  ])
}
