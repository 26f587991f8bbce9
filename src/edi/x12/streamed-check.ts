import { type StreamedReport, Tally } from '../streamed-report.ts'
import { judgeEnvelope } from './judge.ts'
import type { X12Fault } from './reading.ts'
import { readX12Stream } from './stream.ts'

/**
 * Checks X12 of any size as it arrives: what would become of its sets, counted. Never throws but what the source throws.
 * `unread` says what a hub says of a set that it has no document for.
 */
export async function checkX12Stream(
  source: AsyncIterable<Uint8Array>,
  file: string,
  unread: (set: string) => X12Fault | undefined = () => undefined,
): Promise<StreamedReport<X12Fault>> {
  const tally = new Tally<X12Fault>()
  let bytes = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      bytes += chunk.length
      yield chunk
    }
  }
  for await (const part of readX12Stream(counted(), { segments: false })) {
    if (part.kind === 'set') {
      const { id, controlNumber, faults } = part.set
      tally.document(() => `set ${id} ${controlNumber}`, faults, unread(id))
    } else if (part.kind === 'group') {
      const { functionalId, controlNumber, faults } = part.group
      tally.endOfGroup(() => `group ${functionalId} ${controlNumber}`, faults, true)
    } else if (part.kind === 'end') {
      const { controlNumber, senderQualifier, sender, faults } = part.interchange
      const about = () => `interchange ${controlNumber} from ${senderQualifier}:${sender}`
      tally.endOfInterchange(about, faults, judgeEnvelope(part.interchange).verdict)
    } else if (part.kind === 'fault') tally.outside(part.fault)
  }
  return tally.report(file, 'x12', bytes)
}
