import { createRequire } from 'node:module'
import { join } from 'node:path'
import { isInstalled, versionOf } from './chain/peer-module.ts'
import { budgets } from './support/budgets.ts'
import { ediBench, type Peer } from './support/edi-bench.ts'
import { readX12Documents, x12Files } from './support/edi-files.ts'
import { installPeers } from './support/peers.ts'
import type { BenchOptions, BenchResult } from './support/result.ts'

/**
 * X12 from bytes to validated documents, every document type by itself, in turn with JSON.parse of the same documents and
 * with node-x12, which maps nothing. The floors are for each of them.
 */
export async function run(options: BenchOptions): Promise<BenchResult> {
  installPeers(['node-x12'])
  return ediBench(
    {
      name: 'x12',
      files: x12Files(options.quick ? 1 : 3),
      read: readX12Documents,
      peer: nodeX12(),
      budgets: { toJsonParse: budgets.toJsonParse, toPeer: budgets.toNodeX12 },
    },
    options,
  )
}

function nodeX12(): Peer {
  const name = 'node-x12'
  if (!isInstalled(name)) return { name }
  const { X12Parser } = createRequire(join(import.meta.dirname, 'peers/package.json'))(name) as {
    X12Parser: new (strict: boolean) => { parse(text: string): unknown }
  }
  return { name, version: versionOf(name), read: (text) => new X12Parser(false).parse(text) }
}
