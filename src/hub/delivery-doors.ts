import { type Standstill, standstillOf } from '../delivery/lot.ts'
import { redeliveryInput } from '../delivery/room.ts'
import { type DeliveryDoorPorts, deliveryId } from '../delivery/routes.ts'
import { systemInput } from '../delivery/system-room.ts'
import type { Hub } from '../hub.ts'
import type { Input } from '../journal/contract.ts'
import type { WaitingBook } from './waiting-book.ts'

/** What the doors of delivery need, from an open hub: all of it works on any instance, whoever owns the lane. */
export function deliveryDoors(
  hub: Hub,
  waiting: WaitingBook,
  ports: { readonly submit: (input: Input) => Promise<unknown>; readonly now: () => number },
): DeliveryDoorPorts {
  const say = async (input: Input) => {
    await ports.submit(input)
  }
  return {
    listWaiting: (tenant, asked) => waiting.list(tenant, asked),
    targets: () => hub.core.delivery.views(),
    redeliver: async (id, by) => {
      const { subject, position } = deliveryId(id)
      if (!(await waiting.has(subject, position))) return false
      await say(redeliveryInput(subject, position, by, ports.now()))
      return true
    },
    pauseSystem: async (system, by, reason) => {
      if (!isSystem(hub, system)) return false
      await say(systemInput(hub.tenant, { type: 'system.paused', data: { system, by, reason } }, ports.now()))
      return true
    },
    resumeSystem: async (system, by) => {
      if (!isSystem(hub, system)) return false
      await say(systemInput(hub.tenant, { type: 'system.resumed', data: { system, by } }, ports.now()))
      return true
    },
  }
}

/** Why nothing goes to a target of the hub now; undefined while it is called. */
export function standstillIn(hub: Hub, target: string): Standstill | undefined {
  const view = hub.core.delivery.views().find((one) => one.target === target)
  return view && standstillOf(view)
}

const isSystem = (hub: Hub, name: string): boolean => hub.core.delivery.views().some(({ target }) => target === name)
