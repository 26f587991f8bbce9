/**
 * What a connector is: the way to one system. It turns requests into that system's transport and its answers into
 * outcomes. It never decides when to try again; it says how surely an attempt ended.
 */
import type { Rate } from '../base/rate.ts'
import type { Secret } from '../base/secret.ts'

/**
 * How surely an effect can be had once. `A`: the target accepts our key, a repeat has no second effect.
 * `B`: the target can be asked first whether the effect is there. `C`: blind; after an unknown outcome a person decides.
 */
export type DeliveryClass = 'A' | 'B' | 'C'

/**
 * How an attempt ended, as far as the connector can know. A timeout is `unknown`, never `refused`. `healthy`: it says
 * nothing against the target, which was not called or is at work on it.
 */
export type Outcome =
  | {
      readonly result: 'done'
      readonly answer?: Record<string, unknown>
      /** The target says that it had done this before it was asked for the first time now. Absent: it does not say. */
      readonly repeat?: true
    }
  | {
      readonly result: 'refused'
      readonly retry: 'after-fix' | 'never'
      readonly reason: string
      readonly answer?: Record<string, unknown>
    }
  | ({ readonly result: 'later'; readonly reason: string } & Held)
  | ({ readonly result: 'unknown'; readonly reason: string } & Held)

/** What an answer that ended nothing says about the next call. */
interface Held {
  /** No call before so many milliseconds have passed: `Retry-After`. */
  readonly afterMs?: number
  /** The target works; only this request could not be ended now (a 409: it is under way there). */
  readonly healthy?: true
}

/** One request on its way out. */
export interface Outgoing {
  /** The delivery key: the same for every attempt of this effect. */
  readonly key: string
  readonly verb: string
  readonly body: Uint8Array
  /** What the body says, while it is still at hand: for systems in the same process, which need not parse it again. */
  readonly content?: unknown
  /** 1 for the first. */
  readonly attempt: number
  /** For file names and headers; small. */
  readonly args: Readonly<Record<string, unknown>>
  /** W3C trace context of the order's chain. */
  readonly traceparent?: string
}

/** What a connector is opened with. */
export interface ConnectorPorts {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** A secret's value by its name. */
  readonly secret: (name: string) => string
  /** Where folders and files of this hub live. */
  readonly dataFolder: string
}

/** An open connector. */
export interface Connection {
  /** Sends up to `batch` requests; answers one outcome for each, in order. Must not throw for what a target does. */
  send(requests: readonly Outgoing[], timeoutMs: number): Promise<readonly Outcome[]>
  /**
   * Class B: whether the effect of this key is already there. `done` with the target's answer; `later` only when the
   * target knows that it is not; whatever keeps it from saying so is `unknown`.
   */
  ask?(request: Outgoing, timeoutMs: number): Promise<Outcome>
  close(): Promise<void>
}

/** A connector as the configuration names it; nothing is opened or read until the hub opens. */
export interface Connector {
  readonly kind: string
  readonly deliveryClass: DeliveryClass
  /** Most requests of one call of `send`; 1 when the target takes one at a time. */
  readonly batch: number
  /** Requests under way at once to this target. */
  readonly concurrency: number
  readonly timeoutMs: number
  /** How long the system remembers our keys; absent: for ever. A replay never repeats what it may have forgotten. */
  readonly remembersForMs?: number
  /** Most calls to this target, of all instances together; absent: as many as go. */
  readonly pace?: Rate
  /** The secrets it reads when it opens: lint says beforehand which of them are not set. */
  readonly secrets?: readonly Secret[]
  open(ports: ConnectorPorts): Promise<Connection>
}

/** A file as it lies in a folder, here or on a partner's server. */
export interface SourceEntry {
  readonly name: string
  readonly bytes: number
  /** When it was last written, milliseconds since 1970. */
  readonly changedAt: number
  /** Links, devices and folders are `other`, and never followed. */
  readonly kind: 'file' | 'other'
}

/** An open folder that files are picked up from. */
export interface OpenSource {
  list(): Promise<readonly SourceEntry[]>
  /** Its bytes. One that is not as large as it was listed any more may come cut off, or fail. */
  read(entry: Pick<SourceEntry, 'name' | 'bytes'>): Promise<Uint8Array>
  /** Puts exactly this file aside. `changed`: it is another by now; `gone`: somebody else has put it aside. */
  move(entry: SourceEntry, into: 'done' | 'refused', as: string): Promise<'moved' | 'changed' | 'gone'>
  close(): Promise<void>
}

/** Where files are picked up from, as the configuration names it; nothing is opened before the hub is. */
export interface FileSource {
  readonly kind: string
  /** How often it is looked at, milliseconds. */
  readonly everyMs: number
  /** A file is whole when this one lies beside it, `.done`, and is not older. */
  readonly marker?: string
  /** Without a marker: for so long a file must not have changed, milliseconds; 5 s unless told. */
  readonly quietMs?: number
  readonly secrets?: readonly Secret[]
  open(ports: ConnectorPorts): OpenSource
}
