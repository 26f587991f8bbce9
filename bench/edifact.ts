import { budgets } from './support/budgets.ts'
import { ediBench } from './support/edi-bench.ts'
import { installPeers } from './support/peers.ts'
import type { BenchOptions, BenchResult } from './support/result.ts'

/**
 * EDIFACT from bytes to validated documents, every document type by itself, in turn with JSON.parse of the same documents and
 * with the parser `edifact`, which makes lists of segments and maps nothing. The floors are for each of them.
 */
export async function run(options: BenchOptions): Promise<BenchResult> {
  installPeers(['edifact'])
  return ediBench(
    { language: 'edifact', budgets: { toJsonParse: budgets.edifactToJsonParse, toPeer: budgets.toEdifactParser } },
    options,
  )
}
