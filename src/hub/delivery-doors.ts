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

const isSystem = (hub: Hub, name: string): boolean => hub.core.delivery.views().some(({ target }) => target === name)
