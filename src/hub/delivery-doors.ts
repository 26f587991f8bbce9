import { type Standstill, standstillOf } from '../delivery/lot.ts'
import { redeliveryInput } from '../delivery/room.ts'
import { type DeliveryDoorPorts, deliveryId } from '../delivery/routes.ts'
import { asItWas, readSystems, type SystemSaid, systemInput } from '../delivery/system-room.ts'
import type { Hub } from '../hub.ts'
import type { Input } from '../journal/contract.ts'
import type { Store } from '../store/contract.ts'
import type { WaitingBook } from './waiting-book.ts'

/** What the doors of delivery need, from an open hub: all of it works on any instance, whoever owns the lane. */
export function deliveryDoors(
  hub: Hub,
  waiting: WaitingBook,
  ports: {
    /** Resolves with what the room answered; undefined when another instance decides it. */
    readonly submit: (input: Input) => Promise<unknown>
    readonly now: () => number
    readonly store: Pick<Store, 'loadRows'>
  },
): DeliveryDoorPorts {
  /**
   * Says a word about a system; whoever owns its lane decides. When that is another instance, the answer is how the
   * system stood before: the word is said all the same, for another one may be on its way there.
   */
  const say = async (system: string, wish: 'pause' | 'go on', input: Input): Promise<SystemSaid> => {
    const [before] = await readSystems(ports.store, hub.tenant, [system])
    const said = (await ports.submit(input)) as SystemSaid | undefined
    if (said) return said
    return before && (before.paused !== undefined) === (wish === 'pause') ? asItWas(before) : { changed: true }
  }
  return {
    listWaiting: (tenant, asked) => waiting.list(tenant, asked),
    targets: () => hub.core.delivery.views(),
    redeliver: async (id, by) => {
      const { subject, position } = deliveryId(id)
      if (!(await waiting.has(subject, position))) return false
      await ports.submit(redeliveryInput(subject, position, by, ports.now()))
      return true
    },
    pauseSystem: async (system, by, reason) => {
      if (!isSystem(hub, system)) return undefined
      const input = systemInput(hub.tenant, { type: 'system.paused', data: { system, by, reason } }, ports.now())
      return say(system, 'pause', input)
    },
    resumeSystem: async (system, by) => {
      if (!isSystem(hub, system)) return undefined
      const input = systemInput(hub.tenant, { type: 'system.resumed', data: { system, by } }, ports.now())
      return say(system, 'go on', input)
    },
  }
}

/** Why nothing goes to a target of the hub now; undefined while it is called. */
export function standstillIn(hub: Hub, target: string): Standstill | undefined {
  const view = hub.core.delivery.views().find((one) => one.target === target)
  return view && standstillOf(view)
}

const isSystem = (hub: Hub, name: string): boolean => hub.core.delivery.views().some(({ target }) => target === name)
