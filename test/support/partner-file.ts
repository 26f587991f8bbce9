import { type WrittenSegment, writeInterchange } from '../../src/edi/x12/write.ts'
import { envelopeFor } from '../../src/intake/envelope.ts'
import type { EdiProfile } from '../../src/intake/settings.ts'

/** A document type as far as a partner must know it to send one. */
interface Writer<T> {
  readonly x12: { readonly set: string; readonly functionalId: string }
  writeX12(document: T): readonly (readonly string[])[]
}

/** A file with one document, as a partner that is spoken to like this writes it to us. Its number is ISA13 and GS06. */
export function partnerFile<T>(
  { ours, theirs }: Pick<EdiProfile, 'ours' | 'theirs'>,
  type: Writer<T>,
  document: T,
  number: number,
): Uint8Array {
  const set = { id: type.x12.set, controlNumber: 1, segments: type.writeX12(document) as WrittenSegment[] }
  const turned = { ours: theirs, theirs: ours }
  const numbers = { isa: number, gs: number }
  const time = { date: '20260105', time: '0800' }
  return Buffer.from(writeInterchange(envelopeFor(turned, type.x12.functionalId, set, numbers, time)))
}
