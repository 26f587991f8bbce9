import { type WrittenSegment, writeInterchange } from '../../src/edi/x12/write.ts'
import { edifactDocument } from '../../src/intake/edifact-mail.ts'
import { envelopeFor } from '../../src/intake/envelope.ts'
import { type EdiProfile, isEdifact } from '../../src/intake/settings.ts'

/** A document type as far as a partner must know it to send one. */
interface Writer<T> {
  readonly name: string
  readonly x12: { readonly set: string; readonly functionalId: string }
  writeX12(document: T): readonly (readonly string[])[]
}

/** A file with one document, as a partner that is spoken to like this writes it to us; `number` is that of its envelope. */
export function partnerFile<T>(speaks: EdiProfile, type: Writer<T>, document: T, number: number): Uint8Array {
  const turned = { ...speaks, ours: speaks.theirs, theirs: speaks.ours }
  const numbers = { isa: number, gs: number }
  const time = { date: '20260105', time: '0800' }
  if (isEdifact(turned)) {
    const mail = edifactDocument(type as never, document, { key: '', order: undefined }, turned, { numbers, time })
    if (!mail) throw new Error(`There is no message for ${type.name}.`)
    return mail.body
  }
  const set = { id: type.x12.set, controlNumber: 1, segments: type.writeX12(document) as WrittenSegment[] }
  return Buffer.from(writeInterchange(envelopeFor(turned, type.x12.functionalId, set, numbers, time)))
}
