import { type StreamedReport, Tally } from '../streamed-report.ts'
import { judgeEnvelope } from './judge.ts'
import type { EdifactFault } from './reading.ts'
import { readEdifactStream } from './stream.ts'

/**
 * Checks EDIFACT of any size as it arrives: what would become of its messages, counted. Never throws but what the source throws.
 * `unread` says what a hub says of a message that it has no document for.
 */
export async function checkEdifactStream(
  source: AsyncIterable<Uint8Array>,
  file: string,
  unread: (type: string) => EdifactFault | undefined = () => undefined,
): Promise<StreamedReport<EdifactFault>> {
  const tally = new Tally<EdifactFault>()
  let bytes = 0
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      bytes += chunk.length
      yield chunk
    }
  }
  for await (const part of readEdifactStream(counted(), { segments: false })) {
    if (part.kind === 'message') {
      const { type, reference, faults } = part.message
      tally.document(() => `message ${type} ${reference}`, faults, unread(type))
    } else if (part.kind === 'group') tally.endOfGroup(() => `group ${part.group.reference}`, part.group.faults, false)
    else if (part.kind === 'end') {
      const { reference, senderQualifier, sender, faults } = part.interchange
      const about = () => `interchange ${reference} from ${senderQualifier}:${sender}`
      tally.endOfInterchange(about, faults, judgeEnvelope(part.interchange).verdict)
    } else if (part.kind === 'fault') tally.outside(part.fault)
  }
  return tally.report(file, 'edifact', bytes)
}
