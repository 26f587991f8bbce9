import { readX12 } from '../read.ts'
import type { X12Fault } from '../reading.ts'

/** The faults of one set around these segments. */
export function faultsOfSet(id: string, segments: readonly string[], version = '004010'): readonly X12Fault[] {
  const text = [
    'ISA*00*          *00*          *12*5555550142     *ZZ*ACMESUPPLY     *260102*1015*U*00401*000000017*0*P*>',
    `GS*XX*A*B*20260102*1015*17*X*${version}`,
    `ST*${id}*0001`,
    ...segments,
    `SE*${segments.length + 2}*0001`,
    'GE*1*17',
    'IEA*1*000000017',
  ].join('~')
  return readX12(Buffer.from(text)).interchanges[0]?.groups[0]?.sets[0]?.faults ?? []
}
