import type { IncomingMessage } from 'node:http'
import type { Clock } from '../base/clock.ts'
import type { Random } from '../base/random.ts'
import type { RefusedAtDoor } from '../governance/refusals.ts'
import type { Caller, Priority, Route, RouteAnswer } from '../journal/route.ts'
import type { Admission } from './admission.ts'
import type { Limits } from './limits.ts'
import type { Metrics } from './metrics.ts'

/** Where the gateway says what a person may have to look at. Values are data, never part of the sentence. */
export type GatewayLog = (level: 'info' | 'warn' | 'error', what: string, particulars: Record<string, unknown>) => void

/** What the gateway is opened with. */
export interface GatewayOptions<Ports> {
  readonly routes: readonly Route<Ports>[]
  readonly ports: Ports
  readonly clock: Clock
  readonly random: Random
  /** Who the bearer of a key is; throws or rejects with the error that answers a wrong one. `governance/keys` has it. */
  readonly admit: (text: string, source: string) => Caller | Promise<Caller>
  /** Who a request without a key is, by its cookie; `gateway/console` has it for the demo. */
  readonly session?: (request: IncomingMessage) => Caller | undefined
  /** Who the bearer of a key is, if that is known without asking anybody: what a refusal under load goes by. */
  readonly known?: (text: string) => Caller | undefined
  /** Says before a body is read who is let in. Absent: everybody is. */
  readonly admission?: Admission
  /** The class of what comes through a system's doorway; absent: the route's. */
  readonly doorwayClass?: (system: string, topic: string | undefined) => Priority | undefined
  /** Told of every refusal, and of every problem a room answered with; `governance/refusals` counts them. */
  readonly refused?: (refusal: RefusedAtDoor) => void
  readonly metrics?: Metrics
  readonly log?: GatewayLog
  readonly limits?: Partial<Limits>
  /** Addresses or networks of proxies whose X-Forwarded-For is believed. Absent: nobody's is. */
  readonly trustedProxies?: readonly string[]
  /** Shared by all instances of an installation; seals cursors. Absent: a new one, good for this process. */
  readonly cursorSecret?: Uint8Array
  /** Answers GET of what is no route: the console's files. Undefined answers 404. */
  readonly page?: (path: string, accept: string) => RouteAnswer | undefined | Promise<RouteAnswer | undefined>
  readonly tls?: { readonly key: string; readonly cert: string }
}
