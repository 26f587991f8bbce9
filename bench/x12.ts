import { budgets } from './support/budgets.ts'
import { ediBench } from './support/edi-bench.ts'
import { installPeers } from './support/peers.ts'
import type { BenchOptions, BenchResult } from './support/result.ts'

/**
 * X12 from bytes to validated documents, every document type by itself, in turn with JSON.parse of the same documents and
 * with node-x12, which maps nothing. The floors are for each of them.
 */
export async function run(options: BenchOptions): Promise<BenchResult> {
  installPeers(['node-x12'])
  return ediBench(
    { language: 'x12', budgets: { toJsonParse: budgets.toJsonParse, toPeer: budgets.toNodeX12 } },
    options,
  )
}
