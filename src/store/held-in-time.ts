import type { SimulatedTime } from '../base/simulated-time.ts'
import type { Store } from './contract.ts'

/** A store on which simulated time stands still while an operation is under way: real disks, no real waiting. */
export function heldInTime(store: Store, time: SimulatedTime): Store {
  return new Proxy(store, {
    get(target, name) {
      const member = Reflect.get(target, name) as unknown
      if (typeof member !== 'function') return member
      return (...particulars: unknown[]) => {
        const result = (member as (...all: unknown[]) => unknown).apply(target, particulars)
        return result instanceof Promise ? time.during(result) : result
      }
    },
  })
}
