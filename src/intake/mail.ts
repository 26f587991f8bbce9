import type { Reading } from '../documents/faults.ts'
import type { MessageSegment } from '../documents/message-writing.ts'
import type { PartnerSyntax } from '../documents/partner-syntax.ts'
import type { EventData } from '../lifecycle/events.ts'
import type { EnvelopeTime, Numbers } from './envelope.ts'

/** A document type as far as a mailbox must know it to send one. */
export interface SendableDocument {
  readonly name: string
  readonly x12: { readonly set: string; readonly functionalId: string }
  readonly edifact?: {
    readonly message: string
    readonly versions: readonly string[]
    write(document: never, syntax?: PartnerSyntax): MessageSegment[]
  }
  readJson(value: unknown): Reading<unknown>
  writeX12(document: never, syntax?: PartnerSyntax): readonly (readonly string[])[]
}

/** What is recorded of an interchange of ours, with its numbers as they stand in the file. */
export type Sent = EventData['interchange.sent']

/** An interchange of ours, written. */
export interface Mail {
  readonly data: Sent
  readonly body: Uint8Array
}

/** What a document is about: the key it has, and the order it belongs to, or the subject of one that a system sent. */
export interface About {
  readonly key: string
  readonly order?: string
  readonly about?: string
}

/** The numbers and the time that an interchange of ours goes out under. */
export interface Stamp {
  readonly numbers: Numbers
  readonly time: EnvelopeTime
}

/** The name under which answers to a partner's interchanges are recorded. */
export const ANSWER = 'functional-acknowledgement'

/** `997-000000017.edi`: the set or message and our number, so that names never repeat and sort as they were sent. */
export function fileName({ set, control }: Sent): string {
  return `${set}-${control}.edi`
}
